package postgres

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// Options say how a database is opened. The zero Options are right for a server.
type Options struct {
	Connections int  // of the pool; 0: as many as fit, see poolSize
	ReadOnly    bool // only read, also while another couplet has the database
}

// Engine is an open PostgreSQL database. It is safe for concurrent use.
type Engine struct {
	pool    *pgxpool.Pool
	decider *decider
	guard   *guard       // nil: it is only read
	writes  sync.RWMutex // held by every write, and alone by Exclusive
	turns   turns        // one commit is announced after the other
	closing sync.Once
	queue   atomic.Int64  // writes that wait for a connection
	seconds *db.Histogram // of writes
}

var _ db.Engine = (*Engine)(nil)

// Open connects to the database that a URL (postgres://user:password@host/name) or libpq's keywords name, and keeps
// every other couplet out of it until Close. Errors: ErrInUse, ErrServer, ErrURL.
func Open(ctx context.Context, url string, o Options) (*Engine, error) {
	pool, decider, err := openPool(ctx, url, o)
	if err != nil {
		return nil, err
	}
	if o.ReadOnly {
		return &Engine{pool: pool, decider: decider, seconds: newSeconds()}, nil
	}
	g, err := takeGuard(ctx, pool)
	if err != nil {
		pool.Close()
		return nil, err
	}
	e := &Engine{pool: pool, decider: decider, guard: g, seconds: newSeconds()}
	if err := e.Exclusive(ctx, prepare); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

// prepare makes the collation that folds case: simple lower-casing, rune by rune, whatever the database's own locale.
// Statements name it; no table does.
func prepare(c db.Conn) error {
	version := 0
	err := c.Query("SELECT CAST(current_setting('server_version_num') AS INTEGER)", nil, func(r db.Row) error {
		version = int(r.Int(0))
		return nil
	})
	if err != nil {
		return err
	}
	from := `"C.utf8"`
	if version >= 170000 {
		from = `"pg_c_utf8"`
	}
	return c.Script("CREATE COLLATION IF NOT EXISTS " + sqlb.FoldCollation + " FROM pg_catalog." + from)
}

// Dialect returns sqlb.PostgreSQL.
func (e *Engine) Dialect() sqlb.Dialect { return sqlb.PostgreSQL }

// How transactions begin and end.
const (
	beginRead  = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
	beginWrite = "BEGIN"

	commitWrite = "COMMIT"
)

// Read implements db.Engine. It waits for a free connection as long as the context allows.
func (e *Engine) Read(ctx context.Context, fn func(db.Conn) error) error {
	return e.with(ctx, func(c *conn) error {
		c.begin(ctx, beginRead)
		err := protect(fn, c)
		if end := c.end("ROLLBACK"); err == nil { // there is nothing to keep
			err = end
		}
		if ctx.Err() != nil && db.CodeOf(err) == db.Interrupted {
			return ctx.Err()
		}
		return err
	})
}

// Write implements db.Engine: a transaction of its own, at READ COMMITTED. Where another one made it fail it is run
// again.
func (e *Engine) Write(ctx context.Context, fn func(db.Conn) error, committed func()) error {
	if e.guard == nil {
		return errReadOnly
	}
	start := time.Now()
	defer func() { e.seconds.Add(time.Since(start).Seconds()) }()
	e.writes.RLock()
	defer e.writes.RUnlock()
	return again(func() error {
		e.queue.Add(1)
		waits := sync.OnceFunc(func() { e.queue.Add(-1) })
		defer waits()
		return e.with(ctx, func(c *conn) error {
			waits()
			c.begin(context.Background(), beginWrite)
			err := protect(fn, c)
			if err != nil {
				return errors.Join(err, c.end("ROLLBACK"))
			}
			turn := e.turns.take()
			defer turn.end()
			if err = c.end(commitWrite); err == nil && committed != nil {
				turn.wait()
				committed()
			}
			return err
		})
	})
}

// Exclusive implements db.Engine: no other write of this process goes on meanwhile, and other processes are kept out
// by the guard.
func (e *Engine) Exclusive(ctx context.Context, fn func(db.Conn) error) error {
	if e.guard == nil {
		return errReadOnly
	}
	e.writes.Lock()
	defer e.writes.Unlock()
	return e.with(ctx, func(c *conn) error {
		c.begin(context.Background(), "")
		err := protect(fn, c)
		if !c.pg.IsClosed() && c.pg.TxStatus() != idle {
			err = errors.Join(err, c.Script("ROLLBACK"))
		}
		return err
	})
}

// SchemaChanged implements db.Engine.
func (e *Engine) SchemaChanged() { e.pool.Reset() }

// with lends a connection of the pool.
func (e *Engine) with(ctx context.Context, fn func(*conn) error) error {
	if err := e.guard.lost(); err != nil {
		return err
	}
	lent, err := e.pool.Acquire(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return wrap(err)
	}
	defer lent.Release()
	return fn(connOf(lent.Conn().PgConn()))
}

// Close waits for what is under way and closes every connection.
func (e *Engine) Close() error {
	e.closing.Do(func() {
		e.guard.release()
		e.decider.close()
		e.pool.Close()
	})
	return nil
}

// protect turns a panic of a function into an error, so that it ends one request and leaves no transaction behind.
func protect(fn func(db.Conn) error, c *conn) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("postgres: a transaction panicked: %v\n%s", r, debug.Stack())
		}
	}()
	return fn(c)
}

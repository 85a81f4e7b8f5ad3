// Package sqlite is the embedded engine: modernc.org/sqlite, driven at its low level. One connection writes, in
// groups of transactions that share one fsync; a few others read, each request on a snapshot of its own; one more
// moves the write-ahead log into the database file without holding the writer up. It may import store/db and below.
package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// Options say how a database is opened. The zero Options are right for a server.
type Options struct {
	Readers int  // connections that read; 0: two for each core, at least four
	NoSync  bool // do not wait for the disk: for tests only, an acknowledged write may be lost with the machine

	// ReadOnly refuses every write. Another process may have the database open and write.
	ReadOnly bool
}

// mappingSize is how much of the file readers see in memory, and so counts for the process; what lies behind it is read.
const mappingSize = 64 << 20

// Engine is an open SQLite database. It is safe for concurrent use.
type Engine struct {
	path       string
	readers    chan *conn // free ones
	mu         sync.Mutex // guards all and opened
	all        []*conn
	opened     int // readers
	write      *writer
	check      *checkpointer
	watch      *watchdog
	statistics *statistics
	counters   counters
	background sync.WaitGroup
	closing    sync.Once
	done       chan struct{}
}

var (
	_ db.Engine   = (*Engine)(nil)
	_ db.Copier   = (*Engine)(nil)
	_ db.Observed = (*Engine)(nil)
)

// Open opens the database file, which is made where there is none. The folder must exist.
func Open(path string, o Options) (*Engine, error) {
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	n := o.Readers
	if n == 0 {
		n = max(4, 2*runtime.GOMAXPROCS(0))
	}
	e := &Engine{path: path, readers: make(chan *conn, n), done: make(chan struct{}), watch: newWatchdog(), statistics: newStatistics(), counters: newCounters()}
	if err := e.open(o); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func (e *Engine) open(o Options) error {
	if o.ReadOnly {
		return nil
	}
	sync := "FULL"
	if o.NoSync {
		sync = "OFF"
	}
	w, err := e.connect(openConn, "journal_mode=WAL", "synchronous="+sync, "foreign_keys=ON", "cache_size=-8000",
		"wal_autocheckpoint=0", "journal_size_limit=67108864", "recursive_triggers=ON")
	if err != nil {
		return err
	}
	e.write = newWriter(w, &e.statistics.changes, e.counters.groups)
	c, err := e.connect(openConn, "synchronous="+sync, "wal_autocheckpoint=0")
	if err != nil {
		return err
	}
	c.sqlite.SetBusyTimeout(checkpointWait)
	e.check = newCheckpointer(c, e.path+"-wal")
	return nil
}

// another opens one more reader; nil where there are as many as there may be.
func (e *Engine) another() (*conn, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed() {
		return nil, errClosed
	}
	if e.opened == cap(e.readers) {
		return nil, nil
	}
	c, err := e.connect(openReader, "query_only=ON", "cache_size=-2000", "mmap_size="+strconv.Itoa(mappingSize))
	if err != nil {
		return nil, err
	}
	e.opened++
	e.watch.add(c)
	return c, nil
}

func (e *Engine) connect(open func(path string) (*conn, error), pragmas ...string) (*conn, error) {
	c, err := open(e.path)
	if err != nil {
		return nil, err
	}
	e.all = append(e.all, c)
	for _, p := range pragmas {
		if err := c.Script("PRAGMA " + p); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// Dialect returns sqlb.SQLite.
func (e *Engine) Dialect() sqlb.Dialect { return sqlb.SQLite }

// Read implements db.Engine. It waits for a free connection as long as the context allows.
func (e *Engine) Read(ctx context.Context, fn func(db.Conn) error) (err error) {
	c, err := e.reader(ctx)
	if err != nil {
		return err
	}
	defer func() { e.readers <- c }()
	if _, err := c.Exec("BEGIN"); err != nil {
		return err
	}
	c.guard.begin(ctx)
	defer func() { // a panic of fn comes this way, too: the connection must not stay in its transaction
		interrupted := c.guard.end(c.sqlite)
		if _, end := c.Exec("COMMIT"); end != nil && err == nil {
			err = end
		}
		if err != nil && interrupted {
			err = ctx.Err()
		}
	}()
	return fn(c)
}

func (e *Engine) reader(ctx context.Context) (*conn, error) {
	select {
	case c := <-e.readers:
		return c, nil
	default:
	}
	if c, err := e.another(); c != nil || err != nil {
		return c, err
	}
	select {
	case c := <-e.readers:
		return c, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-e.done:
		return nil, errClosed
	}
}

// Write implements db.Engine with group commit.
func (e *Engine) Write(ctx context.Context, fn func(db.Conn) error, committed func()) error {
	if e.write == nil {
		return errReadOnly
	}
	queued := time.Now()
	if err := e.write.do(ctx, fn, committed); err != nil {
		return err
	}
	e.counters.wrote(queued)
	e.check.wake()
	e.wrote()
	return nil
}

// Exclusive implements db.Engine: it waits until the current group has been committed.
func (e *Engine) Exclusive(ctx context.Context, fn func(db.Conn) error) error {
	if e.write == nil {
		return errReadOnly
	}
	defer e.wrote()
	defer e.check.wake()
	return e.write.exclusive(ctx, fn)
}

// SchemaChanged implements db.Engine: SQLite notices by itself.
func (e *Engine) SchemaChanged() {}

// inBackground runs fn, for which Close waits; it does nothing once that has begun.
func (e *Engine) inBackground(fn func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed() {
		e.background.Go(fn)
	}
}

// closed reports whether Close has begun. The caller holds mu where that must not change meanwhile.
func (e *Engine) closed() bool {
	select {
	case <-e.done:
		return true
	default:
		return false
	}
}

var (
	errClosed   = errors.New("sqlite: the database is closed")
	errReadOnly = &db.Error{Code: db.ReadOnly, Err: errors.New("sqlite: the database was opened for reading only")}
)

// Close waits for the writes under way, moves the write-ahead log into the file and closes every connection.
func (e *Engine) Close() error {
	var err error
	e.closing.Do(func() {
		e.mu.Lock()
		close(e.done)
		e.mu.Unlock()
		e.background.Wait()
		if e.write != nil {
			e.write.stop()
		}
		if e.check != nil {
			e.check.stop()
		}
		e.watch.stop()
		e.mu.Lock()
		defer e.mu.Unlock()
		for range e.opened {
			<-e.readers // every reader has been given back
		}
		for _, c := range e.all {
			err = errors.Join(err, c.close())
		}
	})
	return err
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// guardInterval is how often the guard makes sure that it still stands.
const guardInterval = 5 * time.Second

// How often, and after which pause, a guard that stands is tried again before it is believed.
const (
	guardTries = 10
	guardPause = 100 * time.Millisecond
)

// guardLock is taken for as long as a couplet has the database. It belongs to a transaction of a connection of its own,
// which holds nothing else and no snapshot, so that it stands behind a pooler, too.
const guardLock = "SELECT pg_try_advisory_xact_lock(1131377013, hashtext(current_schema()))"

// guard keeps every other couplet out of the database: what is kept in memory here would not know what it writes.
type guard struct {
	config *pgx.ConnConfig
	conn   *pgx.Conn
	taken  atomic.Bool // another couplet has come while the connection was lost
	done   chan struct{}
	ended  sync.WaitGroup
}

func takeGuard(ctx context.Context, pool *pgxpool.Pool) (*guard, error) {
	g := &guard{config: pool.Config().ConnConfig, done: make(chan struct{})}
	err := g.take(ctx)
	for n := 0; n < guardTries && errors.Is(err, ErrInUse); n++ { // a process that was killed is noticed a little later
		time.Sleep(guardPause)
		err = g.take(ctx)
	}
	if err != nil {
		return nil, err
	}
	g.ended.Go(g.watch)
	return g, nil
}

func (g *guard) take(ctx context.Context) error {
	c, err := pgx.ConnectConfig(ctx, g.config)
	if err != nil {
		return wrap(err)
	}
	for _, sql := range []string{"BEGIN", "SET LOCAL idle_in_transaction_session_timeout = 0"} {
		if _, err := c.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
			_ = c.Close(ctx)
			return wrap(err)
		}
	}
	answer := c.PgConn().ExecParams(ctx, guardLock, nil, nil, nil, nil).Read()
	if answer.Err != nil || string(answer.Rows[0][0]) != "t" {
		_ = c.Close(ctx)
		if answer.Err != nil {
			return wrap(answer.Err)
		}
		return fmt.Errorf("%w: stop the other one first, or give this one another --database", ErrInUse)
	}
	g.conn = c
	return nil
}

// watch takes the guard again where its connection was lost.
func (g *guard) watch() {
	tick := time.NewTicker(guardInterval)
	defer tick.Stop()
	for {
		select {
		case <-g.done:
			return
		case <-tick.C:
		}
		ctx, cancel := context.WithTimeout(context.Background(), guardInterval)
		if g.conn == nil || g.conn.PgConn().Ping(ctx) != nil {
			g.again(ctx)
		}
		cancel()
	}
}

func (g *guard) again(ctx context.Context) {
	if g.conn != nil {
		_ = g.conn.Close(ctx)
		g.conn = nil
	}
	err := g.take(ctx)
	g.taken.Store(errors.Is(err, ErrInUse))
}

// lost returns ErrInUse while another couplet has the database.
func (g *guard) lost() error {
	if g != nil && g.taken.Load() {
		return ErrInUse
	}
	return nil
}

func (g *guard) release() {
	if g == nil {
		return
	}
	close(g.done)
	g.ended.Wait()
	if g.conn != nil {
		ctx, cancel := context.WithTimeout(context.Background(), endTime)
		defer cancel()
		_ = g.conn.Close(ctx)
	}
}

package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/couplet/couplet/store/db"
)

// How the fate of a transaction is asked for: how long whoever wrote waits for it, how often, and when a transaction that
// is still under way is ended, since nobody holds its connection any more.
const (
	decideTime  = 5 * time.Second
	decideEvery = 50 * time.Millisecond
	decideEnd   = time.Second
)

var errUnclear = errors.New("postgres: the connection broke while a transaction was committed, and the database does not tell what became of it")

// decider finds out what became of transactions whose connection broke while they were committed, by connections of its
// own: those of the pool may all wait for it.
type decider struct {
	config *pgx.ConnConfig
	life   context.Context
	end    context.CancelFunc
	open   sync.WaitGroup
}

func newDecider(config *pgx.ConnConfig) *decider {
	d := &decider{config: config}
	d.life, d.end = context.WithCancel(context.Background())
	return d
}

// decide returns nil where a transaction was committed, and lost, the error of its connection, where it was undone. Where
// the database does not tell in time the error is a *db.UndecidedError.
func (d *decider) decide(xid string, lost error) error {
	committed := make(chan bool, 1)
	settled := make(chan struct{})
	d.open.Go(func() {
		defer close(settled)
		if yes, err := d.await(xid); err == nil {
			committed <- yes
		}
	})
	timer := time.NewTimer(decideTime)
	defer timer.Stop()
	select {
	case yes := <-committed:
		if yes {
			return nil
		}
		return lost
	case <-timer.C:
	case <-d.life.Done():
	}
	err := fmt.Errorf("%w (%v)", errUnclear, lost) //nolint:errorlint // the kind of the connection's error is not that of this one
	return &db.Error{Code: db.Undecided, Err: &db.UndecidedError{Settled: settled, Err: err}}
}

// await asks until a transaction was committed or undone, or the engine is closed.
func (d *decider) await(xid string) (committed bool, err error) {
	began := time.Now()
	var c *pgx.Conn
	defer func() {
		if c != nil {
			_ = c.Close(context.Background())
		}
	}()
	for {
		if c == nil {
			c, _ = pgx.ConnectConfig(d.life, d.config)
		}
		if c != nil {
			status, err := ask(d.life, c.PgConn(), "SELECT pg_xact_status(CAST($1 AS xid8))", xid)
			if err == nil && status != "in progress" {
				return status == "committed", nil
			}
			if err == nil && time.Since(began) > decideEnd {
				_, err = ask(d.life, c.PgConn(), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_xid = CAST(CAST($1 AS xid8) AS xid)", xid)
			}
			if err != nil {
				_ = c.Close(d.life)
				c = nil
			}
		}
		select {
		case <-d.life.Done():
			return false, d.life.Err()
		case <-time.After(decideEvery):
		}
	}
}

// ask runs a statement and returns the first value of its answer, "" where it has none.
func ask(ctx context.Context, c *pgconn.PgConn, sql, arg string) (string, error) {
	answer := c.ExecParams(ctx, sql, [][]byte{[]byte(arg)}, nil, nil, nil).Read()
	if answer.Err != nil || len(answer.Rows) == 0 {
		return "", answer.Err
	}
	return string(answer.Rows[0][0]), nil
}

// close ends what is still asked for.
func (d *decider) close() {
	d.end()
	d.open.Wait()
}

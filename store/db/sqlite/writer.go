package sqlite

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"github.com/couplet/couplet/store/db"
)

// A group of writes closes when it holds groupSize of them or is groupTime old, whichever comes first.
const (
	groupSize = 64
	groupTime = 5 * time.Millisecond
	queueSize = 1024
)

// writer runs writes in groups: one transaction and one fsync for all that wait, a savepoint for each.
type writer struct {
	conn    *conn
	changes *atomic.Int64 // rows that were changed
	groups  *db.Histogram // sizes of groups
	queue   chan *job
	done    chan struct{}
	mu      sync.RWMutex // guards closed against sends on queue
	closed  bool
}

type job struct {
	ctx       context.Context
	fn        func(db.Conn) error
	alone     bool // runs outside any transaction
	committed func()
	answer    chan error
}

func newWriter(c *conn, changes *atomic.Int64, groups *db.Histogram) *writer {
	w := &writer{conn: c, changes: changes, groups: groups, queue: make(chan *job, queueSize), done: make(chan struct{})}
	go w.run()
	return w
}

func (w *writer) do(ctx context.Context, fn func(db.Conn) error, committed func()) error {
	return w.submit(&job{ctx: ctx, fn: fn, committed: committed, answer: make(chan error, 1)})
}

func (w *writer) exclusive(ctx context.Context, fn func(db.Conn) error) error {
	return w.submit(&job{ctx: ctx, fn: fn, alone: true, answer: make(chan error, 1)})
}

func (w *writer) submit(j *job) error {
	w.mu.RLock()
	if w.closed {
		w.mu.RUnlock()
		return errClosed
	}
	select {
	case w.queue <- j:
		w.mu.RUnlock()
	case <-j.ctx.Done():
		w.mu.RUnlock()
		return j.ctx.Err()
	}
	return <-j.answer
}

// stop ends the writer after everything queued has been answered.
func (w *writer) stop() {
	w.mu.Lock()
	w.closed = true
	close(w.queue)
	w.mu.Unlock()
	<-w.done
}

func (w *writer) run() {
	defer close(w.done)
	var next *job
	for {
		j := next
		if next = nil; j == nil {
			var ok bool
			if j, ok = <-w.queue; !ok {
				return
			}
		}
		if j.alone {
			w.runAlone(j)
			continue
		}
		next = w.group(j)
	}
}

func (w *writer) runAlone(j *job) {
	if j.ctx.Err() != nil {
		j.answer <- j.ctx.Err()
		return
	}
	err := protect(j.fn, w.conn)
	if !w.conn.sqlite.AutocommitEnabled() {
		_, undo := w.conn.Exec("ROLLBACK")
		err = errors.Join(err, undo)
	}
	w.count()
	w.conn.flush()
	j.answer <- err
}

// group begins a transaction, runs writes in it until the group closes, and commits it. It returns a write that was
// met on the way and has to run alone.
func (w *writer) group(first *job) (alone *job) {
	if _, err := w.conn.Exec("BEGIN IMMEDIATE"); err != nil {
		first.answer <- err
		return nil
	}
	var group []*job
	until := time.Now().Add(groupTime)
	for j := first; j != nil; {
		if !w.run1(j, &group) {
			return nil
		}
		j = nil
		if len(group) < groupSize && time.Now().Before(until) {
			select {
			case j = <-w.queue: // nil when the queue is closed
			default:
			}
		}
		if j != nil && j.alone {
			alone, j = j, nil
		}
	}
	w.finish(group)
	return alone
}

// errUndone says that the engine undid a transaction whose function went on as if nothing had happened.
var errUndone = errors.New("sqlite: the transaction was undone")

// run1 runs one write in its savepoint. It returns false when the whole transaction was lost with it: the others of
// the group have then been run again one by one, so that one request never fails another.
func (w *writer) run1(j *job, group *[]*job) bool {
	if j.ctx.Err() != nil {
		j.answer <- j.ctx.Err()
		return true
	}
	err := w.savepoint(j)
	if w.conn.sqlite.AutocommitEnabled() {
		if err == nil { // it passed over the error that undid everything
			err = errUndone
		}
		j.answer <- err
		w.replay(*group)
		return false
	}
	if err != nil {
		j.answer <- err
		return true
	}
	*group = append(*group, j)
	return true
}

func (w *writer) savepoint(j *job) error {
	if _, err := w.conn.Exec("SAVEPOINT w"); err != nil {
		return err
	}
	err := protect(j.fn, w.conn)
	if err != nil && !w.conn.sqlite.AutocommitEnabled() {
		if _, undo := w.conn.Exec("ROLLBACK TO w"); undo != nil {
			return errors.Join(err, undo)
		}
	}
	if !w.conn.sqlite.AutocommitEnabled() {
		if _, end := w.conn.Exec("RELEASE w"); end != nil {
			return errors.Join(err, end)
		}
	}
	return err
}

// finish commits a group and answers its writes.
func (w *writer) finish(group []*job) {
	if len(group) == 0 {
		_, _ = w.conn.Exec("ROLLBACK")
		return
	}
	if _, err := w.conn.Exec("COMMIT"); err != nil {
		if !w.conn.sqlite.AutocommitEnabled() {
			_, _ = w.conn.Exec("ROLLBACK")
		}
		if len(group) == 1 {
			group[0].answer <- err
			return
		}
		w.replay(group)
		return
	}
	w.count()
	w.groups.Add(float64(len(group)))
	for _, j := range group {
		if j.committed != nil {
			j.committed()
		}
		j.answer <- nil
	}
}

// count notes how many rows have been changed; it is not worth failing for.
func (w *writer) count() {
	_ = w.conn.Query("SELECT total_changes()", nil, func(r db.Row) error {
		w.changes.Store(r.Int(0))
		return nil
	})
}

// replay runs each write in a transaction of its own.
func (w *writer) replay(group []*job) {
	for _, j := range group {
		err := func() error {
			if _, err := w.conn.Exec("BEGIN IMMEDIATE"); err != nil {
				return err
			}
			if err := w.savepoint(j); err != nil {
				return err
			}
			if w.conn.sqlite.AutocommitEnabled() {
				return errUndone
			}
			_, err := w.conn.Exec("COMMIT")
			return err
		}()
		if !w.conn.sqlite.AutocommitEnabled() {
			_, _ = w.conn.Exec("ROLLBACK")
		}
		if err == nil && j.committed != nil {
			j.committed()
		}
		j.answer <- err
	}
}

// protect turns a panic of a write into an error, so that it ends one request and not the writer.
func protect(fn func(db.Conn) error, c db.Conn) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("sqlite: a write panicked: %v\n%s", r, debug.Stack())
		}
	}()
	return fn(c)
}

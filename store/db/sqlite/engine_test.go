package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

func open(t testing.TB) *Engine {
	t.Helper()
	e, err := Open(filepath.Join(t.TempDir(), "test.db"), Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	err = e.Exclusive(t.Context(), func(c db.Conn) error {
		return c.Script("CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER UNIQUE); CREATE TABLE b (a INTEGER NOT NULL REFERENCES a (id))")
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func insert(e *Engine, n int64) error {
	return e.Write(context.Background(), func(c db.Conn) error {
		_, err := c.Exec("INSERT INTO a (n) VALUES ($1)", sqlb.I(n))
		return err
	}, nil)
}

func count(t testing.TB, e *Engine) int64 {
	t.Helper()
	var n int64
	err := e.Read(t.Context(), func(c db.Conn) error {
		return c.Query("SELECT COUNT(*) FROM a", nil, func(r db.Row) error {
			n = r.Int(0)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A write that fails must not take the others of its group with it.
func TestWritersFailAlone(t *testing.T) {
	e := open(t)
	const writers = 400
	var wg sync.WaitGroup
	errs := make([]error, writers)
	for i := range writers {
		wg.Go(func() { errs[i] = insert(e, int64(i/2)) }) // each number twice
	}
	wg.Wait()
	refused := 0
	for _, err := range errs {
		if err != nil {
			if db.CodeOf(err) != db.UniqueViolation {
				t.Fatalf("unexpected error: %v", err)
			}
			refused++
		}
	}
	if refused != writers/2 || count(t, e) != writers/2 {
		t.Fatalf("%d refused and %d stored, want %d of each", refused, count(t, e), writers/2)
	}
}

// A statement that rolls the whole transaction back costs only the write that caused it.
func TestLostTransactionIsReplayed(t *testing.T) {
	e := open(t)
	hold := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = e.Exclusive(context.Background(), func(db.Conn) error { <-hold; return nil })
	})
	errs := make([]error, 20)
	started := make(chan struct{}, len(errs))
	for i := range errs {
		wg.Go(func() {
			started <- struct{}{}
			errs[i] = e.Write(context.Background(), func(c db.Conn) error {
				sql := "INSERT INTO a (n) VALUES ($1)"
				if i == 10 {
					sql = "INSERT OR ROLLBACK INTO a (id, n) VALUES (1, $1), (1, -$1)"
				}
				_, err := c.Exec(sql, sqlb.I(int64(i+1)))
				return err
			}, nil)
		})
	}
	for range errs {
		<-started
	}
	close(hold)
	wg.Wait()
	for i, err := range errs {
		if (err != nil) != (i == 10) {
			t.Errorf("write %d: %v", i, err)
		}
	}
	if n := count(t, e); n != 19 {
		t.Errorf("%d rows, want 19", n)
	}
}

// A write that passes over the error that undid its transaction must not be told that it is on disk.
func TestUndoneWriteIsNotAcknowledged(t *testing.T) {
	e := open(t)
	undone := func(c db.Conn) error {
		_, _ = c.Exec("ROLLBACK")
		return nil
	}
	if err := e.Write(t.Context(), undone, nil); err == nil {
		t.Error("a lost write was acknowledged")
	}
	if err := insert(e, 1); err != nil || count(t, e) != 1 {
		t.Errorf("after it: %v, %d rows", err, count(t, e))
	}
}

func TestReadSeesOneState(t *testing.T) {
	e := open(t)
	if err := insert(e, 1); err != nil {
		t.Fatal(err)
	}
	err := e.Read(t.Context(), func(c db.Conn) error {
		look := func() (n int64, err error) {
			err = c.Query("SELECT COUNT(*) FROM a", nil, func(r db.Row) error { n = r.Int(0); return nil })
			return n, err
		}
		before, err := look()
		if err != nil {
			return err
		}
		if err := insert(e, 2); err != nil {
			return err
		}
		after, err := look()
		if err == nil && before != after {
			err = fmt.Errorf("saw %d and then %d rows in one read", before, after)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestReadIsInterrupted(t *testing.T) {
	e := open(t)
	endless := "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT COUNT(*) FROM r"
	for range 3 { // the connections stay usable
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		err := e.Read(ctx, func(c db.Conn) error {
			return c.Query(endless, nil, func(db.Row) error { return nil })
		})
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v, want the deadline", err)
		}
	}
	if n := count(t, e); n != 0 {
		t.Fatalf("%d rows", n)
	}
}

func TestReadersCannotWrite(t *testing.T) {
	e := open(t)
	err := e.Read(t.Context(), func(c db.Conn) error {
		_, err := c.Exec("INSERT INTO a (n) VALUES (1)")
		return err
	})
	if db.CodeOf(err) != db.ReadOnly {
		t.Fatalf("got %v, want a read-only error", err)
	}
}

func TestPanicEndsOneWrite(t *testing.T) {
	e := open(t)
	err := e.Write(t.Context(), func(db.Conn) error { panic("oops") }, nil)
	if err == nil {
		t.Fatal("no error")
	}
	if err := insert(e, 1); err != nil {
		t.Fatal(err)
	}
}

// A read that panics gives its connection back as it was: more of them than there are readers change nothing.
func TestPanicEndsOneRead(t *testing.T) {
	e := open(t)
	if err := insert(e, 1); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		func() {
			defer func() { _ = recover() }()
			_ = e.Read(t.Context(), func(db.Conn) error { panic("oops") })
		}()
	}
	if n := count(t, e); n != 1 {
		t.Fatalf("%d rows", n)
	}
}

func TestCommittedRunsInOrderBeforeTheAnswer(t *testing.T) {
	e := open(t)
	var mu sync.Mutex
	var order []int64
	var wg sync.WaitGroup
	for i := range int64(100) {
		wg.Go(func() {
			var key int64
			err := e.Write(context.Background(), func(c db.Conn) error {
				return c.Query("INSERT INTO a (n) VALUES ($1) RETURNING id", []sqlb.Arg{sqlb.I(i)}, func(r db.Row) error {
					key = r.Int(0)
					return nil
				})
			}, func() {
				mu.Lock()
				defer mu.Unlock()
				order = append(order, key)
			})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			for _, k := range order {
				if k == key {
					return
				}
			}
			t.Errorf("write %d was answered before its commit was announced", key)
		})
	}
	wg.Wait()
	for i := 1; i < len(order); i++ {
		if order[i] < order[i-1] {
			t.Fatalf("commits announced out of order: %v", order)
		}
	}
}

func TestForeignKeysHold(t *testing.T) {
	e := open(t)
	err := e.Write(t.Context(), func(c db.Conn) error {
		_, err := c.Exec("INSERT INTO b (a) VALUES (7)")
		return err
	}, nil)
	if db.CodeOf(err) != db.ForeignKeyViolation {
		t.Fatalf("got %v, want a foreign key violation", err)
	}
}

func BenchmarkWrite(b *testing.B) {
	e := open(b)
	b.SetParallelism(32)
	var n int64
	var mu sync.Mutex
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			mu.Lock()
			n++
			k := n
			mu.Unlock()
			if err := insert(e, k); err != nil {
				b.Error(err)
			}
		}
	})
}

func BenchmarkReadOne(b *testing.B) {
	e := open(b)
	if err := insert(e, 1); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		count(b, e)
	}
}

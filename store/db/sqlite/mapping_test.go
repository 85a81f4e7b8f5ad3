//go:build linux

package sqlite_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/sqlite"
	"github.com/couplet/couplet/store/sqlb"
)

// TestOneMapping holds that all readers see a database's file through one mapping, that they see what was written
// since, and that the mapping goes with the last of them.
func TestOneMapping(t *testing.T) {
	path := filepath.Join(t.TempDir(), "one mapping?.db")
	e, err := sqlite.Open(path, sqlite.Options{NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	exec := func(sql string, args ...sqlb.Arg) {
		t.Helper()
		if err := e.Write(ctx, func(c db.Conn) error { _, err := c.Exec(sql, args...); return err }, nil); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE t (a TEXT)")
	for round := 1; round <= 3; round++ {
		for range 200 {
			exec("INSERT INTO t VALUES ($1)", sqlb.T(strings.Repeat("x", 4000)))
		}
		if err := e.Exclusive(ctx, func(c db.Conn) error { return c.Script("PRAGMA wal_checkpoint(TRUNCATE)") }); err != nil {
			t.Fatal(err)
		}
		countAll(t, e, 4, 200*round)
		if n := mapped(t, path); n != 1 {
			t.Errorf("round %d: the file is mapped %d times", round, n)
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if n := mapped(t, path); n != 0 {
		t.Errorf("after closing the file is mapped %d times", n)
	}
}

// countAll reads the table with readers readers at once.
func countAll(t *testing.T, e *sqlite.Engine, readers, want int) {
	t.Helper()
	together, done := make(chan struct{}), make(chan error)
	for range readers {
		go func() {
			done <- e.Read(context.Background(), func(c db.Conn) error {
				together <- struct{}{}
				n := 0
				err := c.Query("SELECT a FROM t WHERE length(a) = 4000", nil, func(db.Row) error { n++; return nil })
				if err == nil && n != want {
					err = fmt.Errorf("%d rows, want %d", n, want)
				}
				return err
			})
		}()
	}
	for range readers {
		<-together
	}
	for range readers {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// mapped is how often a file is in this process's memory.
func mapped(t *testing.T, path string) int {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for line := range strings.Lines(string(maps)) {
		if strings.HasSuffix(strings.TrimSuffix(line, "\n"), path) {
			n++
		}
	}
	return n
}

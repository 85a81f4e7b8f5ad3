//go:build postgres

package postgres_test

import (
	"context"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// pooled is an engine behind PgBouncer in transaction mode, on a database of its own.
func pooled(t *testing.T) (address string) {
	t.Helper()
	pooler := os.Getenv("COUPLET_TEST_PGBOUNCER")
	if pooler == "" {
		t.Fatal("no pooler: run make test-postgres")
	}
	admin, err := pgx.Connect(t.Context(), os.Getenv("COUPLET_TEST_DATABASE"))
	if err != nil {
		t.Fatal(err)
	}
	name := "pooled_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	if _, err := admin.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
		_ = admin.Close(context.Background())
	})
	u, err := url.Parse(pooler)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// Four connections of the pooler serve many of ours: no statement, setting or transaction of one is met by another.
func TestBehindPooler(t *testing.T) {
	e := open(t, pooled(t))
	script(t, e, tables)
	var all sync.WaitGroup
	for by := range int64(12) {
		all.Go(func() {
			for i := range int64(20) {
				if err := write(t, e, "INSERT INTO a (n, t) VALUES ($1, $2)", sqlb.I(by*100+i), sqlb.T("x")); err != nil {
					t.Error(err)
				}
				err := e.Read(t.Context(), func(c db.Conn) error {
					for range 2 {
						found := false
						err := c.Query("SELECT t FROM a WHERE n = $1", []sqlb.Arg{sqlb.I(by*100 + i)}, func(db.Row) error { found = true; return nil })
						if err != nil || !found {
							t.Errorf("%d: %t %v", by*100+i, found, err)
						}
					}
					return c.Query("SELECT current_setting('lock_timeout'), current_setting('TimeZone')", nil, func(r db.Row) error {
						if r.Text(0) != "10s" || r.Text(1) != "UTC" {
							t.Errorf("lock_timeout is %s, TimeZone %s", r.Text(0), r.Text(1))
						}
						return nil
					})
				})
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if got := text(t, e, "SELECT count(*) FROM a"); got != "240;" {
		t.Errorf("%s rows", got)
	}
	script(t, e, "ALTER TABLE a ALTER n TYPE text")
	if got := text(t, e, "SELECT n FROM a WHERE n = $1", sqlb.T("101")); got != "101;" {
		t.Errorf("after a migration: %s", got)
	}
}

// Package dbtest opens databases for tests: SQLite in a temporary folder or, where COUPLET_TEST_DATABASE names a
// server, PostgreSQL in a schema of its own that goes when the test ends. It may import store/db and the engines.
package dbtest

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/postgres"
	"github.com/couplet/couplet/store/db/sqlite"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// variable names a PostgreSQL server, as a URL with the right to make schemas.
const variable = "COUPLET_TEST_DATABASE"

// Postgres reports whether tests run on PostgreSQL.
func Postgres() bool { return os.Getenv(variable) != "" }

// URL returns the address of an empty place on the test's server, "" where tests run on SQLite.
func URL(t testing.TB) string {
	t.Helper()
	server := os.Getenv(variable)
	if server == "" {
		return ""
	}
	u, err := url.Parse(server)
	if err != nil {
		t.Fatalf("%s: %v", variable, err)
	}
	name := "test_" + strings.ReplaceAll(uuid.NewString(), "-", "")
	run(t, server, "CREATE SCHEMA "+name)
	t.Cleanup(func() { run(t, server, "DROP SCHEMA "+name+" CASCADE") })
	q := u.Query()
	q.Set("search_path", name)
	if !q.Has("pool_max_conns") {
		q.Set("pool_max_conns", "24") // many tests share the server's connections
	}
	u.RawQuery = q.Encode()
	return u.String()
}

func run(t testing.TB, server, sql string) {
	t.Helper()
	c, err := pgx.Connect(context.Background(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close(context.Background()) }()
	if _, err := c.Exec(context.Background(), sql); err != nil {
		t.Errorf("%s: %v", sql, err)
	}
}

// Open opens an empty database of the engine that tests run on and closes it when the test ends.
func Open(t testing.TB) db.Engine {
	t.Helper()
	var e db.Engine
	var err error
	if address := URL(t); address != "" {
		e, err = postgres.Open(context.Background(), address, postgres.Options{})
	} else {
		e, err = sqlite.Open(filepath.Join(t.TempDir(), "test.db"), sqlite.Options{NoSync: true, Readers: 1})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}

// Column returns how a test's own table declares a column.
func Column(d sqlb.Dialect, t value.Type) string {
	if name := d.ColumnType(t); d != sqlb.PostgreSQL || name != "text" {
		return name
	}
	return `text COLLATE "C"`
}

// Dialect returns the dialect of the engine that tests run on.
func Dialect() sqlb.Dialect {
	if Postgres() {
		return sqlb.PostgreSQL
	}
	return sqlb.SQLite
}

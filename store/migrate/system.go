package migrate

import (
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// One row for each version that was applied and not undone; the last one's document is the database's.
const migrationsTable = `CREATE TABLE IF NOT EXISTS couplet_migrations (
  version BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  up TEXT NOT NULL,
  down TEXT NOT NULL,
  checksum TEXT NOT NULL,
  document TEXT,
  applied_at BIGINT NOT NULL
)`

// What destructive steps lost, kept for a while: see attic.go.
const (
	atticTable = `CREATE TABLE IF NOT EXISTS couplet_attic (
  changeset TEXT NOT NULL,
  collection TEXT NOT NULL,
  field TEXT NOT NULL,
  key TEXT NOT NULL,
  value TEXT,
  at BIGINT NOT NULL
)`
	atticIndex = `CREATE INDEX IF NOT EXISTS couplet_attic_value ON couplet_attic (collection, field, key)`
)

// System is the DDL of this package's own tables, for both engines; every statement may run again.
var System = []string{migrationsTable, atticTable, atticIndex}

// Ensure makes the tables of System, and the functions that plans ask.
func Ensure(conn db.Conn, d sqlb.Dialect) error {
	return conn.Script(engineOf(d).functions("") + strings.Join(System, ";\n"))
}

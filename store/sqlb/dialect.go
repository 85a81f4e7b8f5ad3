package sqlb

// Dialect names an engine where SQL has to differ. The zero Dialect is SQLite.
type Dialect uint8

// The engines.
const (
	SQLite Dialect = iota
	PostgreSQL
)

// String returns the engine's name as in folder names: sqlite, postgres.
func (d Dialect) String() string {
	if d == PostgreSQL {
		return "postgres"
	}
	return "sqlite"
}

// Version is an expression for the engine's version, as a text.
func (d Dialect) Version() string {
	if d == PostgreSQL {
		return "current_setting('server_version')"
	}
	return "sqlite_version()"
}

// NullsOrder completes an ORDER BY term: nulls come first ascending and last descending on both engines.
func (d Dialect) NullsOrder(desc, nullable bool) string {
	if d == SQLite || !nullable {
		return ""
	}
	if desc {
		return " NULLS LAST"
	}
	return " NULLS FIRST"
}

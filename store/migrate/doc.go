// Package migrate turns a change of the schema document into SQL, shows what it would cost, and carries it out.
//
// CreateAll is the DDL of a fresh database. Plan compares two schemas by their stable ids and returns steps with the
// records each would touch. Runner keeps the project's migrations folder and the table couplet_migrations in step:
// it plans, writes golang-migrate pairs, applies and reverts them, each in one transaction with the document it leads
// to. Atlas writes CREATE and simple ALTER; rebuilds and conversions are ours, and always SQL alone, so that a file
// replays on any machine. What the engines do differently is behind the interface engine: sqlite*.go, convert*.go and
// rebuild.go are SQLite's, postgres*.go PostgreSQL's. It may import store/schema, store/sqlb, store/db and store/value.
package migrate

package migrate

import (
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// engine is what the engines do differently when tables change: SQLite makes a table anew and keeps every value as a
// text or a number, PostgreSQL alters it in place and has types and casts. The SQL of new tables is in ddl.go.
type engine interface {
	// convert returns the conversion of a column (a quoted name) between two types; not ok where there is none.
	convert(column string, from, to value.Type) (conversion, bool)
	// typed gives an expression the type of a column, which a literal or NULL does not have.
	typed(expr string, t value.Type) string
	// wireText and wireJSON are what value.Type.String and AppendJSON give for a column.
	wireText(column string, t value.Type) string
	wireJSON(column string, t value.Type) string
	// fromText and fromJSON read them back; null is null.
	fromText(text string, t value.Type) string
	fromJSON(json string, t value.Type) string
	// constant writes a stored value; files hold no arguments.
	constant(t value.Type, v value.Value) string
	// present is the time of the migration, to the second; microseconds the same as a number.
	present(t value.Type) string
	microseconds() string
	// elements is the members of a JSON array as rows of one column, item.value.
	elements(json string) string

	// alter takes a table that stays, and whose columns' changes are known, to its new form.
	alter(b *build, c *change)
	// dropKeys takes the foreign keys from a table that goes, so that tables can go in any order.
	dropKeys(t *table) []string
	// renameTable renames a table with what bears its name.
	renameTable(from, to string) []string
	// keysGoOn makes automatic keys of a filled table go on above the highest.
	keysGoOn(t *table) []string
	// suspend sets aside what hand-written migrations made and what would be in the way, and puts it back at the end.
	suspend(b *build)
	// rehearse completes a build with what only trying it tells.
	rehearse(b *build, conn db.Conn) error
	// functions is the SQL that makes the functions of ours that a script calls; all of them for "".
	functions(sql string) string

	// keys is the script that has foreign keys checked or not, around the transaction of a migration; "" where they always
	// are. checkKeys refuses what was done meanwhile and leaves a key pointing to nothing, and checked says when for people.
	keys(on bool) string
	checkKeys(conn db.Conn) error
	checked() string
	// hasTable is the query that has a row where there is the table $1.
	hasTable() string

	// inspect reads what is live, and tables what drift compares.
	inspect(conn db.Conn, l *live) error
	tables(conn db.Conn) ([]*liveTable, error)
	// columnType, reference and indexPart are how a column's type, a foreign key's target and a part of an index are told
	// in a liveTable.
	columnType(t value.Type) string
	reference(r *reference) string
	indexPart(p part) string
}

// dialects are the engines that a migration is written for.
var dialects = []sqlb.Dialect{sqlb.SQLite, sqlb.PostgreSQL}

func engineOf(d sqlb.Dialect) engine {
	if d == sqlb.PostgreSQL {
		return postgresEngine{}
	}
	return sqliteEngine{}
}

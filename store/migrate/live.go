package migrate

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// object is a trigger, a view or an index that the database has.
type object struct {
	name, table string
	sql         string // SQLite: its definition
	always      bool   // PostgreSQL: a trigger that fires on replicas, too
}

// dependent is something that holds a table or one of its columns as it is.
type dependent struct {
	table, column string // column is "" for the table as such
	what          string // "view shown"
	owner         string // the table that a foreign key belongs to
	own           bool   // it goes with the table
}

// live is what a plan must know of the database beside its old schema: what hand-written migrations added, and what
// the attic could give back. The zero live knows of nothing.
type live struct {
	triggers   []object
	views      []object
	indexes    []object
	dependents []dependent
	columns    map[string][]string // by table
	attic      map[string]bool     // "collection/field" that has rows there
	final      map[string]string   // SQL that triggers, views and indexes have when all is done, where it is known
}

// inspect reads it.
func inspect(conn db.Conn, d sqlb.Dialect) (*live, error) {
	l := &live{columns: map[string][]string{}, attic: map[string]bool{}}
	err := conn.Query("SELECT DISTINCT collection, field FROM couplet_attic", nil, func(r db.Row) error {
		l.attic[r.Text(0)+"/"+r.Text(1)] = true
		return nil
	})
	if err != nil {
		return nil, err
	}
	return l, engineOf(d).inspect(conn, l)
}

// table reports whether the database has a table, in whatever case, and its columns.
func (l *live) table(name string) ([]string, bool) {
	for have, columns := range l.columns {
		if strings.EqualFold(have, name) {
			return columns, true
		}
	}
	return nil, false
}

// inTheWay is the problem that dependents make of a step.
func inTheWay(what string) string {
	return "In the way is " + what + ": drop it by a migration of your own first (couplet migrate new), and make it again afterwards."
}

// holding returns what keeps a table of the document (column "") or one of its columns from going, "view a, view b".
// The foreign keys of the document's own tables are dropped beforehand.
func (b *build) holding(t *table, column string) string {
	var out []string
	for _, d := range b.live.dependents {
		ours := slices.ContainsFunc(b.old, func(o *table) bool { return o.name == d.owner })
		if d.table != t.name || column == "" && d.own || column != "" && d.column != column || ours {
			continue
		}
		if !slices.Contains(out, d.what) {
			out = append(out, d.what)
		}
	}
	return strings.Join(out, ", ")
}

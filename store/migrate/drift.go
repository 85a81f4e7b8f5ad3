package migrate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// Difference is one way in which a database is not what its document says.
type Difference struct {
	Collection string `json:"collection"` // "" for a table that no collection has
	Table      string `json:"table"`
	Object     string `json:"object"` // column or index, "" for the table itself
	Message    string `json:"message"`
}

func (d Difference) String() string {
	if d.Object == "" {
		return d.Table + ": " + d.Message
	}
	return d.Table + "." + d.Object + ": " + d.Message
}

// Drift compares the live tables with a schema. Couplet's own tables, triggers and views do not count, nor do the
// tables that Litestream makes in what it replicates. It returns nil where there is no difference, and
// errors.ErrUnsupported on an engine that it cannot read yet.
func Drift(conn db.Conn, d sqlb.Dialect, s *schema.Schema) ([]Difference, error) {
	if d != sqlb.SQLite {
		return nil, errors.ErrUnsupported
	}
	found, err := liveTables(conn)
	if err != nil {
		return nil, fmt.Errorf("migrate: drift: %w", err)
	}
	var out []Difference
	want := tables(s)
	for _, t := range want {
		at := slices.IndexFunc(found, func(l *liveTable) bool { return strings.EqualFold(l.name, t.name) })
		if t.adopted {
			continue
		}
		if at < 0 {
			out = append(out, Difference{t.collection.Name, t.name, "", "the table is missing"})
			continue
		}
		out = append(out, found[at].compare(t)...)
	}
	for _, l := range found {
		if !slices.ContainsFunc(want, func(t *table) bool { return strings.EqualFold(l.name, t.name) }) {
			out = append(out, Difference{"", l.name, "", "the table is not in the document"})
		}
	}
	return out, nil
}

// liveTable is a table as SQLite describes it.
type liveTable struct {
	name    string
	auto    bool
	checks  int
	columns []liveColumn
	indexes []*index
}

type liveColumn struct {
	name, typ  string
	null       bool
	key        int
	references string // "authors(id)"
}

func liveTables(conn db.Conn) ([]*liveTable, error) {
	var out []*liveTable
	err := conn.Query("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"+
		" AND name NOT LIKE 'couplet!_%' ESCAPE '!' AND name NOT LIKE '!_litestream!_%' ESCAPE '!' ORDER BY name", nil, func(r db.Row) error {
		l := &liveTable{name: r.Text(0)}
		for _, t := range tokens(r.Text(1)) {
			l.auto = l.auto || strings.EqualFold(t.text, "AUTOINCREMENT")
			if strings.EqualFold(t.text, "CHECK") && t.kind == tokenWord {
				l.checks++
			}
		}
		out = append(out, l)
		return nil
	})
	for _, l := range out {
		err = errors.Join(err, l.readColumns(conn), l.readIndexes(conn))
	}
	return out, err
}

func (l *liveTable) readColumns(conn db.Conn) error {
	err := conn.Query(`SELECT name, type, "notnull", pk FROM pragma_table_xinfo(`+literal(l.name)+")", nil, func(r db.Row) error {
		l.columns = append(l.columns, liveColumn{name: r.Text(0), typ: strings.ToLower(r.Text(1)), null: r.Int(2) == 0, key: int(r.Int(3))})
		return nil
	})
	return errors.Join(err, conn.Query(`SELECT "from", "table", "to" FROM pragma_foreign_key_list(`+literal(l.name)+")", nil, func(r db.Row) error {
		for i := range l.columns {
			if strings.EqualFold(l.columns[i].name, r.Text(0)) {
				l.columns[i].references = r.Text(1) + "(" + r.Text(2) + ")"
			}
		}
		return nil
	}))
}

func (l *liveTable) readIndexes(conn db.Conn) error {
	err := conn.Query(`SELECT name, "unique" FROM pragma_index_list(`+literal(l.name)+") WHERE origin = 'c'", nil, func(r db.Row) error {
		l.indexes = append(l.indexes, &index{name: r.Text(0), unique: r.Int(1) == 1})
		return nil
	})
	for _, x := range l.indexes {
		err = errors.Join(err, conn.Query(`SELECT coalesce(name, ''), "desc" FROM pragma_index_xinfo(`+literal(x.name)+") WHERE key = 1",
			nil, func(r db.Row) error {
				x.parts = append(x.parts, part{column: r.Text(0), desc: r.Int(1) == 1})
				return nil
			}))
	}
	return err
}

func (l *liveTable) compare(t *table) []Difference {
	var out []Difference
	differs := func(object, format string, args ...any) {
		out = append(out, Difference{t.collection.Name, t.name, object, fmt.Sprintf(format, args...)})
	}
	checks := 0
	for _, c := range t.columns {
		if positive(c.typ) {
			checks++
		}
		at := slices.IndexFunc(l.columns, func(lc liveColumn) bool { return strings.EqualFold(lc.name, c.name) })
		if at < 0 {
			differs(c.name, "the column is missing")
			continue
		}
		l.columns[at].compare(t, c, differs)
	}
	for _, lc := range l.columns {
		if !slices.ContainsFunc(t.columns, func(c *column) bool { return strings.EqualFold(lc.name, c.name) }) {
			differs(lc.name, "the column is not in the document")
		}
	}
	if auto := t.keyColumn().auto; auto != l.auto {
		differs(t.key[0], "AUTOINCREMENT is %t, not %t", l.auto, auto)
	}
	if checks != l.checks {
		differs("", "it has %d CHECK constraints, not %d", l.checks, checks)
	}
	l.compareIndexes(t, differs)
	return out
}

func (lc liveColumn) compare(t *table, c *column, differs func(string, string, ...any)) {
	if want := columnType(sqlb.SQLite, c.typ); lc.typ != want {
		differs(c.name, "the type is %s, not %s", lc.typ, want)
	}
	if lc.null != c.null {
		differs(c.name, "null is %t, not %t", lc.null, c.null)
	}
	if key := slices.Index(t.key, c.name) + 1; key != lc.key {
		differs(c.name, "it is part %d of the key, not %d", lc.key, key)
	}
	want := ""
	if c.ref != nil {
		want = c.ref.table + "(" + c.ref.column + ")"
	}
	if !strings.EqualFold(want, lc.references) {
		differs(c.name, "it references %q, not %q", lc.references, want)
	}
}

func (l *liveTable) compareIndexes(t *table, differs func(string, string, ...any)) {
	for _, x := range t.indexes {
		at := slices.IndexFunc(l.indexes, func(li *index) bool { return strings.EqualFold(li.name, x.name) })
		if at < 0 {
			differs(x.name, "the index is missing")
			continue
		}
		same := l.indexes[at].unique == x.unique && slices.EqualFunc(l.indexes[at].parts, x.parts, func(a, b part) bool {
			return strings.EqualFold(a.column, b.column) && a.desc == b.desc
		})
		if !same {
			differs(x.name, "the index is over other columns, or unique is not what it should be")
		}
	}
	for _, li := range l.indexes {
		if !slices.ContainsFunc(t.indexes, func(x *index) bool { return strings.EqualFold(li.name, x.name) }) {
			differs(li.name, "the index is not in the document")
		}
	}
}

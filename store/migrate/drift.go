package migrate

import (
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
// tables that Litestream makes in what it replicates. It returns nil where there is no difference.
func Drift(conn db.Conn, d sqlb.Dialect, s *schema.Schema) ([]Difference, error) {
	found, err := engineOf(d).tables(conn)
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
		differs := func(object, format string, args ...any) {
			out = append(out, Difference{t.collection.Name, t.name, object, fmt.Sprintf(format, args...)})
		}
		found[at].compare(wanted(d, t), differs)
	}
	for _, l := range found {
		if !slices.ContainsFunc(want, func(t *table) bool { return strings.EqualFold(l.name, t.name) }) {
			out = append(out, Difference{"", l.name, "", "the table is not in the document"})
		}
	}
	return out, nil
}

// liveTable is a table as an engine has it, or as it should have it.
type liveTable struct {
	name    string
	columns []liveColumn
	checks  []string // what their conditions say, "n >= 0"
	indexes []liveIndex
}

type liveColumn struct {
	name, typ  string
	null       bool
	key        int    // its place in the primary key, from 1
	auto       bool   // the engine gives out its values
	references string // "authors(id)"
}

type liveIndex struct {
	name  string
	parts string // "unique (a, b desc)"
}

// wanted is a table of the document as the engine should have it.
func wanted(d sqlb.Dialect, t *table) *liveTable {
	e := engineOf(d)
	l := &liveTable{name: t.name}
	for _, c := range t.columns {
		lc := liveColumn{name: c.name, typ: e.columnType(c.typ), null: c.null, key: slices.Index(t.key, c.name) + 1, auto: c.auto}
		if c.ref != nil {
			lc.references = e.reference(c.ref)
		}
		l.columns = append(l.columns, lc)
		if positive(c.typ) {
			l.checks = append(l.checks, c.name+" >= 0")
		}
	}
	for _, x := range t.indexes {
		parts := make([]string, len(x.parts))
		for i, p := range x.parts {
			parts[i] = e.indexPart(p)
		}
		l.indexes = append(l.indexes, liveIndex{x.name, indexParts(x.unique, parts)})
	}
	return l
}

func indexParts(unique bool, parts []string) string {
	all := "(" + strings.Join(parts, ", ") + ")"
	if unique {
		return "unique " + all
	}
	return all
}

// condition is the text of a CHECK without quotes, parentheses and white space, a space between its parts.
func condition(sql string) string {
	var words []string
	for _, t := range tokens(sql) {
		switch {
		case t.kind == tokenSpace || t.text == "(" || t.text == ")":
		case t.name() != "":
			words = append(words, t.name())
		default:
			words = append(words, t.text)
		}
	}
	return strings.ReplaceAll(strings.Join(words, " "), "> =", ">=")
}

func (l *liveTable) compare(want *liveTable, differs func(string, string, ...any)) {
	for _, w := range want.columns {
		at := slices.IndexFunc(l.columns, func(lc liveColumn) bool { return strings.EqualFold(lc.name, w.name) })
		if at < 0 {
			differs(w.name, "the column is missing")
			continue
		}
		l.columns[at].compare(w, differs)
	}
	for _, lc := range l.columns {
		if !slices.ContainsFunc(want.columns, func(w liveColumn) bool { return strings.EqualFold(lc.name, w.name) }) {
			differs(lc.name, "the column is not in the document")
		}
	}
	l.compareChecks(want, differs)
	l.compareIndexes(want, differs)
}

func (lc liveColumn) compare(want liveColumn, differs func(string, string, ...any)) {
	if lc.typ != want.typ {
		differs(want.name, "the type is %s, not %s", lc.typ, want.typ)
	}
	if lc.null != want.null {
		differs(want.name, "null is %t, not %t", lc.null, want.null)
	}
	if lc.key != want.key {
		differs(want.name, "it is part %d of the key, not %d", lc.key, want.key)
	}
	if lc.auto != want.auto {
		differs(want.name, "that the database gives out its values is %t, not %t", lc.auto, want.auto)
	}
	if !strings.EqualFold(lc.references, want.references) {
		differs(want.name, "it references %q, not %q", lc.references, want.references)
	}
}

func (l *liveTable) compareChecks(want *liveTable, differs func(string, string, ...any)) {
	for _, w := range want.checks {
		if !slices.ContainsFunc(l.checks, func(c string) bool { return strings.EqualFold(c, w) }) {
			differs("", "the CHECK constraint %s is missing", w)
		}
	}
	for _, c := range l.checks {
		if !slices.ContainsFunc(want.checks, func(w string) bool { return strings.EqualFold(c, w) }) {
			differs("", "the CHECK constraint %s is not in the document", c)
		}
	}
}

func (l *liveTable) compareIndexes(want *liveTable, differs func(string, string, ...any)) {
	for _, w := range want.indexes {
		at := slices.IndexFunc(l.indexes, func(x liveIndex) bool { return strings.EqualFold(x.name, w.name) })
		switch {
		case at < 0:
			differs(w.name, "the index is missing")
		case !strings.EqualFold(l.indexes[at].parts, w.parts):
			differs(w.name, "the index is %s, not %s", l.indexes[at].parts, w.parts)
		}
	}
	for _, x := range l.indexes {
		if !slices.ContainsFunc(want.indexes, func(w liveIndex) bool { return strings.EqualFold(x.name, w.name) }) {
			differs(x.name, "the index is not in the document")
		}
	}
}

package migrate

import (
	"slices"
	"strings"

	atlas "ariga.io/atlas/sql/schema"

	"github.com/couplet/couplet/store/sqlb"
)

// rebuildTable makes a new table, copies the rows through each column's expression, and puts it in the old one's
// place, with the numbers that AUTOINCREMENT has given out and the indexes that hand-written migrations added.
func (b *build) rebuildTable(c *change) {
	t := *c.new
	t.name = identifier("couplet_new", t.name)
	t.indexes = nil
	old, temporary := sqlb.Quote(c.new.name), sqlb.Quote(t.name)
	sql := createTable(b.dialect, &t)
	var names, values []string
	for _, cc := range c.columns {
		names = append(names, sqlb.Quote(cc.new.name))
		values = append(values, cc.copied)
	}
	sql = append(sql, "INSERT INTO "+temporary+" ("+strings.Join(names, ", ")+") SELECT "+strings.Join(values, ", ")+
		" FROM "+old)
	if key := c.new.keyColumn(); key.auto && c.old.keyColumn().auto {
		sql = append(sql, "DELETE FROM sqlite_sequence WHERE name = "+literal(t.name),
			"INSERT INTO sqlite_sequence (name, seq) SELECT "+literal(t.name)+", seq FROM sqlite_sequence WHERE name = "+
				literal(c.new.name))
	}
	sql = append(sql, "DROP TABLE "+old, "ALTER TABLE "+temporary+" RENAME TO "+old)
	for _, x := range c.new.indexes {
		sql = append(sql, createIndex(b.dialect, c.new, x)...)
	}
	d := b.step(phaseRebuild, "rebuild", c.new, "", "Rebuild table "+c.new.name+".", append(sql, b.foreignIndexes(c)...)...)
	d.count("SELECT count(*) FROM "+sqlb.Quote(c.old.name), func(s *Step, n int64) {
		s.Rows = n
		s.Sentence = counted(n, "Rebuild table "+c.new.name+" ({n}).")
	})
	b.unknownColumns(c.old, d)
}

// unknownColumns refuses a step that would lose columns which the document does not know.
func (b *build) unknownColumns(t *table, d *draft) {
	columns, ok := b.live.table(t.name)
	if !ok {
		return
	}
	for _, name := range columns {
		if !slices.ContainsFunc(t.columns, func(o *column) bool { return strings.EqualFold(o.name, name) }) {
			d.Problem = strings.TrimSpace(d.Problem + " Table " + t.name + " has a column " + name +
				" that the document does not know: declare it, or drop it by a migration of your own.")
		}
	}
}

// foreignIndexes returns the indexes on a table that the document did not make, with its names as they will be. Those
// over a column that goes are left out.
func (b *build) foreignIndexes(c *change) []string {
	names := b.newNames(c)
	var out []string
	for _, o := range b.live.indexes {
		ours := slices.ContainsFunc(c.old.indexes, func(x *index) bool { return strings.EqualFold(x.name, o.name) }) ||
			slices.ContainsFunc(c.new.indexes, func(x *index) bool { return strings.EqualFold(x.name, o.name) })
		gone := slices.ContainsFunc(c.dropped, func(x *column) bool { return mentions(o.sql, x.name) })
		if strings.EqualFold(o.table, c.old.name) && !ours && !gone && o.sql != "" {
			sql := b.live.final[o.name]
			if sql == "" {
				sql = renameIn(o.sql, names)
			}
			out = append(out, sql)
		}
	}
	return out
}

// newNames maps the names that change in a table, in lower case, its own included.
func (b *build) newNames(c *change) map[string]string {
	names := map[string]string{}
	if c.old.name != c.new.name {
		names[strings.ToLower(c.old.name)] = c.new.name
	}
	for _, o := range c.old.columns {
		if n := c.new.column(o.id); n != nil && n.name != o.name {
			names[strings.ToLower(o.name)] = n.name
		}
	}
	return names
}

// addSimply adds columns that may be null and point nowhere, by ALTER TABLE.
func (b *build) addSimply(c *change) {
	for _, cc := range c.columns {
		if cc.old != nil {
			continue
		}
		cc.added.phase = phaseAddColumn
		cc.added.SQL = script(render(b.dialect, &atlas.ModifyTable{T: atlas.NewTable(c.new.name),
			Changes: []atlas.Change{&atlas.AddColumn{C: atlasColumn(b.dialect, cc.new)}}}))
		if cc.moved {
			b.step(phaseRestore, "fill_column", c.new, cc.new.id, "Give "+label(c.new, cc.new)+" its value in the records there are.",
				"UPDATE "+sqlb.Quote(c.new.name)+" SET "+sqlb.Quote(cc.new.name)+" = "+cc.copied)
		}
	}
}

// indexes drops and creates what differs on a table that is not rebuilt.
func (b *build) indexes(c *change) {
	for _, o := range c.old.indexes {
		if !slices.ContainsFunc(c.new.indexes, func(n *index) bool { return b.sameIndex(o, n) }) {
			b.step(phaseDropIndex, "drop_index", c.new, o.name, "Drop index "+o.name+".", "DROP INDEX "+sqlb.Quote(o.name))
		}
	}
	for _, n := range c.new.indexes {
		if !slices.ContainsFunc(c.old.indexes, func(o *index) bool { return b.sameIndex(o, n) }) {
			b.step(phaseIndex, "add_index", c.new, n.name, "Create index "+n.name+".", createIndex(b.dialect, c.new, n)...)
		}
	}
}

func (b *build) sameIndex(o, n *index) bool {
	if o.name != n.name || o.unique != n.unique || !equalParts(o.parts, n.parts) {
		return false
	}
	return slices.EqualFunc(o.parts, n.parts, func(x, y part) bool {
		x.column, y.column = "", "" // it follows
		return b.engine.indexPart(x) == b.engine.indexPart(y)
	})
}

func createIndex(d sqlb.Dialect, t *table, x *index) []string {
	return render(d, &atlas.ModifyTable{T: atlas.NewTable(t.name), Changes: []atlas.Change{
		&atlas.AddIndex{I: atlasIndex(d, x, nil)}}})
}

// suspend drops the triggers and views that a rebuild would trip over, and makes them again at the end, with the names
// as they will be.
func (sqliteEngine) suspend(b *build) {
	names := map[string]string{}
	needed := false
	for _, c := range b.changes {
		needed = needed || c.old != nil && !c.adopted() && (c.new == nil || c.rebuild)
		if c.old != nil && c.new != nil && c.old.name != c.new.name {
			names[strings.ToLower(c.old.name)] = c.new.name
		}
	}
	if !needed || len(b.changes) == 0 {
		return
	}
	t := &table{id: "", collection: b.changes[0].any().collection}
	for _, o := range b.live.views {
		b.setAside("view", t, o, renameIn(o.sql, names))
	}
	for _, o := range b.live.triggers {
		sql, gone := renameIn(o.sql, names), false
		for _, c := range b.changes {
			if c.old != nil && strings.EqualFold(c.old.name, o.table) {
				t, gone = c.any(), c.new == nil
				if !gone {
					sql = renameIn(sql, b.newNames(c))
				}
			}
		}
		if !gone {
			b.setAside("trigger", t, o, sql)
		}
	}
}

func (c *change) any() *table {
	if c.new != nil {
		return c.new
	}
	return c.old
}

func (b *build) setAside(kind string, t *table, o object, sql string) {
	if final := b.live.final[o.name]; final != "" {
		sql = final
	}
	b.step(phaseSuspend, "suspend_"+kind, t, o.name, "Set "+kind+" "+o.name+" aside.",
		"DROP "+strings.ToUpper(kind)+" "+sqlb.Quote(o.name))
	b.step(phaseResume, "resume_"+kind, t, o.name, "Put "+kind+" "+o.name+" back.", sql)
}

package migrate

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/sqlb"
)

// build works out the steps between two sets of tables. It is pure: counts come later.
type build struct {
	dialect  sqlb.Dialect
	engine   engine
	live     *live
	down     bool // what cannot be known is filled with zero values instead of being a problem
	old      []*table
	changes  []*change
	drafts   []*draft
	rewrites []string // names of the collections whose stored values change
}

// change is what becomes of one table. Of old and new one may be nil.
type change struct {
	old, new *table
	columns  []*columnChange // of the new table, in its order
	dropped  []*column
	rebuild  bool
}

// adopted reports whether the table is, or becomes, one that others own: it is left as it is.
func (c *change) adopted() bool {
	return c.old != nil && c.old.adopted || c.new != nil && c.new.adopted
}

// columnChange is what becomes of one column. old is nil for a new one.
type columnChange struct {
	old, new *column
	value    string // the new value over the old table as it is now
	copied   string // the same over the table after its columns were renamed
	moved    bool   // value is not just the old column
	fill     string // of a new column: what it holds where nothing else is known
	recalled bool   // of a new column: the attic may know what it once held
	added    *draft // the step that tells of a new column
}

// newBuild pairs tables and columns by id.
func newBuild(d sqlb.Dialect, l *live, old, new []*table, down bool) *build {
	b := &build{dialect: d, engine: engineOf(d), live: l, down: down, old: old}
	for _, t := range new {
		b.changes = append(b.changes, &change{old: partner(old, t), new: t})
	}
	for _, t := range old {
		if partner(new, t) == nil {
			b.changes = append(b.changes, &change{old: t})
		}
	}
	return b
}

// partner finds the table with the id of t; a link that leads elsewhere now is another one.
func partner(in []*table, t *table) *table {
	for _, o := range in {
		if o.id != t.id || (o.link == nil) != (t.link == nil) {
			continue
		}
		if t.link != nil && o.column("to").ref.id != t.column("to").ref.id {
			continue
		}
		return o
	}
	return nil
}

func (b *build) run() {
	for _, c := range b.changes {
		switch {
		case c.adopted():
		case c.new == nil:
			b.dropTable(c.old)
		case c.old == nil:
			b.newTable(c.new)
		default:
			b.alter(c)
		}
	}
	b.renames()
	b.engine.suspend(b)
	slices.SortStableFunc(b.drafts, func(x, y *draft) int { return int(x.phase) - int(y.phase) })
}

// step adds a draft. id is completed by the table's.
func (b *build) step(p phase, kind string, t *table, suffix, sentence string, sql ...string) *draft {
	id := kind + ":" + strings.ReplaceAll(t.id, "/", ":")
	if suffix != "" {
		id += ":" + suffix
	}
	d := &draft{phase: p, Step: Step{ID: id, Collection: t.collection.Name, Sentence: sentence, SQL: script(sql)}}
	b.drafts = append(b.drafts, d)
	return d
}

// script joins statements into one text.
func script(statements []string) string {
	var s strings.Builder
	for _, one := range statements {
		s.WriteString(strings.TrimRight(one, "; \n") + ";\n")
	}
	return s.String()
}

func (b *build) rewritten(t *table) {
	if !slices.Contains(b.rewrites, t.collection.Name) {
		b.rewrites = append(b.rewrites, t.collection.Name)
	}
}

// describe names a table in a sentence.
func (t *table) describe() string {
	if t.link != nil {
		return t.link.Name + " of " + t.collection.Name
	}
	return t.collection.Name
}

// dropTable copies a table to the attic and drops it.
func (b *build) dropTable(t *table) {
	sentence, lost := "Drop collection "+t.describe()+".", "{n} would be lost."
	if t.link != nil {
		sentence, lost = "Drop relation "+t.describe()+".", "{n} would lose a link."
	}
	d := b.step(phaseAttic, "drop_"+kindOf(t), t, "", sentence, b.atticTable(t)...)
	d.count("SELECT count(*) FROM "+sqlb.Quote(t.name), destroys(lost))
	b.unknownColumns(t, d)
	for _, o := range b.live.triggers {
		if strings.EqualFold(o.table, t.name) {
			d.Sentence += " Its trigger " + o.name + " goes with it."
		}
	}
	if what := b.holding(t, ""); what != "" {
		d.Problem = strings.TrimSpace(d.Problem + " " + inTheWay(what))
	}
	if keys := b.engine.dropKeys(t); len(keys) > 0 {
		b.step(phaseUnkey, "drop_keys", t, "", "Drop the foreign keys of "+t.name+".", keys...)
	}
	b.step(phaseDrop, "drop_table", t, "", "Drop table "+t.name+".", "DROP TABLE "+sqlb.Quote(t.name))
}

func kindOf(t *table) string {
	if t.link != nil {
		return "relation"
	}
	return "collection"
}

// newTable creates a table, and fills it from the attic where that has what it once held.
func (b *build) newTable(t *table) {
	sentence := "Create collection " + t.describe() + "."
	if t.link != nil {
		sentence = "Create relation " + t.describe() + "."
	}
	d := b.step(phaseCreate, "create_"+kindOf(t), t, "", sentence, createTable(b.dialect, t)...)
	ours := slices.ContainsFunc(b.old, func(o *table) bool { return strings.EqualFold(o.name, t.name) && !o.adopted })
	if _, taken := b.live.table(t.name); taken && !ours {
		d.Problem = "There is a table " + t.name + " already that the document does not know: drop or rename it by a migration" +
			" of your own, or adopt it (\"owned\": false)."
	}
	if keys := foreignKeys(b.dialect, t); len(keys) > 0 {
		b.step(phaseIndex, "foreign_keys", t, "", "Add the foreign keys of "+t.describe()+".", keys...)
	}
	switch {
	case t.link != nil && b.fillLink(t):
	case b.remembered(t):
		b.restoreTable(t)
	}
}

// fillLink turns a foreign key that became many-to-many into links.
func (b *build) fillLink(t *table) bool {
	for _, c := range b.changes {
		if c.old == nil || c.old.id != t.collection.ID {
			continue
		}
		f := c.old.column(t.link.ID)
		if f == nil || f.ref == nil || f.ref.id != t.column("to").ref.id || c.new == nil {
			return false
		}
		key := c.old.keyColumn()
		b.step(phaseFillLink, "fill_relation", t, "", "Keep what "+t.describe()+" pointed to.",
			"INSERT INTO "+sqlb.Quote(t.name)+" ("+sqlb.Quote(t.key[0])+", "+sqlb.Quote(t.key[1])+") SELECT "+
				sqlb.Quote(b.renamedColumn(c, key))+", "+sqlb.Quote(b.renamedColumn(c, f))+" FROM "+sqlb.Quote(c.new.name)+
				" WHERE "+sqlb.Quote(b.renamedColumn(c, f))+" IS NOT NULL")
		b.rewritten(t)
		return true
	}
	return false
}

// becameLink reports whether a dropped column lives on as links.
func (b *build) becameLink(t *table, c *column) bool {
	for _, other := range b.changes {
		n := other.new
		if other.old == nil && n.link != nil && n.id == t.id+"/"+c.id && c.ref != nil && n.column("to").ref.id == c.ref.id {
			return true
		}
	}
	return false
}

package migrate

import (
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// alter works out what becomes of a table that stays: first every column, then how.
func (b *build) alter(c *change) {
	b.renamedFields(c)
	for _, n := range c.new.columns {
		cc := &columnChange{old: c.old.column(n.id), new: n}
		c.columns = append(c.columns, cc)
		if cc.old == nil {
			b.addColumn(c, cc)
		} else {
			b.modifyColumn(c, cc)
		}
	}
	for _, o := range c.old.columns {
		if c.new.column(o.id) == nil {
			c.dropped = append(c.dropped, o)
			b.dropColumn(c, o)
		}
	}
	b.narrowed(c)
	b.uniques(c)
	b.engine.alter(b, c)
}

// renamedFields tells of fields whose names change; their columns' steps carry the SQL.
func (b *build) renamedFields(c *change) {
	if c.new.link == nil && c.old.collection.Name != c.new.collection.Name {
		b.step(phaseRename, "rename_collection", c.new, "",
			"Rename collection "+c.old.collection.Name+" to "+c.new.collection.Name+".")
	}
	for _, n := range c.new.columns {
		if o := c.old.column(n.id); o != nil && n.field != nil && o.field.Name != n.field.Name {
			b.step(phaseRename, "rename_field", c.new, n.id,
				"Rename field "+o.field.Name+" of "+c.new.collection.Name+" to "+n.field.Name+".")
		}
	}
}

// label names a column in a sentence: "price of articles".
func label(t *table, c *column) string {
	if c.field == nil {
		return t.describe()
	}
	return c.field.Name + " of " + t.collection.Name
}

func (b *build) addColumn(c *change, cc *columnChange) {
	n := cc.new
	fill, ok := b.fill(n)
	cc.fill, cc.moved = fill, fill != "NULL"
	cc.value = b.engine.typed(fill, n.typ)
	cc.copied = cc.value
	if c.new.link == nil && c.new.sameKey(c.old) && (b.down || b.live.attic[c.new.id+"/"+n.id]) {
		key := c.old.keyColumn()
		at := func(table, column string) string {
			v := b.remembers(c.new, n, sqlb.Quote(table)+"."+sqlb.Quote(column), key.typ)
			if fill != "NULL" {
				v = "coalesce(" + v + ", " + fill + ")"
			}
			return b.engine.typed(v, n.typ)
		}
		cc.value, cc.copied = at(c.old.name, key.name), at(c.new.name, b.renamedColumn(c, key))
		cc.recalled, cc.moved = true, true
		b.forget(c.new, c.new.id, n.id)
		b.dangling(c.new)
	}
	d := b.step(phaseRebuild, "add_field", c.new, n.id, "Add field "+label(c.new, n)+".")
	cc.added = d
	if !ok {
		d.count("SELECT count(*) FROM "+sqlb.Quote(c.old.name)+" WHERE "+cc.value+" IS NULL",
			fails("It would be empty in {n}: give the field a default, or allow null."))
	}
	if cc.moved {
		b.rewritten(c.new)
	}
	if !n.null || n.ref != nil || positive(n.typ) {
		c.rebuild = true
	}
}

func (b *build) dropColumn(c *change, o *column) {
	c.rebuild = true
	if b.becameLink(c.new, o) {
		b.step(phaseRebuild, "drop_field", c.old, o.id, "Drop column "+o.name+" of "+c.new.name+", now a relation.")
		return
	}
	var sql []string
	if c.old.link == nil {
		sql = []string{b.atticMark(c.old.id, o.id), b.atticColumn(c.old, o, "")}
	}
	d := b.step(phaseAttic, "drop_field", c.old, o.id, "Drop field "+label(c.old, o)+".", sql...)
	d.count("SELECT count(*) FROM "+sqlb.Quote(c.old.name)+" WHERE "+sqlb.Quote(o.name)+" IS NOT NULL",
		destroys("The value is lost in {n}."))
}

func (b *build) modifyColumn(c *change, cc *columnChange) {
	o, n := cc.old, cc.new
	fill, filled := b.fill(n)
	before, after := sqlb.Quote(o.name), sqlb.Quote(b.renamedColumn(c, o))
	conv := b.conversion(before, o.typ, n.typ)
	cc.value = b.typed(conv.converted(before, fill), before, n.typ)
	cc.copied = b.typed(b.conversion(after, o.typ, n.typ).converted(after, fill), after, n.typ)
	if o.typ != n.typ && !identical(o.typ, n.typ) {
		cc.moved = true
		b.changeType(c, cc, conv, filled)
	}
	if b.dialect.ColumnType(o.typ) != b.dialect.ColumnType(n.typ) || cc.moved || o.null != n.null ||
		o.auto != n.auto || positive(o.typ) != positive(n.typ) {
		c.rebuild = true
	}
	if o.null && !n.null {
		b.requireColumn(c, cc, fill, filled)
	}
	if !o.null && n.null {
		b.step(phaseRebuild, "allow_null", c.new, n.id, "Allow null in "+label(c.new, n)+".")
	}
	b.retarget(c, cc)
	if cc.moved {
		b.rewritten(c.new)
	}
}

func (b *build) conversion(column string, from, to value.Type) conversion {
	conv, ok := b.engine.convert(column, from, to)
	if !ok {
		return conversion{expr: "NULL", fails: column + " IS NOT NULL"}
	}
	return conv
}

// typed gives an expression its type, unless it is a column as it stands.
func (b *build) typed(expr, column string, t value.Type) string {
	if expr == column {
		return expr
	}
	return b.engine.typed(expr, t)
}

// changeType adds the step of a conversion: what does not convert becomes the fallback, after consent.
func (b *build) changeType(c *change, cc *columnChange, conv conversion, filled bool) {
	o, n := cc.old, cc.new
	var lost []string
	for _, condition := range []string{conv.fails, conv.lossy} {
		if condition != "" {
			lost = append(lost, "("+condition+")")
		}
	}
	var sql []string
	if len(lost) > 0 && c.new.link == nil {
		sql = append(sql, b.atticColumn(c.old, o, strings.Join(lost, " OR ")))
	}
	d := b.step(phaseAttic, "change_type", c.new, n.id,
		"Change "+label(c.new, n)+" from "+typeName(o.typ)+" to "+typeName(n.typ)+".", sql...)
	from := "SELECT count(*) FROM " + sqlb.Quote(c.old.name) + " WHERE " + sqlb.Quote(o.name) + " IS NOT NULL AND "
	if conv.fails != "" && filled {
		d.count(from+"("+conv.fails+")", destroys("The value does not convert and is replaced in {n}."))
	} else if conv.fails != "" {
		d.count(from+"("+conv.fails+")", fails("The value does not convert in {n}: correct it first, "+
			"allow null or give a default for them, or write the migration by hand (couplet migrate new)."))
	}
	if conv.lossy != "" {
		condition := conv.lossy
		if conv.fails != "" {
			condition = "NOT (" + conv.fails + ") AND (" + conv.lossy + ")"
		}
		d.count(from+condition, destroys("A part of the value is lost in {n}."))
	}
}

func typeName(t value.Type) string {
	if t.Kind == value.Decimal {
		return "decimal(" + itoa(t.Digits) + "," + itoa(t.Places) + ")"
	}
	return string(t.Kind)
}

// requireColumn adds the step that takes null away.
func (b *build) requireColumn(c *change, cc *columnChange, fill string, filled bool) {
	d := b.step(phaseRebuild, "require", c.new, cc.new.id, "Require a value in "+label(c.new, cc.new)+".")
	count := "SELECT count(*) FROM " + sqlb.Quote(c.old.name) + " WHERE " + sqlb.Quote(cc.old.name) + " IS NULL"
	if !filled {
		d.count(count, fails("It is empty in {n}: give the field a default, or fill them first."))
		return
	}
	or := func(v string) string { return b.engine.typed("coalesce("+v+", "+fill+")", cc.new.typ) }
	cc.value, cc.copied, cc.moved = or(cc.value), or(cc.copied), true
	d.count(count, func(s *Step, n int64) {
		s.Rows += n
		s.Sentence += " " + counted(n, "The default is filled into {n} without a value.")
	})
}

// retarget looks at foreign keys that point elsewhere now: their keys must exist there.
func (b *build) retarget(c *change, cc *columnChange) {
	o, n := cc.old, cc.new
	if n.ref == nil {
		c.rebuild = c.rebuild || o.ref != nil
		return
	}
	if o.ref != nil && o.ref.id == n.ref.id {
		return
	}
	c.rebuild = true
	missing := cc.value + " IS NOT NULL"
	if t := b.tableNow(n.ref); t != nil {
		missing += " AND NOT EXISTS (SELECT 1 FROM " + sqlb.Quote(t.table) + " AS target WHERE target." + sqlb.Quote(t.column) +
			" = " + cc.value + ")"
	}
	var sql []string
	if n.null && c.new.link == nil {
		sql = append(sql, b.atticColumn(c.old, o, missing))
		b.dangling(c.new)
	}
	d := b.step(phaseAttic, "retarget", c.new, n.id, "Point "+label(c.new, n)+" to "+n.ref.table+".", sql...)
	count := "SELECT count(*) FROM " + sqlb.Quote(c.old.name) + " WHERE " + missing
	if n.null {
		d.count(count, destroys("The reference leads nowhere in {n} and becomes null."))
	} else {
		d.count(count, fails("The reference leads nowhere in {n}: correct it first, or allow null."))
	}
}

// tableNow returns where the target of a reference is before the plan; nil when the plan makes it.
func (b *build) tableNow(r *reference) *reference {
	for _, c := range b.changes {
		switch {
		case c.old != nil && c.old.link == nil && c.old.id == r.id:
			return &reference{r.id, c.old.name, c.old.keyColumn().name}
		case c.new != nil && c.new.link == nil && c.new.id == r.id && !c.new.adopted:
			return nil
		}
	}
	return r // an adopted table, new to the document
}

// dangling removes, after everything else, what points to nothing: nullable keys become null, links and rows that came
// out of the attic go.
func (b *build) dangling(t *table) {
	var sql []string
	for _, c := range t.columns {
		if c.ref == nil {
			continue
		}
		name := sqlb.Quote(t.name) + "." + sqlb.Quote(c.name)
		where := " WHERE " + name + " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM " + sqlb.Quote(c.ref.table) +
			" AS target WHERE target." + sqlb.Quote(c.ref.column) + " = " + name + ")"
		switch {
		case c.null:
			sql = append(sql, "UPDATE "+sqlb.Quote(t.name)+" SET "+sqlb.Quote(c.name)+" = NULL"+where)
		case t.link != nil || c.field.OnDelete == schema.Cascade:
			sql = append(sql, "DELETE FROM "+sqlb.Quote(t.name)+where)
		}
	}
	for _, d := range b.drafts {
		if d.ID == "dangling:"+strings.ReplaceAll(t.id, "/", ":") {
			return
		}
	}
	if len(sql) > 0 {
		b.step(phaseDangling, "dangling", t, "", "Clear what points to nothing in "+t.describe()+".", sql...)
	}
}

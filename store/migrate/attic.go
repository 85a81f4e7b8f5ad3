package migrate

import (
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// What a destructive step loses is copied to couplet_attic first: one row for each record and field, the value as the
// JSON that the API writes. A row without a key marks the moment a whole field was dropped. The changeset is empty in
// the file and is given by whoever runs it.
const atticColumns = "INSERT INTO couplet_attic (changeset, collection, field, key, value, at) "

func (b *build) toAttic(collection, field, key, val, from string) string {
	return atticColumns + "SELECT '', " + literal(collection) + ", " + literal(field) + ", " + key + ", " + val + ", " +
		b.engine.microseconds() + from
}

func (b *build) atticMark(collection, field string) string {
	return atticColumns + "VALUES ('', " + literal(collection) + ", " + literal(field) + ", '', 'null', " +
		b.engine.microseconds() + ")"
}

// atticColumn copies a column's values, all or those where a condition holds.
func (b *build) atticColumn(t *table, c *column, where string) string {
	name := sqlb.Quote(c.name)
	from := " FROM " + sqlb.Quote(t.name) + " WHERE " + name + " IS NOT NULL"
	if where != "" {
		from += " AND (" + where + ")"
	}
	key := t.keyColumn()
	return b.toAttic(t.id, c.id, b.engine.wireText(sqlb.Quote(key.name), key.typ), b.engine.wireJSON(name, c.typ), from)
}

// atticTable copies a whole table: every column of a collection, the sorted lists of keys of a link.
func (b *build) atticTable(t *table) []string {
	if t.link == nil {
		var out []string
		for _, c := range t.columns {
			out = append(out, b.atticMark(t.id, c.id), b.atticColumn(t, c, ""))
		}
		return out
	}
	from, to := t.columns[0], t.columns[1]
	owner, target := sqlb.Quote(from.name), sqlb.Quote(to.name)
	list := "'[' || string_agg(" + b.engine.wireJSON(target, to.typ) + ", ',' ORDER BY " + target + ") || ']'"
	c, field := t.collection.ID, linkField(t)
	return []string{
		b.atticMark(c, field),
		b.toAttic(c, field, b.engine.wireText(owner, from.typ), list, " FROM "+sqlb.Quote(t.name)+" GROUP BY "+owner),
	}
}

// linkField is what the attic calls a many-to-many field: its id and its target's, since keys mean nothing elsewhere.
func linkField(t *table) string { return t.link.ID + ">" + t.column("to").ref.id }

// remembered reports whether the attic has what a table once held: it had when the plan was made, or, for a rollback,
// the migration that it undoes put it there.
func (b *build) remembered(t *table) bool {
	if t.link != nil {
		return b.down || b.live.attic[t.collection.ID+"/"+linkField(t)]
	}
	return b.down || b.live.attic[t.id+"/"+t.keyColumn().id]
}

// latest is the changeset in which a field was last dropped.
func latest(collection, field string) string {
	return "(SELECT changeset FROM couplet_attic WHERE collection = " + literal(collection) + " AND field = " +
		literal(field) + " AND key = '' ORDER BY at DESC LIMIT 1)"
}

// recall is the condition of the attic's rows, as held, about a column in the row with a key.
func (b *build) recall(t *table, c *column, key string, keyType value.Type) string {
	return "held.collection = " + literal(t.id) + " AND held.field = " + literal(c.id) + " AND held.key = " + b.engine.wireText(key, keyType) +
		" AND held.changeset = " + latest(t.id, c.id)
}

// remembers returns the expression of what the attic remembers of a column for the row at hand, null for nothing.
func (b *build) remembers(t *table, c *column, key string, keyType value.Type) string {
	return b.engine.fromJSON("(SELECT held.value FROM couplet_attic AS held WHERE "+b.recall(t, c, key, keyType)+" ORDER BY held.at DESC LIMIT 1)", c.typ)
}

// restoreTable fills a new table with what the attic has of it.
func (b *build) restoreTable(t *table) {
	collection, field := t.id, t.keyColumn().id
	if t.link != nil {
		collection, field = t.collection.ID, linkField(t)
	}
	rows := " FROM couplet_attic WHERE collection = " + literal(collection) + " AND key <> '' AND changeset = " +
		latest(collection, field)
	var sql []string
	if t.link != nil {
		sql = append(sql, b.restoreLink(t, rows+" AND field = "+literal(field)))
	} else {
		sql = append([]string{b.restoreRows(t, rows)}, b.engine.keysGoOn(t)...)
	}
	b.step(phaseRestore, "restore", t, "", "Bring back what "+t.describe()+" held when it was dropped.", sql...)
	b.forget(t, collection, "")
	b.dangling(t)
	b.rewritten(t)
}

func (b *build) restoreRows(t *table, rows string) string {
	names, values := "", ""
	for i, c := range t.columns {
		if i > 0 {
			names, values = names+", ", values+", "
		}
		names += sqlb.Quote(c.name)
		v := b.engine.fromJSON("v_"+itoa(i), c.typ)
		if fill, ok := b.fill(c); ok && fill != "NULL" {
			v = "coalesce(" + v + ", " + fill + ")"
		}
		values += b.engine.typed(v, c.typ)
	}
	fields := ""
	for i, c := range t.columns {
		if i > 0 {
			fields += ", "
		}
		fields += "max(CASE WHEN field = " + literal(c.id) + " THEN value END) AS v_" + itoa(i)
	}
	return "INSERT INTO " + sqlb.Quote(t.name) + " (" + names + ") SELECT " + values + " FROM (SELECT " + fields + rows +
		" GROUP BY key) AS held"
}

func (b *build) restoreLink(t *table, rows string) string {
	from, to := t.columns[0], t.columns[1]
	return "INSERT INTO " + sqlb.Quote(t.name) + " (" + sqlb.Quote(from.name) + ", " + sqlb.Quote(to.name) + ") SELECT " +
		b.engine.fromText("held.key", from.typ) + ", " + b.engine.fromText("item.value", to.typ) + " FROM (SELECT key, value" + rows +
		") AS held, " + b.engine.elements("held.value")
}

// forget removes from the attic what was brought back, of one field or of a whole collection.
func (b *build) forget(t *table, collection, field string) {
	sql := "DELETE FROM couplet_attic WHERE collection = " + literal(collection)
	if field != "" {
		sql += " AND field = " + literal(field)
	} else if t.link != nil {
		sql += " AND field = " + literal(linkField(t))
	}
	b.step(phaseClean, "forget", t, field, "Clear the attic of what was brought back.", sql)
}

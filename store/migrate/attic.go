package migrate

import (
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// What a destructive step loses is copied to couplet_attic first: one row for each record and field, the value as the
// JSON that the API writes. A row without a key marks the moment a whole field was dropped. The changeset is empty in
// the file and is given by whoever runs it.
const atticColumns = "INSERT INTO couplet_attic (changeset, collection, field, key, value, at) "

// microseconds is the present in the unit of couplet_attic.at.
func microseconds(d sqlb.Dialect) string {
	if d == sqlb.PostgreSQL {
		return "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
	}
	return "CAST(unixepoch('subsec') * 1000000 AS INTEGER)"
}

func (b *build) toAttic(collection, field, key, val, from string) string {
	return atticColumns + "SELECT '', " + literal(collection) + ", " + literal(field) + ", " + key + ", " + val + ", " +
		microseconds(b.dialect) + from
}

func (b *build) atticMark(collection, field string) string {
	return atticColumns + "VALUES ('', " + literal(collection) + ", " + literal(field) + ", '', 'null', " +
		microseconds(b.dialect) + ")"
}

// atticColumn copies a column's values, all or those where a condition holds.
func (b *build) atticColumn(t *table, c *column, where string) string {
	name := sqlb.Quote(c.name)
	from := " FROM " + sqlb.Quote(t.name) + " WHERE " + name + " IS NOT NULL"
	if where != "" {
		from += " AND (" + where + ")"
	}
	key := t.keyColumn()
	return b.toAttic(t.id, c.id, b.text(sqlb.Quote(key.name), key.typ), b.json(name, c.typ), from)
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
	var list, rows string
	if b.dialect == sqlb.PostgreSQL {
		list, rows = "json_agg("+target+" ORDER BY "+target+")::text", sqlb.Quote(t.name)
	} else {
		item := target
		if !to.typ.IsInteger() {
			item = wireText(target, to.typ)
		}
		list, rows = "json_group_array("+item+")", "(SELECT * FROM "+sqlb.Quote(t.name)+" ORDER BY "+owner+", "+target+")"
	}
	c, field := t.collection.ID, linkField(t)
	return []string{
		b.atticMark(c, field),
		b.toAttic(c, field, b.text(owner, from.typ), list, " FROM "+rows+" AS links GROUP BY "+owner),
	}
}

// linkField is what the attic calls a many-to-many field: its id and its target's, since keys mean nothing elsewhere.
func linkField(t *table) string { return t.link.ID + ">" + t.column("to").ref.id }

// text and json are a column's wire forms on the engine of the build.
func (b *build) text(column string, t value.Type) string {
	if b.dialect == sqlb.PostgreSQL {
		return postgresText(column, t)
	}
	return wireText(column, t)
}

func (b *build) json(column string, t value.Type) string {
	if b.dialect == sqlb.PostgreSQL {
		return postgresJSON(column, t)
	}
	return wireJSON(column, t)
}

// remembered reports whether the attic has what a table once held: it had when the plan was made, or, for a rollback,
// the migration that it undoes put it there.
func (b *build) remembered(t *table) bool {
	if b.dialect == sqlb.PostgreSQL {
		return false
	}
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

// remembers returns the expression of what the attic remembers of a column for the row at hand, null for nothing.
func (b *build) remembers(t *table, c *column, key string, keyType value.Type) string {
	in := "collection = " + literal(t.id) + " AND field = " + literal(c.id)
	return b.fromAttic(c, "(SELECT value FROM couplet_attic WHERE "+in+" AND key = "+b.text(key, keyType)+
		" AND changeset = "+latest(t.id, c.id)+" ORDER BY at DESC LIMIT 1)")
}

// fromAttic reads a value of a column's type from JSON.
func (b *build) fromAttic(c *column, json string) string {
	switch {
	case c.typ.Kind == value.JSON:
		return json
	case c.typ.IsText():
		return "json_extract(" + json + ", '$')"
	}
	parsed, ok := parseJSON("j", c.typ)
	if !ok {
		return "NULL"
	}
	return with("j", json, parsed.converted("j", "NULL"))
}

// restoreTable fills a new table with what the attic has of it.
func (b *build) restoreTable(t *table) {
	collection, field := t.id, t.keyColumn().id
	if t.link != nil {
		collection, field = t.collection.ID, linkField(t)
	}
	rows := " FROM couplet_attic WHERE collection = " + literal(collection) + " AND key <> '' AND changeset = " +
		latest(collection, field)
	var sql string
	if t.link != nil {
		sql = b.restoreLink(t, rows+" AND field = "+literal(field))
	} else {
		sql = b.restoreRows(t, rows)
	}
	b.step(phaseRestore, "restore", t, "", "Bring back what "+t.describe()+" held when it was dropped.", sql)
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
		v := b.fromAttic(c, identifier("v", itoa(i)))
		if fill, ok := b.fill(c); ok && fill != "NULL" {
			v = "coalesce(" + v + ", " + fill + ")"
		}
		values += v
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
	key, item := "CAST(held.key AS INTEGER)", "item.value"
	if !from.typ.IsInteger() {
		key = "replace(held.key, '-', '')"
	}
	if !to.typ.IsInteger() {
		item = "replace(item.value, '-', '')"
	}
	return "INSERT INTO " + sqlb.Quote(t.name) + " (" + sqlb.Quote(from.name) + ", " + sqlb.Quote(to.name) + ") SELECT " +
		key + ", " + item + " FROM (SELECT key, value" + rows + ") AS held, json_each(held.value) AS item"
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

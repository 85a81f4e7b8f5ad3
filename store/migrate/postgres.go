package migrate

import (
	"strings"

	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// alterPostgres changes a table in place: columns go, change and come in one step, then constraints, then indexes.
func (b *build) alterPostgres(c *change) {
	table := "ALTER TABLE " + sqlb.Quote(c.new.name) + " "
	var sql []string
	for _, o := range c.dropped {
		sql = append(sql, table+"DROP COLUMN "+sqlb.Quote(b.renamedColumn(c, o)))
	}
	for _, cc := range c.columns {
		if cc.old == nil {
			sql = append(sql, postgresAdd(c.new, cc)...)
		} else {
			sql = append(sql, postgresModify(c, cc)...)
		}
	}
	if len(sql) > 0 {
		b.step(phaseRebuild, "alter_table", c.new, "", "Change table "+c.new.name+".", sql...)
	}
	b.indexes(c)
	if keys := postgresKeys(c); len(keys) > 0 {
		b.step(phaseIndex, "foreign_keys", c.new, "", "Point the foreign keys of "+c.new.name+".", keys...)
	}
}

func postgresColumn(c *column) string {
	name := sqlb.PostgreSQL.ColumnType(c.typ)
	if name == "text" {
		name += ` COLLATE "C"`
	}
	return name
}

// postgresValue is a column's new value, cast since a fallback may be a literal whose type is not told otherwise.
func postgresValue(cc *columnChange) string {
	return "(" + cc.copied + ")::" + sqlb.PostgreSQL.ColumnType(cc.new.typ)
}

func postgresAdd(t *table, cc *columnChange) []string {
	table, name := "ALTER TABLE "+sqlb.Quote(t.name)+" ", sqlb.Quote(cc.new.name)
	sql := []string{table + "ADD COLUMN " + name + " " + postgresColumn(cc.new)}
	if cc.moved {
		sql = append(sql, "UPDATE "+sqlb.Quote(t.name)+" SET "+name+" = "+postgresValue(cc))
	}
	if !cc.new.null {
		sql = append(sql, table+"ALTER COLUMN "+name+" SET NOT NULL")
	}
	if positive(cc.new.typ) {
		sql = append(sql, addCheck(t, cc.new))
	}
	return sql
}

func addCheck(t *table, c *column) string {
	return "ALTER TABLE " + sqlb.Quote(t.name) + " ADD CONSTRAINT " + sqlb.Quote(checkName(t, c)) + " CHECK (" +
		sqlb.Quote(c.name) + " >= 0)"
}

func postgresModify(c *change, cc *columnChange) []string {
	table, name := "ALTER TABLE "+sqlb.Quote(c.new.name)+" ", sqlb.Quote(cc.new.name)
	o, n := cc.old, cc.new
	var sql []string
	if positive(o.typ) && (!positive(n.typ) || checkName(c.old, o) != checkName(c.new, n)) {
		sql = append(sql, table+"DROP CONSTRAINT "+sqlb.Quote(checkName(c.old, o)))
	}
	if o.ref != nil && (n.ref == nil || o.ref.id != n.ref.id || foreignKeyName(c.old, o) != foreignKeyName(c.new, n)) {
		sql = append(sql, table+"DROP CONSTRAINT "+sqlb.Quote(foreignKeyName(c.old, o)))
	}
	switch {
	case sqlb.PostgreSQL.ColumnType(o.typ) != sqlb.PostgreSQL.ColumnType(n.typ):
		sql = append(sql, table+"ALTER COLUMN "+name+" TYPE "+postgresColumn(n)+" USING "+postgresValue(cc))
	case cc.moved:
		sql = append(sql, "UPDATE "+sqlb.Quote(c.new.name)+" SET "+name+" = "+postgresValue(cc))
	}
	if o.null && !n.null {
		sql = append(sql, table+"ALTER COLUMN "+name+" SET NOT NULL")
	}
	if !o.null && n.null {
		sql = append(sql, table+"ALTER COLUMN "+name+" DROP NOT NULL")
	}
	if positive(n.typ) && (!positive(o.typ) || checkName(c.old, o) != checkName(c.new, n)) {
		sql = append(sql, addCheck(c.new, n))
	}
	return sql
}

// postgresKeys adds the foreign keys that are new, or were dropped because they point elsewhere or changed their name.
func postgresKeys(c *change) []string {
	var sql []string
	for _, cc := range c.columns {
		if cc.new.ref == nil {
			continue
		}
		o := cc.old
		if o == nil || o.ref == nil || o.ref.id != cc.new.ref.id || foreignKeyName(c.old, o) != foreignKeyName(c.new, cc.new) {
			sql = append(sql, addForeignKey(c.new, cc.new))
		}
	}
	return sql
}

// convertPostgres is convert for PostgreSQL, which has casts; what they would refuse is found by patterns before.
func convertPostgres(column string, from, to value.Type) (conversion, bool) {
	was, becomes := sqlb.PostgreSQL.ColumnType(from), sqlb.PostgreSQL.ColumnType(to)
	switch {
	case was == becomes && !positive(to) || identical(from, to) && was == becomes:
		return conversion{expr: column}, true
	case to.IsText():
		return conversion{expr: postgresText(column, from)}, true
	case to.Kind == value.JSON && from.IsText():
		return conversion{expr: column + "::json"}, true // what is no JSON ends the migration: only 16 can say so before
	case to.Kind == value.JSON:
		return conversion{expr: "(" + postgresJSON(column, from) + ")::json"}, true
	case from.Kind == value.JSON:
		return convertPostgresText("("+column+" #>> '{}')", to), true
	case from.IsText():
		return convertPostgresText(column, to), true
	case from.Kind == value.IP || to.Kind == value.IP:
		return conversion{}, false
	}
	return convertPostgresNumber(column, from, to)
}

func convertPostgresNumber(column string, from, to value.Type) (conversion, bool) {
	number := from.IsInteger() || from.Kind == value.Decimal || from.Kind == value.FloatingPoint
	utc := "(" + column + " AT TIME ZONE 'UTC')"
	switch {
	case from.Kind == value.Boolean && to.IsInteger():
		return conversion{expr: column + "::integer::bigint"}, true
	case number && to.Kind == value.Boolean:
		return conversion{expr: column + " <> 0", fails: column + " NOT IN (0, 1)"}, true
	case from.IsInteger() && to.IsInteger(): // only to the positive kinds: the rest is identical
		return conversion{expr: column, fails: column + " < 0"}, true
	case number && to.IsInteger():
		c := conversion{expr: "round(" + column + ")::bigint", fails: "abs(" + column + ") >= 9223372036854774784"}
		if positive(to) {
			c.fails += " OR " + column + " < 0"
		}
		c.lossy = column + " <> round(" + column + ")"
		return c, true
	case number && to.Kind == value.FloatingPoint:
		return conversion{expr: column + "::double precision"}, true
	case number && to.Kind == value.Decimal:
		rounded := "round(" + column + "::numeric, " + itoa(to.Places) + ")"
		return conversion{rounded, "abs(" + rounded + ") >= " + pow10(to.Digits-to.Places), rounded + " <> " + column + "::numeric"}, true
	case from.Kind == value.Date && to.Kind == value.DateTime:
		return conversion{expr: "(" + column + "::timestamp AT TIME ZONE 'UTC')"}, true
	case from.Kind == value.DateTime && to.Kind == value.Date:
		return conversion{expr: utc + "::date", lossy: utc + "::time <> '00:00'"}, true
	case from.Kind == value.DateTime && to.Kind == value.Time:
		return conversion{expr: utc + "::time", lossy: "TRUE"}, true
	}
	return conversion{}, false
}

// postgresText is what value.Type.String returns, as PostgreSQL's SQL.
func postgresText(column string, t value.Type) string {
	micros := func(of string) string {
		return " || CASE WHEN extract(microseconds FROM " + of + ")::bigint % 1000000 <> 0 THEN to_char(" + of + ", '.US') ELSE '' END"
	}
	utc := "(" + column + " AT TIME ZONE 'UTC')"
	switch t.Kind {
	case value.DateTime:
		return "to_char(" + utc + `, 'YYYY-MM-DD"T"HH24:MI:SS')` + micros(utc) + " || 'Z'"
	case value.Time:
		return "to_char(" + column + ", 'HH24:MI:SS')" + micros(column)
	case value.Duration:
		seconds := "extract(epoch FROM " + column + ")"
		days, rest := "floor("+seconds+" / 86400)::bigint", "make_interval(secs => "+seconds+"::numeric % 86400 + CASE WHEN "+
			seconds+" % 86400 < 0 THEN 86400 ELSE 0 END)"
		return "CASE WHEN " + days + " <> 0 THEN " + days + " || ' ' ELSE '' END || to_char(" + rest + ", 'HH24:MI:SS')" + micros(rest)
	}
	if t.IsText() || t.Kind == value.IP {
		return column
	}
	return column + "::text"
}

// postgresJSON is what value.Type.AppendJSON appends.
func postgresJSON(column string, t value.Type) string {
	text := postgresText(column, t)
	if t.IsInteger() || t.Kind == value.Boolean || t.Kind == value.FloatingPoint || t.Kind == value.JSON {
		return text
	}
	return "to_json(" + strings.TrimSuffix(text, "::text") + "::text)::text"
}

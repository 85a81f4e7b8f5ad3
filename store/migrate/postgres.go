package migrate

import (
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// postgresEngine is the engine of PostgreSQL. How it changes tables is in postgresalter.go, its conversions are in
// postgresconvert.go and postgrestext.go, and what it reads of the catalog is in postgrescatalog.go.
type postgresEngine struct{}

func (postgresEngine) convert(column string, from, to value.Type) (conversion, bool) {
	return convertPostgres(column, from, to)
}

func (postgresEngine) typed(expr string, t value.Type) string {
	return "(" + expr + ")::" + sqlb.PostgreSQL.ColumnType(t)
}

func (postgresEngine) wireText(column string, t value.Type) string { return postgresText(column, t) }

func (postgresEngine) wireJSON(column string, t value.Type) string { return postgresJSON(column, t) }

func (e postgresEngine) fromText(text string, t value.Type) string { return e.typed(text, t) }

func (e postgresEngine) fromJSON(json string, t value.Type) string {
	json = "(" + json + ")::json"
	switch {
	case t.Kind == value.JSON:
		return json
	case t.IsText():
		return "(" + json + " #>> '{}')"
	}
	parsed, ok := convertPostgres("j", value.Type{Kind: value.JSON}, t)
	if !ok {
		return "NULL"
	}
	return "(SELECT " + parsed.converted("j", "NULL") + " FROM (SELECT " + json + " AS j OFFSET 0) AS bound)" // worked out once
}

func (postgresEngine) constant(t value.Type, v value.Value) string {
	switch {
	case v.IsNull():
		return "NULL"
	case t.IsInteger():
		return strconv.FormatInt(v.Int(), 10)
	}
	return literal(t.String(v))
}

func (postgresEngine) present(t value.Type) string {
	switch t.Kind {
	case value.Date:
		return "(now() AT TIME ZONE 'UTC')::date"
	case value.Time:
		return "date_trunc('second', now() AT TIME ZONE 'UTC')::time"
	}
	return "date_trunc('second', now())"
}

func (postgresEngine) microseconds() string {
	return "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint"
}

func (postgresEngine) elements(json string) string {
	return "json_array_elements_text((" + json + ")::json) AS item(value)"
}

func (postgresEngine) dropKeys(t *table) []string {
	var out []string
	for _, c := range t.columns {
		if c.ref != nil {
			out = append(out, dropConstraint(t.name, foreignKeyName(t, c)))
		}
	}
	return out
}

func dropConstraint(table, name string) string {
	return "ALTER TABLE " + sqlb.Quote(table) + " DROP CONSTRAINT " + sqlb.Quote(name)
}

// renameTable takes the primary key along. Other keys, checks and indexes are dropped under their old names and made
// anew under their new ones by alter, since they also bear the names of columns.
func (postgresEngine) renameTable(from, to string) []string {
	return []string{"ALTER TABLE " + sqlb.Quote(from) + " RENAME TO " + sqlb.Quote(to),
		"ALTER TABLE " + sqlb.Quote(to) + " RENAME CONSTRAINT " + sqlb.Quote(keyName(from)) + " TO " + sqlb.Quote(keyName(to))}
}

func (postgresEngine) keysGoOn(t *table) []string {
	key := t.keyColumn()
	if !key.auto {
		return nil
	}
	highest := "max(" + sqlb.Quote(key.name) + ")"
	return []string{"SELECT setval(pg_get_serial_sequence(" + literal(sqlb.Quote(t.name)) + ", " + literal(key.name) + "), " +
		highest + ") FROM " + sqlb.Quote(t.name) + " HAVING " + highest + " > 0"}
}

// suspend keeps the triggers of tables that the migration writes to from firing. Views follow renames by themselves;
// where one is in the way of a column, the plan says so.
func (postgresEngine) suspend(b *build) {
	var sql strings.Builder
	for _, d := range b.drafts {
		sql.WriteString(d.SQL)
	}
	touched := written(sql.String())
	for _, o := range b.live.triggers {
		for _, c := range b.changes {
			if c.old == nil || c.new == nil || c.old.name != o.table || !slices.Contains(touched, c.new.name) {
				continue
			}
			enable := " ENABLE TRIGGER "
			if o.always {
				enable = " ENABLE ALWAYS TRIGGER "
			}
			b.step(phaseSuspend, "suspend_trigger", c.new, o.name, "Set trigger "+o.name+" aside.",
				"ALTER TABLE "+sqlb.Quote(o.table)+" DISABLE TRIGGER "+sqlb.Quote(o.name))
			b.step(phaseResume, "resume_trigger", c.new, o.name, "Put trigger "+o.name+" back.",
				"ALTER TABLE "+sqlb.Quote(c.new.name)+enable+sqlb.Quote(o.name))
		}
	}
}

func (postgresEngine) keys(bool) string { return "" }

func (postgresEngine) checkKeys(db.Conn) error { return nil }

func (postgresEngine) checked() string {
	return "foreign keys checked after each statement, or at the end\n-- after SET CONSTRAINTS ALL DEFERRED."
}

func (postgresEngine) hasTable() string { return "SELECT 1 WHERE to_regclass($1) IS NOT NULL" }

// rehearse has nothing to do: what depends on a table or column follows its name.
func (postgresEngine) rehearse(*build, db.Conn) error { return nil }

// readJSON is a function of ours: the compact form of a text that is JSON, and null for any other. PostgreSQL itself
// can only say so from its version 16.
const readJSON = `CREATE OR REPLACE FUNCTION couplet_json(source text) RETURNS json LANGUAGE plpgsql IMMUTABLE STRICT AS $couplet$
BEGIN
  PERFORM source::json;
  RETURN regexp_replace(source, '("(?:[^"\\]|\\.)*")|\s+', '\1', 'g')::json;
EXCEPTION WHEN data_exception OR statement_too_complex THEN
  RETURN NULL;
END
$couplet$`

func (postgresEngine) functions(sql string) string {
	if sql == "" || strings.Contains(sql, "couplet_json(") {
		return readJSON + ";\n"
	}
	return ""
}

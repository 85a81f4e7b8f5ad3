package migrate

import (
	"slices"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
)

// catalog is what PostgreSQL says of the tables of the schema at hand: columns, constraints, indexes, triggers and views,
// one line each.
const catalog = `
WITH t AS (SELECT oid, relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
  AND relname NOT LIKE 'couplet!_%' ESCAPE '!')
SELECT concat_ws(' ', 'TABLE', relname, attname, format_type(atttypid, atttypmod), 'COLLATION', attcollation::regcollation,
  CASE WHEN attnotnull THEN 'NOT NULL' END, attidentity, pg_get_expr(adbin, adrelid),
  CASE WHEN attidentity <> '' THEN pg_get_serial_sequence(quote_ident(relname), attname) IS NOT NULL END)
FROM pg_attribute JOIN t ON t.oid = attrelid LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped
UNION ALL SELECT concat_ws(' ', 'CONSTRAINT', relname, conname, pg_get_constraintdef(c.oid), convalidated)
FROM pg_constraint c JOIN t ON t.oid = conrelid
UNION ALL SELECT concat_ws(' ', relname, replace(pg_get_indexdef(indexrelid), current_schema() || '.', ''), indisvalid)
FROM pg_index JOIN t ON t.oid = indrelid
UNION ALL SELECT concat_ws(' ', relname, replace(pg_get_triggerdef(g.oid), current_schema() || '.', ''), tgenabled)
FROM pg_trigger g JOIN t ON t.oid = tgrelid WHERE NOT tgisinternal
UNION ALL SELECT concat_ws(' ', 'VIEW', viewname, definition) FROM pg_views WHERE schemaname = current_schema()`

// dump returns the tables and indexes of a database in a form that does not depend on how they came to be: the parts
// of each definition sorted, names quoted alike. Triggers and views are among them.
func dump(t testing.TB, conn db.Conn) string {
	t.Helper()
	query := "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'couplet!_%' ESCAPE '!'" +
		" AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"
	if dbtest.Postgres() {
		query = catalog
	}
	var out []string
	err := conn.Query(query, nil, func(r db.Row) error {
		if dbtest.Postgres() {
			out = append(out, r.Text(0))
		} else {
			out = append(out, normal(r.Text(0)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func normal(sql string) string {
	var parts []string
	var b strings.Builder
	depth := 0
	cut := func() {
		parts = append(parts, strings.TrimSpace(b.String()))
		b.Reset()
	}
	head := ""
	for _, t := range tokens(sql) {
		switch {
		case t.kind == tokenSpace:
			continue
		case t.text == "(":
			if depth++; depth == 1 && strings.HasPrefix(head+b.String(), "CREATE TABLE") {
				head = b.String()
				b.Reset()
				continue
			}
		case t.text == ")":
			if depth--; depth == 0 && head != "" {
				cut()
				continue
			}
		case t.text == "," && depth == 1 && head != "":
			cut()
			continue
		}
		if n := t.name(); n != "" && t.kind == tokenQuoted {
			b.WriteString(n + " ")
		} else {
			b.WriteString(t.text + " ")
		}
	}
	tail := b.String()
	slices.Sort(parts)
	if head == "" {
		return strings.TrimSpace(tail)
	}
	return head + "(" + strings.Join(parts, ", ") + ") " + tail
}

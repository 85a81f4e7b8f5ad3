package migrate

import (
	"errors"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Only what is in the schema that new tables go to is looked at: where a database has several, the others are others'.
const ours = "current_schema()::regnamespace"

func (e postgresEngine) inspect(conn db.Conn, l *live) error {
	return errors.Join(e.readColumns(conn, l), e.readTriggers(conn, l), e.readDependents(conn, l))
}

func (postgresEngine) readColumns(conn db.Conn, l *live) error {
	return conn.Query("SELECT c.relname, coalesce(a.attname, '') FROM pg_class c LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"+
		" AND NOT a.attisdropped WHERE c.relnamespace = "+ours+" AND c.relkind IN ('r', 'p', 'f', 'v', 'm') ORDER BY c.relname, a.attnum",
		nil, func(r db.Row) error {
			l.columns[r.Text(0)] = append(l.columns[r.Text(0)], r.Text(1))
			return nil
		})
}

// readTriggers leaves out those that are off, and those that only fire on replicas.
func (postgresEngine) readTriggers(conn db.Conn, l *live) error {
	return conn.Query("SELECT t.tgname, c.relname, t.tgenabled = 'A' FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"+
		" WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND c.relkind IN ('r', 'p') AND c.relnamespace = "+ours+
		" ORDER BY c.relname, t.tgname", nil, func(r db.Row) error {
		l.triggers = append(l.triggers, object{name: r.Text(0), table: r.Text(1), always: r.Int(2) == 1})
		return nil
	})
}

// readDependents reads what PostgreSQL would refuse to leave behind: views, rules, policies, triggers of a column,
// functions, generated columns, and foreign keys. A CHECK goes with its columns.
func (postgresEngine) readDependents(conn db.Conn, l *live) error {
	const query = `
SELECT c.relname, coalesce(a.attname, ''),
  CASE WHEN r.rulename = '_RETURN' THEN CASE v.relkind WHEN 'm' THEN 'materialized view ' ELSE 'view ' END || v.relname
    ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END,
  coalesce((SELECT relname FROM pg_class WHERE oid = k.conrelid), ''), own.objid IS NOT NULL
FROM pg_depend d JOIN pg_class c ON c.oid = d.refobjid
  LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid AND d.refobjsubid > 0
  LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid LEFT JOIN pg_class v ON v.oid = r.ev_class
  LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
  LEFT JOIN LATERAL (SELECT o.objid FROM pg_depend o WHERE o.classid = d.classid AND o.objid = d.objid AND o.refclassid = d.refclassid
    AND o.refobjid = d.refobjid AND o.deptype IN ('a', 'i') LIMIT 1) AS own ON TRUE
WHERE d.refclassid = 'pg_class'::regclass AND c.relkind IN ('r', 'p') AND d.deptype = 'n' AND c.relnamespace = ` + ours + `
  AND (k.contype IS NULL OR k.contype = 'f')
ORDER BY 1, 2, 3`
	return conn.Query(query, nil, func(r db.Row) error {
		l.dependents = append(l.dependents, dependent{r.Text(0), r.Text(1), r.Text(2), r.Text(3), r.Int(4) == 1})
		return nil
	})
}

func (postgresEngine) columnType(t value.Type) string {
	name := sqlb.PostgreSQL.ColumnType(t)
	if name == "text" {
		name += ` COLLATE "C"`
	}
	return name
}

func (postgresEngine) reference(r *reference) string {
	return r.table + "(" + r.column + ") DEFERRABLE"
}

func (postgresEngine) indexPart(p part) string {
	return p.String() + strings.ToLower(sqlb.PostgreSQL.NullsOrder(p.desc, p.nullable))
}

func (e postgresEngine) tables(conn db.Conn) ([]*liveTable, error) {
	by := map[string]*liveTable{}
	var out []*liveTable
	err := conn.Query("SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = "+ours+
		` AND relname NOT LIKE 'couplet!_%' ESCAPE '!' ORDER BY relname`, nil, func(r db.Row) error {
		l := &liveTable{name: r.Text(0)}
		by[l.name] = l
		out = append(out, l)
		return nil
	})
	return out, errors.Join(err, e.describeColumns(conn, by), e.describeConstraints(conn, by), e.describeIndexes(conn, by))
}

// each calls fn for the rows of a query about the tables, whose first column is the table's name.
func (postgresEngine) each(conn db.Conn, by map[string]*liveTable, query string, fn func(*liveTable, db.Row)) error {
	return conn.Query(query, nil, func(r db.Row) error {
		if l := by[r.Text(0)]; l != nil {
			fn(l, r)
		}
		return nil
	})
}

func (e postgresEngine) describeColumns(conn db.Conn, by map[string]*liveTable) error {
	return e.each(conn, by, `
SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attcollation NOT IN (0, t.typcollation)
  THEN ' COLLATE ' || quote_ident(o.collname) ELSE '' END, NOT a.attnotnull, a.attidentity <> ''
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation o ON o.oid = a.attcollation
WHERE c.relnamespace = `+ours+` AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum`, func(l *liveTable, r db.Row) {
		l.columns = append(l.columns, liveColumn{name: r.Text(1), typ: r.Text(2), null: r.Int(3) == 1, auto: r.Int(4) == 1})
	})
}

// describeConstraints reads keys, foreign keys and checks. One that would not hold for all records (NOT VALID), or not be
// put off when it is wanted, shows.
func (e postgresEngine) describeConstraints(conn db.Conn, by map[string]*liveTable) error {
	return e.each(conn, by, `
SELECT c.relname, k.contype, coalesce(a.attname, ''), coalesce(array_position(k.conkey, a.attnum), 0),
  coalesce(f.relname || '(' || fa.attname || ')', '') || CASE WHEN k.condeferrable THEN ' DEFERRABLE' ELSE '' END ||
    CASE WHEN k.condeferred THEN ' INITIALLY DEFERRED' ELSE '' END || CASE WHEN k.convalidated THEN '' ELSE ' NOT VALID' END,
  pg_get_expr(k.conbin, k.conrelid)
FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid
  LEFT JOIN pg_attribute a ON k.contype IN ('p', 'f') AND a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey)
  LEFT JOIN pg_class f ON f.oid = k.confrelid
  LEFT JOIN pg_attribute fa ON fa.attrelid = k.confrelid AND fa.attnum = k.confkey[array_position(k.conkey, a.attnum)]
WHERE c.relnamespace = `+ours+` AND k.contype IN ('p', 'f', 'c') ORDER BY k.conname`, func(l *liveTable, r db.Row) {
		if r.Text(1) == "c" {
			l.checks = append(l.checks, condition(r.Text(5)))
		}
		for i := range l.columns {
			switch {
			case l.columns[i].name != r.Text(2):
			case r.Text(1) == "p":
				l.columns[i].key = int(r.Int(3))
			default:
				l.columns[i].references = r.Text(4)
			}
		}
	})
}

// describeIndexes reads all but the one of the primary key. Of indoption 1 is descending and 2 nulls first.
func (e postgresEngine) describeIndexes(conn db.Conn, by map[string]*liveTable) error {
	return e.each(conn, by, `
SELECT c.relname, x.relname, i.indisunique, string_agg(coalesce(a.attname, pg_get_indexdef(i.indexrelid, n::integer, TRUE)) ||
  CASE WHEN i.indoption[n - 1] & 1 = 1 THEN ' desc' ELSE '' END ||
  CASE i.indoption[n - 1] & 3 WHEN 2 THEN ' nulls first' WHEN 1 THEN ' nulls last' ELSE '' END, ', ' ORDER BY n) ||
  CASE WHEN i.indpred IS NULL THEN '' ELSE ' WHERE ' || pg_get_expr(i.indpred, i.indrelid) END ||
  CASE WHEN i.indisvalid THEN '' ELSE ' INVALID' END
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid
  CROSS JOIN generate_series(1, i.indnkeyatts) AS n
  LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[n - 1] AND a.attnum > 0
WHERE c.relnamespace = `+ours+` AND NOT i.indisprimary
GROUP BY c.relname, x.relname, i.indexrelid, i.indrelid, i.indisunique, i.indisvalid, i.indpred ORDER BY x.relname`,
		func(l *liveTable, r db.Row) {
			l.indexes = append(l.indexes, liveIndex{r.Text(1), indexParts(r.Int(2) == 1, []string{r.Text(3)})})
		})
}

package migrate

import (
	"errors"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

func (sqliteEngine) columnType(t value.Type) string { return sqlb.SQLite.ColumnType(t) }

func (sqliteEngine) reference(r *reference) string { return r.table + "(" + r.column + ")" }

func (sqliteEngine) indexPart(p part) string { return p.String() }

func (e sqliteEngine) tables(conn db.Conn) ([]*liveTable, error) {
	var out []*liveTable
	auto := map[string]bool{}
	err := conn.Query("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'"+
		" AND name NOT LIKE 'couplet!_%' ESCAPE '!' AND name NOT LIKE '!_litestream!_%' ESCAPE '!' ORDER BY name", nil, func(r db.Row) error {
		l := &liveTable{name: r.Text(0)}
		auto[l.name], l.checks = readDefinition(r.Text(1))
		out = append(out, l)
		return nil
	})
	for _, l := range out {
		err = errors.Join(err, e.readColumns(conn, l, auto[l.name]), e.readReferences(conn, l), e.readIndexes(conn, l))
	}
	return out, err
}

// readDefinition finds in the text of a table what no pragma tells: whether its key is given out, and its checks.
func readDefinition(sql string) (auto bool, checks []string) {
	all := tokens(sql)
	for i, t := range all {
		auto = auto || strings.EqualFold(t.text, "AUTOINCREMENT")
		if t.kind != tokenWord || !strings.EqualFold(t.text, "CHECK") {
			continue
		}
		var text strings.Builder
		depth := 0
		for _, u := range all[i+1:] {
			text.WriteString(u.text)
			switch u.text {
			case "(":
				depth++
			case ")":
				depth--
			}
			if depth == 0 && u.kind != tokenSpace {
				break
			}
		}
		checks = append(checks, condition(text.String()))
	}
	return auto, checks
}

func (sqliteEngine) readColumns(conn db.Conn, l *liveTable, auto bool) error {
	return conn.Query(`SELECT name, type, "notnull", pk FROM pragma_table_xinfo(`+literal(l.name)+")", nil, func(r db.Row) error {
		l.columns = append(l.columns, liveColumn{name: r.Text(0), typ: strings.ToLower(r.Text(1)), null: r.Int(2) == 0, key: int(r.Int(3)),
			auto: auto && r.Int(3) == 1})
		return nil
	})
}

func (sqliteEngine) readReferences(conn db.Conn, l *liveTable) error {
	return conn.Query(`SELECT "from", "table", "to" FROM pragma_foreign_key_list(`+literal(l.name)+")", nil, func(r db.Row) error {
		for i := range l.columns {
			if strings.EqualFold(l.columns[i].name, r.Text(0)) {
				l.columns[i].references = r.Text(1) + "(" + r.Text(2) + ")"
			}
		}
		return nil
	})
}

func (sqliteEngine) readIndexes(conn db.Conn, l *liveTable) error {
	type head struct {
		name   string
		unique bool
	}
	var heads []head
	err := conn.Query(`SELECT name, "unique" FROM pragma_index_list(`+literal(l.name)+") WHERE origin = 'c'", nil, func(r db.Row) error {
		heads = append(heads, head{r.Text(0), r.Int(1) == 1})
		return nil
	})
	for _, h := range heads {
		var parts []string
		err = errors.Join(err, conn.Query(`SELECT coalesce(name, ''), "desc" FROM pragma_index_xinfo(`+literal(h.name)+") WHERE key = 1",
			nil, func(r db.Row) error {
				parts = append(parts, part{column: r.Text(0), desc: r.Int(1) == 1}.String())
				return nil
			}))
		l.indexes = append(l.indexes, liveIndex{h.name, indexParts(h.unique, parts)})
	}
	return err
}

func (e sqliteEngine) inspect(conn db.Conn, l *live) error {
	if err := e.readObjects(conn, l); err != nil {
		return err
	}
	for name := range l.columns {
		err := conn.Query("SELECT name FROM pragma_table_xinfo("+literal(name)+")", nil, func(r db.Row) error {
			l.columns[name] = append(l.columns[name], r.Text(0))
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (sqliteEngine) readObjects(conn db.Conn, l *live) error {
	return conn.Query("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"+
		" ORDER BY rowid", nil, func(r db.Row) error {
		o := object{name: r.Text(1), table: r.Text(2), sql: r.Text(3)}
		switch r.Text(0) {
		case "trigger":
			l.triggers = append(l.triggers, o)
		case "view":
			l.views = append(l.views, o)
		case "index":
			l.indexes = append(l.indexes, o)
		case "table":
			l.columns[o.name] = nil
		}
		return nil
	})
}

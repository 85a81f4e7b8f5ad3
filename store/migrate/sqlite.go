package migrate

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// sqliteEngine is the engine of the embedded database. Its conversions are in convert*.go, its rebuilds in rebuild.go.
type sqliteEngine struct{}

func (sqliteEngine) convert(column string, from, to value.Type) (conversion, bool) {
	return convert(column, from, to)
}

func (sqliteEngine) typed(expr string, _ value.Type) string { return expr }

func (sqliteEngine) wireText(column string, t value.Type) string { return wireText(column, t) }

func (sqliteEngine) wireJSON(column string, t value.Type) string { return wireJSON(column, t) }

func (sqliteEngine) fromText(text string, t value.Type) string {
	switch {
	case t.IsInteger():
		return "CAST(" + text + " AS INTEGER)"
	case t.Kind == value.UUID:
		return "replace(" + text + ", '-', '')"
	}
	return text
}

func (sqliteEngine) fromJSON(json string, t value.Type) string {
	switch {
	case t.Kind == value.JSON:
		return json
	case t.IsText():
		return "json_extract(" + json + ", '$')"
	}
	parsed, ok := parseJSON("j", t)
	if !ok {
		return "NULL"
	}
	return with("j", json, parsed.converted("j", "NULL"))
}

func (sqliteEngine) constant(_ value.Type, v value.Value) string {
	switch v.Class() {
	case value.ClassNull:
		return "NULL"
	case value.ClassInt:
		return strconv.FormatInt(v.Int(), 10)
	case value.ClassFloat:
		text := strconv.FormatFloat(v.Float(), 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		return text
	}
	return literal(v.Text())
}

func (sqliteEngine) present(t value.Type) string {
	switch t.Kind {
	case value.Date:
		return "date('now')"
	case value.Time:
		return "time('now')"
	}
	return "datetime('now')"
}

func (sqliteEngine) microseconds() string { return "CAST(unixepoch('subsec') * 1000000 AS INTEGER)" }

func (sqliteEngine) elements(json string) string { return "json_each(" + json + ") AS item" }

func (sqliteEngine) alter(b *build, c *change) {
	if c.rebuild {
		b.rebuildTable(c)
		return
	}
	b.addSimply(c)
	b.indexes(c)
}

// dropKeys has nothing to do: keys are part of their table, and are not checked while a migration runs.
func (sqliteEngine) dropKeys(*table) []string { return nil }

func (sqliteEngine) renameTable(from, to string) []string {
	return []string{"ALTER TABLE " + sqlb.Quote(from) + " RENAME TO " + sqlb.Quote(to)}
}

// keysGoOn has nothing to do: AUTOINCREMENT knows the highest key that a table ever had.
func (sqliteEngine) keysGoOn(*table) []string { return nil }

func (sqliteEngine) functions(string) string { return "" }

func (sqliteEngine) keys(on bool) string {
	if on {
		return "PRAGMA foreign_keys = ON"
	}
	return "PRAGMA foreign_keys = OFF"
}

func (sqliteEngine) checkKeys(conn db.Conn) error {
	var first string
	n := 0
	err := conn.Query("PRAGMA foreign_key_check", nil, func(r db.Row) error {
		if n++; n == 1 {
			first = "table " + r.Text(0) + " points to nothing in " + r.Text(2)
		}
		return nil
	})
	if err == nil && n > 0 {
		err = fmt.Errorf("migrate: %d foreign keys would be broken (%s)", n, first)
	}
	return err
}

func (sqliteEngine) checked() string { return "foreign keys checked at the end." }

func (sqliteEngine) hasTable() string {
	return "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1"
}

// rehearse lets SQLite rename what a build renames and reads how triggers, views and indexes come out of it, then takes
// it all back. It needs the writing connection outside a transaction.
func (e sqliteEngine) rehearse(b *build, conn db.Conn) (err error) {
	var sql []string
	renames := false
	for _, d := range b.drafts {
		if d.phase == phaseDrop || d.phase == phaseRename {
			sql = append(sql, d.SQL)
			renames = renames || d.phase == phaseRename && d.SQL != ""
		}
	}
	if !renames || len(b.live.triggers)+len(b.live.views) == 0 {
		return nil
	}
	if err := conn.Script("PRAGMA foreign_keys = OFF; BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Script("ROLLBACK; PRAGMA foreign_keys = ON")) }()
	if err := conn.Script(strings.Join(sql, "")); err != nil {
		return err
	}
	after := &live{columns: map[string][]string{}}
	if err := e.readObjects(conn, after); err != nil {
		return err
	}
	b.live.final = map[string]string{}
	for _, o := range slices.Concat(after.triggers, after.views, after.indexes) {
		b.live.final[o.name] = o.sql
	}
	for _, d := range b.drafts {
		if name := d.ID[strings.LastIndexByte(d.ID, ':')+1:]; d.phase == phaseResume && b.live.final[name] != "" {
			d.SQL = script([]string{b.live.final[name]})
		}
	}
	return nil
}

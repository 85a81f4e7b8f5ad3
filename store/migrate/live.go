package migrate

import (
	"errors"
	"slices"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// object is a trigger, a view or an index as SQLite keeps it.
type object struct{ name, table, sql string }

// live is what a plan must know of the database beside its old schema: what hand-written migrations added, and what
// the attic could give back. The zero live knows of nothing.
type live struct {
	triggers []object
	views    []object
	indexes  []object
	columns  map[string][]string // by table
	attic    map[string]bool     // "collection/field" that has rows there
	final    map[string]string   // SQL that triggers, views and indexes have when all is done, where it is known
}

// inspect reads it. Triggers and views need no care on PostgreSQL, where nothing is rebuilt.
func inspect(conn db.Conn, d sqlb.Dialect) (*live, error) {
	l := &live{columns: map[string][]string{}, attic: map[string]bool{}}
	err := conn.Query("SELECT DISTINCT collection, field FROM couplet_attic", nil, func(r db.Row) error {
		l.attic[r.Text(0)+"/"+r.Text(1)] = true
		return nil
	})
	if err != nil || d != sqlb.SQLite {
		return l, err
	}
	if err := l.readObjects(conn); err != nil {
		return nil, err
	}
	for name := range l.columns {
		err := conn.Query("SELECT name FROM pragma_table_xinfo("+literal(name)+")", nil, func(r db.Row) error {
			l.columns[name] = append(l.columns[name], r.Text(0))
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return l, nil
}

func (l *live) readObjects(conn db.Conn) error {
	return conn.Query("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!'"+
		" ORDER BY rowid", nil, func(r db.Row) error {
		o := object{r.Text(1), r.Text(2), r.Text(3)}
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

// rehearse lets SQLite rename what a build renames and reads how triggers, views and indexes come out of it, then takes
// it all back. It needs the writing connection outside a transaction.
func (b *build) rehearse(conn db.Conn) (err error) {
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
	if err := after.readObjects(conn); err != nil {
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

// table reports whether the database has a table, in whatever case, and its columns.
func (l *live) table(name string) ([]string, bool) {
	for have, columns := range l.columns {
		if strings.EqualFold(have, name) {
			return columns, true
		}
	}
	return nil, false
}

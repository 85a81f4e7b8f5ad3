package migrate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// record gives the attic's new rows their changeset and tells the change log which collections the migration rewrote:
// those that its SQL writes to, and those that its header names.
func (d *driver) record(version int) error {
	if strings.Contains(d.script, "couplet_attic") {
		if _, err := d.conn.Exec("UPDATE couplet_attic SET changeset = $1 WHERE changeset = ''", sqlb.T(d.changeset)); err != nil {
			return err
		}
	}
	ids, err := d.rewritten()
	if err != nil || len(ids) == 0 {
		return err
	}
	cause := ""
	if i := d.versions.at(uint(version)); i >= 0 {
		cause = d.versions[i].id()
	}
	actor := sqlb.Arg{Type: sqlb.TextType}
	if d.actor != "" {
		actor = sqlb.T(d.actor)
	}
	for _, id := range ids {
		_, err := d.conn.Exec("INSERT INTO couplet_changes (changeset, at, actor, via, cause, collection, key, op)"+
			" VALUES ($1, $2, $3, 'migration', $4, $5, '', 'rewritten')", sqlb.T(d.changeset), sqlb.I(d.now().UnixMicro()),
			actor, sqlb.T(cause), sqlb.T(id))
		if err != nil {
			return err
		}
	}
	return nil
}

// rewritten returns the ids of the collections, as the document that now holds knows them.
func (d *driver) rewritten() ([]string, error) {
	exists, err := HasTable(d.conn, d.dialect, "couplet_changes")
	if err != nil || !exists {
		return nil, err
	}
	s, err := currentSchema(d.conn)
	if err != nil || s == nil {
		return nil, err
	}
	_, names := headers(d.script)
	touched := written(d.script)
	var ids []string
	for _, c := range s.Collections {
		hit := slices.Contains(names, c.Name) || slices.ContainsFunc(touched, func(t string) bool { return writes(c, t) })
		if hit {
			ids = append(ids, c.ID)
		}
	}
	return ids, nil
}

// writes reports whether a table is a collection's own or holds its links.
func writes(c *schema.Collection, table string) bool {
	if strings.EqualFold(c.Table, table) {
		return true
	}
	return slices.ContainsFunc(c.ManyToMany, func(f *schema.Field) bool {
		return f.Through != nil && strings.EqualFold(f.Through.Table, table)
	})
}

// HasTable reports whether a database has a table.
func HasTable(conn db.Conn, d sqlb.Dialect, name string) (bool, error) {
	found := false
	err := conn.Query(engineOf(d).hasTable(), []sqlb.Arg{sqlb.T(name)}, func(db.Row) error {
		found = true
		return nil
	})
	return found, err
}

// currentDocument returns the document of the last applied version, "" when there is none.
func currentDocument(conn db.Conn) (string, error) {
	document := ""
	err := conn.Query("SELECT document FROM couplet_migrations ORDER BY version DESC LIMIT 1", nil, func(r db.Row) error {
		document = r.Text(0)
		return nil
	})
	return document, err
}

// currentSchema returns the schema of the database, nil for a fresh one.
func currentSchema(conn db.Conn) (*schema.Schema, error) {
	document, err := currentDocument(conn)
	if err != nil || document == "" {
		return nil, err
	}
	s, problems := schema.Parse([]byte(document))
	if err := problems.Err(); err != nil {
		return nil, fmt.Errorf("migrate: the database's document is not valid: %w", err)
	}
	return s, nil
}

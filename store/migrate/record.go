package migrate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// OpSchema is the operation of a row of the change log that tells of another document than the first: its collection is
// "", its key the version, and its diff {"document": [before, after]} with the texts of both, after null where none is
// left.
const OpSchema = "schema"

// logged is what the change log is told of a change of the schema.
type logged struct {
	changeset string
	at        time.Time
	actor     string
	version   string // "0003_add_price"
	cause     string // "": the version
}

// record gives the attic's new rows their changeset and tells the change log of the version: the document that it leads
// to, and the collections that it rewrote, by its SQL or as its header names them.
func (d *driver) record(version int, before string) error {
	if strings.Contains(d.script, "couplet_attic") {
		if _, err := d.conn.Exec("UPDATE couplet_attic SET changeset = $1 WHERE changeset = ''", sqlb.T(d.log.changeset)); err != nil {
			return err
		}
	}
	after, err := currentDocument(d.conn)
	if err != nil {
		return err
	}
	d.log.at = d.now()
	if i := d.versions.at(uint(version)); i >= 0 {
		d.log.version = d.versions[i].id()
	}
	if err := d.log.document(d.conn, d.dialect, before, after); err != nil {
		return err
	}
	ids, err := d.rewritten()
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := d.log.row(d.conn, id, "", "rewritten", sqlb.Arg{Type: sqlb.TextType}); err != nil {
			return err
		}
	}
	return nil
}

// document logs that one document took the place of another.
func (l *logged) document(conn db.Conn, d sqlb.Dialect, before, after string) error {
	exists, err := HasTable(conn, d, "couplet_changes")
	if err != nil || !exists || before == "" || before == after {
		return err
	}
	texts := []*string{&before, &after}
	if after == "" {
		texts[1] = nil
	}
	diff, err := json.Marshal(map[string]any{"document": texts})
	if err != nil {
		return err
	}
	return l.row(conn, "", l.version, OpSchema, sqlb.T(string(diff)))
}

func (l *logged) row(conn db.Conn, collection, key, op string, diff sqlb.Arg) error {
	actor := sqlb.Arg{Type: sqlb.TextType}
	if l.actor != "" {
		actor = sqlb.T(l.actor)
	}
	cause := l.cause
	if cause == "" {
		cause = l.version
	}
	_, err := conn.Exec("INSERT INTO couplet_changes (changeset, at, actor, via, cause, collection, key, op, diff)"+
		" VALUES ($1, $2, $3, 'migration', $4, $5, $6, $7, $8)", sqlb.T(l.changeset), sqlb.I(l.at.UnixMicro()), actor,
		sqlb.T(cause), sqlb.T(collection), sqlb.T(key), sqlb.T(op), diff)
	return err
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

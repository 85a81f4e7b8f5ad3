package store

import (
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Operations of the change log.
const (
	OpCreate    = "create"
	OpUpdate    = "update"
	OpDelete    = "delete"
	OpRewritten = "rewritten"      // a migration wrote the collection by SQL of its own
	OpSchema    = migrate.OpSchema // another document came into force; collection is ""
	OpErased    = "erased"         // the values of a record were taken out of the log
)

// diff collects what a log row says: {"field id": [before, after]} of an update, {"field id": before} of a delete.
// Values of secret fields are left out.
type diff struct {
	json  []byte
	links []LinksChange
}

func newDiff(*schema.Collection) *diff { return &diff{json: []byte{'{'}} }

func (d *diff) empty() bool { return len(d.json) == 1 }

func (d *diff) name(f *schema.Field) {
	if len(d.json) > 1 {
		d.json = append(d.json, ',')
	}
	d.json = append(value.AppendJSONString(d.json, f.ID), ':')
}

func (d *diff) change(f *schema.Field, before, after value.Value) {
	d.name(f)
	if f.Secret {
		d.json = append(d.json, "null"...)
		return
	}
	d.json = append(f.Type.AppendJSON(append(d.json, '['), before), ',')
	d.json = append(f.Type.AppendJSON(d.json, after), ']')
}

func (d *diff) changeKeys(f *schema.Field, before, after []value.Value) {
	d.name(f)
	d.json = append(d.json, '[')
	d.keys(f, before)
	d.json = append(d.json, ',')
	d.keys(f, after)
	d.json = append(d.json, ']')
	d.links = append(d.links, LinksChange{f, before, after})
}

func (d *diff) keys(f *schema.Field, keys []value.Value) {
	d.json = append(d.json, '[')
	for i, k := range keys {
		if i > 0 {
			d.json = append(d.json, ',')
		}
		d.json = f.To.Key.Type.AppendJSON(d.json, k)
	}
	d.json = append(d.json, ']')
}

// whole notes a record as it was, for a delete.
func (d *diff) whole(values []value.Value, c *schema.Collection) {
	for i, f := range c.Columns {
		if !f.Secret {
			d.name(f)
			d.json = f.Type.AppendJSON(d.json, values[i])
		}
	}
}

func (d *diff) wholeKeys(f *schema.Field, keys []value.Value) {
	d.name(f)
	d.keys(f, keys)
	if len(keys) > 0 {
		d.links = append(d.links, LinksChange{Field: f, Before: keys})
	}
}

const insertChange = `INSERT INTO couplet_changes (changeset, grp, at, actor, via, cause, collection, key, op, diff)
 VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING `

// log appends a row to the change log, in the transaction that it tells of.
func (tx *Tx) log(ch RecordChange, d *diff) error {
	detail := sqlb.Arg{Type: sqlb.TextType}
	if d != nil {
		detail.Value = value.Text(string(append(d.json, '}')))
		ch.Links = d.links
	}
	tx.note(ch)
	return tx.logRow(ch.Collection, ch.Key, ch.Op, detail)
}

func (tx *Tx) logRow(c *schema.Collection, key value.Value, op string, detail sqlb.Arg) error {
	args := []sqlb.Arg{sqlb.T(tx.changeset), optional(tx.origin.Group), sqlb.I(tx.now.UnixMicro()),
		optional(tx.origin.Actor), sqlb.T(tx.origin.Via), optional(tx.cause), sqlb.T(c.ID),
		sqlb.T(c.Key.Type.String(key)), sqlb.T(op), detail}
	return tx.Query(insertChange+tx.dialect.FeedPlace(), args, func(r db.Row) error {
		tx.cursor = newCursor(r, tx.changeset)
		return nil
	})
}

// Note appends a row that tells of a record something other than a write.
func (tx *Tx) Note(c *schema.Collection, key value.Value, op string) error {
	return tx.logRow(c, key, op, sqlb.Arg{Type: sqlb.TextType})
}

// optional is a text argument that is null when the text is empty.
func optional(s string) sqlb.Arg {
	if s == "" {
		return sqlb.Arg{Type: sqlb.TextType}
	}
	return sqlb.T(s)
}

package history

import (
	"encoding/json"
	"maps"
	"slices"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Erase takes a record's values out of the log, for good: that it was made, changed and deleted, when and by whom,
// stays. What the attic and the webhooks' delivery log hold of it goes, too. The log notes it. The number of rows that
// lost values is returned.
func Erase(tx *store.Tx, c *schema.Collection, key value.Value) (int, error) {
	text := c.Key.Type.String(key)
	list, err := all(&tx.Reader, maxRows, "collection = $1 AND key = $2 AND diff IS NOT NULL ORDER BY seq", sqlb.T(c.ID), sqlb.T(text))
	if err != nil {
		return 0, err
	}
	n := 0
	for _, x := range list {
		bare, err := x.bare()
		if err != nil {
			return 0, err
		}
		if bare.Value == value.Text(string(x.Diff)) {
			continue
		}
		if _, err := tx.Exec("UPDATE couplet_changes SET diff = $1 WHERE seq = $2", bare, sqlb.I(x.seq())); err != nil {
			return 0, err
		}
		n++
	}
	if _, err := tx.Exec("DELETE FROM couplet_attic WHERE collection = $1 AND key = $2", sqlb.T(c.ID), sqlb.T(text)); err != nil {
		return 0, err
	}
	if err := store.ForgetDeliveries(tx.Conn, c.ID, text); err != nil {
		return 0, err
	}
	return n, tx.Note(c, key, store.OpErased)
}

// bare is a row's diff without values: an update still says which fields it changed.
func (x *row) bare() (sqlb.Arg, error) {
	out := sqlb.Arg{Type: sqlb.TextType}
	if x.Op != store.OpUpdate {
		return out, nil
	}
	fields, err := x.fields()
	if err != nil {
		return out, err
	}
	text := []byte{'{'}
	for i, id := range slices.Sorted(maps.Keys(fields)) {
		if i > 0 {
			text = append(text, ',')
		}
		name, err := json.Marshal(id)
		if err != nil {
			return out, err
		}
		text = append(append(text, name...), ":null"...)
	}
	return sqlb.T(string(append(text, '}'))), nil
}

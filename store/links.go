package store

import (
	"slices"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Links returns the keys that a record is linked with through a many-to-many field, sorted.
func (r *Reader) Links(f *schema.Field, key value.Value) ([]value.Value, error) {
	return r.linked(f, key)
}

// linked returns the keys that a record is linked with through a many-to-many field, sorted.
func (r *Reader) linked(f *schema.Field, key value.Value) ([]value.Value, error) {
	l := f.Through
	sql := "SELECT " + sqlb.Quote(l.ToColumn) + " FROM " + sqlb.Quote(l.Table) + " WHERE " + sqlb.Quote(l.FromColumn) +
		" = $1 ORDER BY " + sqlb.Quote(l.ToColumn)
	var keys []value.Value
	err := r.Query(sql, []sqlb.Arg{{Type: f.Collection.Key.Type, Value: key}}, func(row db.Row) error {
		keys = append(keys, row.Value(0, f.To.Key.Type))
		return nil
	})
	return keys, err
}

// link adds pairs. The keys are distinct, and none is linked already.
func (tx *Tx) link(f *schema.Field, key value.Value, keys []value.Value) error {
	l := f.Through
	sql := "INSERT INTO " + sqlb.Quote(l.Table) + " (" + sqlb.Quote(l.FromColumn) + ", " + sqlb.Quote(l.ToColumn) + ") VALUES ($1, $2)"
	for _, k := range keys {
		if err := tx.attempt(sql, sqlb.Arg{Type: f.Collection.Key.Type, Value: key}, sqlb.Arg{Type: f.To.Key.Type, Value: k}); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) unlink(f *schema.Field, key value.Value, keys []value.Value) error {
	l := f.Through
	sql := "DELETE FROM " + sqlb.Quote(l.Table) + " WHERE " + sqlb.Quote(l.FromColumn) + " = $1 AND " + sqlb.Quote(l.ToColumn) + " = $2"
	for _, k := range keys {
		if _, err := tx.Exec(sql, sqlb.Arg{Type: f.Collection.Key.Type, Value: key}, sqlb.Arg{Type: f.To.Key.Type, Value: k}); err != nil {
			return err
		}
	}
	return nil
}

// updateLinks brings the many-to-many fields that an Input names to their new sets and notes what changed.
func (tx *Tx) updateLinks(c *schema.Collection, key value.Value, in *Input, d *diff) error {
	for _, f := range c.ManyToMany {
		whole, set := in.Keys[f]
		add, remove := in.AddKeys[f], in.RemoveKeys[f]
		if !set && len(add) == 0 && len(remove) == 0 {
			continue
		}
		before, err := tx.linked(f, key)
		if err != nil {
			return err
		}
		after := distinct(whole)
		if !set {
			after = without(distinct(append(slices.Clone(before), add...)), remove)
		}
		slices.SortFunc(after, value.Compare)
		if slices.Equal(before, after) {
			continue
		}
		if err := tx.unlink(f, key, without(before, after)); err != nil {
			return err
		}
		if err := tx.link(f, key, without(after, before)); err != nil {
			return tx.missing(err, f, after)
		}
		d.changeKeys(f, before, after)
	}
	return nil
}

func distinct(keys []value.Value) []value.Value { return without(keys, nil) }

// without returns the keys that are not gone, each once.
func without(keys, gone []value.Value) []value.Value {
	seen := make(map[value.Value]bool, len(keys)+len(gone))
	for _, k := range gone {
		seen[k] = true
	}
	var out []value.Value
	for _, k := range keys {
		if !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}

package store

import (
	"slices"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Load stores a row as it is given, key included, whatever is there under that key: for fixtures. It passes no
// permission, no check and no default; foreign keys are looked at when the transaction ends (see Defer). A null key
// is given out by the database and put into values, which Load keeps.
func (tx *Tx) Load(c *schema.Collection, values []value.Value, links map[*schema.Field][]value.Value) error {
	before, err := tx.hold(c, values[0])
	switch {
	case err == nil:
		d := newDiff(c)
		if err := tx.store1(before, values, d); err != nil {
			return err
		}
		if err := tx.loadLinks(c, values[0], links, d); err != nil || d.empty() {
			return err
		}
		return tx.log(RecordChange{Collection: c, Key: values[0], Op: OpUpdate, Before: before.Values, After: values}, d)
	case err != ErrNotFound: //nolint:errorlint // returned as it is by loadRecord
		return err
	}
	key, err := tx.insert(c, values)
	if err != nil {
		return tx.explain(err, c, values, value.Null)
	}
	values[0] = key
	d := newDiff(c)
	if err := tx.loadLinks(c, values[0], links, d); err != nil {
		return err
	}
	return tx.log(RecordChange{Collection: c, Key: values[0], Op: OpCreate, After: values, Links: d.links}, nil)
}

func (tx *Tx) loadLinks(c *schema.Collection, key value.Value, links map[*schema.Field][]value.Value, d *diff) error {
	for _, f := range c.ManyToMany {
		keys, ok := links[f]
		if !ok || f.Through.Collection != nil {
			continue
		}
		before, err := tx.linked(f, key)
		if err != nil {
			return err
		}
		after := distinct(keys)
		slices.SortFunc(after, value.Compare)
		if err := tx.unlink(f, key, without(before, after)); err != nil {
			return err
		}
		if err := tx.link(f, key, without(after, before)); err != nil {
			return err
		}
		if !slices.Equal(before, after) {
			d.changeKeys(f, before, after)
		}
	}
	return nil
}

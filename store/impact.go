package store

import (
	"errors"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// ErrTooMany says that more records are concerned than are looked at in one go.
var ErrTooMany = errors.New("store: too many records")

// Unlink is what a delete does, beside what on_delete says, to records that lose a key of a many-to-many field.
const Unlink schema.OnDelete = "unlink"

// Impact is what deleting records does to others that refer to them by one field.
type Impact struct {
	Effect schema.OnDelete // or Unlink
	Field  *schema.Field
	Keys   []value.Value // of the records that refer, each once
}

// Blocks reports whether the delete is refused because of it.
func (i *Impact) Blocks() bool { return i.Effect == schema.Protect || i.Effect == schema.Restrict }

// Impacts returns what deleting records would do, as Tx.Delete does it, whoever may see what it touches, and reading keys
// alone: ErrTooMany where more than most records would go.
func (r *Reader) Impacts(c *schema.Collection, keys []value.Value, most int) ([]*Impact, error) {
	f := &fallout{r: r, most: most, doomed: map[recordID]bool{}, of: map[*schema.Field]*touched{}}
	if err := f.doom(c, keys); err != nil {
		return nil, err
	}
	for len(f.next) > 0 {
		w := f.next[0]
		f.next = f.next[1:]
		if err := f.spread(w); err != nil {
			return nil, err
		}
	}
	return f.impacts(), nil
}

// fallout follows a delete level by level.
type fallout struct {
	r      *Reader
	most   int
	doomed map[recordID]bool
	next   []wave
	order  []*touched
	of     map[*schema.Field]*touched
}

// wave are records of one collection that go and whose referrers are still to be found.
type wave struct {
	collection *schema.Collection
	keys       []value.Value
}

// touched are the records that refer to doomed ones by a field.
type touched struct {
	Impact
	seen map[value.Value]bool
}

func (f *fallout) doom(c *schema.Collection, keys []value.Value) error {
	w := wave{collection: c}
	for _, key := range keys {
		if id := (recordID{c, key}); !f.doomed[id] {
			f.doomed[id] = true
			w.keys = append(w.keys, key)
		}
	}
	if len(f.doomed) > f.most {
		return ErrTooMany
	}
	if len(w.keys) > 0 {
		f.next = append(f.next, w)
	}
	return nil
}

// spread finds what refers to the records of a wave.
func (f *fallout) spread(w wave) error {
	t := f.r.table(w.collection)
	for _, by := range t.referrers {
		found, err := f.referring(by.OnDelete, by, by.Collection.Table, by.Collection.Key.Column, by.Column, w)
		if err != nil {
			return err
		}
		if by.OnDelete == schema.Cascade {
			if err := f.doom(by.Collection, found); err != nil {
				return err
			}
		}
	}
	for _, by := range t.linkers {
		if _, err := f.referring(Unlink, by, by.Through.Table, by.Through.FromColumn, by.Through.ToColumn, w); err != nil {
			return err
		}
	}
	return nil
}

// referring notes the records that refer by a field to those of a wave, and returns those that are new.
func (f *fallout) referring(effect schema.OnDelete, by *schema.Field, table, key, column string, w wave) (found []value.Value, err error) {
	t := f.of[by]
	if t == nil {
		t = &touched{Impact{Effect: effect, Field: by}, map[value.Value]bool{}}
		f.of[by] = t
		f.order = append(f.order, t)
	}
	err = query.EachReferring(f.r.Conn, query.Reference{Table: table, Key: key, Column: column, Type: w.collection.Key.Type}, w.keys, func(row db.Row) {
		k := row.Value(0, by.Collection.Key.Type)
		if !t.seen[k] {
			t.seen[k] = true
			t.Keys, found = append(t.Keys, k), append(found, k)
		}
	})
	if err == nil && len(t.Keys) > f.most {
		err = ErrTooMany
	}
	return found, err
}

// impacts are what was found: what lets go of a doomed record or restricts its end counts only where it stays itself.
func (f *fallout) impacts() []*Impact {
	var list []*Impact
	for _, t := range f.order {
		if t.Effect != schema.Cascade && t.Effect != schema.Protect {
			stays := t.Keys[:0]
			for _, key := range t.Keys {
				if !f.doomed[recordID{t.Field.Collection, key}] {
					stays = append(stays, key)
				}
			}
			t.Keys = stays
		}
		if t.Effect == schema.SetDefault && f.doomed[recordID{t.Field.To, t.Field.Default}] {
			t.Effect = schema.Restrict // it would fall back to what is deleted: refused
		}
		if len(t.Keys) > 0 {
			list = append(list, &t.Impact)
		}
	}
	return list
}

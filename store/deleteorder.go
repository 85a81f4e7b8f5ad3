package store

import (
	"slices"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// order returns the doomed records, each after those that refer to it, and whether some refer to each other in a
// circle, so that there is no such order.
func (k *collector) order() (order []*doomed, circle bool) {
	for _, d := range k.list {
		k.targets(d, func(to *doomed) { to.left++ })
	}
	var free []*doomed
	for _, d := range slices.Backward(k.list) {
		if d.left == 0 {
			free = append(free, d)
		}
	}
	for next := 0; len(order) < len(k.list); {
		if len(free) == 0 {
			circle = true
			for k.list[next].gone {
				next++
			}
			free = append(free, k.list[next])
		}
		d := free[0]
		free = free[1:]
		d.gone = true
		order = append(order, d)
		k.targets(d, func(to *doomed) {
			if to.left--; to.left == 0 && !to.gone {
				free = append(free, to)
			}
		})
	}
	return order, circle
}

// targets calls fn for the doomed records that d refers to, other than itself.
func (k *collector) targets(d *doomed, fn func(*doomed)) {
	for _, f := range d.Collection.Columns {
		if f.To == nil {
			continue
		}
		if to := k.found[recordID{f.To, d.Values[f.Position]}]; to != nil && to != d {
			fn(to)
		}
	}
}

// describe notes the whole of a doomed record for the log and deletes its many-to-many pairs.
func (k *collector) describe(d *doomed) error {
	c := d.Collection
	d.diff = newDiff(c)
	d.diff.whole(d.Values, c)
	for _, f := range c.ManyToMany {
		keys, err := k.tx.linked(f, d.Key())
		if err != nil {
			return err
		}
		d.diff.wholeKeys(f, keys)
		if f.Through.Collection != nil {
			continue // its own foreign keys say what happens
		}
		sql := "DELETE FROM " + sqlb.Quote(f.Through.Table) + " WHERE " + sqlb.Quote(f.Through.FromColumn) + " = $1"
		if _, err := k.tx.Exec(sql, sqlb.Arg{Type: c.Key.Type, Value: d.Key()}); err != nil {
			return err
		}
	}
	return nil
}

// unlinkFromOthers takes a doomed record out of the many-to-many fields of the records that stay.
func (k *collector) unlinkFromOthers(d *doomed) error {
	for _, f := range k.tx.table(d.Collection).linkers {
		l := f.Through
		var owners []value.Value
		sql := "SELECT " + sqlb.Quote(l.FromColumn) + " FROM " + sqlb.Quote(l.Table) + " WHERE " + sqlb.Quote(l.ToColumn) + " = $1 ORDER BY 1"
		err := k.tx.Query(sql, []sqlb.Arg{{Type: f.To.Key.Type, Value: d.Key()}}, func(row db.Row) error {
			owners = append(owners, row.Value(0, f.Collection.Key.Type))
			return nil
		})
		if err != nil {
			return err
		}
		for _, owner := range owners {
			rec, err := k.tx.Record(f.Collection, owner)
			if err != nil {
				return err
			}
			s := k.survivor(rec)
			s.unlink[f] = append(s.unlink[f], d.Key())
		}
	}
	return nil
}

// survivor is a record that stays but refers to doomed ones.
type survivor struct {
	before *Record
	after  []value.Value
	unlink map[*schema.Field][]value.Value
}

func (k *collector) survivor(rec *Record) *survivor {
	s := k.others[rec.id()]
	if s == nil {
		s = &survivor{rec, slices.Clone(rec.Values), map[*schema.Field][]value.Value{}}
		k.others[rec.id()] = s
		k.survivors = append(k.survivors, s)
	}
	return s
}

// release sets a foreign key to what its on_delete says.
func (s *survivor) release(by *schema.Field) {
	s.after[by.Position] = value.Null
	if by.OnDelete == schema.SetDefault {
		s.after[by.Position] = by.Default
	}
}

// write stores what became of a record, as one change.
func (s *survivor) write(tx *Tx) error {
	c := s.before.Collection
	d := newDiff(c)
	if err := tx.store1(s.before, s.after, d); err != nil {
		return err
	}
	for _, f := range c.ManyToMany {
		gone := s.unlink[f]
		if len(gone) == 0 {
			continue
		}
		before, err := tx.linked(f, s.before.Key())
		if err != nil {
			return err
		}
		if err := tx.unlink(f, s.before.Key(), gone); err != nil {
			return err
		}
		d.changeKeys(f, before, without(before, gone))
	}
	return tx.log(RecordChange{Collection: c, Key: s.before.Key(), Op: OpUpdate, Before: s.before.Values, After: s.after}, d)
}

package store

import (
	"errors"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Delete deletes a record and does what on_delete says of those that refer to it, as Django's Collector does: protect
// and restrict refuse, cascade deletes them too, set_null and set_default let them go. The scope must see the record
// and allow "delete" for it; what cascades needs no permission of its own, as in Django.
// Errors: ErrNotFound, ErrForbidden, ErrPrecondition, ErrLastSuperuser, *Protected.
func (tx *Tx) Delete(c *schema.Collection, key value.Value, cond Condition) error {
	rec, err := tx.target(c, schema.Delete, key, cond)
	if err != nil {
		return err
	}
	if err := tx.keepSuperuser(rec.Values, nil, c); err != nil {
		return err
	}
	k := &collector{tx: tx, found: map[recordID]*doomed{}, others: map[recordID]*survivor{}}
	if err := k.gather(rec); err != nil {
		return err
	}
	if err := k.restricted(); err != nil {
		return err
	}
	return k.run()
}

// collector gathers what a delete takes with it before anything is changed.
type collector struct {
	tx        *Tx
	found     map[recordID]*doomed
	list      []*doomed // in the order in which they were found
	others    map[recordID]*survivor
	survivors []*survivor
	letGo     []reference
	restrict  []reference
}

// doomed is a record that goes.
type doomed struct {
	*Record
	diff *diff
	left int // doomed records that refer to it and are still there
	gone bool
}

// reference is a record that refers to a doomed one by a field.
type reference struct {
	rec *Record
	by  *schema.Field
}

func (r *Record) id() recordID { return recordID{r.Collection, r.Key()} }

func (k *collector) add(rec *Record) {
	id := rec.id()
	if k.found[id] == nil {
		d := &doomed{Record: rec}
		k.found[id] = d
		k.list = append(k.list, d)
	}
}

func (k *collector) gather(rec *Record) error {
	k.add(rec)
	for i := 0; i < len(k.list); i++ {
		rec := k.list[i].Record
		for _, by := range k.tx.table(rec.Collection).referrers {
			if err := k.follow(rec, by); err != nil {
				return err
			}
		}
	}
	return nil
}

// follow does what on_delete says of the records that refer to rec by a field.
func (k *collector) follow(rec *Record, by *schema.Field) error {
	if by.OnDelete == schema.Protect {
		return k.protected(rec, by)
	}
	others, err := k.referring(rec, by)
	if err != nil {
		return err
	}
	for _, other := range others {
		switch by.OnDelete {
		case schema.Cascade:
			k.add(other)
		case schema.Restrict:
			k.restrict = append(k.restrict, reference{other, by})
		case schema.SetNull, schema.SetDefault:
			k.letGo = append(k.letGo, reference{other, by})
		}
	}
	return nil
}

func (k *collector) referring(rec *Record, by *schema.Field) ([]*Record, error) {
	c := by.Collection
	sql := "SELECT " + columnList(c.Columns, "") + " FROM " + sqlb.Quote(c.Table) + " WHERE " + sqlb.Quote(by.Column) +
		" = $1 ORDER BY " + sqlb.Quote(c.Key.Column) + k.tx.dialect.ForUpdate()
	var list []*Record
	err := k.tx.Query(sql, []sqlb.Arg{{Type: by.Type, Value: rec.Key()}}, func(row db.Row) error {
		list = append(list, &Record{c, scan(row, c.Columns), k.tx.Conn, k.tx.State, k.tx.dialect})
		return nil
	})
	return list, err
}

// protectedKeys is how many of the records that protect another are named.
const protectedKeys = 10

func (p *Protected) count(key value.Value) {
	if p.Count++; p.Count <= protectedKeys {
		p.Keys = append(p.Keys, key)
	}
}

func (k *collector) protected(rec *Record, by *schema.Field) error {
	c := by.Collection
	p := &Protected{Collection: rec.Collection, By: by}
	sql := "SELECT " + sqlb.Quote(c.Key.Column) + " FROM " + sqlb.Quote(c.Table) + " WHERE " + sqlb.Quote(by.Column) +
		" = $1 ORDER BY " + sqlb.Quote(c.Key.Column)
	err := k.tx.Query(sql, []sqlb.Arg{{Type: by.Type, Value: rec.Key()}}, func(row db.Row) error {
		p.count(row.Value(0, c.Key.Type))
		return nil
	})
	if err != nil || p.Count == 0 {
		return err
	}
	return p
}

// restricted refuses where a record that refers by on_delete restrict is not deleted as well, with all that do so by
// the same field, and where what should fall back to a default would fall back to a record that is deleted.
func (k *collector) restricted() error {
	var p *Protected
	for _, r := range k.restrict {
		if k.found[r.rec.id()] == nil && (p == nil || p.By == r.by) {
			if p == nil {
				p = &Protected{Collection: r.by.To, By: r.by}
			}
			p.count(r.rec.Key())
		}
	}
	for _, r := range k.letGo {
		if r.by.OnDelete == schema.SetDefault && k.found[r.rec.id()] == nil && k.found[recordID{r.by.To, r.by.Default}] != nil {
			if p == nil || p.By == r.by {
				if p == nil {
					p = &Protected{Collection: r.by.To, By: r.by}
				}
				p.count(r.rec.Key())
			}
		}
	}
	if p == nil {
		return nil
	}
	return p
}

// run lets go what stays and deletes what goes.
func (k *collector) run() error {
	for _, r := range k.letGo {
		if k.found[r.rec.id()] == nil {
			k.survivor(r.rec).release(r.by)
		}
	}
	for _, d := range k.list {
		if err := k.describe(d); err != nil {
			return err
		}
	}
	for _, d := range k.list {
		if err := k.unlinkFromOthers(d); err != nil {
			return err
		}
	}
	for _, s := range k.survivors {
		if err := s.write(k.tx); err != nil {
			return err
		}
	}
	order, circle := k.order()
	if !circle || k.tx.deferred {
		return k.deleteAll(order)
	}
	// Foreign keys that go round in a circle are looked at when all of it is gone. That nothing else refers to it is
	// what gather has made sure of.
	if _, err := k.tx.Exec(k.tx.dialect.DeferForeignKeys()); err != nil {
		return err
	}
	err := k.deleteAll(order)
	_, enforce := k.tx.Exec(k.tx.dialect.EnforceForeignKeys())
	return errors.Join(err, enforce)
}

func (k *collector) deleteAll(order []*doomed) error {
	for _, d := range order {
		c := d.Collection
		if _, err := k.tx.Exec(k.tx.table(c).deleteKey, sqlb.Arg{Type: c.Key.Type, Value: d.Key()}); err != nil {
			return err
		}
		if err := k.tx.log(RecordChange{Collection: c, Key: d.Key(), Op: OpDelete, Before: d.Values}, d.diff); err != nil {
			return err
		}
	}
	return nil
}

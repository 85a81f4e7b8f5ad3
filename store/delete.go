package store

import (
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Delete deletes a record and does what on_delete says of those that refer to it, in the order of Django's Collector:
// protect and restrict refuse, cascade deletes them too, set_null and set_default let them go. The scope must see the
// record and allow "delete" for it; what cascades needs no permission of its own, as in Django.
// Errors: ErrNotFound, ErrForbidden, ErrPrecondition, *Protected.
func (tx *Tx) Delete(c *schema.Collection, key value.Value, cond Condition) error {
	rec, err := tx.target(c, schema.Delete, key, cond)
	if err != nil {
		return err
	}
	return tx.remove(rec)
}

func (tx *Tx) remove(rec *Record) error {
	k := &collector{tx: tx, found: map[recordID]bool{}}
	if err := k.add(rec, nil); err != nil {
		return err
	}
	if err := k.restricted(); err != nil {
		return err
	}
	return k.run()
}

// collector gathers what a delete takes with it before anything is changed.
type collector struct {
	tx       *Tx
	found    map[recordID]bool
	records  []*Record // each after those that refer to it
	updates  []letGo
	restrict []restriction
}

// letGo is a record whose foreign key is to be set to null or to its default.
type letGo struct {
	rec *Record
	by  *schema.Field
}

// restriction is a record that refers to a deleted one by on_delete restrict: allowed only if it is deleted as well.
type restriction struct {
	rec *Record
	by  *schema.Field
}

func (k *collector) add(rec *Record, _ *schema.Field) error {
	id := recordID{rec.Collection, rec.Key()}
	if k.found[id] {
		return nil
	}
	k.found[id] = true
	for _, r := range rec.Collection.Reverse {
		if r.Field.Relation == schema.ManyToMany {
			continue
		}
		if err := k.follow(rec, r.Field); err != nil {
			return err
		}
	}
	k.records = append(k.records, rec)
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
			if err := k.add(other, by); err != nil {
				return err
			}
		case schema.Restrict:
			k.restrict = append(k.restrict, restriction{other, by})
		case schema.SetNull, schema.SetDefault:
			k.updates = append(k.updates, letGo{other, by})
		}
	}
	return nil
}

func (k *collector) referring(rec *Record, by *schema.Field) ([]*Record, error) {
	c := by.Collection
	sql := "SELECT " + columnList(c.Columns, "") + " FROM " + sqlb.Quote(c.Table) + " WHERE " + sqlb.Quote(by.Column) +
		" = $1 ORDER BY " + sqlb.Quote(c.Key.Column)
	var list []*Record
	err := k.tx.Query(sql, []sqlb.Arg{{Type: by.Type, Value: rec.Key()}}, func(row db.Row) error {
		list = append(list, &Record{c, scan(row, c.Columns), k.tx.Conn, k.tx.State, k.tx.dialect})
		return nil
	})
	return list, err
}

// protectedKeys is how many of the records that protect another are named.
const protectedKeys = 10

func (k *collector) protected(rec *Record, by *schema.Field) error {
	c := by.Collection
	p := &Protected{Collection: rec.Collection, By: by}
	sql := "SELECT " + sqlb.Quote(c.Key.Column) + " FROM " + sqlb.Quote(c.Table) + " WHERE " + sqlb.Quote(by.Column) +
		" = $1 ORDER BY " + sqlb.Quote(c.Key.Column)
	err := k.tx.Query(sql, []sqlb.Arg{{Type: by.Type, Value: rec.Key()}}, func(row db.Row) error {
		if p.Count++; p.Count <= protectedKeys {
			p.Keys = append(p.Keys, row.Value(0, c.Key.Type))
		}
		return nil
	})
	if err != nil || p.Count == 0 {
		return err
	}
	return p
}

func (k *collector) restricted() error {
	for _, r := range k.restrict {
		if !k.found[recordID{r.rec.Collection, r.rec.Key()}] {
			return &Protected{Collection: r.by.To, By: r.by, Keys: []value.Value{r.rec.Key()}, Count: 1}
		}
	}
	return nil
}

func (k *collector) run() error {
	for _, u := range k.updates {
		let := k.release
		if k.found[recordID{u.rec.Collection, u.rec.Key()}] {
			let = k.cut
		}
		if err := let(u); err != nil {
			return err
		}
	}
	for _, rec := range k.records {
		if err := k.tx.deleteRow(rec); err != nil {
			return err
		}
	}
	return nil
}

// cut takes the reference out of a record that goes as well, so that the order of deletes does not matter. The log
// tells the whole of it when it is deleted, as it was.
func (k *collector) cut(u letGo) error {
	if !u.by.Null {
		return nil
	}
	sql := "UPDATE " + sqlb.Quote(u.rec.Collection.Table) + " SET " + sqlb.Quote(u.by.Column) + " = NULL WHERE " +
		sqlb.Quote(u.rec.Collection.Key.Column) + " = $1"
	_, err := k.tx.Exec(sql, sqlb.Arg{Type: u.rec.Collection.Key.Type, Value: u.rec.Key()})
	return err
}

func (k *collector) release(u letGo) error {
	now, err := k.tx.Record(u.rec.Collection, u.rec.Key()) // another field of it may have been let go already
	if err != nil {
		return err
	}
	after := append([]value.Value(nil), now.Values...)
	after[u.by.Position] = value.Null
	if u.by.OnDelete == schema.SetDefault {
		after[u.by.Position] = u.by.Default
	}
	d := newDiff(u.rec.Collection)
	if err := k.tx.store1(now, after, d); err != nil {
		return err
	}
	if d.empty() {
		return nil
	}
	return k.tx.log(u.rec.Collection, u.rec.Key(), opUpdate, d)
}

// deleteRow deletes one row with its many-to-many pairs and logs the whole of it.
func (tx *Tx) deleteRow(rec *Record) error {
	c := rec.Collection
	d := newDiff(c)
	d.whole(rec.Values, c)
	for _, f := range c.ManyToMany {
		keys, err := tx.linked(f, rec.Key())
		if err != nil {
			return err
		}
		d.wholeKeys(f, keys)
		if err := tx.unlinkAll(f.Through, f.Through.FromColumn, c.Key, rec.Key()); err != nil {
			return err
		}
	}
	for _, r := range c.Reverse {
		if r.Field.Relation == schema.ManyToMany {
			if err := tx.unlinkReverse(r.Field, rec.Key()); err != nil {
				return err
			}
		}
	}
	if _, err := tx.Exec(tx.table(c).deleteKey, sqlb.Arg{Type: c.Key.Type, Value: rec.Key()}); err != nil {
		return err
	}
	return tx.log(c, rec.Key(), opDelete, d)
}

// unlinkReverse takes a record that is about to go out of the many-to-many fields of others, and logs it there.
func (tx *Tx) unlinkReverse(f *schema.Field, key value.Value) error {
	l := f.Through
	if l.Collection != nil {
		return nil // the through collection's own foreign keys say what happens
	}
	var owners []value.Value
	sql := "SELECT " + sqlb.Quote(l.FromColumn) + " FROM " + sqlb.Quote(l.Table) + " WHERE " + sqlb.Quote(l.ToColumn) + " = $1"
	err := tx.Query(sql, []sqlb.Arg{{Type: f.To.Key.Type, Value: key}}, func(row db.Row) error {
		owners = append(owners, row.Value(0, f.Collection.Key.Type))
		return nil
	})
	if err != nil {
		return err
	}
	for _, owner := range owners {
		before, err := tx.linked(f, owner)
		if err != nil {
			return err
		}
		if err := tx.unlink(f, owner, []value.Value{key}); err != nil {
			return err
		}
		d := newDiff(f.Collection)
		d.changeKeys(f, before, without(before, []value.Value{key}))
		if err := tx.log(f.Collection, owner, opUpdate, d); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) unlinkAll(l *schema.Link, column string, keyField *schema.Field, key value.Value) error {
	if l.Collection != nil {
		return nil
	}
	var sql strings.Builder
	sql.WriteString("DELETE FROM " + sqlb.Quote(l.Table) + " WHERE " + sqlb.Quote(column) + " = $1")
	_, err := tx.Exec(sql.String(), sqlb.Arg{Type: keyField.Type, Value: key})
	return err
}

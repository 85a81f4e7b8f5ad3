package store

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Condition is what must hold of the stored record for a change to be made (If-Match).
type Condition struct {
	Versions []uint64 // the record has one of these versions; empty: any
}

// Update changes a record. The scope must see it, and must allow "change" for it as it was and as it becomes.
// Errors: ErrNotFound, ErrForbidden, ErrPrecondition, *Invalid.
func (tx *Tx) Update(key value.Value, in *Input, cond Condition) error {
	c := in.Collection
	before, err := tx.target(c, schema.Change, key, cond)
	if err != nil {
		return err
	}
	after, err := tx.changed(before, in)
	if err != nil {
		return err
	}
	if err := tx.checkUser(c, before.Values, after); err != nil {
		return err
	}
	d := newDiff(c)
	if err := tx.store1(before, after, d); err != nil {
		return err
	}
	if err := tx.updateLinks(c, key, in, d); err != nil {
		return err
	}
	if !d.empty() {
		if err := tx.log(RecordChange{Collection: c, Key: key, Op: OpUpdate, Before: before.Values, After: after}, d); err != nil {
			return err
		}
	}
	for _, ch := range in.Children {
		if err := tx.writeChildren(key, ch, false); err != nil {
			return err
		}
	}
	return tx.checkAfter(c, schema.Change, key)
}

// target loads the record that an action is about and makes sure that the scope may act on it as it is now.
func (tx *Tx) target(c *schema.Collection, a schema.Action, key value.Value, cond Condition) (*Record, error) {
	rec, err := tx.hold(c, key)
	if err != nil {
		return nil, err
	}
	if !tx.Scope.Grant(c, schema.View).All {
		if ok, err := tx.passes(c, schema.View, key); err != nil || !ok {
			return nil, orElse(err, ErrNotFound)
		}
	}
	switch g := tx.Scope.Grant(c, a); {
	case g.None:
		return nil, ErrForbidden
	case !g.All:
		if ok, err := tx.passes(c, a, key); err != nil || !ok {
			return nil, orElse(err, ErrForbidden)
		}
	}
	return rec, tx.matches(rec, cond)
}

func (tx *Tx) matches(rec *Record, cond Condition) error {
	if len(cond.Versions) == 0 {
		return nil
	}
	have, err := tx.Version(rec)
	if err != nil {
		return err
	}
	for _, want := range cond.Versions {
		if want == have {
			return nil
		}
	}
	return ErrPrecondition
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// changed returns the row as it becomes.
func (tx *Tx) changed(before *Record, in *Input) ([]value.Value, error) {
	now := value.FormatDateTime(tx.now)
	after := append([]value.Value(nil), before.Values...)
	for i, f := range before.Collection.Columns {
		if v, ok := in.Values[f]; ok {
			if f.Primary && v != before.Values[i] {
				return nil, refused(f, v, "The key cannot be changed.")
			}
			after[i] = v
		} else if f.AutoNow {
			after[i] = automatic(f, now)
		}
		if by, ok := in.Increment[f]; ok {
			sum, err := f.Type.Add(after[i], by)
			if err != nil || outside(f, sum) {
				return nil, refused(f, by, "The result is out of range.")
			}
			after[i] = sum
		}
		if up := in.Files[f]; up != nil {
			name, err := tx.place(up)
			if err != nil {
				return nil, err
			}
			after[i] = value.Text(name)
		}
	}
	return after, nil
}

// place gives an upload its name in the media folder, which it keeps once the transaction is committed.
func (tx *Tx) place(up *Upload) (string, error) {
	name, err := up.commit()
	if err == nil {
		tx.placed = append(tx.placed, up)
	}
	return name, err
}

// refused is the *Invalid of one value.
func refused(f *schema.Field, v value.Value, message string) error {
	return &Invalid{f.Collection, []Problem{{Fields: []*schema.Field{f}, Code: CodeInvalid, Value: v, Message: message}}}
}

// outside reports whether a number leaves the bounds or choices that the schema sets.
func outside(f *schema.Field, v value.Value) bool {
	switch {
	case v.IsNull():
		return false
	case f.Min != nil && value.Compare(v, *f.Min) < 0, f.Max != nil && value.Compare(v, *f.Max) > 0:
		return true
	}
	same := func(c schema.Choice) bool { return value.Compare(c.Value, v) == 0 }
	return len(f.Choices) > 0 && !slices.ContainsFunc(f.Choices, same)
}

// store1 writes the columns that differ and notes them in d.
func (tx *Tx) store1(before *Record, after []value.Value, d *diff) error {
	c := before.Collection
	var set []string
	var args []sqlb.Arg
	for i, f := range c.Columns {
		if after[i] == before.Values[i] {
			continue
		}
		args = append(args, sqlb.Arg{Type: f.Type, Value: after[i]})
		set = append(set, sqlb.Quote(f.Column)+" = $"+itoa(len(args)))
		d.change(f, before.Values[i], after[i])
	}
	if len(set) == 0 {
		return nil
	}
	args = append(args, sqlb.Arg{Type: c.Key.Type, Value: before.Key()})
	sql := "UPDATE " + sqlb.Quote(c.Table) + " SET " + strings.Join(set, ", ") + " WHERE " + sqlb.Quote(c.Key.Column) + " = $" + itoa(len(args))
	if err := tx.attempt(sql, args...); err != nil {
		return tx.explain(err, c, after, before.Key())
	}
	return nil
}

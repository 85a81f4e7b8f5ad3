package store

import (
	"slices"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Create stores a new record and returns its key. The scope must allow "add" for the values as they are stored.
// Errors: ErrForbidden, *Invalid.
func (tx *Tx) Create(in *Input) (value.Value, error) {
	c := in.Collection
	if tx.Scope.Grant(c, schema.Add).None {
		return value.Null, ErrForbidden
	}
	values, err := tx.newValues(in)
	if err != nil {
		return value.Null, err
	}
	if err := tx.checkUser(c, nil, values); err != nil {
		return value.Null, err
	}
	key, err := tx.insert(c, values)
	if err != nil {
		return value.Null, tx.explain(err, c, values, value.Null)
	}
	values[0] = key
	ch := RecordChange{Collection: c, Key: key, Op: OpCreate, After: values}
	for _, f := range c.ManyToMany {
		if keys := distinct(in.Keys[f]); len(keys) > 0 {
			if err := tx.link(f, key, keys); err != nil {
				return value.Null, tx.missing(err, f, keys)
			}
			slices.SortFunc(keys, value.Compare)
			ch.Links = append(ch.Links, LinksChange{Field: f, After: keys})
		}
	}
	if err := tx.log(ch, nil); err != nil {
		return value.Null, err
	}
	for _, ch := range in.Children {
		if err := tx.writeChildren(key, ch, true); err != nil {
			return value.Null, err
		}
	}
	return key, tx.checkAfter(c, schema.Add, key)
}

// newValues completes an Input to a whole row: defaults, automatic times and keys.
func (tx *Tx) newValues(in *Input) ([]value.Value, error) {
	c := in.Collection
	values := make([]value.Value, len(c.Columns))
	now := value.FormatDateTime(tx.now)
	for i, f := range c.Columns {
		v, given := in.Values[f]
		switch {
		case given:
		case f.AutoNow || f.AutoNowAdd:
			v = automatic(f, now)
		case f.HasDefault:
			v = f.Default
		case f.Primary && f.Auto && f.Type.Kind == value.UUID:
			v = value.NewUUID()
		case !f.Null && (f.Type.IsText() || f.Type.Kind == value.IP):
			v = value.Text("")
		}
		if up := in.Files[f]; up != nil {
			name, err := tx.place(up)
			if err != nil {
				return nil, err
			}
			v = value.Text(name)
		}
		values[i] = v
	}
	return values, nil
}

// automatic returns the part of the time that an auto_now field holds.
func automatic(f *schema.Field, now value.Value) value.Value {
	switch text := now.Text(); f.Type.Kind {
	case value.Date:
		return value.Text(text[:10])
	case value.Time:
		return value.Text(text[11:])
	}
	return now
}

func (tx *Tx) insert(c *schema.Collection, values []value.Value) (value.Value, error) {
	t := tx.table(c)
	if values[0].IsNull() && !c.Key.Auto { // SQLite would give out one
		return value.Null, &Invalid{c, []Problem{{Fields: []*schema.Field{c.Key}, Code: CodeNull}}}
	}
	if !values[0].IsNull() {
		tx.gave(c, values[0])
		return values[0], tx.attempt(t.insert, rowArgs(c.Columns, values)...)
	}
	if err := tx.skipGiven(); err != nil {
		return value.Null, err
	}
	var key value.Value
	err := tx.Attempt(t.insertNew, rowArgs(c.Columns[1:], values[1:]), func(row db.Row) error {
		key = row.Value(0, c.Key.Type)
		return nil
	})
	return key, err
}

func rowArgs(columns []*schema.Field, values []value.Value) []sqlb.Arg {
	args := make([]sqlb.Arg, len(columns))
	for i, f := range columns {
		args[i] = sqlb.Arg{Type: f.Type, Value: values[i]}
	}
	return args
}

// checkAfter holds a record as it is stored now against the scope's row rule and the collection's checks.
func (tx *Tx) checkAfter(c *schema.Collection, a schema.Action, key value.Value) error {
	if !tx.Scope.Grant(c, a).All {
		ok, err := tx.passes(c, a, key)
		if err != nil {
			return err
		}
		if !ok {
			return ErrForbidden
		}
	}
	return tx.checkRecord(c, key)
}

package rest

import (
	"errors"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// overlay is a record as it will be after a write: the input over what is stored. Object-level checks are evaluated on
// it.
type overlay struct {
	in   *store.Input
	base expr.Record // nil on a create
	look Lookups
}

// Value implements expr.Record.
func (o *overlay) Value(f *schema.Field) (value.Value, error) {
	if v, ok := o.in.Values[f]; ok {
		return v, nil
	}
	if o.base == nil {
		return f.Default, nil
	}
	v, err := o.base.Value(f)
	if n, ok := o.in.Increment[f]; ok && err == nil {
		return f.Type.Add(v, n)
	}
	return v, err
}

// One implements expr.Record.
func (o *overlay) One(s schema.Step) (expr.Record, error) {
	if s.Field != nil {
		if key, ok := o.in.Values[s.Field]; ok || o.base == nil {
			if key.IsNull() {
				return nil, nil
			}
			return o.look.Load(s.Field.To, key)
		}
	}
	if o.base == nil {
		return nil, nil
	}
	return o.base.One(s)
}

// Many implements expr.Record.
func (o *overlay) Many(s schema.Step) ([]expr.Record, error) {
	if s.Field != nil {
		if keys, ok := o.in.Keys[s.Field]; ok {
			return o.load(s.Field.To, keys, nil)
		}
	}
	if o.base == nil {
		return nil, nil
	}
	list, err := o.base.Many(s)
	if err != nil || s.Field == nil || o.in.AddKeys[s.Field] == nil && o.in.RemoveKeys[s.Field] == nil {
		return list, err
	}
	return o.addRemove(s.Field, list)
}

func (o *overlay) load(c *schema.Collection, keys []value.Value, list []expr.Record) ([]expr.Record, error) {
	for _, key := range keys {
		rec, err := o.look.Load(c, key)
		if err != nil {
			return nil, err
		}
		if rec != nil {
			list = append(list, rec)
		}
	}
	return list, nil
}

func (o *overlay) addRemove(f *schema.Field, list []expr.Record) ([]expr.Record, error) {
	without := map[value.Value]bool{}
	for _, keys := range [][]value.Value{o.in.AddKeys[f], o.in.RemoveKeys[f]} {
		for _, key := range keys {
			without[key] = true
		}
	}
	var kept []expr.Record
	for _, rec := range list {
		key, err := rec.Value(f.To.Key)
		if err != nil {
			return nil, err
		}
		if !without[key] {
			kept = append(kept, rec)
		}
	}
	return o.load(f.To, o.in.AddKeys[f], kept)
}

// runChecks evaluates the object-level checks: one fails only on false.
func (b *binder) runChecks() (*Errors, error) {
	if len(b.s.checks) == 0 {
		return nil, nil
	}
	rec := &overlay{b.in, b.opt.Instance, b.opt.Lookups}
	bind := b.opt.Bindings
	if bind == nil {
		bind = &expr.Bindings{}
	}
	errs := &Errors{}
	for i := range b.s.checks {
		c := &b.s.checks[i]
		truth, err := c.expr.Eval(rec, bind)
		if err != nil {
			return nil, err
		}
		if truth != expr.False {
			continue
		}
		name := c.field
		if name == "" {
			name = nonField
		}
		errs.Put(name, Fail(c.message, "invalid"))
	}
	return errs, nil
}

// readerLookups answers Lookups from a store.Reader.
type readerLookups struct{ *store.Reader }

// NewLookups returns the lookups that validation needs, in the sight of the reader's scope.
func NewLookups(r *store.Reader) Lookups { return readerLookups{r} }

// Load implements Lookups.
func (r readerLookups) Load(c *schema.Collection, key value.Value) (expr.Record, error) {
	rec, err := r.Record(c, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return rec, nil
}

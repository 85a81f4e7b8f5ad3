package rest

import (
	"errors"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// operation binds what Couplet adds to PATCH and DRF would refuse: {"add": [...], "remove": [...]} for a many-to-many
// field, and {"increment": n} for a number, which is added to the stored value by the writer. done is false where the
// input is not one of them.
func (b *binder) operation(f *field, in *Node) (done bool, errs *Errors, err error) {
	if !b.opt.Partial || in.Kind != ObjectNode || f.model == nil || b.opt.Instance == nil {
		return false, nil, nil
	}
	switch {
	case f.model.Relation == schema.ManyToMany && f.many && onlyNames(in, "add", "remove"):
		errs, err = b.addRemove(f, in)
	case f.isNumber() && onlyNames(in, "increment"):
		errs, err = b.increment(f, in.Items[0])
	default:
		return false, nil, nil
	}
	return true, errs, err
}

func onlyNames(in *Node, allowed ...string) bool {
	for _, name := range in.Names {
		ok := false
		for _, a := range allowed {
			ok = ok || a == name
		}
		if !ok {
			return false
		}
	}
	return len(in.Names) > 0
}

func (f *field) isNumber() bool {
	switch f.class {
	case integerField, bigIntegerField, floatField, decimalField:
		return true
	}
	return false
}

func (b *binder) addRemove(f *field, in *Node) (*Errors, error) {
	errs := &Errors{}
	for i, name := range in.Names {
		list := in.Items[i]
		if list.Kind != ListNode {
			errs.Put(name, Fail(notAList(list), "not_a_list"))
			continue
		}
		keys, below, err := b.relatedKeys(f, list.Items)
		switch {
		case err != nil:
			return nil, err
		case below != nil:
			errs.Put(name, below)
		case name == "add":
			b.in.AddKeys = putKeys(b.in.AddKeys, f.model, keys)
		default:
			b.in.RemoveKeys = putKeys(b.in.RemoveKeys, f.model, keys)
		}
	}
	return errs, nil
}

func putKeys(m map[*schema.Field][]value.Value, f *schema.Field, keys []value.Value) map[*schema.Field][]value.Value {
	if m == nil {
		m = map[*schema.Field][]value.Value{}
	}
	m[f] = keys
	return m
}

// increment binds a number to add. The sum as it would be now is checked against the field's bounds; the writer adds
// to what is stored then.
func (b *binder) increment(f *field, in *Node) (*Errors, error) {
	if in.Kind == NullNode {
		return Fail("This field may not be null.", "null"), nil
	}
	v, m := f.coerce(in)
	if m != nil {
		return oneMessage(m), nil
	}
	now, err := b.opt.Instance.Value(f.model)
	if err != nil {
		return nil, err
	}
	sum, err := f.typ.Add(now, v)
	if errors.Is(err, value.ErrRange) {
		return f.overflow(v), nil
	}
	if err != nil {
		return nil, err
	}
	if list := f.bounds(nil, sum); !sum.IsNull() && list != nil {
		return &Errors{Messages: list}, nil
	}
	if b.in.Increment == nil {
		b.in.Increment = map[*schema.Field]value.Value{}
	}
	b.in.Increment[f.model] = v
	return nil, nil
}

// overflow words the error of a sum beyond what the type holds, by the bound that it breaks where there is one.
func (f *field) overflow(by value.Value) *Errors {
	switch {
	case by.Int() < 0 && f.min != nil:
		return Fail("Ensure this value is greater than or equal to "+f.limitText(*f.min)+".", "min_value")
	case by.Int() > 0 && f.max != nil:
		return Fail("Ensure this value is less than or equal to "+f.limitText(*f.max)+".", "max_value")
	}
	return Fail("The sum is out of range.", "overflow")
}

package rest

import (
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// uniqueSet is a unique_together set that the serializer can check (DRF: UniqueTogetherValidator).
type uniqueSet struct {
	model  []*schema.Field
	fields []*field
}

func (u *uniqueSet) message() string {
	names := make([]string, len(u.fields))
	for i, f := range u.fields {
		names[i] = f.name
	}
	return "The fields " + strings.Join(names, ", ") + " must make a unique set."
}

// compileSets finds the collection's unique sets that lie wholly in the serializer. Their fields become required, or
// take a default (get_uniqueness_extra_kwargs); sets with a read-only field that has none are not checked.
func (s *Serializer) compileSets() {
	for _, set := range s.Collection.Unique {
		u := uniqueSet{model: set}
		for _, m := range set {
			if f := s.fieldOf(m); f != nil {
				u.fields = append(u.fields, f)
			}
		}
		if len(u.fields) != len(set) {
			continue
		}
		check := true
		for _, f := range u.fields {
			f.promote()
			check = check && (!f.readOnly || f.hasDefault)
		}
		if check {
			s.sets = append(s.sets, u)
		}
	}
}

// fieldOf returns the serializer's field for a field of the collection, a writable one if there is one.
func (s *Serializer) fieldOf(m *schema.Field) *field {
	var found *field
	for _, f := range s.fields {
		if f.model == m && len(f.def.Source) == 1 && (found == nil || found.readOnly) {
			found = f
		}
	}
	return found
}

// promote gives a member of a unique set its default, or makes it required.
func (f *field) promote() {
	if f.hasDefault || f.def.Required != nil {
		return
	}
	m := f.model
	switch {
	case m.AutoNowAdd, m.AutoNow:
		f.hasDefault, f.defaultNow = true, true
	case m.HasDefault:
		f.hasDefault, f.dflt = true, m.Default
	case m.Null:
		f.hasDefault, f.dflt = true, value.Null
	case m.Blank && m.Relation == schema.NoRelation && textual(m.Type.Kind):
		f.hasDefault, f.dflt = true, value.Text("")
	default:
		f.required = !f.readOnly
		return
	}
	f.required = false
}

// checkSet reports an error when the record that b describes would share the set's values with another one. As in
// DRF it is not looked at when nothing of it changes, or when one of the values is null.
func (b *binder) checkSet(u *uniqueSet) (*Errors, error) {
	values := make([]value.Value, len(u.model))
	missing := &Errors{}
	changed := b.opt.Instance == nil
	for i, m := range u.model {
		v, sent := b.in.Values[m]
		if !sent && u.fields[i].readOnly && u.fields[i].hasDefault && !b.opt.Partial {
			v, sent = u.fields[i].defaultValue(), true
		}
		if b.opt.Instance == nil {
			if !sent {
				missing.Put(u.fields[i].name, Fail("This field is required.", "required"))
			}
			values[i] = v
			continue
		}
		was, err := b.opt.Instance.Value(m)
		if err != nil {
			return nil, err
		}
		if !sent {
			v = was
		}
		changed = changed || value.Compare(v, was) != 0
		values[i] = v
	}
	if !missing.Empty() {
		return missing, nil
	}
	if !changed {
		return nil, nil
	}
	for _, v := range values {
		if v.IsNull() {
			return nil, nil
		}
	}
	taken, err := b.taken(u.model, values)
	if err != nil || !taken {
		return nil, err
	}
	return NonField(u.message(), "unique"), nil
}

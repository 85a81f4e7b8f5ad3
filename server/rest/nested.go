package rest

import (
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// nested binds records along the way back of a relation.
func (b *binder) nested(f *field, in *Node) (*Errors, error) {
	items := []*Node{in}
	if f.many {
		if in.Kind == FormNode {
			if in = in.Form.List(""); in == nil {
				in = &Node{Kind: ListNode}
			}
		}
		switch {
		case in.Kind != ListNode:
			return NonField(notAList(in), "not_a_list"), nil
		case len(in.Items) == 0 && !f.allowEmpty:
			return NonField("This list may not be empty.", "empty"), nil
		case len(in.Items) > MaxBulk:
			return NonField("Ensure this field has no more than 1000 elements.", "max_length"), nil
		}
		items = in.Items
	}
	children := &store.Children{Reverse: f.def.Reverse, Replace: f.def.Replace}
	errs := ListErrors(len(items))
	for i, item := range items {
		below, err := b.child(f, children, item)
		if err != nil {
			return nil, err
		}
		if below.Empty() {
			continue
		}
		if !f.many {
			return below, nil
		}
		errs.PutIndex(i, below)
	}
	if !errs.Empty() {
		return errs, nil
	}
	b.in.Children = append(b.in.Children, children)
	return nil, nil
}

// child binds one nested record. In a merge an item with the key of one of the parent's children changes that child;
// all others are new.
func (b *binder) child(f *field, children *store.Children, item *Node) (*Errors, error) {
	opt := b.opt
	opt.Instance = nil
	var key *value.Value
	if !f.def.Replace {
		var errs *Errors
		var err error
		if key, errs, err = b.childKey(f, item, &opt); err != nil || !errs.Empty() {
			return errs, err
		}
	}
	in, errs, err := f.nested.bindItem(item, opt, f.def.Reverse.Field)
	if err != nil {
		return nil, err
	}
	if errs.Empty() && opt.Partial && opt.Instance == nil {
		errs = f.nested.complete(in, item, f)
	}
	if !errs.Empty() {
		return errs, nil
	}
	children.Items = append(children.Items, in)
	children.Keys = append(children.Keys, key)
	return nil, nil
}

// complete makes a whole record of a child that a partial update adds. As in Django a text that was not sent is
// empty; whatever else is required must be there.
func (s *Serializer) complete(in *store.Input, item *Node, parent *field) *Errors {
	errs := &Errors{}
	for _, f := range s.fields {
		if !f.required || f.readOnly || f.model == parent.def.Reverse.Field || f.input(item, true).Kind != Missing {
			continue
		}
		if f.model != nil && f.model.Relation == schema.NoRelation && textual(f.model.Type.Kind) && !f.unique {
			in.Values[f.model] = value.Text("")
			continue
		}
		errs.Put(f.name, Fail("This field is required.", "required"))
	}
	return errs
}

// childKey finds the child that an item of a merge names by its key, and makes it the instance of opt.
func (b *binder) childKey(f *field, item *Node, opt *BindOptions) (*value.Value, *Errors, error) {
	c := f.nested.Collection
	in := missing
	switch item.Kind {
	case ObjectNode:
		in = item.Get(c.Key.Name)
	case FormNode:
		in = item.Form.Last(c.Key.Name)
	}
	if in.Kind == Missing || in.Kind == NullNode || in.IsEmptyString() {
		return nil, nil, nil
	}
	absent := FieldError(c.Key.Name, `Invalid pk "`+in.PyString()+`" - object does not exist.`, "does_not_exist")
	key, form := keyOf(c.Key.Type, in)
	if form != keyGood || b.opt.Instance == nil {
		return nil, absent, nil
	}
	rec, err := b.opt.Lookups.Load(c, key)
	if err != nil || rec == nil {
		return nil, absent, err
	}
	parent, err := rec.Value(f.def.Reverse.Field)
	if err != nil || parent != b.key {
		return nil, absent, err
	}
	opt.Instance = rec
	return &key, nil, nil
}

// clearChildren is a nested field that was set to null: no children.
func (b *binder) clearChildren(f *field) {
	b.in.Children = append(b.in.Children, &store.Children{Reverse: f.def.Reverse, Replace: true})
}

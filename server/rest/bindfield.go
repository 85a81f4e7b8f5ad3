package rest

import (
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// field binds one field (DRF: Field.run_validation).
func (b *binder) field(f *field, in *Node) (*Errors, error) {
	if done, errs, err := b.operation(f, in); done {
		return errs, err
	}
	in = f.emptyAsNull(in)
	if f.isCharField() && f.blank(in) {
		if !f.allowBlank {
			return Fail("This field may not be blank.", "blank"), nil
		}
		b.in.Values[f.model] = value.Text("")
		return nil, nil
	}
	switch in.Kind {
	case Missing:
		return b.nothing(f), nil
	case NullNode:
		if !f.allowNull {
			return Fail("This field may not be null.", "null"), nil
		}
		return nil, b.setNull(f)
	}
	switch {
	case f.class == nestedField:
		return b.nested(f, in)
	case f.many:
		return b.relatedMany(f, in)
	case f.class == pkField || f.class == slugRelatedField || f.class == linkField:
		return b.relatedOne(f, in)
	case f.class == fileField || f.class == imageField:
		return b.file(f, in)
	}
	v, m := f.coerce(in)
	if m != nil {
		return &Errors{Messages: []Message{*m}}, nil
	}
	if f.class == choiceField && v.Class() == value.ClassText && v.Text() == "" && f.allowBlank {
		b.in.Values[f.model] = v
		return nil, nil
	}
	messages, err := b.validate(f, v)
	if err != nil || len(messages) > 0 {
		return &Errors{Messages: messages}, err
	}
	b.in.Values[f.model] = v
	return nil, nil
}

// emptyAsNull turns "" into null for relations and for nullable decimals, as DRF does.
func (f *field) emptyAsNull(in *Node) *Node {
	switch f.class {
	case pkField, slugRelatedField, linkField:
		if !f.many && in.IsEmptyString() {
			return nullNode
		}
	case decimalField:
		if f.allowNull && in.Kind == StringNode && pyStrip(in.Text) == "" {
			return nullNode
		}
	}
	return in
}

func (f *field) isCharField() bool {
	switch f.class {
	case charField, emailField, slugField, urlField, ipField:
		return true
	}
	return false
}

func (f *field) blank(in *Node) bool {
	return in.Kind == StringNode && pyStrip(in.Text) == "" || in.Kind == FileNode && pyStrip(in.File.Name) == ""
}

// nothing is a field that was not sent: kept on a partial update, an error where it is required, else its default.
func (b *binder) nothing(f *field) *Errors {
	switch {
	case b.opt.Partial:
		return nil
	case f.required && (f.class == fileField || f.class == imageField):
		return Fail("No file was submitted.", "required")
	case f.required:
		return Fail("This field is required.", "required")
	case f.hasDefault && f.model != nil && f.model.Relation != schema.ManyToMany:
		b.in.Values[f.model] = f.defaultValue()
	}
	return nil
}

func (b *binder) setNull(f *field) error {
	switch {
	case f.class == nestedField:
		b.clearChildren(f)
	case f.many:
		b.in.Keys[f.model] = nil
	case (f.class == fileField || f.class == imageField) && !f.model.Null:
		b.in.Values[f.model] = value.Text("")
	default:
		b.in.Values[f.model] = value.Null
	}
	return nil
}

// validate runs a field's validators in DRF's order: those of the model, uniqueness, then the serializer field's own.
func (b *binder) validate(f *field, v value.Value) ([]Message, error) {
	var list []Message
	list = f.modelValidators(list, v)
	if f.unique && storable(v) {
		taken, err := b.taken([]*schema.Field{f.model}, []value.Value{v})
		if err != nil {
			return nil, err
		}
		if taken {
			list = append(list, Message{f.uniqueMessage(), "unique"})
		}
	}
	return f.ownValidators(list, v), nil
}

// storable reports whether a value can be compared with stored ones at all.
func storable(v value.Value) bool {
	if v.Class() != value.ClassText {
		return !v.IsNull()
	}
	for i := range len(v.Text()) {
		if v.Text()[i] == 0 {
			return false
		}
	}
	return surrogate(v.Text()) == 0
}

package rest

import (
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// PlainKind is the class of a PlainField.
type PlainKind uint8

// The kinds: CharField, EmailField, BooleanField, DateTimeField, and a list of CharFields.
const (
	PlainText PlainKind = iota
	PlainEmail
	PlainBoolean
	PlainDateTime
	PlainList
)

// PlainField is a field of a serializer that stands for no collection, such as a log-in's.
type PlainField struct {
	Name       string
	Kind       PlainKind
	Required   bool
	ReadOnly   bool
	AllowBlank bool
	AllowNull  bool
	KeepSpace  bool // trim_whitespace=False
	MinLength  int
	MaxLength  int
	Label      string // "": made of the name
	Help       string
}

// PlainForm is a declared serializer without a collection (DRF: serializers.Serializer).
type PlainForm struct{ fields []*plainField }

type plainField struct {
	*field
	def PlainField
}

// NewPlainForm returns a form of these fields.
func NewPlainForm(fields ...PlainField) *PlainForm {
	p := &PlainForm{}
	for _, def := range fields {
		class := charField
		switch def.Kind {
		case PlainEmail:
			class = emailField
		case PlainBoolean:
			class = booleanField
		case PlainDateTime:
			class = dateTimeField
		}
		f := &field{name: def.Name, class: class, required: def.Required, readOnly: def.ReadOnly, allowNull: def.AllowNull,
			allowBlank: def.AllowBlank, minLength: def.MinLength, maxLength: def.MaxLength, help: def.Help,
			def: &schema.SerializerField{Name: def.Name, Label: def.Label}, typ: value.Type{Kind: value.Textual}}
		if class == dateTimeField {
			f.typ = value.Type{Kind: value.DateTime}
		}
		f.label = labelOf(f.def, nil)
		p.fields = append(p.fields, &plainField{f, def})
	}
	return p
}

// PlainValues are a form's validated values. A field that was not sent is not among them; null is value.Null.
type PlainValues struct {
	values map[string]value.Value
	lists  map[string][]string
}

// Has reports whether a field was sent.
func (v *PlainValues) Has(name string) bool {
	_, ok := v.values[name]
	_, list := v.lists[name]
	return ok || list
}

// Text returns a text field, "" where it was not sent.
func (v *PlainValues) Text(name string) string { return v.values[name].Text() }

// Value returns a field's value, null where it was not sent.
func (v *PlainValues) Value(name string) value.Value { return v.values[name] }

// List returns a list field.
func (v *PlainValues) List(name string) []string { return v.lists[name] }

// Bind validates input. Every field is looked at; an error is an *Errors. Partial makes all fields optional.
func (p *PlainForm) Bind(in *Node, partial bool) (*PlainValues, error) {
	if in.Kind == NullNode {
		return nil, NonField("No data provided", "null")
	}
	if in.Kind != ObjectNode && in.Kind != FormNode {
		return nil, NonField("Invalid data. Expected a dictionary, but got "+in.TypeName()+".", "invalid")
	}
	out, errs := &PlainValues{map[string]value.Value{}, map[string][]string{}}, &Errors{}
	for _, f := range p.fields {
		if f.readOnly {
			continue
		}
		if below := f.bind(f.input(in), partial, out); !below.Empty() {
			errs.Put(f.name, below)
		}
	}
	if !errs.Empty() {
		return nil, errs
	}
	return out, nil
}

// input finds the field in JSON or form input.
func (f *plainField) input(in *Node) *Node {
	if in.Kind == ObjectNode {
		return in.Get(f.name)
	}
	if f.def.Kind != PlainList {
		return in.Form.Last(f.name)
	}
	if list := in.Form.List(f.name); list != nil {
		return list
	}
	if all := in.Form.All(f.name); len(all) > 0 {
		return &Node{Kind: ListNode, Items: all}
	}
	return missing
}

func (f *plainField) bind(in *Node, partial bool, out *PlainValues) *Errors {
	switch in.Kind {
	case Missing:
		if f.required && !partial {
			return Fail("This field is required.", "required")
		}
		return nil
	case NullNode:
		if !f.allowNull {
			return Fail("This field may not be null.", "null")
		}
		out.values[f.name] = value.Null
		return nil
	}
	if f.def.Kind == PlainList {
		return f.bindList(in, out)
	}
	v, errs := f.clean(in)
	if errs.Empty() {
		out.values[f.name] = v
	}
	return errs
}

// clean coerces and validates one value.
func (f *plainField) clean(in *Node) (value.Value, *Errors) {
	if f.isCharField() && (in.IsEmptyString() || !f.def.KeepSpace && f.blank(in)) {
		if !f.allowBlank {
			return value.Null, Fail("This field may not be blank.", "blank")
		}
		return value.Text(""), nil
	}
	v, m := f.coerce(in)
	if m != nil {
		return value.Null, &Errors{Messages: []Message{*m}}
	}
	if f.def.KeepSpace && in.Kind == StringNode {
		v = value.Text(in.Text)
	}
	return v, &Errors{Messages: f.ownValidators(nil, v)}
}

// maxPlainList bounds a list field.
const maxPlainList = 100

func (f *plainField) bindList(in *Node, out *PlainValues) *Errors {
	if in.Kind != ListNode {
		return Fail("Expected a list of items but got type \""+in.TypeName()+"\".", "not_a_list")
	}
	if len(in.Items) > maxPlainList {
		return Fail("Ensure this field has no more than 100 elements.", "max_length")
	}
	errs, list := ListErrors(len(in.Items)), []string{}
	for i, item := range in.Items {
		if item.Kind == NullNode {
			errs.PutIndex(i, Fail("This field may not be null.", "null"))
			continue
		}
		v, below := f.clean(item)
		if !below.Empty() {
			errs.PutIndex(i, below)
		}
		list = append(list, v.Text())
	}
	out.lists[f.name] = list
	return errs
}

// AppendActions appends what OPTIONS says of the form below its method: "POST":{…}.
func (p *PlainForm) AppendActions(dst []byte, method string) []byte {
	dst = append(value.AppendJSONString(dst, method), ":{"...)
	for i, f := range p.fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(value.AppendJSONString(dst, f.name), ':')
		if f.def.Kind == PlainList {
			dst = append(f.appendHead(dst, "list", f.label), '}')
			continue
		}
		dst = f.appendMetadata(dst)
	}
	return append(dst, '}')
}

// Replace gives a name one value in the place of those it had.
func (f *Form) Replace(name string, v *Node) { f.set(name, v) }

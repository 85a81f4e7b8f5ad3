package openapi

import (
	"fmt"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// traits are what DRF's ModelSerializer derives for a field from its column and its declaration.
type traits struct {
	readOnly, writeOnly, required, null, blank bool
	title, help                                string
	def                                        any // nil: none
}

// property returns the schema of a serializer field and whether it is required (DRF: a read-only field always is
// there, so drf-spectacular lists it, too).
func (b *builder) property(s *schema.Serializer, f *schema.SerializerField) (*Object, bool) {
	t := deriveTraits(s, f)
	o := b.represent(f, t)
	if file := f.Column(); f.As == schema.Plain && isFile(file) && !t.required {
		o.Set("nullable", true)
	}
	o = withTraits(o, t)
	if f.As == schema.Plain && !f.Implicit {
		constrain(o, f.Column(), t)
	}
	return alone(o), t.required || t.readOnly
}

// represent returns the bare schema of the field's representation.
func (b *builder) represent(f *schema.SerializerField, t traits) *Object {
	var o *Object
	switch f.As {
	case schema.Identity, schema.Hyperlink:
		o = object("type", "string", "format", "uri")
	case schema.StringRelated:
		o = object("type", "string")
	case schema.Nested:
		o = ref(b.component(f.Nested, false))
	case schema.SlugRelated:
		o = column(f.SlugField, true)
	case schema.PrimaryKey:
		o = column(target(f).Key, true)
	case schema.Aggregate:
		return aggregate(f)
	default:
		o = column(f.Column(), t.readOnly && !f.Implicit)
		if f.Implicit { // drf-spectacular describes the field that it shows
			inner := traits{null: f.Column().Null, blank: f.Column().Blank && f.Column().Type.IsText(), help: f.Column().Help}
			o = withTraits(o, inner)
		}
	}
	if f.Many {
		return list(o)
	}
	return o
}

func aggregate(f *schema.SerializerField) *Object {
	switch {
	case f.Func == "count":
		return object("type", "integer")
	case f.Func == "exists":
		return object("type", "boolean")
	case f.Func == "avg" && f.Over.Type.Kind != value.Decimal:
		return object("type", "number", "format", "double", "nullable", true)
	}
	return column(f.Over, true).Set("nullable", true)
}

// target is the collection that a relation's representation shows.
func target(f *schema.SerializerField) *schema.Collection {
	if f.Reverse != nil {
		return f.Reverse.From()
	}
	return f.Column().To
}

func isFile(f *schema.Field) bool {
	return f != nil && (f.Type.Kind == value.File || f.Type.Kind == value.Image)
}

func deriveTraits(s *schema.Serializer, f *schema.SerializerField) traits {
	t := traits{writeOnly: f.WriteOnly, title: f.Label, help: f.Help}
	c := f.Column()
	own := c != nil && len(f.Source) == 1 && f.Reverse == nil
	t.readOnly = f.ReadOnly || f.Implicit || f.As == schema.StringRelated || f.As == schema.Identity ||
		f.As == schema.Aggregate || (c != nil && len(f.Source) > 1) ||
		(own && f.As != schema.Nested && (!c.Editable || c.Primary && c.Auto))
	if c != nil && (own || f.Implicit) {
		t.null = c.Null && !f.Many && !f.Implicit && f.As != schema.StringRelated
		t.blank = c.Blank && c.Relation == schema.NoRelation && c.Type.IsText() && !isFile(c)
		if f.Name == c.Name && !f.Implicit {
			t.help = either(t.help, c.Help)
		}
		if f.Name == c.Name || f.Implicit {
			t.title = either(t.title, c.Label)
		}
	}
	if f.As == schema.Nested && f.Reverse != nil && !f.Many {
		t.null = true
	}
	t.required = !t.readOnly && (!own || !c.HasDefault && !c.Null && !c.Blank)
	if own && !t.readOnly {
		t.uniqueDefault(s, c)
	}
	t.override(f)
	if trivial(t.title, f.Name) || (f.Implicit && trivial(t.title, c.Name)) {
		t.title = ""
	}
	return t
}

// override applies what the document says of the field itself.
func (t *traits) override(f *schema.SerializerField) {
	set := func(to *bool, by *bool) {
		if by != nil {
			*to = *by
		}
	}
	set(&t.null, f.AllowNull)
	set(&t.blank, f.AllowBlank)
	if !t.readOnly {
		set(&t.required, f.Required)
	}
	if f.Default != nil && f.Column() != nil {
		t.def, t.required = literal(f.Column().Type, *f.Default), false
	}
}

// uniqueDefault follows ModelSerializer.get_uniqueness_extra_kwargs: the members of a unique set that is wholly in
// the serializer are required, or have their model default.
func (t *traits) uniqueDefault(s *schema.Serializer, c *schema.Field) {
	for _, set := range s.Collection.Unique {
		if !contains(set, c) || !inSerializer(s, set) {
			continue
		}
		switch {
		case c.HasDefault:
			t.def = literal(c.Type, c.Default)
		case c.Null:
		case t.blank:
			t.def = ""
		default:
			t.required = true
		}
	}
}

func contains(set []*schema.Field, f *schema.Field) bool {
	for _, x := range set {
		if x == f {
			return true
		}
	}
	return false
}

func inSerializer(s *schema.Serializer, set []*schema.Field) bool {
	for _, want := range set {
		found := false
		for _, f := range s.Fields {
			found = found || len(f.Source) == 1 && f.Source[0] == want && f.Reverse == nil
		}
		if !found {
			return false
		}
	}
	return true
}

// withTraits appends what drf-spectacular calls meta, in its order.
func withTraits(o *Object, t traits) *Object {
	if t.readOnly {
		o.Set("readOnly", true)
	}
	if t.writeOnly {
		o.Set("writeOnly", true)
	}
	if t.null {
		o.Set("nullable", true)
		if enum, ok := o.Get("enum").([]any); ok {
			o.Set("enum", append(enum, nil))
		}
	}
	if enum, ok := o.Get("enum").([]any); ok && t.blank {
		o.Set("enum", withBlank(enum))
	}
	if t.def != nil {
		o.Set("default", t.def)
	}
	if t.title != "" {
		o.Set("title", t.title)
	}
	if t.help != "" {
		if choices, ok := o.Get("description").(string); ok {
			t.help += "\n\n" + choices
		}
		o.Set("description", t.help)
	}
	return o
}

// withBlank puts the empty choice after the others, before null.
func withBlank(enum []any) []any {
	for _, v := range enum {
		if v == "" {
			return enum
		}
	}
	if n := len(enum); enum[n-1] == nil {
		return append(enum[:n-1:n-1], "", nil)
	}
	return append(enum, "")
}

// constrain adds what DRF's validators say (drf-spectacular's _insert_field_validators).
func constrain(o *Object, c *schema.Field, t traits) {
	if len(c.Choices) > 0 {
		if c.Type.IsInteger() && !t.readOnly {
			lo, hi := bounds(c)
			o.Set("minimum", lo).Set("maximum", hi)
		}
		return
	}
	if o.Get("type") != "string" || isFile(c) || !c.Type.IsText() {
		return
	}
	if !t.readOnly {
		if c.Regex != "" {
			o.Set("pattern", c.Regex)
		}
		if c.MaxLength > 0 {
			o.Set("maxLength", c.MaxLength)
		}
		if c.MinLength > 0 {
			o.Set("minLength", c.MinLength)
		}
	}
	if c.Type.Kind == value.Slug && !o.has("pattern") {
		o.Set("pattern", `^[-a-zA-Z0-9_]+$`)
	}
	if t.blank && !t.readOnly && o.has("format", "pattern", "minLength") {
		orBlank(o)
	}
}

// orBlank lets a constrained text be empty, too.
func orBlank(o *Object) {
	inner, outer := &Object{}, []member(nil)
	for _, m := range o.members {
		switch m.key {
		case "readOnly", "writeOnly", "nullable", "description", "title":
			outer = append(outer, m)
		default:
			inner.members = append(inner.members, m)
		}
	}
	o.members = outer
	o.Set("oneOf", []any{inner, object("type", "string", "maxLength", 0)})
}

// trivial reports whether a label says no more than the name does.
func trivial(label, name string) bool {
	plain := func(s string) string {
		return strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(s)))
	}
	return plain(label) == plain(name)
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func choiceDescription(c *schema.Field) string {
	lines := make([]string, len(c.Choices))
	for i, ch := range c.Choices {
		lines[i] = fmt.Sprintf("* `%s` - %s", c.Type.String(ch.Value), ch.Label)
	}
	return strings.Join(lines, "\n")
}

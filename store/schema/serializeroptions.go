package schema

import "github.com/couplet/couplet/store/value"

// options applies what the document says beside source and representation. Fields declared with a representation
// take DRF's own label; the others take theirs from the model.
func (r *resourceBuilder) options(f *SerializerField, declared bool, c cursor) {
	var model *Field
	if !declared && f.Reverse == nil {
		model = f.Column()
	}
	f.Label = defaultLabel(f.Name)
	if model != nil {
		f.Label, f.Help = model.Label, model.Help
		f.ReadOnly = f.ReadOnly || !model.Editable
	}
	if !c.is(ObjectNode) {
		return
	}
	if label := c.text("label"); label != "" {
		f.Label = label
	}
	if c.has("help_text") {
		f.Help = c.text("help_text")
	}
	readOnly := c.optionalBool("read_only")
	if readOnly != nil && !*readOnly && f.ReadOnly {
		c.at("read_only").fail("Leave it out.", "%q cannot be written here.", f.Name)
	}
	f.ReadOnly = f.ReadOnly || readOnly != nil && *readOnly
	f.WriteOnly = c.boolean("write_only", false)
	if f.ReadOnly && f.WriteOnly {
		c.at("write_only").fail("", "%q is read-only.", f.Name)
	}
	f.Required, f.AllowNull = c.optionalBool("required"), c.optionalBool("allow_null")
	f.AllowBlank, f.AllowEmpty = c.optionalBool("allow_blank"), c.optionalBool("allow_empty")
	if f.ReadOnly && f.Required != nil && *f.Required {
		c.at("required").fail("Leave it out.", "%q is read-only.", f.Name)
	}
	if d := c.at("default"); d.here() {
		column := f.Column()
		if column == nil || column.Relation != NoRelation {
			d.fail("Leave it out.", "Only a plain field takes a default here.")
		} else if v, ok := r.typed(column.Type, d); ok {
			f.Default = &v
		}
	}
}

// aggregate reads a value computed over a to-many relation.
func (r *resourceBuilder) aggregate(col *Collection, f *SerializerField, c cursor) bool {
	f.As, f.ReadOnly = Aggregate, true
	f.Func = c.choice("aggregate", "", aggregateNames)
	if f.Func == "" || !c.has("of") {
		c.fail(`Write {"aggregate": "count", "of": "comments"}.`, "An aggregate needs its function and the relation it is taken over.")
		return false
	}
	of := c.at("of")
	steps, ok := of.walk(col, c.text("of"))
	if !ok {
		return false
	}
	if len(steps) > 2 || !steps[0].Many() || len(steps) == 2 && steps[1].Target() != nil {
		of.fail(`Write "articles" or "articles.views".`, "%q is not a relation to several records, with a field or without.", c.text("of"))
		return false
	}
	f.Many = true
	if f.Reverse = steps[0].Reverse; f.Reverse == nil {
		f.Source = []*Field{steps[0].Field}
	}
	return r.over(f, steps, of)
}

func (r *resourceBuilder) over(f *SerializerField, steps Path, of cursor) bool {
	counting := f.Func == "count" || f.Func == "exists"
	if len(steps) == 2 {
		f.Over = steps[1].Field
	}
	switch {
	case counting && f.Over != nil:
		of.fail("Leave the field out.", "%s counts records.", f.Func)
	case counting:
		return true
	case f.Over == nil:
		of.fail(`Write "articles.views", for instance.`, "%s needs a field.", f.Func)
	case f.Over.Secret:
		of.fail("Leave it out.", "The field is secret.")
	case (f.Func == "sum" || f.Func == "avg") && !numeric(f.Over.Type):
		of.fail("", "%s needs a number or a duration, not %s.", f.Func, f.Over.Type.Kind)
	default:
		return true
	}
	return false
}

func numeric(t value.Type) bool {
	return t.IsInteger() || t.Kind == value.FloatingPoint || t.Kind == value.Decimal || t.Kind == value.Duration
}

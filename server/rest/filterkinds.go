package rest

import (
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// filter is a compiled schema.Filter: django-filter's Filter and its form field.
type filter struct {
	def     *schema.Filter
	lookup  query.Lookup
	form    form
	guarded []*schema.Field
	target  *schema.Collection // keyForm: whose keys are meant
	by      *schema.Field      // keyForm: the target's field that names a record; nil: the key
	choices []string           // choiceForm: the values as text
	after   string             // ranges: the two parameters
	before  string
}

// form is the kind of form field that a filter's values pass.
type form uint8

const (
	charForm form = iota
	numberForm
	boolForm
	uuidForm
	dateForm
	dateTimeForm
	timeForm
	durationForm
	choiceForm
	keyForm
)

func compileFilter(def *schema.Filter) (*filter, error) {
	f := &filter{def: def, guarded: guardedOf(def.Path)}
	if def.Kind == schema.FilterBoolean && len(def.Path) == 0 {
		f.form = boolForm
		return f, nil
	}
	last := def.Path[len(def.Path)-1]
	var err error
	if f.lookup, err = query.ResolveLookup(endType(last), lookupName(def)); err != nil {
		return nil, err
	}
	f.form = formOf(f.lookup.Type())
	switch def.Kind {
	case schema.FilterRange:
		f.after, f.before = def.Param+"_min", def.Param+"_max"
	case schema.FilterDateRange:
		f.after, f.before = def.Param+"_after", def.Param+"_before"
		f.form = dateForm
	case schema.FilterAny, schema.FilterAll:
		f.names(def.Path)
	case schema.FilterChoices:
		f.choose(last.Field)
	default:
		f.lookups(last)
	}
	return f, nil
}

func lookupName(def *schema.Filter) string {
	if def.Kind == schema.FilterLookup {
		return def.Lookup
	}
	return "exact"
}

// lookups chooses the form of a lookup as django-filter's filter_for_lookup does.
func (f *filter) lookups(last schema.Step) {
	op := f.lookup.Op()
	switch {
	case op == "isnull" || f.lookup.Transformed():
	case last.Target() != nil:
		f.form, f.target = keyForm, last.Target()
	case op == "exact" && len(last.Field.Choices) > 0:
		f.choose(last.Field)
	}
}

// names says what a filter by related records takes: values of the field at the path's end, or keys.
func (f *filter) names(path schema.Path) {
	last := path[len(path)-1]
	f.form, f.target = keyForm, last.Target()
	if f.target == nil {
		f.target = last.Field.Collection
		if f.by = last.Field; f.by.Primary {
			f.by = nil
		}
	}
}

func (f *filter) choose(field *schema.Field) {
	f.form = choiceForm
	for _, c := range field.Choices {
		f.choices = append(f.choices, field.Type.String(c.Value))
	}
}

// endType is the type of a path's values: of the key, where it ends with a relation.
func endType(last schema.Step) value.Type {
	if t := last.Target(); t != nil {
		if last.Field != nil && last.Field.Column != "" {
			return last.Field.Type
		}
		return t.Key.Type
	}
	return last.Field.Type
}

func formOf(t value.Type) form {
	switch t.Kind {
	case value.Boolean:
		return boolForm
	case value.UUID:
		return uuidForm
	case value.Date:
		return dateForm
	case value.DateTime:
		return dateTimeForm
	case value.Time:
		return timeForm
	case value.Duration:
		return durationForm
	case value.Decimal, value.FloatingPoint:
		return numberForm
	}
	if t.IsInteger() {
		return numberForm
	}
	return charForm
}

// Limits of what one parameter may ask for.
const (
	maxListValues = 1000 // values of one parameter
	maxKeyValues  = 200  // of these, such as each have to be looked up
)

// read makes the filter's condition from a request: nil where it does not apply, messages where a value is wrong.
func (f *filter) read(in ListInput, declared bool) (query.Cond, []Message, error) {
	run := &filterRun{f, in, declared}
	switch f.def.Kind {
	case schema.FilterRange, schema.FilterDateRange:
		if !in.Params.Has(f.after) && !in.Params.Has(f.before) || !readable(in.Scope, f.guarded) {
			return nil, nil, nil
		}
		cond, wrong := run.span()
		return cond, wrong, nil
	}
	raw, ok := in.Params.Last(f.def.Param)
	if !ok || !readable(in.Scope, f.guarded) {
		return nil, nil, nil
	}
	var cond query.Cond
	var wrong *Message
	var err error
	switch {
	case f.def.Kind == schema.FilterBoolean && len(f.def.Path) == 0:
		cond = run.expression(raw)
	case f.def.Kind == schema.FilterAny || f.def.Kind == schema.FilterAll || f.def.Kind == schema.FilterChoices:
		cond, wrong, err = run.several(in.Params.All(f.def.Param))
	case f.lookup.Op() == "in" || f.lookup.Op() == "range":
		cond, wrong, err = run.csv(raw)
	default:
		cond, wrong, err = run.single(raw)
	}
	if wrong != nil {
		return nil, []Message{*wrong}, err
	}
	return cond, nil, err
}

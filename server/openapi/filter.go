package openapi

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

const commaSeparated = "Multiple values may be separated by commas."

// parameters returns the query parameters of a resource's list, sorted by name.
func parameters(r *schema.Resource) []any {
	var out []*Object
	if r.Backends.Filter {
		for _, f := range r.Filters {
			out = append(out, filterParameters(f)...)
		}
	}
	if r.Backends.Search {
		out = append(out, control("search", "A search term.", "string"))
	}
	if r.Backends.Ordering {
		out = append(out, control("ordering", "Which field to use when ordering the results.", "string"))
	}
	out = append(out, pageParameters(r.Pagination)...)
	slices.SortStableFunc(out, func(a, b *Object) int {
		return strings.Compare(a.Get("name").(string), b.Get("name").(string))
	})
	list := make([]any, len(out))
	for i, o := range out {
		list[i] = o
	}
	return list
}

func control(name, description, kind string) *Object {
	return object("name", name, "required", false, "in", "query", "description", description,
		"schema", object("type", kind))
}

func pageParameters(p schema.Pagination) []*Object {
	size := control("page_size", "Number of results to return per page.", "integer")
	var out []*Object
	switch p.Style {
	case schema.PageNumber:
		out = append(out, control("page", "A page number within the paginated result set.", "integer"))
	case schema.Cursor:
		out = append(out, control("cursor", "The pagination cursor value.", "string"))
	case schema.LimitOffset:
		return []*Object{
			control("limit", "Number of results to return per page.", "integer"),
			control("offset", "The initial index from which to return the results.", "integer"),
		}
	default:
		return nil
	}
	if p.MaxSize > 0 {
		out = append(out, size)
	}
	return out
}

func query(name string, s *Object) *Object { return object("in", "query", "name", name, "schema", s) }

func repeated(p *Object) *Object { return p.Set("explode", true).Set("style", "form") }

// filterParameters returns one parameter, or two for a range.
func filterParameters(f *schema.Filter) []*Object {
	last := lastField(f.Path)
	switch f.Kind {
	case schema.FilterBoolean:
		return []*Object{query(f.Param, object("type", "boolean"))}
	case schema.FilterDateRange:
		date := func() *Object { return object("type", "string", "format", "date") }
		return []*Object{query(f.Param+"_after", date()), query(f.Param+"_before", date())}
	case schema.FilterRange:
		bound := func() *Object {
			o := column(last, false)
			o.Take(enumMark)
			return nullable(o, last)
		}
		return []*Object{query(f.Param+"_min", bound()), query(f.Param+"_max", bound())}
	case schema.FilterChoices:
		p := query(f.Param, list(sortedChoices(last)))
		return []*Object{repeated(p.Set("description", choiceDescription(last)))}
	case schema.FilterAny, schema.FilterAll:
		return []*Object{repeated(query(f.Param, list(keyOrPlain(last))))}
	}
	return []*Object{lookupParameter(f, last)}
}

func nullable(o *Object, f *schema.Field) *Object {
	if f.Null {
		o.Set("nullable", true)
	}
	return o
}

// lastField is the column that a path ends with; a relation stands for the key that it points to.
func lastField(p schema.Path) *schema.Field {
	if len(p) == 0 {
		return nil
	}
	s := p[len(p)-1]
	if s.Reverse != nil {
		return s.Reverse.From().Key
	}
	return s.Field
}

func lookupParameter(f *schema.Filter, last *schema.Field) *Object {
	parts := strings.Split(f.Lookup, "__")
	op, transforms := parts[len(parts)-1], parts[:len(parts)-1]
	if isTransform(op) {
		op, transforms = "exact", parts
	}
	item := filterSchema(last)
	if len(transforms) > 0 {
		item = transformed(transforms[len(transforms)-1])
	}
	switch op {
	case "isnull":
		return query(f.Param, object("type", "boolean"))
	case "in", "range":
		p := query(f.Param, list(item)).Set("description", commaSeparated)
		return p.Set("explode", false).Set("style", "form")
	case "exact":
		if len(transforms) > 0 {
			break
		}
		if end := f.Path[len(f.Path)-1]; end.Many() {
			return repeated(query(f.Param, list(item)))
		}
		if len(last.Choices) > 0 {
			return query(f.Param, nullable(sortedChoices(last), last)).Set("description", choiceDescription(last))
		}
	}
	return query(f.Param, item)
}

func isTransform(op string) bool {
	switch op {
	case "date", "time", "year", "iso_year", "quarter", "month", "week", "day", "week_day", "iso_week_day", "hour",
		"minute", "second":
		return true
	}
	return false
}

func transformed(transform string) *Object {
	switch transform {
	case "date", "time":
		return object("type", "string", "format", transform)
	}
	return object("type", "number")
}

// filterSchema is the schema of django-filter's filter for the type.
func filterSchema(f *schema.Field) *Object {
	f = keyOf(f)
	switch k := f.Type.Kind; {
	case k == value.Boolean:
		return object("type", "boolean")
	case f.Type.IsInteger():
		return object("type", "integer")
	case k == value.FloatingPoint:
		return object("type", "number", "format", "float")
	case k == value.Decimal:
		return object("type", "number")
	case k == value.Duration:
		return object("type", "string", "format", "duration")
	case k == value.UUID || k == value.Date || k == value.Time || k == value.DateTime:
		return object("type", "string", "format", format(k))
	}
	return object("type", "string")
}

func keyOf(f *schema.Field) *schema.Field {
	if f.Relation != schema.NoRelation {
		return f.To.Key
	}
	return f
}

func keyOrPlain(f *schema.Field) *Object {
	o := column(keyOf(f), true)
	o.Take(enumMark)
	return o
}

// sortedChoices are the choices in the order of their texts: parameters list them so.
func sortedChoices(f *schema.Field) *Object {
	values := choiceValues(f)
	slices.SortFunc(values, func(a, b any) int {
		return strings.Compare(string(choiceText(a)), string(choiceText(b)))
	})
	return object("type", choiceType(f), "enum", values)
}

func choiceText(v any) []byte {
	if s, ok := v.(string); ok {
		return []byte(s)
	}
	return appendScalar(nil, v)
}

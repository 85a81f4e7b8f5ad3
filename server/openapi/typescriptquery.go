package openapi

import (
	"strings"

	"github.com/couplet/couplet/store/schema"
)

// query writes the type of what a resource's list takes and returns its name.
func (w *typeWriter) query(r *schema.Resource) string {
	name := pascal(r.Name) + "Query"
	for base, n := name, 2; w.taken[name]; n++ {
		name = base + string(rune('0'+n%10))
	}
	w.taken[name] = true
	fields := map[string]*schema.Field{} // that parameters compare with
	for _, f := range r.Filters {
		for _, p := range filterParameters(f) {
			fields[p.Get("name").(string)] = lastField(f.Path)
		}
	}
	var members []string
	for _, p := range parameters(r) {
		o := p.(*Object)
		param := o.Get("name").(string)
		of := parameterType(o, fields[param])
		if param == "ordering" {
			of = "Ordering<" + orderNames(r) + ">"
		}
		members = append(members, typeMember(param, true, of))
	}
	w.block(name, "ListQuery", members)
	return name
}

// orderNames are what a list can be ordered by.
func orderNames(r *schema.Resource) string {
	var names []string
	for _, o := range r.OrderingFields {
		names = append(names, quoted(o.Name))
	}
	if len(names) == 0 {
		return "string"
	}
	return strings.Join(names, " | ")
}

// parameterType is the type of a parameter. How the client writes a list follows from the parameter's name alone, so a
// list under a name that would have it written otherwise is taken as a text, or as one value.
func parameterType(p *Object, f *schema.Field) string {
	s := p.Get("schema").(*Object)
	if s.Get("type") != "array" {
		return valueType(s, f)
	}
	item, joined := valueType(s.Get("items").(*Object), f), p.Get("explode") == false
	named := strings.HasSuffix(p.Get("name").(string), "__in") || strings.HasSuffix(p.Get("name").(string), "__range")
	if joined && named && f != nil && len(f.Choices) > 0 && (item == "string" || item == "number") {
		item = choiceUnion(f)
	}
	switch {
	case joined && named:
		return "readonly " + inList(item) + "[]"
	case joined:
		return "string"
	case named:
		return item
	}
	return item + " | readonly " + inList(item) + "[]"
}

// valueType is the type of a parameter's value, which is compared with a field, or with nothing that is one (nil).
func valueType(s *Object, f *schema.Field) string {
	if s.has("enum") {
		return choiceUnion(f)
	}
	column := ""
	if f != nil {
		column = kindType(keyOf(f))
	}
	kind, _ := s.Get("type").(string)
	switch {
	case kind == "boolean":
		return "boolean"
	case kind == "integer" && column == "BigInteger":
		return "BigInteger"
	case column == "Decimal" && kind != "array":
		return "Decimal | number"
	case kind == "integer", kind == "number":
		return "number"
	}
	switch s.Get("format") {
	case "date":
		return "DateText"
	case "time":
		return "TimeText"
	case "date-time":
		return "DateTimeText"
	case "duration":
		return "DurationText"
	}
	return "string"
}

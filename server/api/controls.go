package api

import (
	"encoding/json"
	"net/url"

	"github.com/couplet/couplet/server/browse"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// controls adds the filters, search, ordering and page links of a list.
func (r *resource) controls(c *Call, p *browse.Page) {
	q, _ := url.ParseQuery(c.Query) //nolint:errcheck // what could be read of it is shown
	if r.def.Backends.Filter {
		for _, f := range r.def.Filters {
			p.Filters = append(p.Filters, c.filterControls(f, q)...)
		}
	}
	if r.def.Backends.Search && len(r.def.Search) > 0 {
		p.Search = &browse.Control{Name: "search", Label: c.text("Search"), Type: "text", Values: q["search"]}
	}
	if r.def.Backends.Ordering && len(r.def.OrderingFields) > 0 {
		order := &browse.Control{Name: "ordering", Label: c.text("Ordering"), Type: "select", Values: q["ordering"], Empty: c.text("default")}
		for _, o := range r.def.OrderingFields {
			order.Options = append(order.Options, browse.Option{Value: o.Name, Label: o.Name},
				browse.Option{Value: "-" + o.Name, Label: c.text("%s, descending", o.Name)})
		}
		p.Order = order
	}
	c.pages(p)
}

func (c *Call) filterControls(f *schema.Filter, q url.Values) []browse.Control {
	one := func(name, kind string, options []browse.Option) browse.Control {
		return browse.Control{Name: name, Label: name, Type: kind, Options: options, Values: q[name], Empty: c.text("any")}
	}
	kind, options := c.controlOf(f)
	switch f.Kind {
	case schema.FilterRange:
		return []browse.Control{one(f.Param+"_min", "number", nil), one(f.Param+"_max", "number", nil)}
	case schema.FilterDateRange:
		return []browse.Control{one(f.Param+"_after", "date", nil), one(f.Param+"_before", "date", nil)}
	case schema.FilterChoices:
		return []browse.Control{one(f.Param, "multiple", options)}
	}
	return []browse.Control{one(f.Param, kind, options)}
}

// controlOf is the form control of a filter's values.
func (c *Call) controlOf(f *schema.Filter) (kind string, options []browse.Option) {
	yesNo := []browse.Option{{Value: "true", Label: c.text("yes")}, {Value: "false", Label: c.text("no")}}
	if f.Kind == schema.FilterBoolean || f.Lookup == "isnull" {
		return "select", yesNo
	}
	if len(f.Path) == 0 {
		return "text", nil
	}
	field := f.Path[len(f.Path)-1].Field
	if field == nil || f.Lookup != "exact" && f.Kind == schema.FilterLookup {
		return "text", nil
	}
	for _, ch := range field.Choices {
		options = append(options, browse.Option{Value: field.Type.String(ch.Value), Label: ch.Label})
	}
	switch {
	case options != nil:
		return "select", options
	case field.Type.Kind == value.Boolean:
		return "select", yesNo
	case field.Relation == schema.NoRelation && field.Type.IsInteger():
		return "number", nil
	case field.Type.Kind == value.Date:
		return "date", nil
	}
	return "text", nil
}

// pages reads count, next and previous out of a page of a list.
func (c *Call) pages(p *browse.Page) {
	var list struct {
		Count          *int64 `json:"count"`
		Next, Previous *string
	}
	if json.Unmarshal(p.Body, &list) != nil {
		return
	}
	if list.Count != nil {
		p.Count = c.text("%d records", *list.Count)
	}
	if list.Next != nil {
		p.Next = *list.Next
	}
	if list.Previous != nil {
		p.Prev = *list.Previous
	}
}

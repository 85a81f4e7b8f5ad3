package schema

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// listParameters are the query parameters that every list understands; filters cannot have their names.
var listParameters = []string{"page", "page_size", "limit", "offset", "cursor", "ordering", "search", "format", "filter", "fields",
	"omit", "expand", "explain", "export", "snapshot", "wait", "v"}

var (
	plainLookups   = []string{"exact", "in", "isnull"}
	orderedLookups = []string{"exact", "in", "isnull", "gt", "gte", "lt", "lte", "range"}
	textLookups    = []string{"exact", "iexact", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "regex", "iregex",
		"in", "isnull", "gt", "gte", "lt", "lte", "range"}
	dateParts   = []string{"year", "month", "day", "week_day", "quarter", "week", "iso_week_day", "iso_year"}
	timeParts   = []string{"hour", "minute", "second"}
	partLookups = []string{"exact", "in", "gt", "gte", "lt", "lte", "range"}
)

// Lookups returns django-filter's lookups that apply to a field, transforms such as "year" and "date__gte" included.
func (f *Field) Lookups() []string {
	if f.Relation != NoRelation {
		return plainLookups
	}
	switch k := f.Type.Kind; k {
	case value.Boolean, value.UUID:
		return plainLookups
	case value.JSON:
		return []string{"isnull"}
	case value.Date:
		return withParts(orderedLookups, dateParts)
	case value.Time:
		return withParts(orderedLookups, timeParts)
	case value.DateTime:
		return withParts(orderedLookups, []string{"date", "time"}, dateParts, timeParts)
	}
	if f.Type.IsText() || f.Type.Kind == value.IP {
		return textLookups
	}
	return orderedLookups
}

func withParts(base []string, parts ...[]string) []string {
	out := slices.Clone(base)
	for _, group := range parts {
		for _, part := range group {
			out = append(out, part)
			for _, l := range partLookups {
				if l != "exact" {
					out = append(out, part+"__"+l)
				}
			}
		}
	}
	return out
}

func isFile(f *Field) bool { return f.Type.Kind == value.File || f.Type.Kind == value.Image }

func searchable(f *Field) bool {
	return f.Relation == NoRelation && (f.Type.IsText() || f.Type.Kind == value.IP || f.Type.Kind == value.UUID)
}

// filters reads the filters of a resource; a default resource has the usual ones.
func (r *resourceBuilder) filters(res *Resource, c cursor) {
	list := c.at("filters")
	switch {
	case res.Default:
		defaultFilters(res)
	case list.here() && !list.bounded(maxList):
	case list.is(ArrayNode):
		for _, item := range list.stringItems() {
			r.lookups(res, item, item.node.Text, nil)
		}
	case list.here() && list.want(ObjectNode):
		for _, m := range list.node.Members {
			at := list.at(m.Name)
			if at.is(ObjectNode) {
				r.namedFilter(res, m.Name, at)
			} else if at.want(ArrayNode) {
				r.filterList(res, m.Name, at)
			}
		}
	}
}

// filterList reads what a name stands for: lookups, and filter objects among them.
func (r *resourceBuilder) filterList(res *Resource, name string, c cursor) {
	items := []cursor{}
	for i := range c.node.Items {
		item := c.item(i)
		if len(res.Filters) >= maxList {
			item.fail("", "There are more than %d filters.", maxList)
			return
		}
		if item.is(ObjectNode) {
			r.namedFilter(res, name, item)
		} else if item.want(StringNode) {
			items = append(items, item)
		}
	}
	if len(items) > 0 {
		r.lookups(res, c, name, items)
	}
}

// defaultFilters gives a default resource the lookups that are most asked for.
func defaultFilters(res *Resource) {
	for _, f := range res.Collection.Fields {
		if f.Secret || f.Type.Kind == value.JSON || isFile(f) {
			continue
		}
		lookups := []string{"exact"}
		switch {
		case f.Primary || f.Relation == ForeignKey || f.Relation == OneToOne:
			lookups = []string{"exact", "in"}
		case f.Type.IsText() && f.Relation == NoRelation:
			lookups = []string{"exact", "icontains"}
		case slices.Contains(f.Lookups(), "gte"):
			lookups = []string{"exact", "gte", "lte"}
		}
		if f.Null {
			lookups = append(lookups, "isnull")
		}
		for _, l := range lookups {
			if filter := lookupFilter(f.Name, Path{{Field: f}}, l); !slices.Contains(listParameters, filter.Param) {
				res.Filters = append(res.Filters, filter)
			}
		}
	}
}

// lookups makes one filter for each lookup of a path; none means exact.
func (r *resourceBuilder) lookups(res *Resource, c cursor, name string, items []cursor) {
	path, ok := r.filterPath(res, c, name)
	if !ok {
		return
	}
	name = strings.ReplaceAll(name, ".", "__")
	if items == nil {
		r.addFilter(res, c, lookupFilter(name, path, "exact"))
	}
	for _, item := range items {
		if r.applies(path, item) {
			r.addFilter(res, item, lookupFilter(name, path, item.node.Text))
		}
	}
}

// lookupFilter is django-filter's choice of a filter: a to-many relation itself takes several values, joined by OR.
func lookupFilter(name string, path Path, lookup string) *Filter {
	f := &Filter{Param: name, Kind: FilterLookup, Path: path, Lookup: lookup}
	if lookup != "exact" {
		f.Param += "__" + lookup
	} else if path[len(path)-1].Many() {
		f.Kind = FilterAny
	}
	return f
}

func (r *resourceBuilder) filterPath(res *Resource, c cursor, name string) (Path, bool) {
	path, ok := c.walk(res.Collection, name)
	if ok && slices.ContainsFunc(path, func(s Step) bool { return s.Field != nil && s.Field.Secret }) {
		c.fail("Leave it out.", "%q is secret.", name)
		return nil, false
	}
	return path, ok
}

// applies reports whether the lookup at the cursor goes with the end of the path.
func (r *resourceBuilder) applies(path Path, c cursor) bool {
	last := path[len(path)-1]
	lookups, what := plainLookups, "a relation"
	if last.Field != nil {
		lookups = last.Field.Lookups()
		if last.Field.Relation == NoRelation {
			what = "type " + string(last.Field.Type.Kind)
		}
	}
	lookup := strings.TrimSuffix(c.node.Text, "__exact")
	if slices.Contains(lookups, lookup) && lookup == c.node.Text {
		return true
	}
	suggestion := c.nearest(lookup, lookups)
	if suggestion == "" {
		suggestion = "There are " + strings.Join(lookups[:min(len(lookups), 20)], ", ") + "."
	}
	c.fail(suggestion, "The lookup %q does not apply to %s.", c.node.Text, what)
	return false
}

// Params returns the query parameters of a filter.
func (f *Filter) Params() []string {
	switch f.Kind {
	case FilterRange:
		return []string{f.Param + "_min", f.Param + "_max"}
	case FilterDateRange:
		return []string{f.Param + "_after", f.Param + "_before"}
	}
	return []string{f.Param}
}

func (r *resourceBuilder) addFilter(res *Resource, c cursor, f *Filter) {
	for _, p := range f.Params() {
		if slices.Contains(listParameters, p) {
			c.fail("Give the filter another name.", "%q is a parameter of every list.", p)
		}
		for _, other := range res.Filters {
			if slices.Contains(other.Params(), p) {
				c.fail("Leave one out.", "The parameter %q appears twice.", p)
			}
		}
	}
	res.Filters = append(res.Filters, f)
}

func (r *resourceBuilder) namedFilter(res *Resource, name string, c cursor) {
	if !c.keys(&filterKeys) {
		return
	}
	if !namePattern.MatchString(strings.ReplaceAll(name, "__", "_")) {
		c.fail(`Write "`+identifier(name)+`".`, "%q is not a name: small letters, digits and _, beginning with a letter.", name)
		return
	}
	kinds := filterKeys.keys[0].enum
	f := &Filter{Param: name, Kind: FilterKind(c.choice("type", "", kinds))}
	if f.Kind == "" {
		if !c.has("type") {
			c.fail("Types are "+strings.Join(kinds, ", ")+".", "The filter has no type.")
		}
		return
	}
	if f.Kind == FilterBoolean && c.has("expr") {
		f.Expr = c.expression("expr")
		r.addFilter(res, c, f)
		return
	}
	at, source := c, name
	for _, key := range []string{"field", "path"} {
		if c.has(key) {
			at, source = c.at(key), c.text(key)
		}
	}
	path, ok := r.filterPath(res, at, source)
	if !ok {
		return
	}
	f.Path = path
	if r.kindFits(f, c) {
		r.addFilter(res, c, f)
	}
}

// kindFits reports what a kind of filter needs of its path.
func (r *resourceBuilder) kindFits(f *Filter, c cursor) bool {
	last := f.Path[len(f.Path)-1]
	kind := value.Kind("")
	if last.Field != nil && last.Field.Relation == NoRelation {
		kind = last.Field.Type.Kind
	}
	switch f.Kind {
	case FilterLookup:
		f.Lookup, f.Raw = "exact", true
		if c.has("lookup") {
			f.Lookup = c.text("lookup")
			return c.at("lookup").is(StringNode) && r.applies(f.Path, c.at("lookup"))
		}
	case FilterChoices:
		if last.Field == nil || len(last.Field.Choices) == 0 {
			c.fail(`Use a lookup such as "in".`, "The field has no choices.")
			return false
		}
	case FilterAny, FilterAll:
		if len(f.Path) == 1 && last.Target() == nil {
			c.fail(`Write a path such as "tags.slug".`, "The path leads through no relation.")
			return false
		}
	case FilterRange:
		if kind == "" || !numeric(last.Field.Type) {
			c.fail(`Use "date_range" for dates.`, "A range needs a number or a duration.")
			return false
		}
	case FilterDateRange:
		if kind != value.Date && kind != value.DateTime {
			c.fail("", "A date_range needs a date or datetime.")
			return false
		}
	case FilterBoolean:
		c.fail(`Add "expr".`, "A boolean filter needs an expression.")
		return false
	}
	return true
}

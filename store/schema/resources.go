package schema

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// resources makes the resources of the document, then a default one for each collection that none shows.
func (b *builder) resources() {
	r := &resourceBuilder{builder: b, places: map[*Resource]cursor{}, state: map[*Resource]int{}, components: map[string]*Serializer{}}
	if all := b.root.at("resources"); all.is(ObjectNode) && len(all.node.Members) > 2*MaxCollections {
		all.fail("", "There are %d resources; at most %d are allowed.", len(all.node.Members), 2*MaxCollections)
		return
	}
	b.root.members("resources", r.declare)
	r.addDefaults()
	for _, res := range b.s.Resources {
		r.serializer(res)
	}
	r.linkTargets()
	r.weigh()
	for _, res := range b.s.Resources {
		r.details(res)
	}
}

// resourceBuilder keeps what is needed until every resource is known.
type resourceBuilder struct {
	*builder
	places     map[*Resource]cursor
	state      map[*Resource]int // of its serializer: 1 in the making, 2 made
	components map[string]*Serializer
	links      []link
	depth      int
}

// link is a serializer field that needs a resource to lead to.
type link struct {
	field  *SerializerField
	to     *Collection
	own    *Resource // the resource that the field is in, for its own links
	cursor cursor
}

func (r *resourceBuilder) declare(name string, c cursor) {
	switch {
	case strings.Contains(name, "__"):
		c.fail("", `The name %q contains "__", which separates the parts of a path.`, name)
		return
	case !resourcePattern.MatchString(name) || len(name) > maxName:
		c.fail("", "%q is not a name: small letters, digits, _ and -, beginning with a letter.", name)
		return
	case slices.Contains(reserved, name):
		c.fail("", "The name %q is reserved.", name)
	}
	if !c.keys(&resourceKeys) {
		return
	}
	collection := c.text("collection")
	at := c.at("collection")
	if !c.has("collection") {
		collection, at = name, c
	}
	col := r.s.byName[collection]
	if col == nil {
		suggestion := c.nearest(collection, r.collectionNames())
		if !c.has("collection") && suggestion == "" {
			suggestion = `Add "collection".`
		}
		at.fail(suggestion, "There is no collection %q.", collection)
		return
	}
	res := &Resource{ID: r.id(c, "r_", name), Name: name, Collection: col, Description: c.text("description"),
		ThrottleScope: c.text("throttle_scope"), ReadOnly: c.boolean("read_only", false), BaseFilter: c.expression("filter")}
	first := !slices.ContainsFunc(r.s.Resources, func(x *Resource) bool { return x.Collection == col })
	r.nameResource(res, c, first)
	r.places[res] = c
	r.s.byResource[name] = res
	r.s.Resources = append(r.s.Resources, res)
}

// nameResource sets DRF's view name and the name of the serializer.
func (r *resourceBuilder) nameResource(res *Resource, c cursor, first bool) {
	res.ViewName, res.Component = titled(res.Name), camel(res.Name)
	if first {
		res.ViewName, res.Component = titled(res.Collection.VerboseName), res.Collection.ObjectName
	}
	if name := c.text("name"); name != "" {
		res.ViewName = name
	}
	if component := c.text("component"); component != "" {
		res.Component = component
		if !componentPattern.MatchString(component) {
			c.at("component").fail(`Write it like "NestedArticle".`, "%q is not a name of a component.", component)
		}
	}
}

func (r *resourceBuilder) addDefaults() {
	for _, col := range r.s.Collections {
		shown := slices.ContainsFunc(r.s.Resources, func(x *Resource) bool { return x.Collection == col })
		c := r.builder.places[col]
		if shown || !c.boolean("resource", !col.System) {
			continue
		}
		if other := r.s.byResource[col.Name]; other != nil {
			c.fail(`Add "resource": false, or rename the resource.`, "The resource %q shows %s, so %s cannot have a default resource.",
				other.Name, other.Collection.Name, col.Name)
			continue
		}
		res := &Resource{ID: col.ID + ".resource", Name: col.Name, Collection: col, Default: true}
		nothing := cursor{&r.report, join("resources", col.Name), nil}
		r.nameResource(res, nothing, true)
		r.places[res] = nothing
		r.s.byResource[res.Name] = res
		r.s.Resources = append(r.s.Resources, res)
	}
}

// linkTargets finds the resource that each hyperlink leads to: the one that is named, else for a resource's own links
// itself, else the first of the target.
func (r *resourceBuilder) linkTargets() {
	for _, l := range r.links {
		name := l.cursor.text("resource")
		if name != "" {
			res := r.s.byResource[name]
			switch {
			case res == nil:
				l.cursor.at("resource").fail(r.nearest(name, r.resourceNames()), "There is no resource %q.", name)
			case res.Collection != l.to:
				l.cursor.at("resource").fail("", "The resource %q shows %s, not %s.", name, res.Collection.Name, l.to.Name)
			}
			l.field.Target = name
			continue
		}
		if l.own != nil && l.field.As == Identity {
			l.field.Target = l.own.Name
			continue
		}
		for _, res := range r.s.Resources {
			if res.Collection == l.to {
				l.field.Target = res.Name
				break
			}
		}
		if l.field.Target == "" {
			l.cursor.fail(`Use "as": "primary_key", or declare a resource.`, "There is no resource of %s to link to.", l.to.Name)
		}
	}
}

func (r *resourceBuilder) resourceNames() []string {
	names := make([]string, len(r.s.Resources))
	for i, res := range r.s.Resources {
		names[i] = res.Name
	}
	return names
}

// details reads everything of a resource but its serializer.
func (r *resourceBuilder) details(res *Resource) {
	c := r.places[res]
	res.Lookup = res.Collection.Key
	if name := c.text("lookup_field"); name != "" {
		f := res.Collection.byName[name]
		switch {
		case f == nil:
			c.at("lookup_field").noField(res.Collection, name)
		case !f.Unique || f.Relation == ManyToMany || f.Secret:
			c.at("lookup_field").fail(`Add "unique": true to the field, or choose another.`, "%s.%s is not unique.", res.Collection.Name, name)
		default:
			res.Lookup = f
		}
	}
	res.Permission = c.choice("permission", r.s.Settings.Permission, policyNames)
	res.Authentication = r.s.Settings.Authentication
	if c.has("authentication") {
		res.Authentication = c.words("authentication", authenticationNames)
	}
	if scope := res.ThrottleScope; scope != "" && r.s.Settings.ThrottleRates[scope] == "" {
		c.at("throttle_scope").fail(`Add it to "settings.throttle_rates".`, "There is no throttle rate %q.", scope)
	}
	res.Pagination = r.pagination(c.at("pagination"), res.Collection, r.s.Settings.Pagination)
	res.Ordering = c.orders(res.Collection, "ordering")
	if res.Pagination.Style == Cursor && len(res.Pagination.Ordering) == 0 {
		res.Pagination.Ordering = res.Ordering
		if len(res.Ordering) == 0 {
			res.Pagination.Ordering = res.Collection.Ordering
		}
	}
	res.Backends = Backends{true, true, true}
	if c.has("filter_backends") {
		words := c.words("filter_backends", []string{"filter", "search", "ordering"})
		res.Backends = Backends{slices.Contains(words, "filter"), slices.Contains(words, "search"), slices.Contains(words, "ordering")}
	}
	r.filters(res, c)
	r.search(res, c)
	r.orderingFields(res, c)
}

// search reads search_fields; a default resource is searched in its short texts.
func (r *resourceBuilder) search(res *Resource, c cursor) {
	if res.Default {
		for _, f := range res.Collection.Columns {
			if f.Relation == NoRelation && f.Type.IsText() && !f.Secret && f.UploadTo == "" && !isFile(f) {
				res.Search = append(res.Search, SearchField{Path: Path{{Field: f}}})
			}
		}
	}
	for _, item := range c.list("search_fields") {
		s := SearchField{}
		path := item.node.Text
		if path != "" && strings.ContainsAny(path[:1], "^=$@") {
			s.Prefix, path = path[:1], path[1:]
		}
		if s.Prefix == "@" {
			item.fail("Leave the prefix out.", "Full-text search (@) is not there.")
		}
		steps, ok := item.walk(res.Collection, path)
		if !ok {
			continue
		}
		last := steps[len(steps)-1]
		if last.Target() != nil || last.Field.Secret || !searchable(last.Field) {
			item.fail("", "%q is not a text to search in.", path)
		}
		s.Path = steps
		res.Search = append(res.Search, s)
	}
}

// orderingFields reads ordering_fields. Without them DRF takes every readable field of the serializer.
func (r *resourceBuilder) orderingFields(res *Resource, c cursor) {
	if c.has("ordering_fields") {
		for _, item := range c.list("ordering_fields") {
			fields, ok := item.forward(res.Collection, item.node.Text)
			if ok {
				item.sortable(fields, item.node.Text)
				res.OrderingFields = append(res.OrderingFields, OrderName{strings.ReplaceAll(item.node.Text, ".", "__"), fields})
			}
		}
		return
	}
	if res.Serializer == nil {
		return
	}
	for _, f := range res.Serializer.Fields {
		if f.WriteOnly || f.Many || f.Reverse != nil || len(f.Source) == 0 || f.Column().Type.Kind == value.JSON {
			continue
		}
		var names []string
		for _, step := range f.Source {
			names = append(names, step.Name)
		}
		name := strings.Join(names, "__")
		if !slices.ContainsFunc(res.OrderingFields, func(o OrderName) bool { return o.Name == name }) {
			res.OrderingFields = append(res.OrderingFields, OrderName{name, f.Source})
		}
	}
}

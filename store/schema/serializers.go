package schema

import "slices"

// serializer returns the serializer of a resource, making it when it is asked for first.
func (r *resourceBuilder) serializer(res *Resource) *Serializer {
	c := r.places[res]
	switch r.state[res] {
	case 1:
		return nil
	case 2:
		return res.Serializer
	}
	r.state[res] = 1
	if name := c.text("serializer"); name != "" {
		res.Serializer = r.shared(c.at("serializer"), name, res.Collection)
		for _, other := range []string{"fields", "checks", "component", "hyperlinked"} {
			if c.has(other) {
				c.at(other).fail("Leave it out.", "The serializer is that of %q.", name)
			}
		}
		if res.Serializer != nil {
			res.Component = res.Serializer.Name
		}
	} else {
		s := &Serializer{Name: res.Component, Description: c.text("component_description"), Collection: res.Collection}
		r.component(s, c)
		s.Checks = c.checks(res.Collection, "checks")
		res.Serializer = s
		r.fieldsOf(s, c, res)
	}
	r.state[res] = 2
	return res.Serializer
}

// shared returns the serializer of another resource over the same collection.
func (r *resourceBuilder) shared(c cursor, name string, col *Collection) *Serializer {
	other := r.s.byResource[name]
	switch {
	case other == nil:
		c.fail(r.nearest(name, r.resourceNames()), "There is no resource %q.", name)
		return nil
	case other.Collection != col:
		c.fail("", "The resource %q shows %s, not %s.", name, other.Collection.Name, col.Name)
		return nil
	case r.state[other] == 1:
		c.fail("Give the nested records fields of their own.", "The fields of %q contain themselves.", name)
		return nil
	}
	return r.serializer(other)
}

// component reports a second serializer of the same name.
func (r *resourceBuilder) component(s *Serializer, c cursor) {
	if r.components[s.Name] != nil {
		c.fail(`Set another "component" (nested: "name").`, "Two serializers are named %q.", s.Name)
	}
	r.components[s.Name] = s
}

// fieldsOf reads the fields of a serializer; without a list they are all the collection has.
func (r *resourceBuilder) fieldsOf(s *Serializer, c cursor, own *Resource) {
	hyperlinked := c.boolean("hyperlinked", false)
	list := c.at("fields")
	if !list.here() {
		if hyperlinked && s.Collection.byName["url"] == nil {
			r.add1(s, own, hyperlinked, cursor{c.report, list.path, &Node{Kind: StringNode, Text: "url"}})
		}
		for _, f := range s.Collection.Fields {
			if !f.Secret {
				r.add1(s, own, hyperlinked, cursor{c.report, join(list.path, f.Name), &Node{Kind: StringNode, Text: f.Name}})
			}
		}
		return
	}
	if !list.want(ArrayNode) {
		return
	}
	if n := len(list.node.Items); n == 0 || n > MaxFields {
		list.fail("", "There are %d fields; 1 to %d are allowed.", n, MaxFields)
		return
	}
	for i := range list.node.Items {
		r.add1(s, own, hyperlinked, list.item(i))
	}
}

func (r *resourceBuilder) add1(s *Serializer, own *Resource, hyperlinked bool, c cursor) {
	if c.is(ObjectNode) {
		if !c.keys(&resourceFieldKeys) {
			return
		}
	} else if !c.want(StringNode) {
		return
	}
	name := c.node.Text
	if c.is(ObjectNode) {
		name = c.text("name")
		if !c.has("name") {
			c.fail(`Add "name".`, "The field has no name.")
			return
		}
	}
	if !namePattern.MatchString(name) && !(name == "_v") || name == "" {
		c.fail(`Write "`+identifier(name)+`".`, "%q is not a name: small letters, digits and _, beginning with a letter.", name)
		return
	}
	if slices.ContainsFunc(s.Fields, func(f *SerializerField) bool { return f.Name == name }) {
		c.fail("Leave it out.", "The field %q appears twice.", name)
		return
	}
	if f := r.serializerField(s, name, own, hyperlinked, c); f != nil {
		s.Fields = append(s.Fields, f)
	}
}

// serializerField derives a field as DRF's ModelSerializer does, and then applies what the document says about it.
func (r *resourceBuilder) serializerField(s *Serializer, name string, own *Resource, hyperlinked bool, c cursor) *SerializerField {
	f := &SerializerField{Name: name, Replace: true}
	as := c.choice("as", "", representationNames)
	source := c.text("source")
	if source == "" {
		source = name
	}
	_, known := s.Collection.step(name)
	switch {
	case c.has("aggregate") || as == "aggregate":
		if !r.aggregate(s.Collection, f, c) {
			return nil
		}
	case as == "url" || as == "" && name == "url" && !known && !c.has("source"):
		f.As, f.ReadOnly = Identity, true
		r.links = append(r.links, link{f, s.Collection, own, c})
	default:
		steps, ok := c.sourcePath(s.Collection, source)
		if !ok || !r.represent(s, f, steps, as, hyperlinked, own, c) {
			return nil
		}
	}
	r.options(f, as != "" || c.has("nested") || c.has("aggregate") || f.Implicit, c)
	return f
}

// sourcePath follows a source: foreign keys, then a field or a relation of any kind.
func (c cursor) sourcePath(col *Collection, source string) (Path, bool) {
	at := c
	if c.has("source") {
		at = c.at("source")
	}
	steps, ok := at.walk(col, source)
	if !ok {
		return nil, false
	}
	for i, s := range steps {
		if s.Field != nil && s.Field.Secret {
			at.fail("Leave it out.", "%q is secret.", source)
			return nil, false
		}
		if i < len(steps)-1 && (s.Reverse != nil || s.Field.Relation == ManyToMany) {
			at.fail("Nest the records instead.", "%q goes on behind several records.", source)
			return nil, false
		}
	}
	return steps, true
}

// represent chooses how the end of a source is shown.
func (r *resourceBuilder) represent(s *Serializer, f *SerializerField, steps Path, as string, hyperlinked bool, own *Resource, c cursor) bool {
	last := steps[len(steps)-1]
	for _, step := range steps {
		if step.Field != nil {
			f.Source = append(f.Source, step.Field)
		}
	}
	f.Reverse, f.Many = last.Reverse, last.Many()
	to := last.Target()
	if last.unresolved() {
		return false
	}
	if to == nil {
		if as != "" && as != "value" || c.has("nested") {
			c.fail("", "%q is not a relation.", last.Field.Name)
			return false
		}
		f.As, f.Implicit = Plain, as == "" && len(steps) > 1
		f.ReadOnly = len(steps) > 1
		return true
	}
	if c.has("slug_field") && as != "slug" {
		c.at("slug_field").fail(`Add "as": "slug".`, "Only a slug has a slug_field.")
	}
	if c.has("nested") && as != "" && as != "nested" {
		c.at("nested").fail("Leave one out.", "%q and nested exclude each other.", as)
	}
	switch {
	case as == "nested" || c.has("nested"):
		f.As = Nested
		return r.nested(s, f, to, own, c)
	case as == "string":
		f.As = StringRelated
	case as == "slug":
		f.As = SlugRelated
		r.slugField(f, to, c)
	case as == "hyperlink" || as == "" && hyperlinked:
		f.As = Hyperlink
		r.links = append(r.links, link{f, to, nil, c})
	case as == "value":
		c.at("as").fail(`Write "primary_key".`, "%q is a relation.", f.Name)
	default:
		f.As = PrimaryKey
	}
	through := last.Field != nil && last.Field.Relation == ManyToMany && last.Field.Through != nil && last.Field.Through.Collection != nil
	f.ReadOnly = as == "string" || last.Reverse != nil || len(steps) > 1 || through
	return true
}

func (r *resourceBuilder) slugField(f *SerializerField, to *Collection, c cursor) {
	name := c.text("slug_field")
	if !c.has("slug_field") {
		c.fail(`Add "slug_field".`, "A slug needs the field that is shown.")
		return
	}
	f.SlugField = to.byName[name]
	switch {
	case f.SlugField == nil:
		c.at("slug_field").noField(to, name)
	case f.SlugField.Relation != NoRelation || f.SlugField.Secret:
		c.at("slug_field").fail("Choose another field.", "%s.%s cannot stand for a record.", to.Name, name)
	case !f.SlugField.Unique && !c.boolean("read_only", false):
		c.at("slug_field").fail(`Add "unique": true to the field, or "read_only": true here.`, "%s.%s is not unique.", to.Name, name)
	}
}

// maxNesting bounds serializers inside serializers.
const maxNesting = 8

// nested reads the serializer of related records. Only lists along a way back can be written through it.
func (r *resourceBuilder) nested(s *Serializer, f *SerializerField, to *Collection, own *Resource, c cursor) bool {
	n := c.at("nested")
	f.ReadOnly = f.Reverse == nil || !f.Many || len(f.Source) > 0
	f.Replace = c.choice("write", "replace", []string{"replace", "merge"}) == "replace"
	switch {
	case !n.here():
		c.fail(`Add "nested" with its fields.`, "The nested records have no fields.")
		return false
	case n.is(StringNode):
		f.Nested = r.shared(n, n.node.Text, to)
		return f.Nested != nil
	case !n.keys(&serializerKeys):
		return false
	case r.depth >= maxNesting:
		n.fail("", "Serializers are nested deeper than %d levels.", maxNesting)
		return false
	}
	name := n.text("name")
	if name == "" {
		name = s.Name + camel(f.Name)
	} else if !componentPattern.MatchString(name) {
		n.at("name").fail(`Write it like "AuthorBrief".`, "%q is not a name of a component.", name)
	}
	f.Nested = &Serializer{Name: name, Description: n.text("description"), Collection: to, Checks: n.checks(to, "checks")}
	r.component(f.Nested, n)
	r.depth++
	r.fieldsOf(f.Nested, n, nil)
	r.depth--
	return true
}

package schema

// builder turns a document into a Schema. Its steps run over the whole document, one after the other, because names
// may be used before they are declared.
type builder struct {
	report
	s      *Schema
	root   cursor
	places map[*Collection]cursor
	fields map[*Field]cursor
	ids    map[string]string // id → path that has it
}

// Parse reads and checks a schema document. The Schema is nil if there is any problem; all problems come at once.
func Parse(src []byte) (*Schema, Problems) {
	doc, problems := ParseDocument(src)
	if len(problems) > 0 {
		return nil, problems
	}
	return doc.Resolve()
}

// Resolve checks a document and resolves its names, as Parse does.
func (d *Document) Resolve() (*Schema, Problems) {
	b := &builder{
		s:      &Schema{Document: d, byName: map[string]*Collection{}, byResource: map[string]*Resource{}, byRole: map[string]*Role{}},
		places: map[*Collection]cursor{}, fields: map[*Field]cursor{}, ids: map[string]string{},
	}
	b.broken = map[string]bool{}
	b.root = cursor{&b.report, "", d.Root}
	if !b.root.keys(&documentKeys) {
		return nil, b.problems
	}
	b.root.text("$schema")
	b.collections()
	b.relations()
	b.columns()
	b.defaults()
	b.details()
	b.settings()
	b.resources()
	b.roles()
	b.schedule()
	if len(b.problems) > 0 {
		return nil, b.problems
	}
	b.s.Hash = d.Hash()
	return b.s, nil
}

// id reads a stable id; without one the place itself, by name, stands in, so that a difference goes by names.
func (b *builder) id(c cursor, prefix, name string) string {
	id := c.text("id")
	if id == "" {
		return name
	}
	at := c.at("id")
	if !idPattern.MatchString(id) || id[:2] != prefix {
		at.fail("Leave it out: Couplet gives out ids.", "%q is not an id of this kind: %s and up to 40 small letters and digits.", id, prefix)
		return name
	}
	if other, taken := b.ids[id]; taken {
		at.fail("Leave it out of the copy: Couplet gives out a new one.", "%s has the same id.", other)
	}
	b.ids[id] = c.path
	return id
}

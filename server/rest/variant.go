package rest

import (
	"sort"
	"strings"
	"sync"

	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
)

// Limits on what a client may ask for beyond a resource's own fields.
const (
	maxVariants    = 256 // kept compiled, of one serializer
	maxExpansions  = 20  // relations in one request
	maxExpandDepth = 3
	maxNames       = 200  // in fields= or omit=
	maxVariantID   = 2000 // bytes of a selection that is worth keeping compiled
)

// Selection is what a client asks for with fields=, omit= and expand= (drf-flex-fields): names, dotted for fields of
// expanded records.
type Selection struct{ Fields, Omit, Expand []string }

// NewSelection reads the three parameters, as they stand in the query string: lists with commas.
func NewSelection(fields, omit, expand string) Selection {
	return Selection{splitNames(fields), splitNames(omit), splitNames(expand)}
}

func splitNames(s string) []string {
	var names []string
	seen := map[string]bool{}
	for name := range strings.SplitSeq(s, ",") {
		if name = strings.TrimSpace(name); name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// Empty reports whether the client asks for nothing in particular.
func (s Selection) Empty() bool { return len(s.Fields)+len(s.Omit)+len(s.Expand) == 0 }

func (s Selection) id() string {
	return strings.Join(s.Fields, ",") + "|" + strings.Join(s.Omit, ",") + "|" + strings.Join(s.Expand, ",")
}

// below returns the part of a selection that is about the records of a field, with the field's name cut off.
func (s Selection) below(name string) Selection {
	return Selection{cutNames(s.Fields, name), cutNames(s.Omit, name), cutNames(s.Expand, name)}
}

func cutNames(names []string, prefix string) []string {
	var out []string
	for _, n := range names {
		if rest, ok := strings.CutPrefix(n, prefix+"."); ok {
			out = append(out, rest)
		}
	}
	return out
}

// keeps reports whether a field is shown.
func (s Selection) keeps(name string) bool {
	for _, n := range s.Omit {
		if n == name {
			return false
		}
	}
	if len(s.Fields) == 0 {
		return true
	}
	for _, n := range s.Fields {
		if n == name || strings.HasPrefix(n, name+".") {
			return true
		}
	}
	return false
}

func (s Selection) expands(name string) bool {
	for _, n := range s.Expand {
		if n == name || n == "~all" || strings.HasPrefix(n, name+".") {
			return true
		}
	}
	return false
}

// variants caches what clients' selections make of a Serializer.
type variants struct {
	mu   sync.Mutex
	byID map[string]*Serializer
}

func newVariants() *variants { return &variants{byID: map[string]*Serializer{}} }

// Variant returns the serializer as a client's selection makes it: fields left out, relations replaced by the records
// they lead to. Unknown names are ignored. Expanded records are those that the reader may view, in the fields of the
// first resource of their collection. Too many or too deep expansions are an error.
func (s *Serializer) Variant(sel Selection) (*Serializer, error) {
	if sel.Empty() {
		return s, nil
	}
	switch {
	case len(sel.Expand) > maxExpansions:
		return nil, Validation(FieldError("expand", "Too many relations.", "invalid"))
	case len(sel.Fields) > maxNames:
		return nil, Validation(FieldError("fields", "Too many names.", "invalid"))
	case len(sel.Omit) > maxNames:
		return nil, Validation(FieldError("omit", "Too many names.", "invalid"))
	}
	for _, name := range sel.Expand {
		if strings.Count(name, ".") >= maxExpandDepth {
			return nil, Validation(FieldError("expand", "Relations may be expanded three levels deep.", "invalid"))
		}
	}
	id := sel.id()
	if have := s.variants.get(id); have != nil {
		return have, nil
	}
	out, err := s.variant(sel, query.NewShape(s.Collection), 0)
	if err != nil {
		return nil, err
	}
	out.variants = newVariants()
	s.variants.put(id, out)
	return out, nil
}

func (v *variants) get(id string) *Serializer {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.byID[id]
}

// put keeps a compiled selection; when there are too many, all are forgotten.
func (v *variants) put(id string, s *Serializer) {
	if len(id) > maxVariantID {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if len(v.byID) >= maxVariants {
		clear(v.byID)
	}
	v.byID[id] = s
}

// variant compiles the selection into a shape. Only the render program matters; nobody binds with a variant.
func (s *Serializer) variant(sel Selection, shape *query.Shape, depth int) (*Serializer, error) {
	out := &Serializer{Schema: s.Schema, Collection: s.Collection, shape: shape, links: s.links}
	for _, f := range s.fields {
		if !sel.keeps(f.name) || f.writeOnly || f.secret() {
			continue
		}
		out.fields = append(out.fields, f)
		if err := out.variantField(f, sel, depth); err != nil {
			return nil, err
		}
	}
	if depth < maxExpandDepth {
		out.expandUnlisted(s, sel, depth)
	}
	return out, nil
}

func (s *Serializer) variantField(f *field, sel Selection, depth int) error {
	switch {
	case f.class == nestedField && f.nested != nil:
		return s.variantNested(f, sel.below(f.name), depth)
	case f.class != nestedField && depth < maxExpandDepth && sel.expands(f.name) && s.expandable(f):
		return s.expand(f.name, f.relations(), f.lastStep(), s.guardsOf(f), sel.below(f.name), depth)
	case f.class != nestedField:
		s.addOp(f)
	}
	return nil
}

// variantNested compiles nested records that the resource's author declared, with what the client selects of them.
func (s *Serializer) variantNested(f *field, sel Selection, depth int) error {
	shape, path := s.walk(f.relations())
	o := op{prefix: keyPrefix(f.name), kind: opNestedOne, path: path, skip: !f.allowNull, guards: s.guardsOf(f)}
	var below *query.Shape
	if f.many {
		o.kind = opNestedMany
		o.index, below = shape.ToMany(f.lastStep())
	} else {
		o.index, below = shape.ToOne(f.lastStep())
	}
	sub, err := f.nested.variant(sel, below, depth+1)
	if err != nil {
		return err
	}
	o.sub = sub
	s.push(o)
	s.guarded = s.guarded || sub.guarded
	return nil
}

// expandable reports whether a field shows a relation that can be replaced by its records: they are shown as their
// collection's first resource shows them, so there must be one.
func (s *Serializer) expandable(f *field) bool {
	switch f.class {
	case pkField, slugRelatedField, stringRelatedField, linkField:
		return s.links.serializerOf(f.lastStep().Target()) != nil
	}
	return false
}

// expand puts the records of a relation in place of what the field shows.
func (s *Serializer) expand(
	name string, relations []*schema.Field, step schema.Step, guards []guard, sel Selection, depth int,
) error {
	target := s.links.serializerOf(step.Target())
	if target == nil {
		return nil
	}
	shape, path := s.walk(relations)
	o := op{prefix: keyPrefix(name), kind: opNestedOne, path: path, skip: true, guards: guards}
	var below *query.Shape
	if step.Many() {
		o.kind = opNestedMany
		o.index, below = shape.VisibleMany(step)
	} else {
		o.index, below = shape.VisibleOne(step)
	}
	base, err := compileInto(target, query.NewShape(target.Collection), s.links, depth+1)
	if err != nil {
		return err
	}
	if o.sub, err = base.variant(sel, below, depth+1); err != nil {
		return err
	}
	s.push(o)
	s.guarded = s.guarded || o.sub.guarded
	return nil
}

// expandUnlisted adds relations that a client names and that the serializer does not show: fields and ways back
// of the collection.
func (s *Serializer) expandUnlisted(base *Serializer, sel Selection, depth int) {
	done := map[string]bool{}
	for _, name := range sel.Expand {
		name, _, _ = strings.Cut(name, ".")
		if done[name] || base.field(name) != nil || !sel.keeps(name) {
			continue
		}
		done[name] = true
		if f := s.Collection.Field(name); f != nil && f.Relation != schema.NoRelation && !f.Secret {
			_ = s.expand(name, nil, schema.Step{Field: f}, s.ruleGuard(f), sel.below(name), depth)
		} else if r := s.Collection.ReverseRelation(name); r != nil {
			_ = s.expand(name, nil, schema.Step{Reverse: r}, s.ruleGuard(r.Field), sel.below(name), depth)
		}
	}
}

func (s *Serializer) ruleGuard(f *schema.Field) []guard {
	if f.ReadRule == "" {
		return nil
	}
	if f.Collection != s.Collection {
		return []guard{{field: f}}
	}
	s.askFor(f, s.shape)
	return []guard{{f, nil, s.shape}}
}

func (s *Serializer) field(name string) *field {
	for _, f := range s.fields {
		if f.name == name {
			return f
		}
	}
	return nil
}

// serializerOf returns the serializer that shows a collection's records when a client expands a relation to it: that
// of its first resource.
func (l *Links) serializerOf(c *schema.Collection) *schema.Serializer {
	if l == nil || l.Schema == nil {
		return nil
	}
	for _, r := range l.Schema.Resources {
		if r.Collection == c && r.Serializer != nil {
			return r.Serializer
		}
	}
	return nil
}

package rest

import (
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
)

// Serializer is a compiled schema.Serializer: the shape it needs of a record, a program that renders it and a program
// that binds input. It is immutable and safe for concurrent use, but for its cache of variants, which locks.
type Serializer struct {
	Schema     *schema.Serializer
	Collection *schema.Collection
	shape      *query.Shape
	fields     []*field
	ops        []op
	sets       []uniqueSet
	checks     []check
	links      *Links
	guarded    bool // some field has a read rule
	variants   *variants
}

// check is a compiled object-level check (DRF: validate).
type check struct {
	expr    *expr.Expr
	message string
	field   string // "" non_field_errors
}

// maxNesting bounds how deep serializers may nest, so that a serializer that nests itself ends.
const maxNesting = 8

// CompileSerializer compiles a serializer. It fails only on a check that does not compile, which the validation of the
// schema document has found before.
func CompileSerializer(s *schema.Serializer, links *Links) (*Serializer, error) {
	out, err := compileInto(s, query.NewShape(s.Collection), links, 0)
	if err != nil {
		return nil, err
	}
	out.variants = newVariants()
	return out, nil
}

func compileInto(s *schema.Serializer, shape *query.Shape, links *Links, depth int) (*Serializer, error) {
	out := &Serializer{Schema: s, Collection: s.Collection, shape: shape, links: links}
	for _, sf := range s.Fields {
		if sf.As == schema.Nested && depth >= maxNesting {
			continue
		}
		f := newField(sf, links)
		out.fields = append(out.fields, f)
		if err := out.compileField(f, depth); err != nil {
			return nil, err
		}
	}
	out.compileSets()
	for _, c := range s.Checks {
		e, err := expr.Compile(c.Expr, expr.Env{Collection: s.Collection, Users: links.users()})
		if err != nil {
			return nil, err
		}
		out.checks = append(out.checks, check{e, c.Message, c.Field})
	}
	return out, nil
}

// Shape returns what to load of each record that is to be rendered. It must not be changed.
func (s *Serializer) Shape() *query.Shape { return s.shape }

// compileField adds the field's part of the render program, unless it is write-only.
func (s *Serializer) compileField(f *field, depth int) error {
	if f.class == nestedField {
		return s.compileNested(f, depth)
	}
	if f.writeOnly || f.secret() {
		return nil
	}
	s.addOp(f)
	return nil
}

func (s *Serializer) compileNested(f *field, depth int) error {
	if f.writeOnly { // its records are not shown, so they need no place in the shape
		sub, err := compileInto(f.def.Nested, query.NewShape(f.def.Nested.Collection), s.links, depth+1)
		f.nested = sub
		return err
	}
	shape, path := s.walk(f.relations())
	o := op{prefix: keyPrefix(f.name), kind: opNestedOne, path: path, skip: !f.allowNull, guards: s.guardsOf(f)}
	step := f.lastStep()
	var below *query.Shape
	if f.many {
		o.kind = opNestedMany
		o.index, below = shape.ToMany(step)
	} else {
		o.index, below = shape.ToOne(step)
	}
	sub, err := compileInto(f.def.Nested, below, s.links, depth+1)
	if err != nil {
		return err
	}
	f.nested, o.sub = sub, sub
	s.push(o)
	s.guarded = s.guarded || sub.guarded
	return nil
}

func (s *Serializer) push(o op) {
	s.ops = append(s.ops, o)
	s.guarded = s.guarded || len(o.guards) > 0
}

// walk asks for the records along forward relations and returns the last one's shape and the indexes that lead there.
func (s *Serializer) walk(relations []*schema.Field) (*query.Shape, []int) {
	shape := s.shape
	var path []int
	for _, rel := range relations {
		var i int
		i, shape = shape.ToOne(schema.Step{Field: rel})
		path = append(path, i)
	}
	return shape, path
}

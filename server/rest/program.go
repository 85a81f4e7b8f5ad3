package rest

import (
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// opKind is what an op of a render program writes.
type opKind uint8

const (
	opColumn     opKind = iota // a column
	opFile                     // a file column as a URL
	opLink                     // a link by a column of the row itself
	opDisplay                  // how the row at One[index] calls itself
	opOneColumn                // a column of the row at One[index]
	opOneLink                  // a link to the row at One[index]
	opKeys                     // the keys of Many[index]
	opColumns                  // a column of each of Many[index]
	opLinks                    // links to Many[index]
	opDisplays                 // how each of Many[index] calls itself
	opNestedOne                // the row at One[index] by a Serializer
	opNestedMany               // the rows of Many[index] by a Serializer
	opAggregate                // Aggregates[index]
)

// op is one step of a render program: it writes one field of a record.
type op struct {
	prefix  []byte // `"name":`
	kind    opKind
	path    []int // of One, to the row that the op is about
	skip    bool  // a null on the way leaves the field out, as DRF does, instead of writing null
	index   int
	column  int
	typ     value.Type
	link    linkTarget
	display display
	sub     *Serializer
	guards  []guard
	model   *schema.Field // nil where it shows no field of a collection
}

// display is how records of a collection call themselves (Django: __str__).
type display struct {
	prefix, suffix string // "Article object (" and ")" where the collection names no display field
	path           []int
	column         int
	typ            value.Type
}

func keyPrefix(name string) []byte {
	return append(value.AppendJSONString(nil, name), ':')
}

// addOp compiles every representation but nested ones.
func (s *Serializer) addOp(f *field) {
	o := op{prefix: keyPrefix(f.name), skip: !f.allowNull, guards: s.guardsOf(f), model: f.model}
	var shape *query.Shape
	shape, o.path = s.walk(f.relations())
	switch {
	case f.class == identityField:
		o.kind, o.link, o.column = opLink, s.links.target(f.target), lookupColumn(s.shape, f.target)
	case f.def.As == schema.Aggregate:
		o.compileAggregate(f, shape)
	case f.def.As == schema.Plain:
		s.compilePlain(&o, f, shape)
	case f.many:
		s.compileMany(&o, f, shape)
	default:
		s.compileOne(&o, f, shape)
	}
	s.push(o)
}

func (s *Serializer) compilePlain(o *op, f *field, shape *query.Shape) {
	if f.model == nil {
		o.kind, o.column, o.typ = opColumn, 0, s.Collection.Key.Type
		return
	}
	if f.many || f.model.Relation == schema.ManyToMany {
		o.kind = opKeys
		o.index, _ = shape.ToMany(f.lastStep())
		o.typ = f.model.Type
		return
	}
	o.typ = f.model.Type
	if k := f.model.Type.Kind; k == value.File || k == value.Image {
		o.kind = opFile
	}
	o.column = shape.Column(f.model)
}

func (o *op) compileAggregate(f *field, shape *query.Shape) {
	o.kind = opAggregate
	aggregate := query.Aggregate{Func: f.def.Func, Step: f.lastStep(), Over: f.def.Over}
	o.index, o.typ = shape.Aggregate(aggregate), aggregate.Type()
}

func (s *Serializer) compileMany(o *op, f *field, shape *query.Shape) {
	var below *query.Shape
	step := f.lastStep()
	o.index, below = shape.ToMany(step)
	switch f.class {
	case slugRelatedField:
		o.kind, o.column, o.typ = opColumns, below.Column(f.def.SlugField), f.def.SlugField.Type
	case stringRelatedField:
		o.kind, o.display = opDisplays, newDisplay(step.Target(), below)
	case linkField:
		o.kind, o.link, o.column = opLinks, s.links.target(f.target), lookupColumn(below, f.target)
	default:
		o.kind, o.typ = opKeys, step.Target().Key.Type
	}
}

func (s *Serializer) compileOne(o *op, f *field, shape *query.Shape) {
	step := f.lastStep()
	if step.Reverse == nil && (f.class == pkField || f.class == linkField && byKey(f.target)) {
		o.column, o.typ = shape.Column(f.model), f.model.Type // the foreign key column holds all there is to show
		if f.class == linkField {
			o.kind, o.link = opLink, s.links.target(f.target)
		}
		return
	}
	var below *query.Shape
	o.index, below = shape.ToOne(step)
	switch f.class {
	case slugRelatedField:
		o.kind, o.column, o.typ = opOneColumn, below.Column(f.def.SlugField), f.def.SlugField.Type
	case stringRelatedField:
		o.kind, o.display = opDisplay, newDisplay(step.Target(), below)
	case linkField:
		o.kind, o.link, o.column = opOneLink, s.links.target(f.target), lookupColumn(below, f.target)
	default:
		o.kind, o.column, o.typ = opOneColumn, 0, step.Target().Key.Type
	}
}

func byKey(r *schema.Resource) bool { return r == nil || r.Lookup == nil || r.Lookup.Primary }

// newDisplay compiles how records of a collection call themselves, asking the shape for what that needs.
func newDisplay(c *schema.Collection, shape *query.Shape) display {
	path := c.DisplayPath
	if len(path) == 0 && c.Display != nil {
		path = []*schema.Field{c.Display}
	}
	if len(path) == 0 {
		name := c.Label
		if name == "" {
			name = capFirst(c.ModelName())
		}
		return display{prefix: name + " object (", suffix: ")", typ: c.Key.Type}
	}
	var d display
	last := len(path) - 1
	for _, rel := range path[:last] {
		var i int
		i, shape = shape.ToOne(schema.Step{Field: rel})
		d.path = append(d.path, i)
	}
	d.column, d.typ = shape.Column(path[last]), path[last].Type
	return d
}

// text returns how a record calls itself.
func (d *display) text(row *query.Row) string {
	for _, i := range d.path {
		if row = row.One[i]; row == nil {
			return ""
		}
	}
	return d.prefix + d.typ.String(row.Values[d.column]) + d.suffix
}

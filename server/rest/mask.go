package rest

import (
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Sight says which fields a reader may see. *access.Scope is one.
type Sight interface {
	// Readable reports whether the reader may see the field of some record.
	Readable(f *schema.Field) bool
	// ReadablePerRecord reports whether that depends on the record.
	ReadablePerRecord(f *schema.Field) bool
	// ReadableIn reports whether the reader may see the field of this record.
	ReadableIn(f *schema.Field, rec expr.Record) (bool, error)
}

// guard is a field with a read rule on the way to what an op shows. Where the rule depends on the record it is asked
// of the row at the end of path.
type guard struct {
	field *schema.Field
	path  []int
	shape *query.Shape // nil: the record is not at hand, so such a rule hides the field
}

// guardsOf collects the read rules that a field is subject to, and asks for what they read.
func (s *Serializer) guardsOf(f *field) []guard {
	var list []guard
	shape := s.shape
	var path []int
	for i, sf := range f.def.Source {
		if sf.ReadRule != "" {
			s.askFor(sf, shape)
			list = append(list, guard{sf, path, shape})
		}
		if i == len(f.def.Source)-1 || sf.To == nil || sf.Relation == schema.ManyToMany {
			break
		}
		var j int
		j, shape = shape.ToOne(schema.Step{Field: sf})
		path = append(path[:len(path):len(path)], j)
	}
	others := []*schema.Field{f.def.SlugField, f.def.Over}
	if r := f.def.Reverse; r != nil {
		others = append(others, r.Field)
	}
	for _, sf := range others {
		if sf != nil && sf.ReadRule != "" {
			list = append(list, guard{field: sf})
		}
	}
	return list
}

// askFor makes a shape load what the read rule of a field reads.
func (s *Serializer) askFor(f *schema.Field, shape *query.Shape) {
	rule, err := expr.Compile(f.ReadRule, expr.Env{Collection: f.Collection, Users: s.links.users()})
	if err != nil {
		return
	}
	for _, path := range rule.Paths() {
		at := shape
		for i, step := range path {
			switch {
			case step.Target() == nil:
				at.Column(step.Field)
			case step.Many():
				_, at = at.ToMany(step)
			case i == len(path)-1 && step.Field != nil:
				at.Column(step.Field)
			default:
				if step.Field != nil {
					at.Column(step.Field)
				}
				_, at = at.ToOne(step)
			}
		}
	}
}

// sees reports whether the reader may see what these guards guard, in this row.
func (ctx *RenderContext) sees(guards []guard, row *query.Row) bool {
	for i := range guards {
		g := &guards[i]
		if !ctx.Sight.Readable(g.field) {
			return false
		}
		if !ctx.Sight.ReadablePerRecord(g.field) {
			continue
		}
		at := row
		for _, j := range g.path {
			if at = at.One[j]; at == nil {
				break
			}
		}
		if at == nil {
			continue // there is nothing to hide
		}
		if g.shape == nil {
			return false
		}
		if ok, err := ctx.Sight.ReadableIn(g.field, rowRecord{g.shape, at}); err != nil || !ok {
			return false
		}
	}
	return true
}

// rowRecord is a loaded row as an expression reads it. What the shape does not load is null.
type rowRecord struct {
	shape *query.Shape
	row   *query.Row
}

// Value implements expr.Record.
func (r rowRecord) Value(f *schema.Field) (value.Value, error) {
	for i, c := range r.shape.Columns {
		if c == f {
			return r.row.Values[i], nil
		}
	}
	return value.Null, nil
}

// One implements expr.Record.
func (r rowRecord) One(s schema.Step) (expr.Record, error) {
	for i, b := range r.shape.One {
		if b.Step == s && !b.Scoped && r.row.One[i] != nil {
			return rowRecord{b.Shape, r.row.One[i]}, nil
		}
	}
	return nil, nil
}

// Many implements expr.Record.
func (r rowRecord) Many(s schema.Step) ([]expr.Record, error) {
	for i, b := range r.shape.Many {
		if b.Step != s || b.Scoped {
			continue
		}
		list := make([]expr.Record, len(r.row.Many[i]))
		for j, row := range r.row.Many[i] {
			list[j] = rowRecord{b.Shape, row}
		}
		return list, nil
	}
	return nil, nil
}

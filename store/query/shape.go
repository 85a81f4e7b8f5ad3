package query

import (
	"slices"
	"sync/atomic"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Shape says what to load of each record of a collection: columns, records along forward relations (joined in the
// same statement), lists along to-many relations (one further statement each for the whole page, never one per
// record), and aggregates. A Row has the same form. Shapes are made once, when a schema is loaded, and then shared:
// nothing may be asked of a shape any more, or of a shape below it, after its first use.
type Shape struct {
	Collection *schema.Collection
	Columns    []*schema.Field // the key first
	One        []*Branch
	Many       []*Branch
	Aggregates []Aggregate
	plans      [2]atomic.Pointer[plan] // by dialect; made at the first use, dropped when the shape grows
}

// Branch is a relation to load along. Its own Shape has only the key where nothing else is asked for.
type Branch struct {
	Step   schema.Step
	Shape  *Shape
	Scoped bool // only records that the list's scope may view; else what the shape's author declares is shown
}

// Aggregate is a value computed over a to-many relation: Func is count, sum, min, max, avg or exists; Over is the
// field of the other end that it is taken over, nil for count and exists.
type Aggregate struct {
	Func string
	Step schema.Step
	Over *schema.Field
}

// Row is a loaded record in the form of its Shape. A nil entry of One is a null relation.
type Row struct {
	Values     []value.Value
	One        []*Row
	Many       [][]*Row
	Aggregates []value.Value
}

// Key returns the record's key.
func (r *Row) Key() value.Value { return r.Values[0] }

// NewShape returns a shape that loads the key of a collection's records.
func NewShape(c *schema.Collection) *Shape {
	return &Shape{Collection: c, Columns: []*schema.Field{c.Key}}
}

// AllColumns returns a shape that loads every column, in the collection's order.
func AllColumns(c *schema.Collection) *Shape {
	return &Shape{Collection: c, Columns: c.Columns}
}

// Clone returns a shape that asks for the same and may be asked for more: what is there keeps its place.
func (s *Shape) Clone() *Shape {
	return &Shape{Collection: s.Collection, Columns: slices.Clip(s.Columns), One: slices.Clip(s.One),
		Many: slices.Clip(s.Many), Aggregates: slices.Clip(s.Aggregates)}
}

// Column asks for a column and returns its index in Row.Values.
func (s *Shape) Column(f *schema.Field) int {
	for i, have := range s.Columns {
		if have == f {
			return i
		}
	}
	s.Columns = append(s.Columns[:len(s.Columns):len(s.Columns)], f)
	s.grown()
	return len(s.Columns) - 1
}

// ToOne asks for the record at the end of a foreign key (or of the way back of a one-to-one) and returns its index
// in Row.One and its shape.
func (s *Shape) ToOne(step schema.Step) (int, *Shape) { return s.branch(&s.One, step, false) }

// ToMany asks for the list along a many-to-many or reverse relation and returns its index in Row.Many and its shape.
func (s *Shape) ToMany(step schema.Step) (int, *Shape) { return s.branch(&s.Many, step, false) }

// VisibleOne is as ToOne, for a relation that a client asks for: a record that the list's scope may not view counts as
// null.
func (s *Shape) VisibleOne(step schema.Step) (int, *Shape) {
	if step.Reverse == nil {
		s.Column(step.Field)
	}
	return s.branch(&s.One, step, true)
}

// VisibleMany is as ToMany, for a relation that a client asks for: records that the list's scope may not view are left
// out.
func (s *Shape) VisibleMany(step schema.Step) (int, *Shape) { return s.branch(&s.Many, step, true) }

func (s *Shape) branch(list *[]*Branch, step schema.Step, scoped bool) (int, *Shape) {
	for i, b := range *list {
		if b.Step == step && b.Scoped == scoped {
			return i, b.Shape
		}
	}
	b := &Branch{Step: step, Shape: NewShape(step.Target()), Scoped: scoped}
	*list = append(*list, b)
	s.grown()
	return len(*list) - 1, b.Shape
}

func (s *Shape) grown() {
	for i := range s.plans {
		s.plans[i].Store(nil)
	}
}

// Aggregate asks for an aggregate and returns its index in Row.Aggregates.
func (s *Shape) Aggregate(a Aggregate) int {
	for i, have := range s.Aggregates {
		if have == a {
			return i
		}
	}
	s.Aggregates = append(s.Aggregates, a)
	s.grown()
	return len(s.Aggregates) - 1
}

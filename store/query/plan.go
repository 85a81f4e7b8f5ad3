package query

import (
	"strings"
	"sync/atomic"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// plan is the constant part of the statements that load a shape on one engine: the select list, the joins that the
// shape needs, and how a row of the answer becomes Rows.
type plan struct {
	dialect sqlb.Dialect
	root    *schema.Collection
	selects string     // "t1.a, t1.b, t2.c"
	base    *sqlb.From // with the shape's joins
	from    string     // base's text
	node    *node
	columns int // of the select list
	branch  atomic.Pointer[branchPlan]
}

// node reads one record of the shape's tree of forward branches from the current row.
type node struct {
	shape *Shape
	start int
	types []value.Type
	one   []*node // by position in Shape.One; nil for a branch that is loaded apart
	many  bool    // the record, or one below it, has parts that are loaded apart
}

// planFor returns the shape's plan, which it makes at the first call.
func planFor(s *Shape, d sqlb.Dialect) *plan {
	if p := s.plans[d&1].Load(); p != nil {
		return p
	}
	b := sqlb.New(d)
	p := &plan{dialect: d, root: s.Collection, base: sqlb.NewFrom(b)}
	var list []string
	p.node = p.compile(s, p.base.Alias(), &list)
	p.selects = strings.Join(list, ", ")
	p.columns = len(list)
	p.from = p.base.SQL(s.Collection)
	s.plans[d&1].Store(p)
	return p
}

func (p *plan) compile(s *Shape, alias string, list *[]string) *node {
	n := &node{shape: s, start: len(*list), many: len(s.Many) > 0 || len(s.Aggregates) > 0}
	for _, f := range s.Columns {
		*list = append(*list, alias+"."+sqlb.Quote(f.Column))
		n.types = append(n.types, f.Type)
	}
	for _, branch := range s.One {
		if branch.Scoped {
			n.one = append(n.one, nil)
			n.many = true
			continue
		}
		child := p.compileOne(branch, alias, list)
		n.many = n.many || child.many
		n.one = append(n.one, child)
	}
	return n
}

// compileOne joins a forward branch, unless its shape is only the key, which the foreign key holds.
func (p *plan) compileOne(branch *Branch, alias string, list *[]string) *node {
	s := branch.Shape
	if branch.Step.Reverse == nil && len(s.Columns) == 1 && len(s.One) == 0 {
		child := &node{shape: s, start: len(*list), types: []value.Type{s.Columns[0].Type}}
		child.many = len(s.Many) > 0 || len(s.Aggregates) > 0
		*list = append(*list, alias+"."+sqlb.Quote(branch.Step.Field.Column))
		return child
	}
	return p.compile(s, p.base.Via(alias, branch.Step), list)
}

// read makes the Row of a node, nil where its key is null.
func (n *node) read(r db.Row, a *arena) *Row {
	if n.start > 0 && r.IsNull(n.start) {
		return nil
	}
	row := a.row(len(n.types))
	for i, t := range n.types {
		row.Values[i] = r.Value(n.start+i, t)
	}
	if len(n.one) > 0 {
		row.One = make([]*Row, len(n.one))
		for i, child := range n.one {
			if child != nil {
				row.One[i] = child.read(r, a)
			}
		}
	}
	return row
}

// arena hands out Rows and Values from blocks: a page costs a few allocations instead of two for each record.
type arena struct {
	rows   []Row
	values []value.Value
	block  int // records in the next block
}

// newArena returns an arena for about n records.
func newArena(n int) *arena {
	switch {
	case n <= 0:
		n = 32
	case n > 256:
		n = 256
	}
	return &arena{block: n}
}

func (a *arena) row(columns int) *Row {
	if len(a.rows) == 0 {
		a.rows = make([]Row, a.block)
	}
	if len(a.values) < columns {
		a.values = make([]value.Value, a.block*columns)
	}
	row := &a.rows[0]
	a.rows = a.rows[1:]
	row.Values = a.values[:columns:columns]
	a.values = a.values[columns:]
	return row
}

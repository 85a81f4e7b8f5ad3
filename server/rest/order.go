package rest

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
)

// orderName is a name that clients may order by.
type orderName struct {
	path    []*schema.Field
	guarded []*schema.Field
}

func (l *Listing) compileOrders() {
	l.orders = make(map[string]orderName, len(l.resource.OrderingFields))
	for _, o := range l.resource.OrderingFields {
		l.orders[o.Name] = orderName{o.Path, masked(o.Path)}
	}
	if l.resource.Pagination.Style != schema.Cursor {
		return
	}
	for _, o := range append(l.byKey(), l.resource.Pagination.Ordering...) {
		l.mayPosition(o.Path)
	}
	if l.resource.Backends.Ordering {
		for _, o := range l.orders {
			l.mayPosition(o.path)
		}
		for _, o := range l.resource.Ordering {
			l.mayPosition(o.Path)
		}
	}
	l.shape, l.column = position(l.shape, l.column)
}

// mayPosition keeps a field that can be a cursor's position: one of the collection's own columns.
func (l *Listing) mayPosition(path []*schema.Field) {
	if len(path) == 1 && path[0].Relation == schema.NoRelation {
		l.column[path[0]] = 0
	}
}

// position finds fields in the rows of a shape, or of a copy of the shape that has them too: a shape in use stays as it
// is.
func position(shape *query.Shape, fields map[*schema.Field]int) (*query.Shape, map[*schema.Field]int) {
	out := make(map[*schema.Field]int, len(fields))
	for f := range fields {
		if !slices.Contains(shape.Columns, f) {
			shape = shape.Clone()
		}
		out[f] = shape.Column(f)
	}
	return shape, out
}

func (l *Listing) columnOf(f *schema.Field) int { return l.column[f] }

// Order returns the ordering that a request asks for (DRF: OrderingFilter): names that are not allowed are dropped; where
// none is left the resource's own ordering counts, empty for the collection's.
func (l *Listing) Order(p *Params, scope *access.Scope) []schema.Order {
	if order := l.asked(p, scope); order != nil {
		return order
	}
	return l.resource.Ordering
}

func (l *Listing) asked(p *Params, scope *access.Scope) []schema.Order {
	text := p.Get("ordering")
	if text == "" || !l.resource.Backends.Ordering {
		return nil
	}
	var order []schema.Order
	seen := map[string]bool{}
	for name := range strings.SplitSeq(text, ",") {
		name, desc := strings.CutPrefix(pyStrip(name), "-")
		o, ok := l.orders[name]
		if !ok || seen[name] || !readable(scope, o.guarded) {
			continue
		}
		seen[name] = true
		order = append(order, schema.Order{Path: o.path, Desc: desc})
	}
	return order
}

// cursorOrder is the ordering of a list with cursors: a client's or the resource's where it has DRF's OrderingFilter,
// else the pagination's own. Its first field is one of the collection's own columns.
func (l *Listing) cursorOrder(p *Params, scope *access.Scope) []schema.Order {
	if l.resource.Backends.Ordering {
		for _, order := range [][]schema.Order{l.asked(p, scope), l.resource.Ordering} {
			if l.positions(order) {
				return order
			}
		}
	}
	if order := l.resource.Pagination.Ordering; l.positions(order) {
		return order
	}
	return l.byKey()
}

func (l *Listing) byKey() []schema.Order {
	return []schema.Order{{Path: []*schema.Field{l.resource.Collection.Key}}}
}

// positions reports whether an ordering begins with a field that can be a cursor's position.
func (l *Listing) positions(order []schema.Order) bool {
	if len(order) == 0 || len(order[0].Path) != 1 {
		return false
	}
	_, ok := l.column[order[0].Path[0]]
	return ok
}

package rest

import (
	"errors"
	"fmt"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Finder looks up what filters by relations refer to. What a resource's author declares does not ask who may view the
// related records, as its lists do not: Taken looks at all of them. The filters of a resource that nobody declared find
// only visible ones.
type Finder interface {
	Exists(c *schema.Collection, key value.Value) (bool, error)
	ByField(f *schema.Field, v value.Value) (key value.Value, found bool, err error)
	Taken(c *schema.Collection, fields []*schema.Field, values []value.Value, except value.Value) (bool, error)
}

// Listing is how a resource's lists are asked for: its filters, search, ordering and pagination, compiled once.
// It is immutable and safe for concurrent use.
type Listing struct {
	resource *schema.Resource
	shape    *query.Shape
	filters  []*filter
	search   []searchField
	orders   map[string]orderName
	column   map[*schema.Field]int // in a row, of fields that may be a cursor's position
}

// ListInput is one request for a list.
type ListInput struct {
	Params *Params
	Scope  *access.Scope
	Find   Finder
}

// CompileListing compiles a resource's list. shape is what its serializer loads.
// It fails only on a lookup that does not fit its field, which the validation of the schema document has found before.
func CompileListing(r *schema.Resource, shape *query.Shape) (*Listing, error) {
	l := &Listing{resource: r, shape: shape, column: map[*schema.Field]int{}}
	for _, f := range r.Filters {
		c, err := compileFilter(f)
		if err != nil {
			return nil, fmt.Errorf("resource %s, filter %s: %w", r.Name, f.Param, err)
		}
		l.filters = append(l.filters, c)
	}
	l.compileSearch()
	l.compileOrders()
	return l, nil
}

// For returns the same list over another shape, as a client's choice of fields makes it. It is cheap.
func (l *Listing) For(shape *query.Shape) *Listing {
	out := *l
	out.shape, out.column = position(shape, l.column)
	return &out
}

// Prepare reads a request for a list: the list with its conditions and order, and the page that is asked for. The error
// is an *APIError, or what Find failed with.
func (l *Listing) Prepare(in ListInput) (*query.List, *Page, error) {
	where, err := l.Where(in)
	if err != nil {
		return nil, nil, err
	}
	list := &query.List{Shape: l.shape, Scope: in.Scope, Where: where, Order: l.Order(in.Params, in.Scope)}
	page, err := l.Paginate(in.Params, in.Scope)
	return list, page, err
}

// Base returns the resource's base filter: records outside it do not exist here.
func (l *Listing) Base(scope *access.Scope) []query.Cond {
	e := scope.Policy().BaseFilter(l.resource)
	if e == nil {
		return nil
	}
	return []query.Cond{query.Rule{Expr: e, Bind: scope.Bindings()}}
}

// Where returns the conditions of a list: the base filter, the filters, the expression in filter= and the search, in
// DRF's order of checks. The error is an *APIError, or what Find failed with.
func (l *Listing) Where(in ListInput) ([]query.Cond, error) {
	conds := l.Base(in.Scope)
	if len(in.Params.list) == 0 {
		return conds, nil
	}
	if l.resource.Backends.Filter {
		var failed Errors
		for _, f := range l.filters {
			cond, wrong, err := f.read(in, !l.resource.Default)
			if err != nil {
				return nil, err
			}
			if wrong != nil {
				failed.Put(f.def.Param, &Errors{Messages: wrong})
			} else if cond != nil {
				conds = append(conds, cond)
			}
		}
		if !failed.Empty() {
			return nil, Validation(&failed)
		}
	}
	rule, err := l.expression(in)
	if err != nil {
		return nil, err
	}
	if rule != nil {
		conds = append(conds, rule)
	}
	found, err := l.searched(in)
	return append(conds, found...), err
}

// expression compiles filter=, which sees what the client's scope sees.
func (l *Listing) expression(in ListInput) (query.Cond, error) {
	src := in.Params.Get("filter")
	if src == "" || !l.resource.Backends.Filter {
		return nil, nil
	}
	users := in.Scope.Policy().Schema.Users()
	e, err := expr.Compile(src, expr.Env{Collection: l.resource.Collection, Users: users})
	if err == nil {
		err = in.Scope.CheckFilter(e)
	}
	var wrong expr.Errors
	if errors.As(err, &wrong) {
		failed := &Errors{}
		for _, w := range wrong {
			failed.Messages = append(failed.Messages, Message{w.Error(), "invalid"})
		}
		below := &Errors{}
		below.Put("filter", failed)
		return nil, Validation(below)
	}
	if err != nil {
		return nil, err
	}
	return query.Rule{Expr: e, Bind: in.Scope.ClientBindings()}, nil
}

// readable reports whether the scope may read every one of these fields in every record: a list may not be narrowed,
// searched or ordered by others, since that would tell what is in them.
func readable(scope *access.Scope, guarded []*schema.Field) bool {
	for _, f := range guarded {
		if !scope.Readable(f) || scope.ReadablePerRecord(f) {
			return false
		}
	}
	return true
}

// guardedOf returns the fields of a path that not everybody may read.
func guardedOf(path schema.Path) []*schema.Field {
	fields := make([]*schema.Field, len(path))
	for i, step := range path {
		fields[i] = step.Field
		if step.Reverse != nil {
			fields[i] = step.Reverse.Field
		}
	}
	return masked(fields)
}

// masked returns those of the fields that not everybody may read.
func masked(fields []*schema.Field) []*schema.Field {
	var out []*schema.Field
	for _, f := range fields {
		if f.ReadRule != "" || f.Secret {
			out = append(out, f)
		}
	}
	return out
}

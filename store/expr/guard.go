package expr

import (
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Equal says that a field of the record itself has a value.
type Equal struct {
	Field *schema.Field
	Value value.Value
}

// Guard returns equalities of which at least one holds wherever the expression is true, for an index of many expressions
// by them; it is false where there are none to be found. An empty list says that the expression is never true.
func (e *Expr) Guard(bind *Bindings) ([]Equal, bool) { return guardOf(e.root, newEnv(bind)) }

func guardOf(c cond, e *env) ([]Equal, bool) {
	if e.static(c.deps()) {
		t, err := c.eval(e)
		return nil, err == nil && t != True
	}
	switch c := c.(type) {
	case cIsTrue:
		return guardOf(c.x, e)
	case cAnd:
		return guardAnd(c.list, e)
	case cOr:
		return guardOr(c.list, e)
	case cTruth:
		if f := ownField(c.x); f != nil {
			return []Equal{{f, value.Bool(true)}}, true
		}
	case cIn:
		if f := ownField(c.x); f != nil {
			return equals(f, c.list), true
		}
	case cCompare:
		return guardCompare(c, e)
	}
	return nil, false
}

func guardAnd(list []cond, e *env) (best []Equal, found bool) {
	for _, c := range list {
		if g, ok := guardOf(c, e); ok && (!found || len(g) < len(best)) {
			best, found = g, true
		}
	}
	return best, found
}

func guardOr(list []cond, e *env) (all []Equal, found bool) {
	for _, c := range list {
		g, ok := guardOf(c, e)
		if !ok {
			return nil, false
		}
		all = append(all, g...)
	}
	return all, true
}

func guardCompare(c cCompare, e *env) ([]Equal, bool) {
	l, r := c.l, c.r
	if ownField(l) == nil {
		l, r = r, l
	}
	f := ownField(l)
	if f == nil || c.op != OpEq || !e.static(r.deps()) || !sameForm(l.typ(), r.typ()) {
		return nil, false
	}
	v, err := r.eval(e)
	if err != nil {
		return nil, false
	}
	return equals(f, []value.Value{v}), true
}

// ownField returns the column of the record itself that a scalar is, where equal values of it are the same; else nil.
func ownField(s scalar) *schema.Field {
	col, ok := s.(sCol)
	if !ok || col.of.slot != slotThis || len(col.of.steps) > 0 || col.field.Type.Kind == value.FloatingPoint || col.field.Type.Kind == value.JSON {
		return nil
	}
	return col.field
}

// equals are the equalities with values; null equals nothing.
func equals(f *schema.Field, values []value.Value) []Equal {
	var list []Equal
	for _, v := range values {
		if !v.IsNull() {
			list = append(list, Equal{f, v})
		}
	}
	return list
}

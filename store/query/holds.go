package query

import (
	"errors"
	"fmt"

	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// ErrUndecided says that a condition can be decided by the engine only: a text lookup in what is stored as no text.
var ErrUndecided = errors.New("query: only the database can decide this lookup")

// Holds reports whether a record in memory belongs to the list: whether the scope may view it and every condition holds,
// as an engine would say. Errors: ErrUndecided, and what the record's relations fail with.
func (l *List) Holds(rec expr.Record, d sqlb.Dialect) (bool, error) {
	if l.Scope == nil {
		return false, nil
	}
	ok, err := l.Scope.Allows(l.Shape.Collection, schema.View, rec)
	if !ok || err != nil {
		return false, err
	}
	return holdsAll(l.Where, rec, d)
}

func holdsAll(list []Cond, rec expr.Record, d sqlb.Dialect) (bool, error) {
	for _, c := range list {
		if ok, err := holds(c, rec, d); !ok || err != nil {
			return false, err
		}
	}
	return true, nil
}

func holds(c Cond, rec expr.Record, d sqlb.Dialect) (bool, error) {
	switch c := c.(type) {
	case And:
		return holdsAll(c, rec, d)
	case Or:
		for _, one := range c {
			if ok, err := holds(one, rec, d); ok || err != nil {
				return ok, err
			}
		}
		return false, nil
	case Not:
		ok, err := holds(c.Cond, rec, d)
		return !ok && err == nil, err
	case Rule:
		t, err := c.Expr.Eval(rec, c.Bind)
		return t == expr.True, err
	case Match:
		return c.holds(rec, d)
	}
	return false, fmt.Errorf("query: unknown condition %T", c)
}

func (m Match) holds(rec expr.Record, d sqlb.Dialect) (bool, error) {
	if len(m.Path) == 0 {
		return false, errEmptyPath
	}
	lookup, err := ResolveLookup(endType(m.Path), m.Lookup)
	if err != nil {
		return false, err
	}
	if lookup.op == "exact" && len(m.Values) == 1 && m.Values[0].IsNull() {
		lookup.op, m.Values = "isnull", []value.Value{value.Bool(true)}
	}
	if n := operations[lookup.op]; n >= 0 && n != len(m.Values) {
		return false, fmt.Errorf("query: %s takes %d values, not %d", lookup.op, n, len(m.Values))
	}
	return tester{lookup, m.Values, d}.along(rec, m.Path)
}

// tester is a lookup that is asked of records in memory.
type tester struct {
	Lookup
	values []value.Value
	d      sqlb.Dialect
}

// along follows a path; rec is nil beyond a null relation.
func (t tester) along(rec expr.Record, path schema.Path) (bool, error) {
	if len(path) == 0 {
		return t.key(rec)
	}
	step := path[0]
	switch {
	case step.Many():
		return t.some(rec, step, path[1:])
	case step.Reverse == nil && len(path) == 1, step.Reverse == nil && len(path) == 2 && step.Field.To != nil && path[1].Field == step.Field.To.Key:
		if rec == nil {
			return t.test(value.Null)
		}
		v, err := rec.Value(step.Field)
		if err != nil {
			return false, err
		}
		return t.test(v)
	case rec == nil:
		return t.along(nil, path[1:])
	}
	next, err := rec.One(step)
	if err != nil {
		return false, err
	}
	if len(path) == 1 && next != nil {
		v, err := next.Value(step.Target().Key)
		if err != nil {
			return false, err
		}
		return t.test(v)
	}
	return t.along(next, path[1:])
}

// key tests a record that a path ends with: its key stands for it.
func (t tester) key(rec expr.Record) (bool, error) {
	if rec == nil {
		return t.test(value.Null)
	}
	return false, errEmptyPath
}

// some is a to-many step: one of the records that it leads to meets the rest, and a test for null holds where there is
// none, too.
func (t tester) some(rec expr.Record, step schema.Step, rest schema.Path) (bool, error) {
	none := t.op == "isnull" && t.values[0].Bool()
	if rec == nil {
		return none, nil
	}
	list, err := rec.Many(step)
	if err != nil || len(list) == 0 {
		return none && err == nil, err
	}
	if len(rest) == 0 {
		rest = schema.Path{{Field: step.Target().Key}}
	}
	for _, one := range list {
		if ok, err := t.along(one, rest); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

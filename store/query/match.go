package query

import (
	"errors"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

var errEmptyPath = errors.New("query: a match without a path")

// match writes a lookup. Along steps that lead to several records it is an EXISTS, and a test for null holds, as with
// Django's outer joins, also where there are none.
func (w writer) match(m Match) error {
	if len(m.Path) == 0 {
		return errEmptyPath
	}
	lookup, err := ResolveLookup(endType(m.Path), m.Lookup)
	if err != nil {
		return err
	}
	if lookup.op == "exact" && len(m.Values) == 1 && m.Values[0].IsNull() {
		lookup.op, m.Values = "isnull", []value.Value{value.Bool(true)}
	}
	return w.along(m.Path, lookup, m.Values)
}

// endType is the type of the values at the end of a path: of the key, where it ends with a relation.
func endType(path schema.Path) value.Type {
	last := path[len(path)-1]
	switch {
	case last.Reverse != nil:
		return last.Reverse.From().Key.Type
	case last.Field.Relation == schema.ManyToMany:
		return last.Field.To.Key.Type
	}
	return last.Field.Type
}

func (w writer) along(path schema.Path, l Lookup, values []value.Value) error {
	for i, step := range path {
		if step.Many() {
			return w.exists(path, i, l, values)
		}
	}
	return w.compare(w.column(path), l, values)
}

// column returns the column at the end of a path of steps that each lead to one record.
func (w writer) column(path schema.Path) string {
	n := len(path) - 1
	last := path[n]
	if last.Reverse != nil {
		return w.from.Steps(path) + "." + sqlb.Quote(last.Reverse.From().Key.Column)
	}
	if n > 0 && path[n-1].Reverse == nil && path[n-1].Field.To.Key == last.Field {
		n, last = n-1, path[n-1] // the foreign key holds it
	}
	return w.from.Steps(path[:n]) + "." + sqlb.Quote(last.Field.Column)
}

// exists writes a lookup whose i-th step leads to several records.
func (w writer) exists(path schema.Path, i int, l Lookup, values []value.Value) error {
	owner, rest := w.owner(path[:i], path[i]), path[i+1:]
	if l.op != "isnull" || len(values) != 1 || !values[0].Bool() {
		return w.some(owner, path[i], rest, &l, values)
	}
	w.b.SQL("(NOT ")
	if err := w.some(owner, path[i], nil, nil, nil); err != nil {
		return err
	}
	if len(rest) > 0 {
		w.b.SQL(" OR ")
		if err := w.some(owner, path[i], rest, &l, values); err != nil {
			return err
		}
	}
	w.b.SQL(")")
	return nil
}

// owner returns the column with the key of the record that a to-many step starts from.
func (w writer) owner(before schema.Path, step schema.Step) string {
	key := ownerKey(step)
	if len(before) == 0 {
		return w.from.Alias() + "." + sqlb.Quote(key.Column)
	}
	return w.column(append(before[:len(before):len(before)], schema.Step{Field: key}))
}

// some writes that one of the records that the step leads to meets the lookup; without a lookup, that there is one.
func (w writer) some(owner string, step schema.Step, rest schema.Path, l *Lookup, values []value.Value) error {
	link, own, other := linkOf(step)
	inner := writer{w.b, nil}
	var source, on string
	keyOnly := len(rest) == 0 || len(rest) == 1 && rest[0].Field == step.Target().Key
	if link != "" {
		alias := w.b.Alias()
		source, on = sqlb.Quote(link)+" AS "+alias, alias+"."+sqlb.Quote(own)+" = "+owner
		if keyOnly {
			return w.existsText(source, on, func() error {
				return inner.maybeCompare(alias+"."+sqlb.Quote(other), l, values)
			})
		}
		inner.from = sqlb.NewFrom(w.b)
		source += " CROSS JOIN "
		on += " AND " + inner.from.Alias() + "." + sqlb.Quote(step.Target().Key.Column) + " = " + alias + "." + sqlb.Quote(other)
	} else {
		inner.from = sqlb.NewFrom(w.b)
		on = inner.from.Alias() + "." + sqlb.Quote(step.Reverse.Field.Column) + " = " + owner
	}
	cond, err := w.b.Capture(func() error {
		if len(rest) == 0 {
			return inner.maybeCompare(inner.from.Alias()+"."+sqlb.Quote(step.Target().Key.Column), l, values)
		}
		return inner.along(rest, *l, values)
	})
	if err != nil {
		return err
	}
	return w.existsText(source+inner.from.SQL(step.Target()), on, func() error {
		w.b.SQL(cond)
		return nil
	})
}

func (w writer) maybeCompare(column string, l *Lookup, values []value.Value) error {
	if l == nil {
		w.b.SQL(always)
		return nil
	}
	return w.compare(column, *l, values)
}

func (w writer) existsText(source, on string, cond func() error) error {
	w.b.SQL("EXISTS (SELECT 1 FROM ", source, " WHERE ", on, " AND ")
	if err := cond(); err != nil {
		return err
	}
	w.b.SQL(")")
	return nil
}

// linkOf returns the pair table of a many-to-many step and its columns as seen from the step's start; "" where the step
// goes along a foreign key, this way or that.
func linkOf(step schema.Step) (table, own, other string) {
	switch {
	case step.Reverse == nil && step.Field.Relation == schema.ManyToMany:
		t := step.Field.Through
		return t.Table, t.FromColumn, t.ToColumn
	case step.Reverse != nil && step.Reverse.Field.Relation == schema.ManyToMany:
		t := step.Reverse.Field.Through
		return t.Table, t.ToColumn, t.FromColumn
	}
	return "", "", ""
}

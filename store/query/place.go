package query

import (
	"errors"
	"fmt"

	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// ErrPlace says that List.After is no place in the list's order.
var ErrPlace = errors.New("query: not a place in this order")

// part says which records after a place are wanted. Where the order runs from values to nulls, or from nulls to values,
// an index serves each part by itself but not both together.
type part uint8

const (
	whole  part = iota
	before      // up to the change
	beyond      // after it
)

// divided reports whether the records after the list's place are read in two parts.
func (l *List) divided(terms []term) bool {
	if len(l.After) == 0 || l.Limit <= 0 || l.Offset > 0 || !terms[0].nullable {
		return false
	}
	return terms[0].desc != l.After[0].IsNull()
}

// writeAfter returns the condition that a record comes after the one with these values in the order. Fewer values than
// terms are a place after all records that begin with them.
func writeAfter(b *sqlb.Builder, from *sqlb.From, terms []term, values []value.Value, p part) (string, error) {
	if len(values) > len(terms) {
		return "", fmt.Errorf("%w: the order has %d terms, After %d values", ErrPlace, len(terms), len(values))
	}
	for i, v := range values {
		if t := terms[i].field().Type; !v.IsNull() && !isStored(t, v) {
			return "", fmt.Errorf("%w: value %d is no %s", ErrPlace, i+1, t.Kind)
		}
	}
	column := from.Column(terms[0].path)
	if p == beyond {
		return column + isNull(terms[0].desc), nil
	}
	if p == before {
		terms = append([]term{}, terms...)
		terms[0].nullable = false
	}
	if t, v := terms[0], values[0]; len(values) > 1 && !v.IsNull() && (!t.nullable || !t.desc) {
		bound := column + orEqual(t.desc) + b.Bind(t.field().Type, v) // what an index can use
		return bound + " AND " + after(b, from, terms, values, p), nil
	}
	return after(b, from, terms, values, p), nil
}

// isStored reports whether a value has the form in which a type is stored: what clients send as a place may be made up.
func isStored(t value.Type, v value.Value) bool {
	again, err := t.Parse(t.String(v))
	return err == nil && again == v
}

func after(b *sqlb.Builder, from *sqlb.From, terms []term, values []value.Value, p part) string {
	t, v := terms[0], values[0]
	column := from.Column(t.path)
	strict := strictlyAfter(b, t, column, v, p)
	if len(values) == 1 {
		if strict == "" {
			return never
		}
		return strict
	}
	tie := column + " IS NULL"
	if !v.IsNull() {
		tie = column + " = " + b.Bind(t.field().Type, v)
	}
	tie += " AND " + after(b, from, terms[1:], values[1:], whole)
	if strict == "" {
		return "(" + tie + ")"
	}
	return "(" + strict + " OR (" + tie + "))"
}

// strictlyAfter is the condition that a column comes after a value: nulls come first ascending and last descending.
// "" is never.
func strictlyAfter(b *sqlb.Builder, t term, column string, v value.Value, p part) string {
	switch {
	case v.IsNull() && (t.desc || p == before):
		return ""
	case v.IsNull():
		return column + " IS NOT NULL"
	case t.desc && t.nullable:
		return "(" + column + " < " + b.Bind(t.field().Type, v) + " OR " + column + " IS NULL)"
	case t.desc:
		return column + " < " + b.Bind(t.field().Type, v)
	}
	return column + " > " + b.Bind(t.field().Type, v)
}

func orEqual(desc bool) string {
	if desc {
		return " <= "
	}
	return " >= "
}

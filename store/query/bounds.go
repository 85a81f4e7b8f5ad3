package query

import (
	"fmt"
	"time"

	"github.com/couplet/couplet/store/value"
)

// bounds writes a comparison of the date or the year of a column as bounds on the column itself, which an index can
// serve. It reports false where there are none for the lookup.
func (w writer) bounds(column string, l Lookup, values []value.Value) (bool, error) {
	var edges func(value.Value) (first, next string, err error)
	switch {
	case l.part == "year" && !l.clock:
		edges = yearEdges
	case l.date && l.part == "":
		edges = dateEdges
	default:
		return false, nil
	}
	if l.op == "in" && len(values) <= maxBounds {
		return true, w.anyBounds(column, l, values)
	}
	if signs[l.op] == "" && l.op != "range" {
		return false, nil
	}
	first, next, err := edges(values[0])
	if err != nil {
		return true, err
	}
	if l.op == "range" {
		if _, next, err = edges(values[1]); err != nil {
			return true, err
		}
	}
	w.between(column, l, first, next)
	return true, nil
}

// maxBounds is the greatest number of values in a list that become bounds: each is a term of an OR.
const maxBounds = 20

func (w writer) anyBounds(column string, l Lookup, values []value.Value) error {
	l.op = "exact"
	w.b.SQL("(", never)
	for _, v := range values {
		if v.IsNull() {
			continue
		}
		w.b.SQL(" OR ")
		if _, err := w.bounds(column, l, []value.Value{v}); err != nil {
			return err
		}
	}
	w.b.SQL(")")
	return nil
}

// between writes the lookup of a stretch that begins with first, which may be afterAll, and ends before next; "" is
// without an edge there.
func (w writer) between(column string, l Lookup, first, next string) {
	some := column + " IS NOT NULL"
	edge := func(sign, at, open string) {
		switch {
		case at == "":
			w.b.SQL(open)
			return
		case at == afterAll && sign == " < ":
			w.b.SQL(some)
			return
		case at == afterAll:
			w.b.SQL(never)
			return
		}
		if l.column.Kind == value.DateTime {
			at += " 00:00:00"
		}
		w.b.SQL(column, sign).Arg(l.column, value.Text(at))
	}
	switch l.op {
	case "gt":
		edge(" >= ", next, never)
	case "gte":
		edge(" >= ", first, some)
	case "lt":
		edge(" < ", first, never)
	case "lte":
		edge(" < ", next, some)
	default: // exact, range
		w.b.SQL("(")
		edge(" >= ", first, some)
		w.b.SQL(" AND ")
		edge(" < ", next, some)
		w.b.SQL(")")
	}
}

// afterAll is an edge after every date.
const afterAll = "afterAll"

// Years before 1 or after 9999 are stored nowhere: beyond them every comparison has one answer.
func yearEdges(v value.Value) (first, next string, err error) {
	year := v.Int()
	switch {
	case year < 1:
		return "", "0001-01-01", nil
	case year > 9999:
		return afterAll, "", nil
	case year == 9999:
		return "9999-01-01", "", nil
	}
	return fmt.Sprintf("%04d-01-01", year), fmt.Sprintf("%04d-01-01", year+1), nil
}

func dateEdges(v value.Value) (first, next string, err error) {
	day, err := time.Parse(time.DateOnly, v.Text())
	if err != nil {
		return "", "", fmt.Errorf("query: %w", err)
	}
	if next = day.AddDate(0, 0, 1).Format(time.DateOnly); len(next) != len(time.DateOnly) {
		next = ""
	}
	return v.Text(), next, nil
}

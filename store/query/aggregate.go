package query

import (
	"errors"
	"fmt"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// ErrAggregate says that a function cannot be taken over a field.
var ErrAggregate = errors.New("query: unknown aggregate")

// Type is the type of the aggregate's value. A sum, minimum or maximum has its field's type, an average of decimals too;
// other averages are floats. All but count and exists are null where there are no records.
func (a Aggregate) Type() value.Type {
	switch a.Func {
	case "count":
		return value.Type{Kind: value.BigInteger}
	case "exists":
		return value.Type{Kind: value.Boolean}
	case "avg":
		if !a.Over.Type.Scaled() {
			return value.Type{Kind: value.FloatingPoint}
		}
	}
	return a.Over.Type
}

// aggregates loads a shape's aggregates: one statement for those over the same relation.
func (ld loader) aggregates(s *Shape, rows []*Row) error {
	if len(s.Aggregates) == 0 {
		return nil
	}
	for _, row := range rows {
		row.Aggregates = make([]value.Value, len(s.Aggregates))
		for i, a := range s.Aggregates {
			if a.Func == "count" || a.Func == "exists" {
				row.Aggregates[i] = value.Int(0)
			}
		}
	}
	done := make([]bool, len(s.Aggregates))
	for i, a := range s.Aggregates {
		if done[i] {
			continue
		}
		var same []int
		for j := i; j < len(s.Aggregates); j++ {
			if s.Aggregates[j].Step == a.Step {
				same, done[j] = append(same, j), true
			}
		}
		if err := ld.aggregate(s, a.Step, same, rows); err != nil {
			return err
		}
	}
	return nil
}

func (ld loader) aggregate(s *Shape, step schema.Step, which []int, rows []*Row) error {
	before, group, t, err := ld.aggregateText(s, step, which)
	if err != nil {
		return err
	}
	o := ownersOf(rows, 0)
	for start := 0; start < len(o.keys); start += maxKeys {
		list, args := keyList(t, o.keys[start:min(start+maxKeys, len(o.keys))])
		found := make(map[value.Value][]value.Value)
		err := ld.conn.Query(before+list+group, args, func(r db.Row) error {
			values := make([]value.Value, len(which))
			for i, at := range which {
				values[i] = r.Value(i+1, s.Aggregates[at].Type())
				if s.Aggregates[at].Func == "exists" {
					values[i] = value.Bool(values[i].Int() > 0)
				}
			}
			found[r.Value(0, t)] = values
			return nil
		})
		if err != nil {
			return err
		}
		for _, row := range rows {
			if values, ok := found[row.Values[0]]; ok {
				for i, at := range which {
					row.Aggregates[at] = values[i]
				}
			}
		}
	}
	return nil
}

// aggregateText returns the statement around its list of owners.
func (ld loader) aggregateText(s *Shape, step schema.Step, which []int) (before, group string, t value.Type, err error) {
	b := sqlb.New(ld.dialect)
	from := sqlb.NewFrom(b)
	own := originOf(b, from, step)
	text := ""
	needsTarget := false
	for _, i := range which {
		a := s.Aggregates[i]
		expr, err := ld.aggregateExpr(a, from)
		if err != nil {
			return "", "", t, err
		}
		needsTarget = needsTarget || a.Over != nil
		text += ", " + expr
	}
	source, on := own.source+from.SQL(step.Target()), own.on
	if link, ownColumn, _ := linkOf(step); link != "" && !needsTarget {
		source, on, own.column = sqlb.Quote(link), "", sqlb.Quote(ownColumn)
	}
	return "SELECT " + own.column + text + " FROM " + source + " WHERE " + on + own.column,
		" GROUP BY " + own.column, own.typ, nil
}

func (ld loader) aggregateExpr(a Aggregate, from *sqlb.From) (string, error) {
	if a.Func == "count" || a.Func == "exists" {
		return "count(*)", nil
	}
	if a.Over == nil || a.Over.Column == "" {
		return "", fmt.Errorf("%w: %s without a field", ErrAggregate, a.Func)
	}
	column := from.Alias() + "." + sqlb.Quote(a.Over.Column)
	switch a.Func {
	case "min", "max":
		return a.Func + "(" + column + ")", nil
	case "sum", "avg":
		t := a.Over.Type
		if !t.IsInteger() && t.Kind != value.FloatingPoint && t.Kind != value.Duration && !t.Scaled() {
			return "", fmt.Errorf("%w: %s of %s", ErrAggregate, a.Func, t.Kind)
		}
		if a.Func == "avg" && t.Scaled() {
			return ld.dialect.AverageDecimal(column, t.Places), nil
		}
		return a.Func + "(" + column + ")", nil
	}
	return "", fmt.Errorf("%w %q", ErrAggregate, a.Func)
}

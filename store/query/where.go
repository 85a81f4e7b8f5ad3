package query

import (
	"fmt"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// Conditions that are known beforehand, in both engines' words.
const (
	always = "1 = 1"
	never  = "1 = 0"
)

// where returns the WHERE clause of the list, joining what it needs, and whether the list is known to be empty.
func (l *List) where(b *sqlb.Builder, from *sqlb.From) (clause string, none bool, err error) {
	if l.Scope == nil {
		return "", true, nil
	}
	grant := l.Scope.Grant(l.Shape.Collection, schema.View)
	if grant.None {
		return "", true, nil
	}
	if grant.All && len(l.Where) == 0 {
		return "", false, nil
	}
	clause, err = b.Capture(func() error {
		w := writer{b, from}
		lead := " WHERE "
		if !grant.All {
			b.SQL(lead, "(")
			if err := l.Scope.WriteSQL(b, from, l.Shape.Collection, schema.View); err != nil {
				return err
			}
			b.SQL(")")
			lead = " AND "
		}
		for _, c := range l.Where {
			b.SQL(lead)
			if err := w.cond(c); err != nil {
				return err
			}
			lead = " AND "
		}
		return nil
	})
	return clause, false, err
}

func joinWhere(clause, cond string) string {
	if clause == "" {
		return " WHERE " + cond
	}
	return clause + " AND " + cond
}

// writer writes conditions on the records of one FROM clause. Every condition it writes binds as tightly as AND's
// operands.
type writer struct {
	b    *sqlb.Builder
	from *sqlb.From
}

func (w writer) cond(c Cond) error {
	switch c := c.(type) {
	case And:
		return w.group(c, " AND ", always)
	case Or:
		return w.group(c, " OR ", never)
	case Not:
		w.b.SQL("((")
		if err := w.cond(c.Cond); err != nil {
			return err
		}
		w.b.SQL(") IS NOT TRUE)")
		return nil
	case Match:
		return w.match(c)
	case Rule:
		w.b.SQL("(")
		if err := c.Expr.WriteTrue(w.b, w.from, c.Bind); err != nil {
			return err
		}
		w.b.SQL(")")
		return nil
	}
	return fmt.Errorf("query: unknown condition %T", c)
}

func (w writer) group(conds []Cond, operator, empty string) error {
	switch len(conds) {
	case 0:
		w.b.SQL(empty)
		return nil
	case 1:
		return w.cond(conds[0])
	}
	w.b.SQL("(")
	for i, c := range conds {
		if i > 0 {
			w.b.SQL(operator)
		}
		if err := w.cond(c); err != nil {
			return err
		}
	}
	w.b.SQL(")")
	return nil
}

package store

import (
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// checkRecord holds a record, as it is stored now, against the checks of its collection and fields. A check fails only
// when it is false, not when it is unknown. Errors: *Invalid.
func (tx *Tx) checkRecord(c *schema.Collection, key value.Value) error {
	var problems []Problem
	check := func(e *expr.Expr, field *schema.Field, message string) error {
		failed, err := tx.isFalse(c, e, key)
		if failed {
			p := Problem{Code: CodeInvalid, Message: message}
			if field != nil {
				p.Fields = []*schema.Field{field}
			}
			problems = append(problems, p)
		}
		return err
	}
	for _, k := range c.Checks {
		if err := check(tx.Policy.Check(k), c.Field(k.Field), k.Message); err != nil {
			return err
		}
	}
	for _, f := range c.Fields {
		if e := tx.Policy.FieldCheck(f); e != nil {
			if err := check(e, f, f.CheckMessage); err != nil {
				return err
			}
		}
	}
	if len(problems) > 0 {
		return &Invalid{c, problems}
	}
	return nil
}

func (tx *Tx) isFalse(c *schema.Collection, e *expr.Expr, key value.Value) (bool, error) {
	b := sqlb.New(tx.dialect)
	from := sqlb.NewFrom(b)
	b.SQL(from.Alias(), ".").Name(c.Key.Column).SQL(" = ").Arg(c.Key.Type, key).SQL(" AND NOT (")
	if err := e.WriteSQL(b, from, tx.Scope.Bindings()); err != nil {
		return false, err
	}
	b.SQL(")")
	return tx.any("SELECT 1 FROM "+from.SQL(c)+" WHERE "+b.String(), b.Args())
}

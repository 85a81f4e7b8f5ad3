package store

import (
	"errors"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// explain turns a violated constraint into *Invalid by asking the database which one it was.
func (tx *Tx) explain(err error, c *schema.Collection, values []value.Value, except value.Value) error {
	var problems []Problem
	var look error
	switch db.CodeOf(err) {
	case db.UniqueViolation:
		problems, look = tx.takenSets(c, values, except)
	case db.ForeignKeyViolation:
		problems, look = tx.missingTargets(c, values)
	case db.NotNullViolation:
		for i, f := range c.Columns {
			if values[i].IsNull() && !f.Null && !(f.Primary && f.Auto) {
				problems = append(problems, Problem{Fields: []*schema.Field{f}, Code: CodeNull})
			}
		}
	case db.CheckViolation:
		problems = belowZero(c, values)
	}
	switch {
	case look != nil:
		return look
	case len(problems) == 0 && db.CodeOf(err) == db.UniqueViolation: // what has the values comes or goes at this moment
		return &db.Error{Code: db.Contention, Err: err}
	case len(problems) == 0:
		return err
	}
	return &Invalid{c, problems}
}

// belowZero finds the values that a table's CHECK of a positive column refuses.
func belowZero(c *schema.Collection, values []value.Value) []Problem {
	var problems []Problem
	for i, f := range c.Columns {
		switch f.Type.Kind {
		case value.PositiveSmallInteger, value.PositiveInteger, value.PositiveBigInteger:
			if values[i].Int() < 0 {
				problems = append(problems, Problem{Fields: []*schema.Field{f}, Code: CodeInvalid, Value: values[i], Message: "The value is out of range."})
			}
		}
	}
	return problems
}

func (tx *Tx) takenSets(c *schema.Collection, values []value.Value, except value.Value) ([]Problem, error) {
	var problems []Problem
	try := func(code string, fields []*schema.Field) error {
		set := make([]value.Value, len(fields))
		for i, f := range fields {
			set[i] = values[f.Position]
		}
		taken, err := tx.Taken(c, fields, set, except)
		if taken {
			problems = append(problems, Problem{Fields: fields, Code: code, Value: set[0]})
		}
		return err
	}
	for _, f := range c.Columns {
		if f.Unique || f.Primary {
			if err := try(CodeUnique, []*schema.Field{f}); err != nil {
				return nil, err
			}
		}
	}
	for _, set := range c.Unique {
		if err := try(CodeUniqueSet, set); err != nil {
			return nil, err
		}
	}
	return problems, nil
}

func (tx *Tx) missingTargets(c *schema.Collection, values []value.Value) ([]Problem, error) {
	var problems []Problem
	for i, f := range c.Columns {
		if f.To == nil || values[i].IsNull() {
			continue
		}
		there, err := tx.any("SELECT 1 FROM "+sqlb.Quote(f.To.Table)+" WHERE "+sqlb.Quote(f.To.Key.Column)+" = $1",
			[]sqlb.Arg{{Type: f.Type, Value: values[i]}})
		if err != nil {
			return nil, err
		}
		if !there {
			problems = append(problems, Problem{Fields: []*schema.Field{f}, Code: CodeDoesNotExist, Value: values[i]})
		}
	}
	return problems, nil
}

// missing turns a violated foreign key of a pair table into *Invalid, by asking which of the keys is not there.
func (tx *Tx) missing(err error, f *schema.Field, keys []value.Value) error {
	if db.CodeOf(err) != db.ForeignKeyViolation {
		return err
	}
	for _, key := range keys {
		switch _, look := tx.Record(f.To, key); {
		case errors.Is(look, ErrNotFound):
			return &Invalid{f.Collection, []Problem{{Fields: []*schema.Field{f}, Code: CodeDoesNotExist, Value: key}}}
		case look != nil:
			return look
		}
	}
	return err
}

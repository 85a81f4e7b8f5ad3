package migrate

import (
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// constant writes a stored value as SQL: files hold no arguments.
func constant(d sqlb.Dialect, t value.Type, v value.Value) string {
	if v.IsNull() {
		return "NULL"
	}
	if d == sqlb.PostgreSQL && !t.IsInteger() {
		return literal(t.String(v))
	}
	switch v.Class() {
	case value.ClassInt:
		return strconv.FormatInt(v.Int(), 10)
	case value.ClassFloat:
		text := strconv.FormatFloat(v.Float(), 'g', -1, 64)
		if !strings.ContainsAny(text, ".e") {
			text += ".0"
		}
		return text
	}
	return literal(v.Text())
}

// fill returns the expression that gives a column its value in rows that have none; not ok where nothing does.
func (b *build) fill(c *column) (expr string, ok bool) {
	f := c.field
	switch {
	case f != nil && f.HasDefault:
		return constant(b.dialect, c.typ, f.Default), true
	case c.null:
		return "NULL", true
	case f == nil:
		return "NULL", false
	case f.AutoNow || f.AutoNowAdd:
		return present(b.dialect, c.typ), true
	case f.Blank && c.typ.IsText():
		return "''", true
	case b.down && c.ref == nil && !f.Unique && !f.Primary:
		return constant(b.dialect, c.typ, zero(c.typ)), true
	}
	return "NULL", false
}

// zero is what a rollback puts where a value must be and nobody knows which.
func zero(t value.Type) value.Value {
	switch t.Kind {
	case value.Date:
		return value.Text("1970-01-01")
	case value.Time:
		return value.Text("00:00:00")
	case value.DateTime:
		return value.Text("1970-01-01 00:00:00")
	case value.UUID:
		return value.Text(strings.Repeat("0", 32))
	case value.IP:
		return value.Text("0.0.0.0")
	case value.JSON:
		return value.Text("{}")
	case value.FloatingPoint:
		return value.Float(0)
	case value.Decimal:
		if v, err := t.Parse("0"); err == nil {
			return v
		}
	}
	if t.IsText() {
		return value.Text("")
	}
	return value.Int(0)
}

// present is the time of the migration, to the second.
func present(d sqlb.Dialect, t value.Type) string {
	switch {
	case d == sqlb.PostgreSQL && t.Kind == value.Date:
		return "(now() AT TIME ZONE 'UTC')::date"
	case d == sqlb.PostgreSQL && t.Kind == value.Time:
		return "date_trunc('second', now() AT TIME ZONE 'UTC')::time"
	case d == sqlb.PostgreSQL:
		return "date_trunc('second', now())"
	case t.Kind == value.Date:
		return "date('now')"
	case t.Kind == value.Time:
		return "time('now')"
	}
	return "datetime('now')"
}

package migrate

import (
	"strings"

	"github.com/couplet/couplet/store/value"
)

// fill returns the expression that gives a column its value in rows that have none; not ok where nothing does.
func (b *build) fill(c *column) (expr string, ok bool) {
	f := c.field
	switch {
	case f != nil && f.HasDefault:
		return b.engine.constant(c.typ, f.Default), true
	case c.null:
		return "NULL", true
	case f == nil:
		return "NULL", false
	case f.AutoNow || f.AutoNowAdd:
		return b.engine.present(c.typ), true
	case f.Blank && c.typ.IsText():
		return "''", true
	case b.down && c.ref == nil && !f.Unique && !f.Primary:
		return b.engine.constant(c.typ, zero(c.typ)), true
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

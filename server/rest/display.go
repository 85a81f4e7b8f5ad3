package rest

import (
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
)

// Display says how the records of a collection call themselves.
type Display struct{ display }

// NewDisplay asks a shape for what the records call themselves by.
func NewDisplay(c *schema.Collection, shape *query.Shape) Display {
	return Display{newDisplay(c, shape)}
}

// Text returns how a record calls itself.
func (d *Display) Text(row *query.Row) string { return d.text(row) }

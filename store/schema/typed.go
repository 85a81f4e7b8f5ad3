package schema

import (
	"errors"

	"github.com/couplet/couplet/store/value"
)

// typed reads a value of a field's type, written as in a request body.
func (b *builder) typed(t value.Type, c cursor) (value.Value, bool) {
	v, err := t.FromJSON(c.node.JSON())
	switch {
	case err == nil:
		return v, true
	case errors.Is(err, value.ErrRange):
		c.fail("", "%s does not fit into type %s: %s.", c.node.short(), t.Kind, err)
	default:
		c.fail("", "%s is not a value of type %s.", c.node.short(), t.Kind)
	}
	return v, false
}

// short is the value as messages quote it.
func (n *Node) short() string {
	const most = 60
	s := []rune(string(n.JSON()))
	if len(s) <= most {
		return string(s)
	}
	return string(s[:most]) + "…"
}

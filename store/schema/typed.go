package schema

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// typed reads a value of a field's type, written as in a request body.
func (b *builder) typed(t value.Type, c cursor) (value.Value, bool) {
	v, ok := fromJSON(t, c.node)
	if !ok {
		c.fail("", "%s is not a value of type %s.", c.node.JSON(), t.Kind)
	}
	return v, ok
}

func fromJSON(t value.Type, n *Node) (value.Value, bool) {
	switch {
	case t.Kind == value.JSON:
		var compact json.RawMessage = n.JSON()
		return value.Text(string(compact)), true
	case n.Kind == NullNode:
		return value.Null, true
	case t.Kind == value.Boolean:
		return value.Bool(n.Bool), n.Kind == BoolNode
	case t.IsInteger(), t.Kind == value.Duration:
		i, err := strconv.ParseInt(n.Text, 10, 64)
		return value.Int(i), err == nil
	case t.Kind == value.FloatingPoint:
		f, err := strconv.ParseFloat(n.Text, 64)
		return value.Float(f), err == nil
	case t.Kind == value.Decimal:
		r, ok := new(big.Rat).SetString(n.Text)
		if !ok || !t.Scaled() {
			return value.Null, false
		}
		r.Mul(r, new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(t.Places)), nil)))
		return value.Int(r.Num().Int64()), r.IsInt() && r.Num().IsInt64()
	}
	return value.Text(strings.TrimSpace(n.Text)), n.Kind == StringNode
}

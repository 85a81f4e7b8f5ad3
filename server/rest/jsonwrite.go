package rest

import (
	"strings"

	"github.com/couplet/couplet/store/value"
)

// appendJSON appends a Node as DRF renders it: compact, in the order received. It reports false where the value has
// no JSON form: a float out of range, a lone surrogate, a file.
func (n *Node) appendJSON(dst []byte) ([]byte, bool) {
	switch n.Kind {
	case NullNode:
		return append(dst, "null"...), true
	case BoolNode:
		if n.Bool {
			return append(dst, "true"...), true
		}
		return append(dst, "false"...), true
	case IntNode:
		return append(dst, n.Text...), true
	case FloatNode:
		return append(dst, n.Text...), !strings.ContainsAny(n.Text, "in")
	case StringNode:
		return value.AppendJSONString(dst, n.Text), surrogate(n.Text) == 0
	case ListNode:
		return n.appendList(dst)
	case ObjectNode:
		return n.appendObject(dst)
	}
	return dst, false
}

func (n *Node) appendList(dst []byte) ([]byte, bool) {
	dst = append(dst, '[')
	for i, item := range n.Items {
		if i > 0 {
			dst = append(dst, ',')
		}
		var ok bool
		if dst, ok = item.appendJSON(dst); !ok {
			return dst, false
		}
	}
	return append(dst, ']'), true
}

func (n *Node) appendObject(dst []byte) ([]byte, bool) {
	dst = append(dst, '{')
	for i, item := range n.Items {
		if i > 0 {
			dst = append(dst, ',')
		}
		if surrogate(n.Names[i]) != 0 {
			return dst, false
		}
		dst = append(value.AppendJSONString(dst, n.Names[i]), ':')
		var ok bool
		if dst, ok = item.appendJSON(dst); !ok {
			return dst, false
		}
	}
	return append(dst, '}'), true
}

package expr

import (
	"github.com/couplet/couplet/store/value"
)

// in types x in list.
func (c *checker) in(n *Node) cond {
	x, list := c.check(n.Args[0]), c.check(n.Args[1])
	switch {
	case x.form == fWrong || list.form == fWrong:
	case x.form == fNull:
		c.failAt(n.Pos, n.End, "Use == null.", "Null is in no list.")
	case list.form == fMembers:
		c.failAt(n.Pos, n.End, "Use "+Format(list.node)+".exists(t, t == …).", "in is for lists of values.")
	case list.form == fList:
		return c.inList(n, x, list.node.Args)
	case list.form == fScalar && list.x.typ().Kind == value.JSON:
		return c.inJSON(n, x, list)
	default:
		c.fail(list.node, "%s is %s, not a list.", Format(list.node), list.describe())
	}
	return cConst{Unknown}
}

// inList is an equality with each item, joined by OR; equalities with literals of one type become one IN.
func (c *checker) inList(n *Node, x operand, items []*Node) cond {
	var or cOr
	in := cIn{leaf: leaf{n}}
	for _, item := range items {
		o := c.check(item)
		if o.form == fNull {
			c.failAt(item.Pos, item.End, "Use == null beside in.", "A list cannot contain null.")
			continue
		}
		one := c.compare(&Node{Op: OpEq, Args: []*Node{n.Args[0], item}, Pos: n.Pos, End: n.End, At: n.At}, OpEq, x, o)
		eq, ok := one.(cCompare)
		var lit sLit
		if ok {
			lit, ok = eq.r.(sLit)
		}
		if ok && sameForm(eq.l.typ(), lit.t) {
			in.x, in.list = eq.l, append(in.list, lit.v)
			continue
		}
		or.list = append(or.list, one)
	}
	if len(in.list) > 0 {
		or.list = append(or.list, in)
	}
	if len(or.list) == 1 {
		return or.list[0]
	}
	return or
}

// inJSON types x in a JSON list.
func (c *checker) inJSON(n *Node, x, list operand) cond {
	item := c.keyOf(x)
	switch {
	case x.form == fText:
		item.x, _ = c.textual(x)
	case x.form == fDecimal:
		t := value.Type{Kind: value.BigInteger}
		v, side, fits := nearest(x.dec, t)
		if !fits || side != 0 {
			return c.mismatch(n, x, list, "JSON lists are searched for texts, whole numbers and booleans.")
		}
		item.x = sLit{t, v}
	case x.form == fCond:
		k, ok := x.cond.(cConst)
		if !ok {
			return c.mismatch(n, x, list, "")
		}
		item.x = sLit{value.Type{Kind: value.Boolean}, value.Bool(k.t == True)}
	}
	if item.x == nil || !isTextual(item.x.typ()) && !item.x.typ().IsInteger() && item.x.typ().Kind != value.Boolean {
		return c.mismatch(n, x, list, "JSON lists are searched for texts, whole numbers and booleans.")
	}
	return cInJSON{leaf{n}, item.x, list.x}
}

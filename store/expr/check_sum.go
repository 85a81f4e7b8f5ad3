package expr

import (
	"math/big"

	"github.com/couplet/couplet/store/value"
)

// sum types +, - and the minus sign: numbers, or now ± duration.
func (c *checker) sum(n *Node) operand {
	var parts []part
	if !c.flatten(n, false, &parts) {
		return wrong
	}
	for _, p := range parts {
		if p.o.form == fScalar && isTemporal(p.o.x.typ()) {
			return c.shifted(n, parts)
		}
		if p.o.form != fDecimal && (p.o.form != fScalar || !isNumber(p.o.x.typ())) {
			return c.fail(p.o.node, "%s is %s: only numbers are added, and durations to now.", Format(p.o.node), p.o.describe())
		}
	}
	return c.sumOf(n, parts)
}

func isTemporal(t value.Type) bool {
	switch t.Kind {
	case value.Date, value.Time, value.DateTime, value.Duration:
		return true
	}
	return false
}

// part is a summand.
type part struct {
	o       operand
	negated bool
}

// flatten collects the summands of nested sums.
func (c *checker) flatten(n *Node, negated bool, parts *[]part) bool {
	switch n.Op {
	case OpNeg:
		return c.flatten(n.Args[0], !negated, parts)
	case OpAdd, OpSub:
		return c.flatten(n.Args[0], negated, parts) && c.flatten(n.Args[1], negated != (n.Op == OpSub), parts)
	}
	o := c.check(n)
	*parts = append(*parts, part{o, negated})
	return o.form != fWrong
}

// shifted types now ± durations.
func (c *checker) shifted(n *Node, parts []part) operand {
	now, ok := parts[0].o.x.(sNow)
	if !ok || parts[0].negated {
		return c.failAt(n.Pos, n.End, `Write now - duration("24h").`, "Only numbers are added, and durations to now.")
	}
	for _, p := range parts[1:] {
		lit, ok := p.o.x.(sLit)
		if !ok || lit.t.Kind != value.Duration {
			return c.failAt(p.o.node.Pos, p.o.node.End, `Write duration("24h").`, "Only durations are added to now.")
		}
		d := lit.v.Int()
		if p.negated {
			d = -d
		}
		if const9999 := lastMoment - firstMoment; d > const9999 || d < -const9999 {
			return c.fail(p.o.node, "This duration is longer than all time.")
		}
		now.offset += d
		if limit := lastMoment - firstMoment; now.offset > limit || now.offset < -limit {
			return c.fail(n, "This leads beyond all time.")
		}
	}
	return operand{form: fScalar, node: n, x: now}
}

// sumOf types a sum of numbers; one of literals only is a literal.
func (c *checker) sumOf(n *Node, parts []part) operand {
	t, typed, ok := c.sumType(n, parts)
	if !ok {
		return wrong
	}
	if !typed {
		return c.sumLiterals(n, parts)
	}
	s := sSum{t: t}
	for _, p := range parts {
		x := term{x: p.o.x, negated: p.negated, scale: 1}
		switch {
		case p.o.form == fScalar && isExact(t):
			x.scale = power10(placesOf(t) - placesOf(p.o.x.typ())).Int64()
		case p.o.form == fScalar:
		case t.Kind == value.FloatingPoint:
			x.x = sLit{t, floatOf(p.o.dec)}
		default:
			v, side, fits := nearest(p.o.dec, t)
			if !fits || side != 0 {
				return c.fail(p.o.node, "%s has too many digits.", Format(p.o.node))
			}
			x.x = sLit{t, v}
		}
		s.terms = append(s.terms, x)
	}
	return operand{form: fScalar, node: n, x: s}
}

// sumType returns the type of a sum, and whether any summand has one.
func (c *checker) sumType(n *Node, parts []part) (t value.Type, typed, ok bool) {
	places, decimal, float := 0, false, false
	for _, p := range parts {
		if p.o.form == fDecimal {
			places = max(places, -p.o.dec.Exp)
			continue
		}
		typed = true
		of := p.o.x.typ()
		if isWide(of) {
			c.fail(p.o.node, "Decimals of more than 18 digits cannot be added.")
			return t, typed, false
		}
		places = max(places, placesOf(of))
		decimal = decimal || of.Kind == value.Decimal
		float = float || of.Kind == value.FloatingPoint
	}
	switch {
	case decimal && float:
		c.failAt(n.Pos, n.End, "", "A decimal and a float cannot be added exactly.")
		return t, typed, false
	case float:
		return value.Type{Kind: value.FloatingPoint}, typed, true
	case places > 18 && typed:
		c.fail(n, "A sum has at most 18 places.")
		return t, typed, false
	case decimal || places > 0:
		return value.Type{Kind: value.Decimal, Digits: 18, Places: places}, typed, true
	}
	return value.Type{Kind: value.BigInteger}, typed, true
}

func (c *checker) sumLiterals(n *Node, parts []part) operand {
	total := new(big.Rat)
	places := 0
	for _, p := range parts {
		places = max(places, -p.o.dec.Exp)
		if p.negated {
			total.Sub(total, p.o.dec.Rat())
		} else {
			total.Add(total, p.o.dec.Rat())
		}
	}
	d, err := value.ParseDecimal(total.FloatString(places))
	if err != nil {
		return c.fail(n, "This number has too many digits.")
	}
	return operand{form: fDecimal, node: n, dec: d}
}

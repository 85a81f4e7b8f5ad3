package expr

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// compare types a comparison.
func (c *checker) compare(n *Node, op Op, l, r operand) cond {
	if l.form == fNull || l.form == fDecimal || l.form == fText {
		if r.form != fNull {
			l, r, op = r, l, flipped(op)
		}
	}
	switch {
	case l.form == fWrong || r.form == fWrong:
		return cConst{Unknown}
	case r.form == fNull:
		return c.compareNull(n, op, l)
	case l.form == fMembers || r.form == fMembers:
		return c.compareMembers(n, l, r)
	case l.isCondition() && r.isCondition():
		return c.compareConditions(n, op, l, r)
	case l.form == fCond || r.form == fCond || l.form == fList || r.form == fList:
		return c.mismatch(n, l, r, "")
	case l.form == fRecord && r.form == fRecord:
		if l.rec.coll != r.rec.coll {
			return c.mismatch(n, l, r, c.suggestRecord(l, r))
		}
	}
	return c.compareScalars(n, op, c.keyOf(l), c.keyOf(r))
}

// isCondition reports whether an operand may stand for a condition.
func (o operand) isCondition() bool {
	return o.form == fCond || o.form == fScalar && o.x.typ().Kind == value.Boolean
}

// keyOf turns a record into its key.
func (c *checker) keyOf(o operand) operand {
	if o.form != fRecord {
		return o
	}
	return operand{form: fScalar, node: o.node, x: newCol(o.rec, o.rec.coll.Key), rec: o.rec}
}

func (c *checker) mismatch(n *Node, l, r operand, suggestion string) cond {
	c.failAt(n.Pos, n.End, suggestion, "%s is %s and %s is %s: they cannot be compared.",
		Format(l.node), l.describe(), Format(r.node), r.describe())
	return cConst{Unknown}
}

// suggestRecord looks for a relation of one record that leads to what the other is.
func (c *checker) suggestRecord(l, r operand) string {
	for _, f := range l.rec.coll.Fields {
		if f.To == r.rec.coll && f.Relation != schema.ManyToMany {
			return fmt.Sprintf("Did you mean %s.%s?", Format(l.node), f.Name)
		}
	}
	return ""
}

func (c *checker) compareNull(n *Node, op Op, o operand) cond {
	if op != OpEq && op != OpNe {
		c.failAt(n.Pos, n.End, "Use == null or != null.", "Null has no order.")
		return cConst{Unknown}
	}
	switch o = c.keyOf(o); o.form {
	case fScalar:
		return cIsNull{leaf{n}, o.x, op == OpNe}
	case fNull:
		return cConst{truth(op == OpEq)}
	case fMembers:
		c.failAt(n.Pos, n.End, "Use has("+Format(o.node)+").", "%s is %s, which is never null.", Format(o.node), o.describe())
	default:
		c.fail(n, "%s is %s, which is never null.", Format(o.node), o.describe())
	}
	return cConst{Unknown}
}

func (c *checker) compareMembers(n *Node, l, r operand) cond {
	if l.form != fMembers {
		l = r
	}
	c.failAt(n.Pos, n.End, "Use "+Format(l.node)+".exists(t, …) or size("+Format(l.node)+").",
		"%s is %s, which cannot be compared.", Format(l.node), l.describe())
	return cConst{Unknown}
}

func (c *checker) compareConditions(n *Node, op Op, l, r operand) cond {
	if op != OpEq && op != OpNe {
		c.fail(n, "Conditions have no order: compare them by == or !=.")
		return cConst{Unknown}
	}
	return cIff{leaf{n}, c.asCond(l), c.asCond(r), op == OpNe}
}

// compareScalars types a comparison of values, of which both may still be literals.
func (c *checker) compareScalars(n *Node, op Op, l, r operand) cond {
	switch {
	case l.form == fDecimal && r.form == fDecimal:
		return cConst{truth(holds(op, value.CompareDecimals(l.dec, r.dec)))}
	case l.form == fText && r.form == fText:
		return cConst{truth(holds(op, strings.Compare(l.text, r.text)))}
	case l.form != fScalar:
		return c.mismatch(n, l, r, "")
	case r.form == fDecimal:
		return c.compareDecimal(n, op, l, r)
	case r.form == fText && l.x.typ().Kind == value.IP && op != OpEq && op != OpNe:
		return c.mismatch(n, l, r, "IP addresses have no order.")
	case r.form == fText:
		x, ok := c.literal(r, l, op == OpEq || op == OpNe)
		if !ok {
			return cConst{Unknown}
		}
		return cCompare{leaf{n}, op, l.x, x}
	}
	lx, rx := dayOf(l.x, r.x.typ()), dayOf(r.x, l.x.typ())
	if reason, ok := areComparable(lx.typ(), rx.typ(), op); !ok {
		return c.mismatch(n, l, r, reason)
	}
	return cCompare{leaf{n}, op, lx, rx}
}

// dayOf makes now a day where it is compared with one.
func dayOf(x scalar, other value.Type) scalar {
	if now, ok := x.(sNow); ok && other.Kind == value.Date {
		now.day = true
		return now
	}
	return x
}

// areComparable reports whether values of two types can be compared, and why not where that needs a word.
func areComparable(a, b value.Type, op Op) (reason string, ok bool) {
	switch {
	case a.Kind == value.JSON || b.Kind == value.JSON:
		return "JSON is asked by has(), == null and in.", false
	case isNumber(a) && isNumber(b):
		if isExact(a) != isExact(b) && (a.Kind == value.Decimal || b.Kind == value.Decimal) {
			return "A decimal and a float cannot be compared exactly.", false
		}
		return "", true
	case a.Kind == value.IP && b.Kind == value.IP && op != OpEq && op != OpNe:
		return "IP addresses have no order.", false
	}
	return "", a.IsText() && b.IsText() || a.Kind == b.Kind
}

// compareDecimal types a comparison with a number literal.
func (c *checker) compareDecimal(n *Node, op Op, l, r operand) cond {
	t := l.x.typ()
	switch {
	case isExact(t):
		if (op == OpEq || op == OpNe) && l.field != nil && len(l.field.Choices) > 0 {
			v, side, fits := nearest(r.dec, t)
			if !fits || side != 0 || !c.amongChoices(l.field, v) {
				c.notAChoice(r, l.field)
				return cConst{Unknown}
			}
		}
		return compareNumber(leaf{n}, op, l.x, r.dec)
	case t.Kind == value.FloatingPoint:
		return cCompare{leaf{n}, op, l.x, sLit{t, floatOf(r.dec)}}
	}
	return c.mismatch(n, l, r, "")
}

// floatOf returns the float nearest to d.
func floatOf(d value.Dec) value.Value {
	f, err := strconv.ParseFloat(d.String(), 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		f = 0
	}
	return value.Float(f)
}

// literal converts a text literal to the stored form of what it is compared with. Where equality is asked, it must be
// among the choices.
func (c *checker) literal(lit, with operand, equality bool) (scalar, bool) {
	t := with.x.typ()
	switch {
	case t.IsText():
		v := value.Text(lit.text)
		if f := with.field; equality && f != nil && len(f.Choices) > 0 && !c.amongChoices(f, v) {
			c.notAChoice(lit, f)
			return nil, false
		}
		return sLit{sqlb.TextType, v}, true
	case isNumber(t) || t.Kind == value.Boolean || t.Kind == value.JSON:
		c.failAt(lit.node.Pos, lit.node.End, literalHint(t, lit.text), "%s is %s and cannot be compared with a text.",
			Format(with.node), typeName(t))
		return nil, false
	}
	v, err := t.Parse(lit.text)
	if err != nil || lit.text == "" {
		c.failAt(lit.node.Pos, lit.node.End, examples[t.Kind], "%s is not %s.", Format(lit.node), typeName(t))
		return nil, false
	}
	return sLit{t, v}, true
}

var examples = map[value.Kind]string{
	value.Date: `Write it as "2024-05-01".`, value.Time: `Write it as "09:30:00".`,
	value.DateTime: `Write it as "2024-05-01T09:30:00Z".`, value.Duration: `Write it as duration("1h30m").`,
	value.UUID: `Write it as "6ba7b810-9dad-11d1-80b4-00c04fd430c8".`, value.IP: `Write it as "192.0.2.1".`,
}

// literalHint suggests the literal without its quotes.
func literalHint(t value.Type, text string) string {
	switch {
	case t.Kind == value.JSON:
		return "JSON is asked by has(), == null and in."
	case t.Kind == value.Boolean && (text == "true" || text == "false"), isNumber(t) && text != "" && isPlainNumber(text):
		return "Write " + text + " without quotes."
	}
	return ""
}

func isPlainNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

func (c *checker) amongChoices(f *schema.Field, v value.Value) bool {
	if v.Class() == value.ClassText && v.Text() == "" && f.Blank {
		return true
	}
	for _, choice := range f.Choices {
		if value.Compare(choice.Value, v) == 0 {
			return true
		}
	}
	return false
}

func (c *checker) notAChoice(lit operand, f *schema.Field) {
	names := make([]string, len(f.Choices))
	for i, choice := range f.Choices {
		names[i] = f.Type.String(choice.Value)
	}
	suggestion := didYouMean(lit.text, names)
	if suggestion == "" {
		suggestion = "Choices are " + strings.Join(names[:min(len(names), 10)], ", ") + "."
	}
	c.failAt(lit.node.Pos, lit.node.End, suggestion, "%s is not a choice of %s.", Format(lit.node), f.Name)
}

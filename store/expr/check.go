package expr

import (
	"fmt"
	"slices"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// checker types a syntax tree against an Env. It goes on after a mistake, to find them all.
type checker struct {
	env   Env
	errs  Errors
	warns Errors
	uses  uses
	loops []loop
	joins []path // the to-one relations followed so far
	slots int    // used so far
}

// loop is a variable of .exists().
type loop struct {
	name string
	at   path
	abs  schema.Path // from the record or user that it began with
	root int
}

// uses is what an expression reads.
type uses struct {
	paths        []schema.Path
	fields       []*schema.Field
	user         []UserInput
	now, request bool
}

// form is what an operand is.
type form uint8

const (
	fWrong   form = iota // reported already
	fNull                // the literal null
	fDecimal             // a number without a type yet: dec
	fText                // a text without a type yet: text
	fList                // a list literal: node.Args
	fCond                // a condition: cond
	fScalar              // a typed value: x
	fRecord              // a record: rec
	fMembers             // a to-many relation: rec.step
)

// operand is a checked part of an expression.
type operand struct {
	form  form
	node  *Node
	cond  cond
	x     scalar
	dec   value.Dec
	text  string
	rec   path
	step  schema.Step
	field *schema.Field // the field that x is, whose choices literals must be among
}

var wrong = operand{}

// fail reports a mistake at a node.
func (c *checker) fail(n *Node, format string, args ...any) operand {
	return c.failAt(n.Pos, n.End, "", format, args...)
}

func (c *checker) failAt(pos, end int, suggestion, format string, args ...any) operand {
	e := Error{Pos: pos, End: end, Message: fmt.Sprintf(format, args...), Suggestion: suggestion}
	if !slices.Contains(c.errs, e) {
		c.errs = append(c.errs, e)
	}
	return wrong
}

// warnShadowed notes that a variable hides a field.
func (c *checker) warnShadowed(n *Node) {
	if c.env.Collection == nil || c.env.Collection.Field(n.Text) == nil && c.env.Collection.ReverseRelation(n.Text) == nil {
		return
	}
	c.warns = append(c.warns, Error{Pos: n.Pos, End: n.End, Suggestion: "Write this." + n.Text + " for the field.",
		Message: fmt.Sprintf("%s is the variable here, not the field of %s.", n.Text, c.env.Collection.Name)})
}

// condition checks a node that must be a condition.
func (c *checker) condition(n *Node) cond {
	return c.asCond(c.check(n))
}

func (c *checker) asCond(o operand) cond {
	switch {
	case o.form == fCond:
		return o.cond
	case o.form == fScalar && o.x.typ().Kind == value.Boolean:
		return cTruth{leaf{o.node}, o.x}
	case o.form == fWrong:
		return cConst{Unknown}
	}
	suggestion := ""
	switch o.form {
	case fScalar, fRecord, fMembers:
		suggestion = fmt.Sprintf("Use has(%s) to ask whether there is a value, or compare it.", Format(o.node))
	}
	c.failAt(o.node.Pos, o.node.End, suggestion, "%s is %s, not a condition.", Format(o.node), o.describe())
	return cConst{Unknown}
}

// check types a node and notes its type in it.
func (c *checker) check(n *Node) operand {
	o := c.typed(n)
	if o.form != fWrong {
		n.Type = o.describe()
	}
	return o
}

func (c *checker) typed(n *Node) operand {
	switch n.Op {
	case OpIdent, OpSelect:
		o, abs := c.resolve(n)
		c.use(o, abs)
		return o
	case OpInt, OpNumber:
		return c.number(n)
	case OpString:
		return operand{form: fText, node: n, text: n.Text}
	case OpBool:
		return operand{form: fCond, node: n, cond: cConst{truth(n.Text == "true")}}
	case OpNull:
		return operand{form: fNull, node: n}
	case OpList:
		return operand{form: fList, node: n}
	case OpCall:
		return c.call(n)
	case OpMethod:
		return c.method(n)
	}
	return c.operator(n)
}

func (c *checker) operator(n *Node) operand {
	switch n.Op {
	case OpAnd, OpOr:
		list := make([]cond, len(n.Args))
		for i, arg := range n.Args {
			list[i] = c.condition(arg)
		}
		if n.Op == OpAnd {
			return operand{form: fCond, node: n, cond: cAnd{list}}
		}
		return operand{form: fCond, node: n, cond: cOr{list}}
	case OpNot:
		return operand{form: fCond, node: n, cond: cNot{c.condition(n.Args[0])}}
	case OpNeg, OpAdd, OpSub:
		return c.sum(n)
	case OpIn:
		return operand{form: fCond, node: n, cond: c.in(n)}
	}
	return operand{form: fCond, node: n, cond: c.compare(n, n.Op, c.check(n.Args[0]), c.check(n.Args[1]))}
}

// maxExponent bounds the exponents of number literals.
const maxExponent = 400

func (c *checker) number(n *Node) operand {
	d, err := value.ParseDecimal(n.Text)
	if err != nil || d.Exp > maxExponent || d.Exp < -maxExponent {
		return c.fail(n, "%s is too large or too small a number.", n.Text)
	}
	return operand{form: fDecimal, node: n, dec: d}
}

// describe names what an operand is, for messages.
func (o operand) describe() string {
	switch o.form {
	case fNull:
		return "null"
	case fDecimal:
		return "a number"
	case fText:
		return "a text"
	case fList:
		return "a list"
	case fCond:
		return "a condition"
	case fRecord:
		return "a record of " + o.rec.coll.Name
	case fMembers:
		return "a list of " + o.step.Target().Name
	case fScalar:
		return typeName(o.x.typ())
	}
	return "wrong"
}

var kindNames = map[value.Kind]string{
	value.UUID: "a uuid", value.IP: "an IP address", value.FloatingPoint: "a float", value.Boolean: "a boolean",
	value.Date: "a date", value.Time: "a time", value.DateTime: "a datetime", value.Duration: "a duration",
	value.JSON: "JSON", value.Decimal: "a decimal",
}

func typeName(t value.Type) string {
	switch {
	case t.IsInteger():
		return "a whole number"
	case t.IsText():
		return "a text"
	case t.Kind == value.Decimal:
		return fmt.Sprintf("a decimal with %d places", t.Places)
	}
	return kindNames[t.Kind]
}

// newSlot gives out a slot for the records of a to-many relation.
func (c *checker) newSlot(n *Node) int {
	c.slots++
	if slotLoop+c.slots > maxSlots {
		c.fail(n, "An expression has at most %d to-many relations.", maxSlots-slotLoop)
		c.slots = 1
	}
	return slotLoop + c.slots - 1
}

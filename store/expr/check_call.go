package expr

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// The functions and methods, for completion and suggestions.
var (
	functions = []string{"has", "size", "duration"}
	methods   = []string{"contains", "startsWith", "endsWith", "matches", "lower", "exists"}
)

func (c *checker) call(n *Node) operand {
	if !slices.Contains(functions, n.Text) {
		return c.failAt(n.At, n.At+len(n.Text), didYouMean(n.Text, functions), "There is no function %s.", n.Text)
	}
	if len(n.Args) != 1 {
		return c.fail(n, "%s takes one argument.", n.Text)
	}
	if n.Text == "duration" {
		return c.duration(n)
	}
	o := c.check(n.Args[0])
	if o.form == fWrong {
		return wrong
	}
	if n.Text == "has" {
		return c.has(n, o)
	}
	return c.size(n, o)
}

func (c *checker) has(n *Node, o operand) operand {
	switch {
	case o.form == fMembers:
		return operand{form: fCond, node: n,
			cond: cExists{leaf{n}, members{o.rec, o.step}, c.newSlot(n), cConst{True}}}
	case o.form == fRecord || o.form == fScalar && isName(o.node) && o.node.Text != "now":
		return operand{form: fCond, node: n, cond: cHas{leaf{n}, c.keyOf(o).x}}
	}
	return c.fail(o.node, "has() takes a field or a relation, not %s.", o.describe())
}

func isName(n *Node) bool { return n.Op == OpIdent || n.Op == OpSelect }

func (c *checker) size(n *Node, o operand) operand {
	if o.form == fMembers {
		return operand{form: fScalar, node: n, x: sCount{members{o.rec, o.step}, c.newSlot(n)}}
	}
	if x, ok := c.textual(o); ok {
		return operand{form: fScalar, node: n, x: sLength{x}}
	}
	return c.fail(n, "size() takes a text or a to-many relation, not %s.", o.describe())
}

// duration types duration("…"): CEL's form with d for days, or Django's.
func (c *checker) duration(n *Node) operand {
	arg := n.Args[0]
	if arg.Op != OpString {
		return c.fail(arg, "duration() takes a text in quotes.")
	}
	us, ok := parseDuration(arg.Text)
	if !ok {
		return c.failAt(arg.Pos, arg.End, `Write it as "1h30m", "7d" or "90s".`, "%s is not a duration.", Format(arg))
	}
	return operand{form: fScalar, node: n, x: sLit{value.Type{Kind: value.Duration}, value.Int(us)}}
}

var daysRE = regexp.MustCompile(`^(-?)(\d{1,7})d(.*)$`)

// parseDuration returns microseconds.
func parseDuration(s string) (int64, bool) {
	if len(s) > 64 || s == "" {
		return 0, false
	}
	rest, days, negative := s, int64(0), false
	if m := daysRE.FindStringSubmatch(s); m != nil {
		negative, rest = m[1] == "-", m[3]
		for _, digit := range m[2] {
			days = days*10 + int64(digit-'0')
		}
		if rest == "" {
			rest = "0s"
		}
		if rest[0] == '-' || rest[0] == '+' {
			return 0, false
		}
	}
	d, err := time.ParseDuration(rest)
	if err != nil {
		v, err := value.Type{Kind: value.Duration}.Parse(s)
		return v.Int(), err == nil
	}
	us := days*86400e6 + d.Microseconds()
	if negative {
		us = -us
	}
	return us, true
}

func (c *checker) method(n *Node) operand {
	if !slices.Contains(methods, n.Text) {
		return c.failAt(n.At, n.At+len(n.Text), didYouMean(n.Text, methods), "There is no method %s.", n.Text)
	}
	of := c.check(n.Args[0])
	if of.form == fWrong {
		return wrong
	}
	if n.Text == "exists" {
		return c.exists(n, of)
	}
	x, ok := c.textual(of)
	if !ok {
		suggestion := ""
		switch {
		case of.form == fMembers:
			suggestion = "Use " + Format(of.node) + ".exists(t, …)."
		case of.form == fScalar && of.x.typ().Kind == value.JSON:
			suggestion = "Use … in " + Format(of.node) + "."
		}
		return c.failAt(n.Pos, n.End, suggestion, "%s() is for texts; %s is %s.", n.Text, Format(of.node), of.describe())
	}
	return c.textMethod(n, x)
}

// textual turns an operand into a text, if it is one.
func (c *checker) textual(o operand) (scalar, bool) {
	switch {
	case o.form == fText:
		return sLit{sqlb.TextType, value.Text(o.text)}, true
	case o.form == fScalar && isTextual(o.x.typ()):
		return o.x, true
	}
	return nil, false
}

func (c *checker) textMethod(n *Node, x scalar) operand {
	args := n.Args[1:]
	if n.Text == "lower" {
		if len(args) != 0 {
			return c.fail(n, "lower() takes no argument.")
		}
		return operand{form: fScalar, node: n, x: sLower{x}}
	}
	if len(args) != 1 {
		return c.fail(n, "%s() takes one argument.", n.Text)
	}
	if n.Text == "matches" {
		return c.matches(n, x, args[0])
	}
	arg := c.check(args[0])
	part, ok := c.textual(arg)
	switch {
	case arg.form == fWrong:
		return wrong
	case !ok:
		return c.fail(args[0], "%s() takes a text, not %s.", n.Text, arg.describe())
	}
	return operand{form: fCond, node: n, cond: cText{leaf{n}, n.Text, x, part}}
}

// maxPattern bounds patterns, in bytes.
const maxPattern = 1000

func (c *checker) matches(n *Node, x scalar, arg *Node) operand {
	if arg.Op != OpString {
		return c.fail(arg, "matches() takes a pattern in quotes.")
	}
	if len(arg.Text) > maxPattern {
		return c.fail(arg, "A pattern has at most %d bytes.", maxPattern)
	}
	re, err := regexp.Compile(arg.Text)
	if err != nil {
		return c.fail(arg, "This pattern is wrong: %s.", strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	postgres, err := sqlb.PostgreSQLPattern(arg.Text)
	if err != nil {
		return c.fail(arg, "This pattern is not supported: %s.", err)
	}
	return operand{form: fCond, node: n, cond: cMatch{leaf{n}, x, re, postgres}}
}

// exists types relation.exists(t, condition).
func (c *checker) exists(n *Node, of operand) operand {
	if of.form != fMembers {
		return c.fail(n, "exists() is for to-many relations; %s is %s.", Format(of.node), of.describe())
	}
	if len(n.Args) != 3 || n.Args[1].Op != OpIdent {
		return c.failAt(n.Pos, n.End, "Write "+Format(of.node)+".exists(t, condition on t).",
			"exists() takes a name and a condition.")
	}
	name := n.Args[1]
	if _, taken := c.env.Vars[name.Text]; taken || slices.Contains(reserved, name.Text) || c.isLoop(name.Text) {
		return c.fail(name, "%s has a meaning already: choose another name.", name.Text)
	}
	slot := c.newSlot(n)
	abs := c.absolute(n.Args[0], of)
	c.loops = append(c.loops, loop{name.Text, path{slot: slot, coll: of.step.Target()}, abs, c.root(of.rec.slot)})
	body := c.condition(n.Args[2])
	c.loops = c.loops[:len(c.loops)-1]
	return operand{form: fCond, node: n, cond: cExists{leaf{n}, members{of.rec, of.step}, slot, body}}
}

func (c *checker) isLoop(name string) bool {
	return slices.ContainsFunc(c.loops, func(l loop) bool { return l.name == name })
}

// absolute returns the path of a relation from the record that it began with.
func (c *checker) absolute(n *Node, of operand) schema.Path {
	var abs schema.Path
	for _, l := range c.loops {
		if l.at.slot == of.rec.slot {
			abs = append(abs, l.abs...)
		}
	}
	abs = append(abs, of.rec.steps...)
	return append(abs, of.step)
}

package expr

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// reserved are the variables that every expression has; they win over fields of the same name.
var reserved = []string{"this", "user", "request", "now"}

// resolve types a name or a path of names; abs is the path from the record that it began with.
func (c *checker) resolve(n *Node) (o operand, abs schema.Path) {
	if n.Op == OpIdent {
		return c.ident(n)
	}
	if n.Op != OpSelect { // a point after something computed
		return c.selectFrom(n, c.check(n))
	}
	base := n.Args[0]
	if base.Op == OpIdent && base.Text == "request" {
		return c.request(n), nil
	}
	if base.Op != OpIdent && base.Op != OpSelect {
		return c.selectFrom(n, c.check(base))
	}
	of, abs := c.resolve(base)
	if of.form == fRecord {
		if n.Text == "is_authenticated" && of.rec.slot == slotUser && len(of.rec.steps) == 0 {
			return c.isAuthenticated(n), nil
		}
		return c.member(n, of.rec, abs)
	}
	return c.selectFrom(n, of)
}

// selectFrom reports a point after what has no fields.
func (c *checker) selectFrom(n *Node, of operand) (operand, schema.Path) {
	switch of.form {
	case fWrong:
		return wrong, nil
	case fMembers:
		return c.failAt(n.Pos, n.End, "Write "+Format(of.node)+".exists(t, t."+n.Text+" == …).",
			"%s is %s: its members have %s, not the list.", Format(of.node), of.describe(), n.Text), nil
	}
	return c.fail(n, "%s is %s and has no field %s.", Format(of.node), of.describe(), n.Text), nil
}

func (c *checker) ident(n *Node) (operand, schema.Path) {
	for i := len(c.loops) - 1; i >= 0; i-- {
		if l := c.loops[i]; l.name == n.Text {
			c.warnShadowed(n)
			return operand{form: fRecord, node: n, rec: l.at}, l.abs
		}
	}
	if slices.Contains(reserved, n.Text) || c.env.Vars[n.Text].Kind != "" {
		c.warnShadowed(n)
	}
	switch n.Text {
	case "this":
		if c.env.Collection == nil {
			return c.fail(n, "There is no record here."), nil
		}
		return operand{form: fRecord, node: n, rec: c.this()}, nil
	case "user":
		if c.env.Users == nil {
			return c.fail(n, "There is no user here."), nil
		}
		return operand{form: fRecord, node: n, rec: path{slot: slotUser, coll: c.env.Users}}, nil
	case "now":
		c.uses.now = true
		return operand{form: fScalar, node: n, x: sNow{}}, nil
	case "request":
		return c.fail(n, "Use request.method or request.ip."), nil
	}
	if t, ok := c.env.Vars[n.Text]; ok {
		name := n.Text
		return operand{form: fScalar, node: n, x: sInput{t, func(b *Bindings) value.Value { return b.Vars[name] }}}, nil
	}
	if c.env.Collection == nil {
		return c.failAt(n.Pos, n.End, didYouMean(n.Text, c.names()), "There is nothing named %s.", n.Text), nil
	}
	return c.member(n, c.this(), nil)
}

func (c *checker) this() path { return path{slot: slotThis, coll: c.env.Collection} }

// member types a field or reverse relation of a record.
func (c *checker) member(n *Node, of path, abs schema.Path) (operand, schema.Path) {
	step := schema.Step{Field: of.coll.Field(n.Text)}
	if step.Field == nil {
		step.Reverse = of.coll.ReverseRelation(n.Text)
	}
	switch {
	case step.Field == nil && step.Reverse == nil:
		names := memberNames(of.coll)
		if n.Op == OpIdent {
			names = append(names, c.names()...)
		}
		end := n.At + len(n.Text)
		return c.failAt(n.At, end, didYouMean(n.Text, names), "%s has no field %s.", of.coll.Name, n.Text), nil
	case step.Field != nil && step.Field.Secret:
		return c.fail(n, "%s is secret and cannot be read.", n.Text), nil
	}
	abs = append(abs[:len(abs):len(abs)], step)
	switch {
	case step.Target() == nil:
		return operand{form: fScalar, node: n, x: newCol(of, step.Field), rec: of, field: step.Field}, abs
	case step.Many():
		return operand{form: fMembers, node: n, rec: of, step: step}, abs
	}
	to := of.with(step)
	if c.countJoin(to) > maxJoins {
		return c.fail(n, "An expression follows at most %d relations.", maxJoins), nil
	}
	return operand{form: fRecord, node: n, rec: to}, abs
}

// maxJoins bounds the to-one relations that an expression follows from one record: each is a join, and SQLite joins at
// most 64 tables.
const maxJoins = 20

// countJoin notes a path and returns how many there are from its slot.
func (c *checker) countJoin(p path) int {
	n := 1
	for _, have := range c.joins {
		if have.slot == p.slot {
			if samePath(have.steps, p.steps) {
				return 0
			}
			n++
		}
	}
	c.joins = append(c.joins, p)
	return n
}

// names are the names that an expression may begin with, besides fields.
func (c *checker) names() []string {
	names := append([]string(nil), reserved...)
	for _, l := range c.loops {
		names = append(names, l.name)
	}
	for name := range c.env.Vars {
		names = append(names, name)
	}
	return names
}

func memberNames(coll *schema.Collection) []string {
	var names []string
	for _, f := range coll.Fields {
		if !f.Secret {
			names = append(names, f.Name)
		}
	}
	for _, r := range coll.Reverse {
		names = append(names, r.Name)
	}
	return names
}

func (c *checker) isAuthenticated(n *Node) operand {
	c.uses.addUser(UserInput{Name: n.Text})
	return operand{form: fScalar, node: n, x: sInput{value.Type{Kind: value.Boolean},
		func(b *Bindings) value.Value { return value.Bool(b.User != nil) }}}
}

func (c *checker) request(n *Node) operand {
	c.uses.request = true
	switch n.Text {
	case "method":
		return operand{form: fScalar, node: n, x: sInput{value.Type{Kind: value.Char},
			func(b *Bindings) value.Value { return textOrNull(b.request().Method) }}}
	case "ip":
		return operand{form: fScalar, node: n, x: sInput{value.Type{Kind: value.IP},
			func(b *Bindings) value.Value { return textOrNull(b.request().IP) }}}
	}
	return c.failAt(n.At, n.End, didYouMean(n.Text, []string{"method", "ip"}), "request has no field %s.", n.Text)
}

func textOrNull(s string) value.Value {
	if s == "" {
		return value.Null
	}
	return value.Text(s)
}

// use notes that an operand is read.
func (c *checker) use(o operand, abs schema.Path) {
	if o.form == fWrong || len(abs) == 0 && o.form != fRecord {
		return
	}
	root := c.root(o.rec.slot)
	if root == slotUser {
		if len(abs) == 0 {
			abs = schema.Path{{Field: c.env.Users.Key}}
		}
		names := make([]string, len(abs))
		for i, s := range abs {
			names[i] = stepName(s)
		}
		c.uses.addUser(UserInput{strings.Join(names, "."), abs})
		return
	}
	if len(abs) == 0 {
		abs = schema.Path{{Field: o.rec.coll.Key}}
	}
	c.uses.addPath(abs)
}

// root returns the slot that a loop's records come from in the end: this or user.
func (c *checker) root(slot int) int {
	for _, l := range c.loops {
		if l.at.slot == slot {
			return l.root
		}
	}
	return slot
}

func (u *uses) addUser(in UserInput) {
	for _, have := range u.user {
		if have.Name == in.Name {
			return
		}
	}
	u.user = append(u.user, in)
}

func (u *uses) addPath(p schema.Path) {
	for _, have := range u.paths {
		if samePath(have, p) {
			return
		}
	}
	u.paths = append(u.paths, p)
	for _, s := range p {
		f := s.Field
		if s.Reverse != nil {
			f = s.Reverse.Field
		}
		u.addField(f)
	}
}

func (u *uses) addField(f *schema.Field) {
	for _, have := range u.fields {
		if have == f {
			return
		}
	}
	u.fields = append(u.fields, f)
}

func samePath(a, b schema.Path) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

package expr

import (
	"fmt"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// cExists is relation.exists(t, body): true where the condition is true for a member, and else false.
type cExists struct {
	leaf
	in   members
	slot int
	body cond
}

func (c cExists) deps() uint64 { return c.in.of.deps() | c.body.deps()&^(1<<c.slot) }

func (c cExists) eval(e *env) (Truth, error) {
	list, err := e.list(c.in)
	if err != nil {
		return Unknown, err
	}
	defer e.unset(c.slot)
	for _, rec := range list {
		e.set(c.slot, rec)
		t, err := c.body.eval(e)
		if err != nil || t == True {
			return t, err
		}
	}
	return False, nil
}

func (c cExists) reduce(e *env, pol polarity) (cond, error) {
	if d, err := decided(c, e, pol); d != nil || err != nil {
		return d, err
	}
	if e.static(c.in.of.deps()) {
		return c.spread(e, pol)
	}
	body, err := c.body.reduce(e, positive)
	if k, ok := body.(cConst); ok && k.t != True {
		return cConst{False}, err
	}
	return cExists{c.leaf, c.in, c.slot, body}, err
}

// spread is the condition on each of the members, which are known, joined by OR.
func (c cExists) spread(e *env, pol polarity) (cond, error) {
	list, err := e.list(c.in)
	if err != nil {
		return nil, err
	}
	if e.spread += len(list); e.spread > maxMembers {
		return nil, fmt.Errorf("%w: %s", ErrTooMany, stepName(c.in.step))
	}
	defer e.unset(c.slot)
	var or []cond
	for _, rec := range list {
		e.set(c.slot, rec)
		one, err := cIsTrue{c.body}.reduce(e, pol)
		if err != nil {
			return nil, err
		}
		or = append(or, one)
	}
	return reduceList(or, e, pol, True)
}

func (c cExists) write(w *writer, _ polarity) error {
	w.b.SQL("EXISTS (SELECT 1")
	err := w.members(c.in, c.slot, c.body)
	w.b.SQL(")")
	return err
}

// members appends " FROM … WHERE …": the members of a relation that are in sight and for which body is true.
func (w *writer) members(m members, slot int, body cond) error {
	from := sqlb.NewFrom(w.b)
	w.slots[slot] = place{from: from}
	target := m.step.Target()
	link, linkFrom, linkTo := pairTable(m.step)
	linkAlias := ""
	if link != "" {
		linkAlias = w.b.Alias()
	}
	where, err := w.b.Capture(func() error {
		if link == "" {
			w.b.SQL(from.Alias(), ".", sqlb.Quote(m.step.Reverse.Field.Column), " = ")
		} else {
			w.b.SQL(from.Alias(), ".", sqlb.Quote(target.Key.Column), " = ", linkAlias, ".", sqlb.Quote(linkTo),
				" AND ", linkAlias, ".", sqlb.Quote(linkFrom), " = ")
		}
		if err := w.key(m.of); err != nil {
			return err
		}
		if err := w.narrow(m, slot, body); err != nil {
			return err
		}
		return joinable(from)
	})
	if err != nil {
		return err
	}
	w.b.SQL(" FROM ")
	if link != "" {
		w.b.SQL(sqlb.Quote(link), " AS ", linkAlias, " CROSS JOIN ")
	}
	w.b.SQL(from.SQL(target), " WHERE ", where)
	return nil
}

// pairTable returns the table of a many-to-many step and its columns on this side and on the other; "" for the way
// back of a foreign key.
func pairTable(s schema.Step) (table, from, to string) {
	switch {
	case s.Reverse == nil:
		return s.Field.Through.Table, s.Field.Through.FromColumn, s.Field.Through.ToColumn
	case s.Reverse.Field.Relation == schema.ManyToMany:
		t := s.Reverse.Field.Through
		return t.Table, t.ToColumn, t.FromColumn
	}
	return "", "", ""
}

// narrow appends to a WHERE what members must fulfil: to be in sight, and body.
func (w *writer) narrow(m members, slot int, body cond) error {
	if w.sight != nil {
		holder, field := w.slots[m.of.slot].with(m.of.steps), m.step.Field
		if m.step.Reverse != nil {
			holder, field = w.slots[slot], m.step.Reverse.Field
		}
		for _, g := range []guard{{w.sight.Field(field), holder}, {w.sight.Records(m.step.Target()), w.slots[slot]}} {
			if g.rules.Free() {
				continue
			}
			w.b.SQL(" AND ")
			if err := g.rules.write(w.b, g.at); err != nil {
				return err
			}
		}
	}
	if k, ok := body.(cConst); ok && k.t == True {
		return nil
	}
	w.b.SQL(" AND ")
	return body.write(w, positive)
}

// sCount is size(relation).
type sCount struct {
	in   members
	slot int
}

func (s sCount) typ() value.Type { return sqlb.IntType }
func (s sCount) deps() uint64    { return s.in.of.deps() }
func (s sCount) eval(e *env) (value.Value, error) {
	list, err := e.list(s.in)
	return value.Int(int64(len(list))), err
}
func (s sCount) reduce(e *env) (scalar, error) {
	if x, err := known(s, e); x != nil || err != nil {
		return x, err
	}
	return s, nil
}
func (s sCount) write(w *writer) error {
	w.b.SQL("(SELECT count(*)")
	err := w.members(s.in, s.slot, cConst{True})
	w.b.SQL(")")
	return err
}

package history

import (
	"encoding/json"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// leave reports a field as kept, to who may read it.
func (p *planner) leave(c *schema.Collection, n *net, f *schema.Field, reason string) error {
	if f.AutoNow {
		return nil
	}
	seen, err := p.of(c, n.key)
	if err != nil {
		return err
	}
	if ok, err := p.reads(f, seen); err != nil || !ok && !f.Secret {
		return err
	}
	p.keep(c.Name, n.key, &f.Name, reason)
	return nil
}

// conflict notes that a later change touched a field, and tells whether the old value is to be taken all the same.
func (p *planner) conflict(c *schema.Collection, n *net, f *schema.Field, old, now json.RawMessage) (bool, error) {
	seen, err := p.of(c, n.key)
	if err != nil {
		return false, err
	}
	if ok, err := p.reads(f, seen); err != nil || !ok || f.AutoNow {
		return true, err // not reported: set leaves it as it is
	}
	x, err := p.latest(c, n, f)
	if err != nil {
		return false, err
	}
	one := Conflict{Collection: c.Name, Key: n.key, Field: &f.Name, Reason: "It was changed since.", Old: old, Now: now}
	if x != nil {
		one.Changeset, one.Actor = &x.Changeset, optional(x.Actor)
	}
	p.plan.Conflicts = append(p.plan.Conflicts, one)
	if !p.overwrite {
		p.keep(c.Name, n.key, &f.Name, one.Reason)
	}
	return p.overwrite, nil
}

// latest finds the last change of others that touched a field, or any (f nil), since the first of the net's.
func (p *planner) latest(c *schema.Collection, n *net, f *schema.Field) (*row, error) {
	var found *row
	args := []sqlb.Arg{sqlb.T(c.ID), sqlb.T(n.key), sqlb.I(n.first.seq())}
	err := rows(p.r, "collection = $1 AND key = $2 AND seq > $3 ORDER BY seq DESC", args, func(x *row) error {
		if x.Changeset == p.id || x.Group == p.id {
			return nil
		}
		fields, err := x.fields()
		if err != nil {
			return err
		}
		if f != nil {
			if _, ok := fields[f.ID]; !ok && x.Op == store.OpUpdate {
				return nil
			}
		}
		found = x
		return errStop
	})
	return found, err
}

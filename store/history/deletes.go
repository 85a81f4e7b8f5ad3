package history

import (
	"fmt"

	"github.com/couplet/couplet/store/schema"
)

// planDeletes decides which records that were made are deleted: those that nobody has changed and nothing else refers
// to since. With overwrite it is all of them.
func (p *planner) planDeletes(order []*net) error {
	var made []*net
	for _, n := range order {
		if c := p.collections[n.collection]; c != nil && !n.existed && n.exists {
			p.deletes[n.place] = true
			made = append(made, n)
		}
	}
	p.plan.progress.begin(Planning, len(made)+len(order))
	for again := true; again; {
		again = false
		for _, n := range made {
			if !p.deletes[n.place] {
				continue
			}
			if err := p.plan.progress.step(); err != nil {
				return err
			}
			reason, x, err := p.needed(p.collections[n.collection], n)
			if err != nil {
				return err
			}
			if reason == "" {
				continue
			}
			one := Conflict{Collection: p.collections[n.collection].Name, Key: n.key, Reason: reason}
			if x != nil {
				one.Changeset, one.Actor = &x.Changeset, optional(x.Actor)
			}
			p.plan.Conflicts = append(p.plan.Conflicts, one)
			if !p.overwrite {
				p.keep(one.Collection, n.key, nil, reason)
				delete(p.deletes, n.place)
				again = true
			}
		}
		again = again && !p.overwrite
	}
	return nil
}

// needed says why a record that was made should not just be deleted, "" where nothing speaks against it.
func (p *planner) needed(c *schema.Collection, n *net) (string, *row, error) {
	key, err := c.Key.Type.Parse(n.key)
	if err != nil {
		return "", nil, nil //nolint:nilerr // see back
	}
	seen, err := p.of(c, n.key)
	if err != nil || seen.gone {
		return "", nil, err
	}
	if x, err := p.latest(c, n, nil); err != nil || x != nil {
		return "It was changed since.", x, err
	}
	for _, by := range p.r.Referrers(c) {
		keys, err := p.r.Referring(by, key)
		if err != nil {
			return "", nil, err
		}
		others := 0
		for _, k := range keys {
			if !p.deletes[place{by.Collection.ID, by.Collection.Key.Type.String(k)}] {
				others++
			}
		}
		if others > 0 {
			return fmt.Sprintf("%d of %s refer to it by %s.", others, by.Collection.Name, by.Name), nil, nil
		}
	}
	return "", nil, nil
}

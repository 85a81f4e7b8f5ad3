package history

import (
	"slices"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// To names a version of a record: by the cursor of its change, by its changeset, or, of a record that is gone, by
// neither: as it was when it was deleted.
type To struct {
	Cursor, Changeset string
	Fields            []*schema.Field // those alone; nil: all
	Cascade           bool            // of a record that is gone: bring back what went with it, too
	Condition         store.Condition // of a record that is there
}

// Restore plans that a record becomes what it was at a version, or comes back where it is gone. store.ErrNotFound where
// the reader sees no such record, ErrCursor where the log does not have the version.
func Restore(r *store.Reader, c *schema.Collection, key value.Value, to To) (*Plan, error) {
	p := newPlanner(r, false)
	w, err := p.walk(c, key)
	if err != nil {
		return nil, err
	}
	if w.seen.gone {
		return p.plan, p.undelete(w, to)
	}
	was, err := w.at(to.Cursor, to.Changeset)
	if err != nil {
		return nil, err
	}
	if len(was) == 0 {
		p.keep(c.Name, c.Key.Type.String(key), nil, "The values of that version were erased.")
	}
	p.plan.Cause = "restore " + to.Changeset + to.Cursor
	now, _, err := present(r, c, key)
	if err != nil {
		return nil, err
	}
	st := &step{collection: c, key: key, op: store.OpUpdate, cond: to.Condition}
	for _, f := range c.Fields {
		old, known := was[f.ID]
		if f.Primary || !known || same(old, now[f.ID]) || to.Fields != nil && !slices.Contains(to.Fields, f) {
			continue
		}
		if err := p.set(st, f, c.Key.Type.String(key), old); err != nil {
			return nil, err
		}
	}
	if len(st.values)+len(st.direct) > 0 {
		p.add(st)
	}
	return p.plan, nil
}

// undelete plans that a record comes back, as it was at a version or when it was deleted.
func (p *planner) undelete(w *walk, to To) error {
	last, err := p.deletion(w)
	if err != nil {
		return err
	}
	p.id, p.plan.Cause = last.Changeset, "undelete "+last.Changeset
	keyText := w.collection.Key.Type.String(w.key)
	root := place{w.collection.ID, keyText}
	if to.Cascade {
		list, err := all(p.r, maxRows, "changeset = $1 ORDER BY seq", sqlb.T(last.Changeset))
		if err != nil {
			return err
		}
		order, err := nets(list)
		if err != nil {
			return err
		}
		if order, err = p.seenOf(p.together(order, root), root); err != nil {
			return err
		}
		if err := p.backwards(order); err != nil {
			return err
		}
	}
	if to.Cursor == "" && to.Changeset == "" {
		to.Cursor = last.cursor()
	}
	was, err := w.at(to.Cursor, to.Changeset)
	switch {
	case err != nil:
		return err
	case len(was) == 0:
		p.keep(w.collection.Name, keyText, nil, "It was deleted, and its values were erased.")
		return nil
	}
	p.plan.steps = slices.DeleteFunc(p.plan.steps, func(st *step) bool { return st.collection == w.collection && st.key == w.key })
	rest := p.plan.steps
	p.plan.steps = nil
	err = p.create(w.collection, w.key, was)
	p.plan.steps = append(p.plan.steps, rest...) // what refers to it comes after it
	return err
}

// seenOf returns those nets whose records the reader may see.
func (p *planner) seenOf(order []*net, root place) ([]*net, error) {
	var out []*net
	for _, n := range order {
		seen, err := p.of(p.collections[n.collection], n.key)
		if err != nil {
			return nil, err
		}
		if seen.visible {
			out = append(out, n)
		}
	}
	if len(out) < len(order) {
		p.keep(p.collections[root.collection].Name, root.key, nil, "Some of what went with it you may not see; it stays as it is.")
	}
	return out, nil
}

// deletion returns the row that tells of the record's end.
func (p *planner) deletion(w *walk) (*row, error) {
	var last *row
	err := rows(p.r, "collection = $1 AND key = $2 AND op = 'delete' ORDER BY seq DESC LIMIT 1", w.args(), func(x *row) error {
		last = x
		return nil
	})
	if err == nil && last == nil {
		err = ErrCursor
	}
	return last, err
}

// together returns the nets of what went with a deleted record: records that referred to it, and to those, and what
// let them go.
func (p *planner) together(order []*net, root place) []*net {
	with := map[place]bool{root: true}
	for again := true; again; {
		again = false
		for _, n := range order {
			if n.existed && !n.exists && !with[n.place] && p.pointsTo(n, with) {
				with[n.place], again = true, true
			}
		}
	}
	return slices.DeleteFunc(order, func(n *net) bool {
		if n.existed && n.exists {
			return !p.lets(n, with)
		}
		return !with[n.place]
	})
}

// pointsTo reports whether a net's record pointed to one of some by a foreign key.
func (p *planner) pointsTo(n *net, some map[place]bool) bool {
	c := p.collections[n.collection]
	return c != nil && slices.ContainsFunc(c.Columns, func(f *schema.Field) bool { return f.To != nil && p.held(f, n, some) })
}

// held reports whether a foreign key held one of some before the net.
func (p *planner) held(f *schema.Field, n *net, some map[place]bool) bool {
	raw, ok := n.before[f.ID]
	if !ok {
		return false
	}
	v, err := f.Type.FromJSON(raw)
	return err == nil && !v.IsNull() && some[place{f.To.ID, f.To.Key.Type.String(v)}]
}

// lets narrows a net to what let go of some records, and reports whether there is anything.
func (p *planner) lets(n *net, some map[place]bool) bool {
	c := p.collections[n.collection]
	if c == nil {
		return false
	}
	for id := range n.before {
		f := p.field(c, id)
		keep := f != nil && f.To != nil && f.Relation != schema.ManyToMany && p.held(f, n, some)
		if f != nil && f.Relation == schema.ManyToMany {
			keep = slices.ContainsFunc(keysOf(f, n.before[id]), func(k value.Value) bool {
				return some[place{f.To.ID, f.To.Key.Type.String(k)}]
			})
		}
		if !keep {
			delete(n.before, id)
		}
	}
	return len(n.before) > 0
}

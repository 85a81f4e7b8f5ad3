package history

import (
	"encoding/json"
	"slices"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// maxRows bounds the rows of the log that one revert looks at.
const maxRows = 100_000

// Conflict is where a later change touched what a revert would bring back.
type Conflict struct {
	Collection string          `json:"collection"`
	Key        string          `json:"key"`
	Field      *string         `json:"field"` // null: the record as a whole
	Reason     string          `json:"reason" words:"say"`
	Old        json.RawMessage `json:"old"` // what reverting brings back
	Now        json.RawMessage `json:"now"`
	Changeset  *string         `json:"changeset"` // the latest that touched it, where the log has it
	Actor      *string         `json:"actor"`
}

// Kept is what a revert leaves as it is.
type Kept struct {
	Collection string  `json:"collection"`
	Key        string  `json:"key"`
	Field      *string `json:"field"` // null: the record as a whole
	Reason     string  `json:"reason" words:"say"`
}

// Done is what becomes, or would become, of a record.
type Done struct {
	Collection string   `json:"collection"`
	Key        string   `json:"key"`
	Op         string   `json:"op"`
	Fields     []string `json:"fields"` // of an update
}

// Plan is a way back that can be carried out (Run).
type Plan struct {
	Cause     string // what it undoes, for the change log
	Conflicts []Conflict
	Kept      []Kept
	steps     []*step
	progress  progress
}

// step is what becomes of one record.
type step struct {
	collection *schema.Collection
	key        value.Value
	op         string
	values     map[*schema.Field]json.RawMessage // through validation, as a client's would be
	direct     map[*schema.Field]value.Value     // what clients cannot write: keys, automatic times, names of files
	cond       store.Condition
}

// Empty reports whether a plan changes nothing.
func (p *Plan) Empty() bool { return len(p.steps) == 0 }

// Done lists what the plan does.
func (p *Plan) Done() []Done {
	out := make([]Done, 0, len(p.steps))
	for _, st := range p.steps {
		d := Done{st.collection.Name, st.collection.Key.Type.String(st.key), st.op, []string{}}
		for _, f := range st.collection.Fields {
			_, some := st.values[f]
			_, other := st.direct[f]
			if st.op == store.OpUpdate && (some || other) {
				d.Fields = append(d.Fields, f.Name)
			}
		}
		out = append(out, d)
	}
	return out
}

// planner works out a way back.
type planner struct {
	*sight
	plan      *Plan
	id        string // the changeset or group that is undone
	overwrite bool   // conflicts take the old values; otherwise they are kept
	deletes   map[place]bool
}

// Revert plans to undo a changeset, or every changeset of a group. With overwrite what later changes touched takes the
// old values, too; otherwise it is kept. store.ErrNotFound where the reader sees nothing of it, store.ErrForbidden
// where he does not see all of it, ErrTooMany, *SchemaError where it changed the schema. Watch may be nil; Run tells
// it, too.
func Revert(r *store.Reader, id string, overwrite bool, watch Watch) (*Plan, error) {
	list, err := all(r, maxRows, "changeset = $1 ORDER BY seq", sqlb.T(id))
	if err == nil && len(list) == 0 {
		list, err = all(r, maxRows, "grp = $1 ORDER BY seq", sqlb.T(id))
	}
	if err != nil {
		return nil, err
	}
	p := newPlanner(r, overwrite)
	p.id, p.plan.Cause, p.plan.progress.watch = id, "revert "+id, watch
	if err := p.allShown(list); err != nil {
		return nil, err
	}
	if err := schemaChange(r, list); err != nil {
		return nil, err
	}
	order, err := nets(list)
	if err != nil {
		return nil, err
	}
	return p.plan, p.backwards(order)
}

func newPlanner(r *store.Reader, overwrite bool) *planner {
	return &planner{sight: newSight(r), overwrite: overwrite, plan: &Plan{}, deletes: map[place]bool{}}
}

// allShown makes sure that the reader sees every row.
func (p *planner) allShown(list []*row) error {
	seen := 0
	p.plan.progress.begin(Reading, len(list))
	for _, x := range list {
		if err := p.plan.progress.step(); err != nil {
			return err
		}
		ok, err := p.shows(x)
		if err != nil {
			return err
		}
		if ok {
			seen++
		}
	}
	switch {
	case seen == 0:
		return store.ErrNotFound
	case seen < len(list):
		return store.ErrForbidden
	}
	return nil
}

// backwards plans the nets, the latest first: what was deleted last comes back first, so that what it was referred to
// by finds it.
func (p *planner) backwards(order []*net) error {
	slices.SortStableFunc(order, func(a, b *net) int { return int(b.turn() - a.turn()) })
	if err := p.planDeletes(order); err != nil {
		return err
	}
	for _, n := range order {
		if err := p.plan.progress.step(); err != nil {
			return err
		}
		c := p.collections[n.collection]
		if c == nil {
			p.keep(n.collection, n.key, nil, "The collection is not there any more.")
			continue
		}
		if err := p.back(c, n); err != nil {
			return err
		}
	}
	return nil
}

// turn is the place of a net in the order of undoing: of a record that was made, when it was.
func (n *net) turn() int64 {
	if n.existed {
		return n.last.seq()
	}
	return n.first.seq()
}

func (p *planner) back(c *schema.Collection, n *net) error {
	key, err := c.Key.Type.Parse(n.key)
	if err != nil {
		p.keep(c.Name, n.key, nil, "The collection's keys are of another kind now.")
		return nil //nolint:nilerr // the report tells it
	}
	if !n.existed { // and where it is not there any more there is nothing to do
		seen, err := p.of(c, n.key)
		if err == nil && !seen.gone && p.deletes[n.place] {
			p.add(&step{collection: c, key: key, op: store.OpDelete})
		}
		return err
	}
	now, _, err := present(p.r, c, key)
	switch {
	case err != nil:
		return err
	case !n.exists && now == nil && n.erased:
		p.keep(c.Name, n.key, nil, "It was deleted, and its values were erased.")
		return nil
	case !n.exists && now == nil:
		return p.create(c, key, n.before)
	case now == nil:
		p.keep(c.Name, n.key, nil, "It was deleted since.")
		return nil
	}
	return p.update(c, key, n, now)
}

func (p *planner) add(st *step) { p.plan.steps = append(p.plan.steps, st) }

func (p *planner) keep(collection, key string, field *string, reason string) {
	p.plan.Kept = append(p.plan.Kept, Kept{collection, key, field, reason})
}

// update plans that a record's fields become what they were. Fields go in the order of the schema, so that reports do.
func (p *planner) update(c *schema.Collection, key value.Value, n *net, now state) error {
	st := &step{collection: c, key: key, op: store.OpUpdate}
	for _, f := range c.Fields {
		if n.unknown[f.ID] {
			if err := p.leave(c, n, f, "The log does not have its value."); err != nil {
				return err
			}
			continue
		}
		old, ok := n.before[f.ID]
		if !ok || f.Primary {
			continue
		}
		if f.Relation == schema.ManyToMany && n.exists {
			old = n.links(f, now[f.ID])
		}
		if same(old, now[f.ID]) {
			continue
		}
		fresh := n.exists && !n.broken[f.ID] && same(n.after[f.ID], now[f.ID])
		if !fresh && (f.Relation != schema.ManyToMany || !n.exists) {
			take, err := p.conflict(c, n, f, old, now[f.ID])
			if err != nil {
				return err
			}
			if !take {
				continue
			}
		}
		if err := p.set(st, f, n.key, old); err != nil {
			return err
		}
	}
	for id := range n.before {
		if p.field(c, id) == nil && whole(p.r.Scope) {
			name, err := p.past(c.ID, id)
			if err != nil {
				return err
			}
			p.keep(c.Name, n.key, &name, "The field is not there any more.")
		}
	}
	if len(st.values)+len(st.direct) > 0 {
		p.add(st)
	}
	return nil
}

package history

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

func sortedKeys(f *schema.Field, keys []value.Value) json.RawMessage {
	slices.SortFunc(keys, value.Compare)
	return keyList(f, keys)
}

// set puts an old value into a step, where the reader may read and write the field.
func (p *planner) set(st *step, f *schema.Field, key string, old json.RawMessage) error {
	c := st.collection
	creates := st.op == store.OpCreate
	switch {
	case f.Secret, f.Relation == schema.ManyToMany && f.Through.Collection != nil, f.AutoNow && !creates:
		return nil // not in the log; its own records tell; set anew by every write
	case creates && (f.Primary || !f.Editable):
		return p.setDirect(st, f, key, old)
	case !f.Editable:
		p.keep(c.Name, key, &f.Name, "It cannot be written.")
		return nil
	}
	seen, err := p.of(c, key)
	if err != nil {
		return err
	}
	if ok, err := p.reads(f, seen); err != nil || !ok {
		p.keepHidden(c, key)
		return err
	}
	if ok, err := p.writes(f, seen); err != nil || !ok {
		p.keep(c.Name, key, &f.Name, "You may not write it.")
		return err
	}
	if st.values == nil {
		st.values = map[*schema.Field]json.RawMessage{}
	}
	st.values[f] = old
	return nil
}

// keepHidden notes, once for a record, that it has fields which stay as they are and are not named.
func (p *planner) keepHidden(c *schema.Collection, key string) {
	k := Kept{c.Name, key, nil, "Fields that you may not read stay as they are."}
	if !slices.Contains(p.plan.Kept, k) {
		p.plan.Kept = append(p.plan.Kept, k)
	}
}

// setDirect puts a value into a step that validation would not take: what clients do not write.
func (p *planner) setDirect(st *step, f *schema.Field, key string, old json.RawMessage) error {
	v, err := columnValue(f, old)
	if err != nil {
		p.keep(st.collection.Name, key, &f.Name, "Its old value does not fit the field as it is now.")
		return nil //nolint:nilerr // the report tells it
	}
	if st.direct == nil {
		st.direct = map[*schema.Field]value.Value{}
	}
	st.direct[f] = v
	return nil
}

// create plans that a record that is gone comes back with the values that it had.
func (p *planner) create(c *schema.Collection, key value.Value, was state) error {
	st := &step{collection: c, key: key, op: store.OpCreate, direct: map[*schema.Field]value.Value{c.Key: key}}
	for _, f := range c.Fields {
		if old, ok := was[f.ID]; ok && !f.Primary {
			if err := p.set(st, f, c.Key.Type.String(key), old); err != nil {
				return err
			}
		}
	}
	if c.System {
		st.endTokens(p.r.Scope.Bindings().Now)
	}
	p.add(st)
	return nil
}

// endTokens keeps the tokens of an account from before it was deleted from being good again.
func (st *step) endTokens(now time.Time) {
	epoch := st.collection.Field("token_epoch")
	st.direct[epoch] = value.Int(max(now.Unix()+1, st.direct[epoch].Int()+1))
}

package history

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Door is how a plan's values are validated: as those of any other write.
type Door interface {
	// Bind turns a record's values into input; before is the record that is changed, nil where it is made.
	Bind(tx *store.Tx, c *schema.Collection, values map[*schema.Field]json.RawMessage, before *store.Record) (*store.Input, error)
	// Refused returns what a refusal says, as JSON, and false for any other error.
	Refused(c *schema.Collection, err error) (json.RawMessage, bool)
}

// Failed is a record that a plan could not change, and why.
type Failed struct {
	Collection string          `json:"collection"`
	Key        string          `json:"key"`
	Errors     json.RawMessage `json:"errors"`
}

// RefusedError says that a plan was refused: nothing of it is done.
type RefusedError struct {
	Failed []Failed
	Err    error // the first
}

func (e *RefusedError) Error() string { return "history: refused: " + e.Err.Error() }
func (e *RefusedError) Unwrap() error { return e.Err }

// maxFailed is how many refusals are collected.
const maxFailed = 100

// Run carries a plan out in a transaction that looks at foreign keys when it ends. What Create, Update and Delete
// refuse comes back as *RefusedError, and the transaction must be undone.
func (p *Plan) Run(tx *store.Tx, door Door) error {
	r := &run{tx: tx, door: door, plan: p}
	var refused RefusedError
	try := func(st *step, err error) error {
		if err == nil {
			return nil
		}
		text, ok := door.Refused(st.collection, err)
		if !ok {
			return err
		}
		if refused.Err == nil {
			refused.Err = err
		}
		refused.Failed = append(refused.Failed, Failed{st.collection.Name, st.collection.Key.Type.String(st.key), text})
		if len(refused.Failed) == maxFailed {
			return &refused
		}
		return nil
	}
	p.progress.begin(Writing, len(p.steps))
	for _, st := range p.steps {
		if err := p.progress.step(); err != nil {
			return err
		}
		if err := try(st, r.step(st)); err != nil {
			return err
		}
	}
	if err := p.progress.step(); err != nil {
		return err
	}
	for _, l := range r.late {
		if err := try(l.step, r.link(l)); err != nil {
			return err
		}
	}
	if refused.Err != nil {
		return &refused
	}
	return nil
}

// run is a plan that is carried out.
type run struct {
	tx   *store.Tx
	door Door
	plan *Plan
	late []lateLink
}

// lateLink are links to records that were not there when the record was written, but may come back later.
type lateLink struct {
	step  *step
	field *schema.Field
	keys  []value.Value
}

func (r *run) step(st *step) error {
	before, err := r.tx.Record(st.collection, st.key)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	there := err == nil
	switch {
	case st.op == store.OpDelete && !there:
		return nil // it went with another
	case st.op == store.OpDelete:
		return r.tx.Delete(st.collection, st.key, store.Condition{})
	case st.op == store.OpUpdate && !there:
		r.keep(st, nil, "It went with a record that is deleted again.")
		return nil
	}
	in, err := r.input(st, before)
	if err != nil {
		return err
	}
	if st.op == store.OpUpdate {
		return r.tx.Update(st.key, in, st.cond)
	}
	_, err = r.tx.Create(in)
	return err
}

func (r *run) keep(st *step, field *string, reason string) {
	r.plan.Kept = append(r.plan.Kept, Kept{st.collection.Name, st.collection.Key.Type.String(st.key), field, reason})
}

// input makes the input of a step.
func (r *run) input(st *step, before *store.Record) (*store.Input, error) {
	values := map[*schema.Field]json.RawMessage{}
	for f, raw := range st.values {
		if f.Relation == schema.ManyToMany {
			there, missing, err := r.linked(f, keysOf(f, raw))
			if err != nil {
				return nil, err
			}
			raw = keyList(f, there)
			if len(missing) > 0 {
				r.late = append(r.late, lateLink{st, f, missing})
			}
		}
		values[f] = raw
	}
	in, err := r.door.Bind(r.tx, st.collection, values, before)
	if err != nil {
		return nil, err
	}
	for f, v := range st.direct {
		in.Values[f] = v
	}
	return in, nil
}

// linked parts keys into those of records that are there and those that are not.
func (r *run) linked(f *schema.Field, keys []value.Value) (there, missing []value.Value, err error) {
	for _, k := range keys {
		_, err := r.tx.Record(f.To, k)
		switch {
		case err == nil:
			there = append(there, k)
		case errors.Is(err, store.ErrNotFound):
			missing = append(missing, k)
		default:
			return nil, nil, err
		}
	}
	return there, missing, nil
}

// link adds links to what has come back meanwhile.
func (r *run) link(l lateLink) error {
	there, missing, err := r.linked(l.field, l.keys)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		r.keep(l.step, &l.field.Name, "Some of the records that it was linked with are gone.")
	}
	if len(there) == 0 {
		return nil
	}
	before, err := r.tx.Record(l.step.collection, l.step.key)
	if errors.Is(err, store.ErrNotFound) {
		return nil // its own step was refused
	}
	if err != nil {
		return err
	}
	have, err := r.tx.Links(l.field, l.step.key)
	if err != nil {
		return err
	}
	all := sortedKeys(l.field, append(slices.Clone(have), there...))
	in, err := r.door.Bind(r.tx, l.step.collection, map[*schema.Field]json.RawMessage{l.field: all}, before)
	if err != nil {
		return err
	}
	return r.tx.Update(l.step.key, in, store.Condition{})
}

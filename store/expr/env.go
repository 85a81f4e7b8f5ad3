package expr

import (
	"fmt"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// The slots of the records that an expression reads: this, user, then one for each variable of .exists().
const (
	slotThis = iota
	slotUser
	slotLoop
	maxSlots = 32
)

// maxMembers bounds the members of to-many relations of user that are written into one SQL text, one by one.
const maxMembers = 1000

// ErrTooMany is a user with too many related records for an expression that combines each of them with the record.
var ErrTooMany = fmt.Errorf("expr: more than %d related records of the user", maxMembers)

// path is a record: a slot, the to-one steps from it, and the collection that they end in.
type path struct {
	slot  int
	steps []schema.Step
	coll  *schema.Collection
}

func (p path) with(s schema.Step) path {
	return path{p.slot, append(p.steps[:len(p.steps):len(p.steps)], s), s.Target()}
}

// shorten returns the path and field that hold a field of the record at the end of a path: the key of a foreign key's
// target stands in the foreign key column.
func shorten(p path, f *schema.Field) (path, *schema.Field) {
	n := len(p.steps) - 1
	if n >= 0 && p.steps[n].Reverse == nil && f == p.coll.Key {
		last := p.steps[n].Field
		return path{p.slot, p.steps[:n], last.Collection}, last
	}
	return p, f
}

func (p path) deps() uint64 { return 1 << p.slot }

// members is the to-many relation at the end of a path.
type members struct {
	of   path
	step schema.Step
}

// env is what an evaluation knows: the bindings and, by slot, the records in memory.
type env struct {
	bind   *Bindings
	sight  Sight
	recs   [maxSlots]Record
	known  uint64 // the slots that are in memory
	spread int    // members written so far
}

var noBindings Bindings

func newEnv(bind *Bindings) *env {
	if bind == nil {
		bind = &noBindings
	}
	e := &env{bind: bind, sight: bind.Sight}
	e.set(slotUser, bind.user())
	return e
}

func (e *env) set(slot int, r Record) {
	e.recs[slot] = r
	e.known |= 1 << slot
}

func (e *env) unset(slot int) { e.known &^= 1 << slot }

// static reports whether everything that has these dependencies is known.
func (e *env) static(deps uint64) bool { return deps&^e.known == 0 }

// record returns the record at the end of a path, nil where a relation is null or out of sight.
func (e *env) record(p path) (Record, error) {
	r := e.recs[p.slot]
	for _, s := range p.steps {
		if r == nil {
			return nil, nil
		}
		next, err := r.One(s)
		if err != nil || next == nil {
			return nil, err
		}
		if ok, err := e.mayStep(r, s, next); !ok || err != nil {
			return nil, err
		}
		r = next
	}
	return r, nil
}

// mayStep reports whether the step from one record to another is in sight: the field that makes it, and the record.
func (e *env) mayStep(from Record, s schema.Step, to Record) (bool, error) {
	if e.sight == nil {
		return true, nil
	}
	holder, field := from, s.Field
	if s.Reverse != nil {
		holder, field = to, s.Reverse.Field
	}
	if ok, err := e.sight.Field(field).Hold(holder); !ok || err != nil {
		return false, err
	}
	return e.sight.Records(s.Target()).Hold(to)
}

// value returns a field of the record at the end of a path, null where there is none or it is masked.
func (e *env) value(p path, f *schema.Field) (value.Value, error) {
	r, err := e.record(p)
	if err != nil || r == nil {
		return value.Null, err
	}
	if e.sight != nil {
		if ok, err := e.sight.Field(f).Hold(r); !ok || err != nil {
			return value.Null, err
		}
	}
	return r.Value(f)
}

// list returns the members of a to-many relation that are in sight.
func (e *env) list(m members) ([]Record, error) {
	r, err := e.record(m.of)
	if err != nil || r == nil {
		return nil, err
	}
	all, err := r.Many(m.step)
	if err != nil || e.sight == nil {
		return all, err
	}
	var seen []Record
	for _, to := range all {
		ok, err := e.mayStep(r, m.step, to)
		if err != nil {
			return nil, err
		}
		if ok {
			seen = append(seen, to)
		}
	}
	return seen, nil
}

// readPath reads a value along a path of to-one steps that may end with a plain field.
func readPath(r Record, p schema.Path) (value.Value, error) {
	e := newEnv(&Bindings{User: r})
	at := path{slot: slotUser}
	for i, s := range p {
		if i < len(p)-1 && (s.Reverse != nil || s.Field.To != nil) && !s.Many() {
			at = at.with(s)
			continue
		}
		switch {
		case s.Many():
			return value.Null, nil
		case s.Reverse != nil:
			return e.value(at.with(s), s.Target().Key)
		}
		return e.value(at, s.Field)
	}
	return value.Null, nil
}

// Hold reports whether the rules hold for a record.
func (r Rules) Hold(rec Record) (bool, error) {
	for _, list := range r.All {
		one := false
		for _, x := range list {
			t, err := x.Eval(rec, r.Bind)
			if err != nil {
				return false, err
			}
			if one = t == True; one {
				break
			}
		}
		if !one {
			return false, nil
		}
	}
	return true, nil
}

func stepName(s schema.Step) string {
	if s.Reverse != nil {
		return s.Reverse.Name
	}
	return s.Field.Name
}

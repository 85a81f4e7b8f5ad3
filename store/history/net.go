package history

import (
	"encoding/json"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// net is what some rows of the log did to one record, taken together.
type net struct {
	place
	first, last *row
	existed     bool            // before the first
	exists      bool            // after the last
	before      state           // the values that the rows changed, as they were before the first
	after       state           // the same after the last
	broken      map[string]bool // fields that others changed between the rows
	unknown     map[string]bool // fields whose values the log does not have
	erased      bool            // it was deleted, and the log does not know its values any more
}

// nets folds rows, in the order of the log, into one net for each record, in the order of their last rows.
func nets(list []*row) ([]*net, error) {
	by := map[place]*net{}
	var order []*net
	for _, x := range list {
		if x.Op != store.OpCreate && x.Op != store.OpUpdate && x.Op != store.OpDelete {
			continue
		}
		n := by[place{x.Collection, x.Key}]
		if n == nil {
			n = &net{
				place: place{x.Collection, x.Key}, first: x, existed: x.Op != store.OpCreate,
				before: state{}, after: state{}, broken: map[string]bool{}, unknown: map[string]bool{},
			}
			by[n.place] = n
			order = append(order, n)
		}
		if err := n.add(x); err != nil {
			return nil, err
		}
	}
	return order, nil
}

func (n *net) add(x *row) error {
	n.last = x
	switch x.Op {
	case store.OpCreate:
		n.exists, n.after = true, state{}
		return nil
	case store.OpDelete:
		n.exists, n.erased = false, n.erased || x.erased()
	default:
		n.exists = true
	}
	fields, err := x.fields()
	if err != nil {
		return err
	}
	for id, p := range fields {
		if !p.known() {
			n.unknown[id] = true
			continue
		}
		if _, ok := n.before[id]; !ok {
			n.before[id] = p[0]
		} else if after, ok := n.after[id]; ok && !same(after, p[0]) {
			n.broken[id] = true
		}
		if x.Op == store.OpUpdate {
			n.after[id] = p[1]
		}
	}
	return nil
}

// links is how a many-to-many list becomes what it was: by what was taken away and what was added, so that links that
// others made or broke since stay as they are.
func (n *net) links(f *schema.Field, now json.RawMessage) json.RawMessage {
	before, after := keysOf(f, n.before[f.ID]), keysOf(f, n.after[f.ID])
	gone, come := map[value.Value]bool{}, map[value.Value]bool{}
	for _, k := range before {
		gone[k] = true
	}
	for _, k := range after {
		if gone[k] {
			delete(gone, k) // it stayed
		} else {
			come[k] = true
		}
	}
	var keys []value.Value
	for _, k := range keysOf(f, now) {
		delete(gone, k)
		if !come[k] {
			keys = append(keys, k)
		}
	}
	for _, k := range before {
		if gone[k] {
			keys = append(keys, k)
		}
	}
	return sortedKeys(f, keys)
}

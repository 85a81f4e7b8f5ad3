package store

import (
	"encoding/json"
	"errors"
	"slices"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Images puts the rows of the log since some place together to one change for each record: as it was at the place, with
// what the log says, and as the reader sees it now. The changes are all those since the place, in order. Secrets that
// changed, and those of deleted records, are null or as they are now.
func (r *Reader) Images(changes []Change) ([]RecordChange, error) {
	byID := map[string]*schema.Collection{}
	for _, c := range r.Schema.Collections {
		byID[c.ID] = c
	}
	var order []recordID
	of := map[recordID][]Change{}
	var out []RecordChange
	for _, ch := range changes {
		c := byID[ch.Collection]
		if c == nil {
			continue // it is no longer there
		}
		if ch.Op == OpRewritten {
			out = append(out, RecordChange{Collection: c, Op: OpRewritten})
			continue
		}
		key, err := c.Key.Type.Parse(ch.Key)
		if err != nil {
			return nil, err
		}
		id := recordID{c, key}
		if of[id] == nil {
			order = append(order, id)
		}
		of[id] = append(of[id], ch)
	}
	for _, id := range order {
		ch, err := r.undo(id, of[id])
		if err != nil {
			return nil, err
		}
		out = append(out, ch)
	}
	return out, nil
}

// undo finds what a record was before some changes.
func (r *Reader) undo(id recordID, changes []Change) (RecordChange, error) {
	out := RecordChange{Collection: id.collection, Key: id.key, Op: OpUpdate}
	now, err := r.Record(id.collection, id.key)
	switch {
	case err == nil:
		out.After = now.Values
	case !errors.Is(err, ErrNotFound):
		return out, err
	}
	out.Before = slices.Clone(out.After)
	links := map[*schema.Field][]value.Value{}
	for _, ch := range slices.Backward(changes) {
		if !out.undo1(ch, links) {
			return RecordChange{Collection: id.collection, Op: OpRewritten}, nil
		}
	}
	switch {
	case out.Before == nil:
		out.Op = OpCreate
	case out.After == nil:
		out.Op = OpDelete
	}
	for _, f := range id.collection.ManyToMany {
		before, changed := links[f]
		if !changed {
			continue
		}
		after, err := r.linked(f, id.key)
		if err != nil {
			return out, err
		}
		out.Links = append(out.Links, LinksChange{f, before, after})
	}
	return out, nil
}

// undo1 takes Before one row of the log back. It is false where the row does not fit what is there.
func (out *RecordChange) undo1(ch Change, links map[*schema.Field][]value.Value) bool {
	if ch.Op == OpCreate {
		out.Before = nil
		return true
	}
	var diff map[string]json.RawMessage
	if json.Unmarshal(ch.Diff, &diff) != nil || (ch.Op == OpUpdate) == (out.Before == nil) {
		return false
	}
	if ch.Op == OpDelete {
		out.Before = make([]value.Value, len(out.Collection.Columns))
	}
	for _, f := range out.Collection.Fields {
		raw, found := diff[f.ID]
		if !found || f.Secret {
			continue
		}
		if ch.Op == OpUpdate {
			var pair [2]json.RawMessage
			if json.Unmarshal(raw, &pair) != nil {
				return false
			}
			raw = pair[0]
		}
		if f.Relation == schema.ManyToMany {
			keys, err := readKeys(f, raw)
			if err != nil {
				return false
			}
			links[f] = keys
			continue
		}
		v, err := f.Type.FromJSON(raw)
		if err != nil {
			return false
		}
		out.Before[f.Position] = v
	}
	return true
}

func readKeys(f *schema.Field, raw []byte) ([]value.Value, error) {
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil {
		return nil, err
	}
	keys := make([]value.Value, len(items))
	for i, item := range items {
		v, err := f.To.Key.Type.FromJSON(item)
		if err != nil {
			return nil, err
		}
		keys[i] = v
	}
	return keys, nil
}

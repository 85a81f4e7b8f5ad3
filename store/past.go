package store

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Past is a record as it was at some time. What its columns held that were made since is as it is now, and so are
// secrets, or null where the record is gone.
type Past struct {
	Values []value.Value
	Links  map[*schema.Field][]value.Value // of the many-to-many fields that were asked for
}

// Transition is a record before and after one change of the log; nil where it was not there.
type Transition struct{ Before, After *Past }

// Transitions returns what some changes of one record made of it, from what it is now and what the log says since. Links
// are read for some many-to-many fields.
func (r *Reader) Transitions(c *schema.Collection, changes []Change, links []*schema.Field) (map[int64]Transition, error) {
	wanted, first := map[int64]bool{}, changes[0].Cursor.seq
	for _, ch := range changes {
		wanted[ch.Cursor.seq] = true
		first = min(first, ch.Cursor.seq)
	}
	at, err := r.present(c, changes[0].Key, links)
	if err != nil {
		return nil, err
	}
	out := map[int64]Transition{}
	args := []sqlb.Arg{sqlb.T(c.ID), sqlb.T(changes[0].Key), sqlb.I(first)}
	err = r.Query("SELECT seq, op, diff FROM couplet_changes WHERE collection = $1 AND key = $2 AND seq >= $3 ORDER BY seq DESC", args, func(row db.Row) error {
		before, err := at.undo(c, row.Text(1), row.Text(2))
		if wanted[row.Int(0)] {
			out[row.Int(0)] = Transition{before, at}
		}
		at = before
		return err
	})
	return out, err
}

// present is a record as it is, nil where it is not there.
func (r *Reader) present(c *schema.Collection, keyText string, links []*schema.Field) (*Past, error) {
	key, err := c.Key.Type.Parse(keyText)
	if err != nil {
		return nil, err
	}
	rec, err := r.Record(c, key)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	p := &Past{rec.Values, map[*schema.Field][]value.Value{}}
	for _, f := range links {
		if p.Links[f], err = r.linked(f, key); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// undo returns the record as it was before a row of the log.
func (p *Past) undo(c *schema.Collection, op, detail string) (*Past, error) {
	switch {
	case op == OpCreate:
		return nil, nil
	case detail == "": // its values were erased
		return p, nil
	case op == OpDelete:
		p = &Past{Values: make([]value.Value, len(c.Columns))}
	case p == nil:
		return nil, nil // it went by a way that the log does not know
	}
	before := &Past{slices.Clone(p.Values), maps.Clone(p.Links)}
	if before.Links == nil {
		before.Links = map[*schema.Field][]value.Value{}
	}
	var said map[string]json.RawMessage
	if err := json.Unmarshal([]byte(detail), &said); err != nil {
		return nil, err
	}
	for _, f := range c.Fields {
		if raw, found := said[f.ID]; found && !f.Secret {
			before.put(f, raw, op == OpUpdate)
		}
	}
	return before, nil
}

// put sets a field to what the log says of it: the value, or the first of a pair. What does not fit the field, since it
// had another type then, is left as it is.
func (p *Past) put(f *schema.Field, raw json.RawMessage, pair bool) {
	if pair {
		var both [2]json.RawMessage
		if json.Unmarshal(raw, &both) != nil {
			return
		}
		raw = both[0]
	}
	if f.Relation != schema.ManyToMany {
		if v, err := f.Type.FromJSON(raw); err == nil {
			p.Values[f.Position] = v
		}
		return
	}
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return
	}
	keys := make([]value.Value, 0, len(items))
	for _, item := range items {
		if v, err := f.To.Key.Type.FromJSON(item); err == nil {
			keys = append(keys, v)
		}
	}
	p.Links[f] = keys
}

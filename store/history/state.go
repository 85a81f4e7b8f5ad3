package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// state is a record at some time: its values by field id as the API writes them, many-to-many keys included. A field
// that is not there is not known; a nil state is no record.
type state map[string]json.RawMessage

// present returns a record as it is stored now, nil for none.
func present(r *store.Reader, c *schema.Collection, key value.Value) (state, *store.Record, error) {
	rec, err := r.Record(c, key)
	if errors.Is(err, store.ErrNotFound) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	s := state{}
	for i, f := range c.Columns {
		if !f.Secret {
			s[f.ID] = f.Type.AppendJSON(nil, rec.Values[i])
		}
	}
	for _, f := range c.ManyToMany {
		keys, err := r.Links(f, key)
		if err != nil {
			return nil, nil, err
		}
		s[f.ID] = keyList(f, keys)
	}
	return s, rec, nil
}

func keyList(f *schema.Field, keys []value.Value) json.RawMessage {
	b := []byte{'['}
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = f.To.Key.Type.AppendJSON(b, k)
	}
	return append(b, ']')
}

// keysOf reads a list of many-to-many keys. Keys that the target cannot have any more are left out.
func keysOf(f *schema.Field, raw json.RawMessage) []value.Value {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil {
		return nil
	}
	var keys []value.Value
	for _, item := range items {
		if v, err := f.To.Key.Type.FromJSON(item); err == nil {
			keys = append(keys, v)
		}
	}
	return keys
}

// columnValue reads a column's value. JSON's null is a value of a field that cannot be empty.
func columnValue(f *schema.Field, raw json.RawMessage) (value.Value, error) {
	v, err := f.Type.FromJSON(raw)
	if err == nil && v.IsNull() && f.Type.Kind == value.JSON && !f.Null {
		v = value.Text("null")
	}
	return v, err
}

// before returns the record as it was before a row that led to s.
func (s state) before(x *row) (state, error) {
	switch x.Op {
	case store.OpCreate:
		return nil, nil
	case store.OpDelete, store.OpUpdate:
	default:
		return s, nil
	}
	fields, err := x.fields()
	if err != nil {
		return nil, err
	}
	out := state{}
	if x.Op == store.OpUpdate {
		maps.Copy(out, s)
	}
	for id, p := range fields {
		if p[0] == nil {
			delete(out, id)
		} else {
			out[id] = p[0]
		}
	}
	return out, nil
}

func same(a, b json.RawMessage) bool { return bytes.Equal(a, b) }

package api

import (
	"encoding/json"
	"net/url"
	"strconv"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// chosenRecords is how a body names records: by ids, or by filter and q.
type chosenRecords struct {
	IDs    *[]json.RawMessage `json:"ids" openapi:"optional"`
	Filter *string            `json:"filter" openapi:"optional"`
	Q      *string            `json:"q" openapi:"optional"`
}

// choice is what a body's ids, or its filter and q, come to.
type choice struct {
	found   []value.Value // in the caller's sight, in the order of the keys
	missing []value.Value // of ids, those that are not
}

// choose finds the records that a body names, at most so many.
func (r *resource) choose(c *Call, rd *store.Reader, in chosenRecords, most int) (out choice, err error) {
	if (in.IDs == nil) == (in.Filter == nil && in.Q == nil) {
		return out, rest.Validation(rest.FieldError("ids", "Name records by ids, or by filter and q.", "required"))
	}
	coll := r.def.Collection
	if in.IDs == nil {
		list, err := r.filtered(c, rd, in)
		if err != nil {
			return out, err
		}
		list.Order, list.Limit = byKey(coll), most+1
		rows, err := list.Run(rd)
		if len(rows) > most {
			return out, tooMany(most)
		}
		return choice{found: keysOf(rows)}, err
	}
	keys, err := r.keys(*in.IDs)
	if err != nil {
		return out, err
	}
	if len(keys) > most {
		return out, tooMany(most)
	}
	return r.sighted(c, rd, keys)
}

// filtered is the list that a body's filter and q come to.
func (r *resource) filtered(c *Call, rd *store.Reader, in chosenRecords) (*query.List, error) {
	s, err := r.selection(url.Values{"filter": {deref(in.Filter)}, "q": {deref(in.Q)}}, &rest.Errors{})
	if err != nil {
		return nil, err
	}
	return s.list(c, rd)
}

// sighted parts keys into those of records in the caller's sight and the others.
func (r *resource) sighted(c *Call, rd *store.Reader, keys []value.Value) (out choice, err error) {
	coll := r.def.Collection
	for start := 0; start < len(keys); start += textsPage {
		some := keys[start:min(start+textsPage, len(keys))]
		list := query.List{Shape: query.NewShape(coll), Scope: c.Scope, Where: []query.Cond{query.Keys(coll, some)}, Order: byKey(coll)}
		rows, err := list.Run(rd)
		if err != nil {
			return out, err
		}
		seen := make(map[value.Value]bool, len(rows))
		for _, row := range rows {
			seen[row.Key()] = true
		}
		for _, key := range some {
			if seen[key] {
				out.found = append(out.found, key)
			} else {
				out.missing = append(out.missing, key)
			}
		}
	}
	return out, nil
}

func tooMany(most int) error {
	return rest.TooLarge("These are more than " + strconv.Itoa(most) + " records. Choose fewer.")
}

func keysOf(rows []*query.Row) []value.Value {
	keys := make([]value.Value, len(rows))
	for i, row := range rows {
		keys[i] = row.Key()
	}
	return keys
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

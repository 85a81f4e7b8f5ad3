package api

import (
	"errors"
	"strconv"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Bounds of what is said of a delete beforehand.
const (
	maxImpact      = 200_000 // records that are followed
	impactExamples = 3
)

// impactBody is what deleting records would do to others.
type impactBody struct {
	Count   int          `json:"count" doc:"Of the records that were asked about."`
	Blocked bool         `json:"blocked" doc:"The delete would be refused."`
	Effects []effectBody `json:"effects"`
}

// effectBody is about the records that refer by one field; of a collection that the caller may not view it names none.
type effectBody struct {
	Effect     string       `json:"effect" openapi:"enum=cascade|protect|restrict|set_null|set_default|do_nothing|unlink"`
	Collection *string      `json:"collection"`
	Field      *string      `json:"field"`
	Count      int          `json:"count"`
	Hidden     int          `json:"hidden" doc:"How many of them the caller may not view."`
	Examples   []pickedBody `json:"examples"`
}

// impactOne answers what deleting the record that the path names would do.
func (r *resource) impactOne(c *Call) (*Answer, error) {
	return r.impactOf(c, func(rd *store.Reader) ([]value.Value, error) {
		row, err := r.get(c, rd, query.NewShape(r.def.Collection))
		if err != nil {
			return nil, err
		}
		return []value.Value{row.Key()}, nil
	})
}

// impactMany answers what deleting the records that the body names would do.
func (r *resource) impactMany(c *Call) (*Answer, error) {
	var in chosenRecords
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	return r.impactOf(c, func(rd *store.Reader) ([]value.Value, error) {
		chosen, err := r.choose(c, rd, in, maxImpact)
		return chosen.found, err
	})
}

func (r *resource) impactOf(c *Call, find func(*store.Reader) ([]value.Value, error)) (*Answer, error) {
	var out impactBody
	err := c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		keys, err := find(rd)
		if err != nil {
			return err
		}
		impacts, err := rd.Impacts(r.def.Collection, keys, maxImpact)
		if err != nil {
			return err
		}
		out = impactBody{Count: len(keys), Effects: []effectBody{}}
		for _, i := range impacts {
			effect, err := c.effect(rd, i)
			if err != nil {
				return err
			}
			out.Blocked = out.Blocked || i.Blocks()
			out.Effects = append(out.Effects, effect)
		}
		return nil
	})
	if errors.Is(err, store.ErrTooMany) {
		err = rest.TooLarge("More than " + strconv.Itoa(maxImpact) + " records would go. Choose fewer.")
	}
	if err != nil {
		return nil, err
	}
	body, err := encode(out)
	return &Answer{Status: 200, Body: body}, err
}

// effect tells of an impact what the caller may know.
func (c *Call) effect(rd *store.Reader, i *store.Impact) (effectBody, error) {
	coll := i.Field.Collection
	out := effectBody{Effect: string(i.Effect), Count: len(i.Keys), Hidden: len(i.Keys), Examples: []pickedBody{}}
	if c.Scope.Grant(coll, schema.View).None {
		return out, nil
	}
	out.Collection = &coll.Name
	if c.Scope.Readable(i.Field) {
		out.Field = &i.Field.Name
	}
	var examples []value.Value
	for start := 0; start < len(i.Keys); start += textsPage {
		some := i.Keys[start:min(start+textsPage, len(i.Keys))]
		list := query.List{Shape: query.NewShape(coll), Scope: c.Scope, Where: []query.Cond{query.Keys(coll, some)}, Order: byKey(coll)}
		rows, err := list.Run(rd)
		if err != nil {
			return out, err
		}
		out.Hidden -= len(rows)
		for _, row := range rows[:min(len(rows), impactExamples-len(examples))] {
			examples = append(examples, row.Key())
		}
	}
	names, err := c.textsOf(rd, coll, examples)
	for _, key := range examples {
		one := pickedBody{Key: wireKey(coll, key)}
		if text, ok := names[key]; ok {
			one.Display = &text
		}
		out.Examples = append(out.Examples, one)
	}
	return out, err
}

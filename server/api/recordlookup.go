package api

import (
	"errors"
	"net/url"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Sizes of a page of a relation's picker.
const (
	pickLimit    = 20
	pickLimitMax = 200
)

// pick answers the records of a collection by key and name, for whoever is to choose one: those whose texts or names
// have q=, the one whose key it is first.
func (r *resource) pick(c *Call) (*Answer, error) {
	raw, s, errs, err := r.query(c, "limit", "after")
	if err != nil {
		return nil, err
	}
	limit := number(raw, "limit", pickLimit, 1, pickLimitMax, errs)
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	p := &picks{selection: s, words: raw.Get("q"), limit: limit}
	if after := raw.Get("after"); after != "" {
		place, ok := decodePlace(after, pickOrder)
		if !ok {
			return nil, badPlace("after")
		}
		p.after = place
	}
	body := []byte(`{"results":`)
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		var next string
		body, next, err = p.append(body, c, rd)
		body = append(body, `,"next":`...)
		if next == "" {
			body = append(body, "null}"...)
		} else {
			body = append(value.AppendJSONString(body, next), '}')
		}
		return err
	})
	if errors.Is(err, query.ErrPlace) {
		err = badPlace("after")
	}
	return &Answer{Status: 200, Body: body}, err
}

// pickOrder stands for the order of picks in tokens of places.
const pickOrder = "~lookup"

// picks are the first few records of a selection by key and name.
type picks struct {
	*selection
	words string
	limit int
	after []value.Value
}

// list is the picks' list. It is ordered by the name where an index serves that.
func (p *picks) list(c *Call, rd *store.Reader) (*query.List, error) {
	coll, d := p.resource.def.Collection, c.compiled.displays[p.resource.def.Collection]
	where, err := p.where(c, rd, p.resource.picking)
	if p.words != "" && !p.resource.searches() {
		where = append(where, query.Or{}) // there are no texts that could have the words
	}
	list := &query.List{Shape: d.Shape(), Scope: c.Scope, Where: where, Limit: p.limit + 1, After: p.after}
	if d.Plain() && query.Served(coll, d.Field()) {
		list.Order = []schema.Order{{Path: []*schema.Field{d.Field()}}}
	}
	return list, err
}

// searches reports whether there is anything in which words can be looked for.
func (r *resource) searches() bool {
	return len(r.def.Search) > 0 || r.picking != r.listing
}

// append appends the picks as a JSON list, and returns the token of the page that follows.
func (p *picks) append(dst []byte, c *Call, rd *store.Reader) (body []byte, next string, err error) {
	list, err := p.list(c, rd)
	if err != nil {
		return nil, "", err
	}
	first, err := p.named(c, rd)
	if err != nil {
		return nil, "", err
	}
	if first != nil {
		list.Where = append(list.Where, query.Not{Cond: query.Key(p.resource.def.Collection, first.Key())})
	}
	rows, places, err := list.RunPlaces(rd)
	if err != nil {
		return nil, "", err
	}
	if len(rows) > p.limit {
		rows, next = rows[:p.limit], encodePlace(places[p.limit-1], pickOrder)
	}
	if first != nil && len(p.after) == 0 {
		rows = append([]*query.Row{first}, rows...)
	}
	d, typ := c.compiled.displays[p.resource.def.Collection], p.resource.def.Collection.Key.Type
	dst = append(dst, '[')
	for i, row := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(typ.AppendJSON(append(dst, `{"key":`...), row.Key()), `,"display":`...)
		if text, ok := d.Text(row, sightOf(c.Scope)); ok {
			dst = value.AppendJSONString(dst, text)
		} else {
			dst = append(dst, "null"...)
		}
		dst = append(dst, '}')
	}
	return append(dst, ']'), next, nil
}

// named is the record whose key the words are, within filter= and ids=; nil where there is none.
func (p *picks) named(c *Call, rd *store.Reader) (*query.Row, error) {
	coll := p.resource.def.Collection
	key, err := coll.Key.Type.Parse(strings.TrimSpace(p.words))
	if err != nil || p.words == "" {
		return nil, nil //nolint:nilerr // words that are no key name nothing
	}
	plain := *p.selection
	if plain.params, err = rest.ParseParams(url.Values{"filter": {p.params.Get("filter")}}.Encode()); err != nil {
		return nil, err
	}
	where, err := plain.where(c, rd, p.resource.listing)
	if err != nil {
		return nil, err
	}
	row, err := query.Get(rd, c.compiled.displays[coll].Shape(), c.Scope, append(where, query.Key(coll, key))...)
	if errors.Is(err, query.ErrNotFound) {
		return nil, nil
	}
	return row, err
}

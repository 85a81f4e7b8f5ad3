package api

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/value"
)

// Bounds of a search through all collections.
const (
	searchLimit    = 5
	searchLimitMax = 20
	searchTime     = 300 * time.Millisecond // for each collection
	searchTimeAll  = 3 * time.Second
)

var searchNames = []string{"q", "limit", "collections"}

// search answers a few records of each collection that have q= in their texts or names.
func (c *Call) search() (any, error) {
	raw, err := url.ParseQuery(c.Query)
	if err != nil {
		return nil, rest.ParseError("The query string is not well formed.")
	}
	errs := &rest.Errors{}
	knownParameters(raw, searchNames, errs)
	limit, q := number(raw, "limit", searchLimit, 1, searchLimitMax, errs), strings.TrimSpace(raw.Get("q"))
	if q == "" {
		errs.Put("q", rest.Fail("Give the words to look for.", "required"))
	}
	resources := c.searched(raw, errs)
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	until := time.Now().Add(searchTimeAll)
	body, unfinished := []byte(`{"results":[`), []string{}
	for _, r := range resources {
		body, err = r.searchOne(c, body, q, limit, until)
		if late(c, err) {
			unfinished = append(unfinished, r.def.Collection.Name)
		} else if err != nil {
			return nil, err
		}
	}
	names, err := encode(unfinished)
	body = append(append(append(body, `],"unfinished":`...), names...), '}')
	return &Answer{Status: 200, Body: body}, err
}

// searched are the full resources that a search looks through.
func (c *Call) searched(raw url.Values, errs *rest.Errors) (list []*resource) {
	var names []string
	if text := raw.Get("collections"); text != "" {
		names = strings.Split(text, ",")
	}
	for _, name := range names {
		if c.viewed(name) == nil {
			errs.Put("collections", rest.Fail("There is no collection "+strconv.Quote(name)+".", "invalid_choice"))
		}
	}
	for _, coll := range c.compiled.state.Schema.Collections {
		if c.viewed(coll.Name) != nil && (names == nil || slices.Contains(names, coll.Name)) {
			list = append(list, c.compiled.full[coll.Name])
		}
	}
	return list
}

// searchOne appends what one collection has, nothing where that is nothing. It gives up after its time with errLate,
// and has appended nothing then.
func (r *resource) searchOne(c *Call, dst []byte, q string, limit int, until time.Time) ([]byte, error) {
	sub := *c
	sub.Scope = c.Scope.WithResource(r.def)
	errs := &rest.Errors{}
	s, err := r.selection(url.Values{"q": {q}}, errs)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithDeadline(c.Context(), earlier(until, time.Now().Add(searchTime)))
	defer cancel()
	p := &picks{selection: s, words: q, limit: limit}
	n := len(dst)
	err = c.API.Store.Read(ctx, sub.Scope, func(rd *store.Reader) error {
		if n > len(`{"results":[`) {
			dst = append(dst, ',')
		}
		dst = value.AppendJSONString(append(dst, `{"collection":`...), r.def.Collection.Name)
		dst = value.AppendJSONString(append(dst, `,"label":`...), r.def.Collection.LabelPlural)
		head := len(dst) + len(`,"records":`)
		body, next, err := p.append(append(dst, `,"records":`...), &sub, rd)
		if err != nil {
			return err
		}
		if len(body) == head+len("[]") {
			dst = dst[:n]
			return nil
		}
		dst = append(strconv.AppendBool(append(body, `,"more":`...), next != ""), '}')
		return nil
	})
	if err != nil {
		return dst[:n], lateError(ctx, err)
	}
	return dst, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

package api

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// selection is which records of a collection a request to its full resource is about: those in the caller's sight that
// meet filter= and q=, and are among ids=.
type selection struct {
	resource *resource
	params   *rest.Params
	keys     []value.Value
	chosen   bool // ids= was given
}

// selectionNames are the parameters of a selection.
var selectionNames = []string{"filter", "q", "ids"}

// maxIDs is how many keys ids= may have.
const maxIDs = 1000

// query reads the query string of a request to a full resource and its selection; what else it may hold is in more.
func (r *resource) query(c *Call, more ...string) (url.Values, *selection, *rest.Errors, error) {
	raw, err := url.ParseQuery(c.Query)
	if err != nil {
		return nil, nil, nil, rest.ParseError("The query string is not well formed.")
	}
	errs := &rest.Errors{}
	for name := range raw {
		if !slices.Contains(selectionNames, name) && !slices.Contains(more, name) && name != "format" {
			errs.Put(name, rest.Fail("There is no such parameter. This resource is narrowed by filter=, an expression.", "invalid"))
		}
	}
	s, err := r.selection(raw, errs)
	return raw, s, errs, err
}

// selection reads filter, q and ids. The parameters that it leaves are those of a list of a public resource.
func (r *resource) selection(raw url.Values, errs *rest.Errors) (*selection, error) {
	s := &selection{resource: r, chosen: raw.Has("ids")}
	for _, text := range keyTexts(raw["ids"]) {
		key, err := r.def.Collection.Key.Type.Parse(text)
		if err != nil {
			errs.Put("ids", rest.Fail(strconv.Quote(text)+" is not a key of "+r.def.Collection.Name+".", "invalid"))
			continue
		}
		s.keys = append(s.keys, key)
	}
	if len(s.keys) > maxIDs {
		errs.Put("ids", rest.Fail("Give at most "+strconv.Itoa(maxIDs)+" keys.", "max_length"))
	}
	raw.Set("search", raw.Get("q"))
	var err error
	s.params, err = rest.ParseParams(raw.Encode())
	return s, err
}

// keyTexts reads keys from ids=: with commas between them, or as a JSON list; and each ids= adds to the others.
func keyTexts(given []string) (keys []string) {
	for _, text := range given {
		var list []json.RawMessage
		if strings.HasPrefix(text, "[") && json.Unmarshal([]byte(text), &list) == nil {
			for _, raw := range list {
				keys = append(keys, keyText(raw))
			}
			continue
		}
		for part := range strings.SplitSeq(text, ",") {
			if part != "" {
				keys = append(keys, part)
			}
		}
	}
	return keys
}

// keyText is a key in JSON as a text: a string's content, a number's digits.
func keyText(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil && string(raw) != "null" {
		return text
	}
	return string(raw)
}

// where returns the selection's conditions; q= searches as the listing says.
func (s *selection) where(c *Call, rd *store.Reader, listing *rest.Listing) ([]query.Cond, error) {
	where, err := listing.Where(rest.ListInput{Params: s.params, Scope: c.Scope, Find: rd})
	if err != nil || !s.chosen {
		return where, err
	}
	return append(where, s.among()), nil
}

// among is the condition of ids=.
func (s *selection) among() query.Cond {
	if len(s.keys) == 0 {
		return query.Or{}
	}
	return query.Keys(s.resource.def.Collection, s.keys)
}

// list is the whole selection, its records' keys alone.
func (s *selection) list(c *Call, rd *store.Reader) (*query.List, error) {
	where, err := s.where(c, rd, s.resource.listing)
	return &query.List{Shape: query.NewShape(s.resource.def.Collection), Scope: c.Scope, Where: where}, err
}

// order reads order=, of which it tells what cannot be ordered by.
func (r *resource) order(c *Call, raw url.Values, s *selection, errs *rest.Errors) (*rest.Params, error) {
	for name := range strings.SplitSeq(raw.Get("order"), ",") {
		if name = strings.TrimPrefix(strings.TrimSpace(name), "-"); name != "" && !r.orders(c, name) {
			errs.Put("order", rest.Fail("There is no field "+strconv.Quote(name)+" to order by.", "invalid"))
		}
	}
	raw.Set("ordering", raw.Get("order"))
	var err error
	s.params, err = rest.ParseParams(raw.Encode())
	return s.params, err
}

// orders reports whether the caller can order by a name. A field that he may not read is none, as filter= has it.
func (r *resource) orders(c *Call, name string) bool {
	for _, o := range r.def.OrderingFields {
		if o.Name == name {
			f := r.def.Collection.Field(name)
			return f == nil || c.Scope.Readable(f)
		}
	}
	return false
}

// number reads a parameter that is a whole number.
func number(raw url.Values, name string, otherwise, least, most int, errs *rest.Errors) int {
	text := raw.Get(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most {
		errs.Put(name, rest.Fail("Enter a whole number from "+strconv.Itoa(least)+" to "+strconv.Itoa(most)+".", "invalid"))
		return otherwise
	}
	return n
}

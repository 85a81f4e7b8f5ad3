package api

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// batchRequest is a list of writes that happen together or not at all.
type batchRequest struct {
	Requests []batchItem `json:"requests"`
}

// batchItem is one write: POST on a list, PUT, PATCH or DELETE on a record, of a public resource or a full one.
type batchItem struct {
	Method  string          `json:"method"`
	Path    string          `json:"path"`
	Body    json.RawMessage `json:"body,omitempty"`
	IfMatch string          `json:"if_match,omitempty"`
}

type batchBody struct {
	Changeset string        `json:"changeset"`
	Responses []batchAnswer `json:"responses"`
}

type batchAnswer struct {
	Status int             `json:"status"`
	ETag   string          `json:"etag,omitempty"` // as the header of a single request
	Body   json.RawMessage `json:"body,omitempty"`
}

// maxBatch is how many writes one batch may hold.
const maxBatch = 1000

// batchError says which write of a batch was refused.
type batchError struct {
	index int
	err   error
}

func (e *batchError) Error() string { return "request " + strconv.Itoa(e.index) + ": " + e.err.Error() }

// batch runs alone, with foreign keys looked at when it ends, so that its writes may refer to each other in any order.
func (c *Call) batch() (any, error) {
	var in batchRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if len(in.Requests) == 0 || len(in.Requests) > maxBatch {
		return nil, rest.Validation(rest.FieldError("requests", "Give 1 to "+strconv.Itoa(maxBatch)+" requests.", "invalid"))
	}
	for i, item := range in.Requests { // each write counts where its resource is throttled
		if r, _, ok := c.batchTarget(item.Path); ok && r.def.ThrottleScope != "" {
			if err := c.count(r.def.ThrottleScope); err != nil {
				return c.batchRefused(&batchError{i, err}), nil //nolint:nilerr // the answer tells it
			}
		}
	}
	c.coming = c.announced(in.Requests)
	keys := make([]value.Value, len(in.Requests))
	changeset, err := c.API.Store.WriteDeferred(c.Context(), c.origin("rest"), func(tx *store.Tx) error {
		for i, item := range in.Requests {
			var err error
			if keys[i], err = c.batchWrite(tx, item); err != nil {
				return &batchError{i, err}
			}
		}
		return nil
	})
	var refused *batchError
	if errors.As(err, &refused) {
		return c.batchRefused(refused), nil
	}
	if err != nil {
		return nil, err
	}
	return c.batchAnswers(in.Requests, keys, changeset)
}

// batchRefused is the answer of the write that was refused, with its place.
func (c *Call) batchRefused(e *batchError) *Answer {
	a := c.failure(e.err)
	body := append([]byte(`{"request":`), strconv.Itoa(e.index)...)
	a.Body = append(append(append(body, `,"errors":`...), a.Body...), '}')
	return a
}

// batchTarget finds the resource of a path, and the lookup of a record in it.
func (c *Call) batchTarget(path string) (r *resource, lookup string, ok bool) {
	resources := c.compiled.resources
	below, is := strings.CutPrefix(path, prefix)
	if full, system := strings.CutPrefix(path, systemPrefix+"records/"); system {
		resources, below = c.compiled.full, full
	}
	if !is || !strings.HasSuffix(path, "/") {
		return nil, "", false
	}
	parts := strings.Split(strings.Trim(below, "/"), "/")
	if r = resources[parts[0]]; r == nil || len(parts) > 2 || r.def.ReadOnly {
		return nil, "", false
	}
	if len(parts) == 2 {
		var err error
		if lookup, err = url.PathUnescape(parts[1]); err != nil {
			return nil, "", false
		}
	}
	return r, lookup, true
}

func (c *Call) batchWrite(tx *store.Tx, item batchItem) (value.Value, error) {
	r, lookup, ok := c.batchTarget(item.Path)
	if !ok {
		return value.Null, &rest.APIError{Status: 404, Code: "not_found", Detail: "There is no resource to write to at " + strconv.Quote(item.Path) + "."}
	}
	if (lookup == "") != (item.Method == http.MethodPost) || actionOf[item.Method] == "" {
		return value.Null, rest.MethodNotAllowed(item.Method)
	}
	sub := *c
	sub.Method, sub.Scope, sub.Query, sub.params = item.Method, c.Scope.WithResource(r.def), "", &rest.Params{}
	sub.Lookup = lookup
	if !r.may(&sub, item.Method) {
		return value.Null, c.denied()
	}
	tx.Scope = sub.Scope
	if item.Method == http.MethodPost {
		input, err := r.bindBatch(&sub, tx, item, nil)
		if err != nil {
			return value.Null, err
		}
		key, err := tx.Create(input)
		return key, r.orWriteError(c, err)
	}
	row, err := r.get(&sub, &tx.Reader, query.NewShape(r.def.Collection))
	if err != nil {
		return value.Null, err
	}
	key := row.Key()
	if item.Method == http.MethodDelete {
		return key, r.orWriteError(c, tx.Delete(r.def.Collection, key, conditionOf(item.IfMatch)))
	}
	rec, err := tx.Record(r.def.Collection, key)
	if err != nil {
		return key, err
	}
	input, err := r.bindBatch(&sub, tx, item, rec)
	if err != nil {
		return key, err
	}
	return key, r.orWriteError(c, tx.Update(key, input, conditionOf(item.IfMatch)))
}

func (r *resource) orWriteError(c *Call, err error) error {
	if err == nil {
		return nil
	}
	return r.writeError(c, err)
}

func (r *resource) bindBatch(c *Call, tx *store.Tx, item batchItem, rec *store.Record) (*store.Input, error) {
	node, err := rest.ParseBody("application/json", item.Body)
	if err != nil {
		return nil, err
	}
	opt := r.bindOptions(c, &tx.Reader)
	opt.Lookups = comingLookups{opt.Lookups, c.coming}
	if rec != nil {
		opt.Instance, opt.Partial = rec, item.Method == http.MethodPatch
	}
	return r.serializer.Bind(node, opt)
}

// batchAnswers renders what was written.
func (c *Call) batchAnswers(items []batchItem, keys []value.Value, changeset string) (any, error) {
	out := batchBody{Changeset: changeset, Responses: make([]batchAnswer, len(items))}
	err := c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		for i, item := range items {
			status := map[string]int{http.MethodPost: 201, http.MethodDelete: 204}[item.Method]
			if status == 0 {
				status = 200
			}
			out.Responses[i].Status = status
			if status == 204 {
				continue
			}
			r, _, _ := c.batchTarget(item.Path)
			row, err := query.Get(rd, r.detail, rd.SystemScope(), query.Key(r.def.Collection, keys[i]))
			if errors.Is(err, query.ErrNotFound) {
				continue // a later write of the batch deleted it
			}
			if err != nil {
				return err
			}
			a, err := r.answer(c, rd, shown{r.serializer, r.detail, r.version}, row, status)
			if err != nil {
				return err
			}
			out.Responses[i].ETag, out.Responses[i].Body = etagOf(a), a.Body
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	body, err := encode(out)
	return &Answer{Status: http.StatusOK, Body: body, Headers: [][2]string{{"Couplet-Changeset", changeset}}}, err
}

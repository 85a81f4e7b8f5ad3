package api

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// records answers /api/_/records/{collection}/…: the full resource that every collection has.
func (a *API) records(c fiber.Ctx) error {
	path := string(c.Request().URI().PathOriginal())
	parts := strings.Split(strings.Trim(strings.TrimPrefix(path, systemPrefix+"records/"), "/"), "/")
	r := a.current().full[parts[0]]
	if r == nil || len(parts) > 2 || !strings.HasSuffix(path, "/") {
		return a.NotFound(c)
	}
	call := a.newCall(c, r.fullList())
	if len(parts) == 2 {
		if parts[1] == "count" || parts[1] == "validate" {
			call.View = r.fullExtra(parts[1])
		} else {
			lookup, err := url.PathUnescape(parts[1])
			if err != nil {
				return a.NotFound(c)
			}
			call.View, call.Lookup = r.fullOne(), lookup
		}
	}
	return call.run()
}

// fullView is a view of the full resource as the system API has them: JSON only.
func (r *resource) fullView(from *View, handle func(*Call) (*Answer, error)) *View {
	v := *from
	v.Authentication, v.Renderers, v.Handle, v.resource = systemClasses, rest.Renderers[:1], handle, nil
	v.route = systemPrefix + "records/" + strings.TrimPrefix(from.route, prefix)
	return &v
}

func (r *resource) fullList() *View {
	return r.fullView(r.list, func(c *Call) (*Answer, error) {
		if c.Method == "POST" {
			return r.createOnce(c)
		}
		return r.fullIndex(c)
	})
}

func (r *resource) fullOne() *View {
	return r.fullView(r.one, func(c *Call) (*Answer, error) { return withVersion(r.record(c)) })
}

func (r *resource) fullExtra(name string) *View {
	v := r.fullView(r.list, r.countRecords)
	v.Methods, v.route = []string{"GET"}, v.route+name+"/"
	if name == "validate" {
		v.Methods, v.Handle = []string{"POST"}, r.validate
	}
	return v
}

// Sizes of a page of the full resource.
const (
	fullLimit    = 50
	fullLimitMax = 1000
)

// fullIndex answers a list of the full resource: filter= (an expression), order=, q=, and a page by after= (the next of
// the page before) or offset=, with limit=. It does not count.
func (r *resource) fullIndex(c *Call) (*Answer, error) {
	list, err := r.fullQuery(c)
	if err != nil {
		return nil, err
	}
	v, err := r.variant(c)
	if err != nil {
		return nil, err
	}
	if asksExport(c.params) {
		v, err := r.listVariant(c)
		if err != nil {
			return nil, err
		}
		return r.export(c, v, list.Order, nil)
	}
	list.Shape = v.detail
	limit := list.Limit
	list.Limit++ // one more tells whether there is a next page
	body := []byte(`{"results":[`)
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		where, err := r.listing.Where(rest.ListInput{Params: c.params, Scope: c.Scope, Find: rd})
		if err != nil {
			return err
		}
		list.Where = where
		start := time.Now()
		rows, _, err := list.RunPage(rd)
		if err != nil {
			return err
		}
		c.noteSlow(list, uncounted, time.Since(start))
		more := len(rows) > limit
		if more {
			rows = rows[:limit]
		}
		ctx := c.context()
		for i, row := range rows {
			if i > 0 {
				body = append(body, ',')
			}
			body = appendVersion(v.serializer.AppendJSON(body, row, ctx), v.version.of(row))
		}
		body = append(body, `],"next":`...)
		if !more {
			body = append(body, "null}"...)
			return nil
		}
		next, err := r.placeAfter(c, rd, list, rows[limit-1])
		body = append(value.AppendJSONString(body, next), '}')
		return err
	})
	if errors.Is(err, query.ErrPlace) {
		return nil, errPlace
	}
	if err != nil {
		return nil, err
	}
	return &Answer{Status: 200, Body: body, Headers: [][2]string{{"ETag", listTag(body)}}}, nil
}

// fullQuery reads the parameters of a list.
func (r *resource) fullQuery(c *Call) (*query.List, error) {
	raw, err := url.ParseQuery(c.Query)
	if err != nil {
		return nil, rest.ParseError("The query string is not well formed.")
	}
	known := map[string]bool{"filter": true, "order": true, "q": true, "after": true, "offset": true, "limit": true,
		"fields": true, "omit": true, "format": true}
	for _, name := range exportNames {
		known[name] = true
	}
	errs := &rest.Errors{}
	for name := range raw {
		if !known[name] {
			errs.Put(name, rest.Fail("There is no such parameter. This resource is narrowed by filter=, an expression.", "invalid"))
		}
	}
	list := &query.List{Scope: c.Scope, Limit: number(raw, "limit", fullLimit, 1, fullLimitMax, errs)}
	list.Offset = number(raw, "offset", 0, 0, 1<<31, errs)
	for name := range strings.SplitSeq(raw.Get("order"), ",") {
		if name = strings.TrimPrefix(strings.TrimSpace(name), "-"); name != "" && !r.orders(c, name) {
			errs.Put("order", rest.Fail("There is no field "+strconv.Quote(name)+" to order by.", "invalid"))
		}
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	if c.params, err = publicWords(c.Query); err != nil {
		return nil, err
	}
	list.Order = r.listing.Order(c.params, c.Scope)
	if after := raw.Get("after"); after != "" {
		list.After, err = decodePlace(after, raw.Get("order"))
	}
	return list, err
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

// placeAfter is the token of the page after a row: the values of the list's order at that row.
func (r *resource) placeAfter(c *Call, rd *store.Reader, list *query.List, row *query.Row) (string, error) {
	one := *list
	one.Limit, one.Offset, one.After = 1, 0, nil
	one.Where = []query.Cond{query.Key(r.def.Collection, row.Key())}
	_, place, err := one.RunPage(rd)
	if err != nil {
		return "", err
	}
	return encodePlace(place, c.params.Get("ordering")), nil
}

// encodePlace writes a place and the order in which it is one.
func encodePlace(place []value.Value, order string) string {
	parts := []any{order}
	for _, v := range place {
		switch v.Class() {
		case value.ClassNull:
			parts = append(parts, nil)
		case value.ClassInt:
			parts = append(parts, "i"+strconv.FormatInt(v.Int(), 10))
		case value.ClassFloat:
			parts = append(parts, "f"+strconv.FormatFloat(v.Float(), 'g', -1, 64))
		case value.ClassText:
			parts = append(parts, "t"+v.Text())
		}
	}
	b, _ := json.Marshal(parts) //nolint:errchkjson // texts and nulls only
	return base64.RawURLEncoding.EncodeToString(b)
}

var errPlace = rest.Validation(rest.FieldError("after", "This is not the next of a page in this order.", "invalid"))

func decodePlace(text, order string) ([]value.Value, error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	var parts []*string
	if err != nil || json.Unmarshal(b, &parts) != nil || len(parts) < 2 || parts[0] == nil || *parts[0] != order {
		return nil, errPlace
	}
	parts = parts[1:]
	place := make([]value.Value, len(parts))
	for i, p := range parts {
		if p == nil || *p == "" {
			continue
		}
		var err error
		switch rest := (*p)[1:]; (*p)[0] {
		case 'i':
			var n int64
			n, err = strconv.ParseInt(rest, 10, 64)
			place[i] = value.Int(n)
		case 'f':
			var f float64
			f, err = strconv.ParseFloat(rest, 64)
			place[i] = value.Float(f)
		default:
			place[i] = value.Text(rest)
		}
		if err != nil {
			return nil, errPlace
		}
	}
	return place, nil
}

// appendVersion adds "_v" to a rendered record.
func appendVersion(body []byte, version uint64) []byte {
	body = body[:len(body)-1]
	if body[len(body)-1] != '{' {
		body = append(body, ',')
	}
	body = append(body, `"_v":"`...)
	return append(strconv.AppendUint(body, version, 36), `"}`...)
}

// withVersion adds "_v" to an answer that has an ETag.
func withVersion(a *Answer, err error) (*Answer, error) {
	if err != nil {
		return nil, err
	}
	text, _, _ := strings.Cut(strings.Trim(etagOf(a), `"`), ".")
	if version, err := strconv.ParseUint(text, 36, 64); err == nil {
		a.Body = appendVersion(a.Body, version)
	}
	return a, nil
}

// anyRecord is a record of some collection: its fields, and "_v", its version.
type anyRecord map[string]any

// recordPage is a page of records; next is the after= of the next one, or null.
type recordPage struct {
	Results []anyRecord `json:"results"`
	Next    *string     `json:"next"`
}

type countBody struct {
	Count int64 `json:"count"`
}

// recordOperations describe the full resources to the system API's document.
var recordOperations = func() []openapi.Operation {
	list, one := systemPrefix+"records/{collection}/", systemPrefix+"records/{collection}/{key}/"
	query := func(names ...string) (out []openapi.Parameter) {
		for _, n := range names {
			out = append(out, openapi.Parameter{Name: n, Description: recordParameters[n]})
		}
		return out
	}
	ifMatch := append(query("explain", "as"),
		openapi.Parameter{Name: "If-Match", In: "header", Description: "The ETag or \"_v\" of the record as it was read."})
	bad, lost := []int{400, 403, 404}, []int{400, 403, 404, 412}
	return []openapi.Operation{
		{Method: "GET", Path: list, ID: "records_list", Summary: "Records of a collection", Response: recordPage{}, Errors: bad,
			Parameters: query("filter", "order", "q", "after", "offset", "limit", "fields", "omit", "export", "snapshot", "explain", "as")},
		{Method: "POST", Path: list, ID: "records_create", Summary: "Create a record", Request: anyRecord{}, Response: anyRecord{}, Status: 201,
			Errors: []int{400, 403, 409}, Parameters: append(query("explain", "as"),
				openapi.Parameter{Name: "Idempotency-Key", In: "header", Description: "Creates at most once in a day."})},
		{Method: "GET", Path: list + "count/", ID: "records_count", Summary: "How many records a list has", Response: countBody{}, Errors: bad,
			Parameters: query("filter", "q")},
		{Method: "POST", Path: list + "validate/", ID: "records_validate", Summary: "What creating a record would say", Request: anyRecord{}, Response: anyRecord{}, Errors: bad},
		{Method: "GET", Path: one, ID: "records_retrieve", Summary: "One record", Response: anyRecord{}, Errors: bad,
			Parameters: query("fields", "omit", "explain", "as")},
		{Method: "PUT", Path: one, ID: "records_update", Summary: "Replace a record", Request: anyRecord{}, Response: anyRecord{}, Errors: lost, Parameters: ifMatch},
		{Method: "PATCH", Path: one, ID: "records_partial_update", Summary: "Change fields of a record", Request: anyRecord{}, Response: anyRecord{}, Errors: lost, Parameters: ifMatch},
		{Method: "DELETE", Path: one, ID: "records_destroy", Summary: "Delete a record", Errors: []int{403, 404, 409, 412}, Parameters: ifMatch},
	}
}()

var recordParameters = map[string]string{
	"filter": "An expression that a record must meet.", "order": "Fields, with - before those that descend.",
	"q": "Words that a record's texts must contain.", "after": "The next of the page before.", "offset": "How many records to pass over.",
	"limit": "The size of a page, 50 unless given.", "fields": "Fields to show.", "omit": "Fields to leave out.",
	"explain": "1: say what decides instead of answering; superusers only.", "as": "With explain: the key of the user in question, empty for the anonymous visitor.",
	"export": "The whole list as a file: csv, json or ndjson.", "snapshot": "1: export one state of the database.",
}

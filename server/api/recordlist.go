package api

import (
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// Sizes of a page of the full resource.
const (
	fullLimit    = 50
	fullLimitMax = 1000
)

// fullList is a page of a full resource as a request wants it.
type fullList struct {
	*selection
	list  *query.List
	order string // as it was sent: tokens of places hold it
	place string // the parameter that says where the page is: after, before, offset, at, or ""
	at    string
	shown shown
	with  company
}

// pageNames are the parameters that say where a page is.
var pageNames = []string{"after", "before", "offset", "at"}

// fullQuery reads the parameters of a list.
func (r *resource) fullQuery(c *Call) (*fullList, error) {
	known := append([]string{"order", "limit", "fields", "omit", "with", "after", "before", "offset", "at"}, exportNames...)
	raw, s, errs, err := r.query(c, known...)
	if err != nil {
		return nil, err
	}
	f := &fullList{selection: s, order: raw.Get("order"), at: raw.Get("at"), with: readCompany(raw, errs)}
	f.list = &query.List{Scope: c.Scope, Limit: number(raw, "limit", fullLimit, 1, fullLimitMax, errs)}
	f.list.Offset = number(raw, "offset", 0, 0, 1<<31, errs)
	for _, name := range pageNames {
		if raw.Get(name) == "" {
			continue
		}
		if f.place != "" {
			errs.Put(name, rest.Fail("Give "+f.place+" or "+name+", not both.", "invalid"))
		}
		f.place = name
	}
	if c.params, err = r.order(c, raw, s, errs); err != nil {
		return nil, err
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	f.list.Order = r.listing.Order(c.params, c.Scope)
	f.list.Backward = f.place == "before"
	if f.place == "after" || f.place == "before" {
		place, ok := decodePlace(raw.Get(f.place), f.order)
		if !ok {
			return nil, badPlace(f.place)
		}
		f.list.After = place
	}
	f.shown, err = r.variant(c)
	return f, err
}

// fullIndex answers a list of the full resource. It does not count.
func (r *resource) fullIndex(c *Call) (*Answer, error) {
	f, err := r.fullQuery(c)
	if err != nil {
		return nil, err
	}
	if asksExport(c.params) {
		v, err := r.listVariant(c)
		if err != nil {
			return nil, err
		}
		var more []query.Cond
		if f.chosen {
			more = []query.Cond{f.among()}
		}
		return r.export(c, v, f.list.Order, more)
	}
	var body []byte
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) (err error) {
		start := time.Now()
		if body, err = f.page(c, rd); err == nil {
			c.noteSlow(f.list, uncounted, time.Since(start))
		}
		return err
	})
	if errors.Is(err, query.ErrPlace) {
		return nil, badPlace(f.place)
	}
	if err != nil {
		return nil, err
	}
	return &Answer{Status: 200, Body: body, Headers: [][2]string{{"ETag", listTag(body)}}}, nil
}

// page reads and renders the page.
func (f *fullList) page(c *Call, rd *store.Reader) (body []byte, err error) {
	if f.list.Where, err = f.where(c, rd, f.resource.listing); err != nil {
		return nil, err
	}
	f.list.Shape = f.shown.detail
	position := "null"
	if f.place == "at" {
		if position, err = f.find(rd); err != nil {
			return nil, err
		}
	}
	page := *f.list
	page.Limit++ // one more tells whether there is another page
	rows, places, err := page.RunPlaces(rd)
	if err != nil {
		return nil, err
	}
	more := len(rows) > f.list.Limit
	if more {
		rows, places = rows[:f.list.Limit], places[:f.list.Limit]
	}
	if page.Backward {
		slices.Reverse(rows)
		slices.Reverse(places)
	}
	body, err = f.resource.appendRecords([]byte(`{"results":[`), c, rd, f.shown, rows, f.with)
	if err != nil {
		return nil, err
	}
	body = append(body, ']')
	body = f.appendPlaces(body, places, more)
	if f.place == "at" {
		body = append(append(body, `,"at":`...), position...)
	}
	return append(body, '}'), nil
}

// find moves the page to where the record of at= is about in its middle, and returns its position; "null" where it is
// none of the list's.
func (f *fullList) find(rd *store.Reader) (string, error) {
	key, err := f.resource.def.Lookup.Type.Parse(f.at)
	if err != nil {
		return "null", nil //nolint:nilerr // what is no key is no record of the list
	}
	n, err := f.list.Position(rd, key)
	if errors.Is(err, query.ErrNotFound) {
		return "null", nil
	}
	f.list.Offset = max(0, int(n)-f.list.Limit/2)
	return strconv.FormatInt(n, 10), err
}

// appendPlaces appends prev and next, the tokens of the pages before and after, and the position of the page where it
// is known.
func (f *fullList) appendPlaces(dst []byte, places [][]value.Value, more bool) []byte {
	keyset := f.place == "after" || f.place == "before"
	earlier, later, known := keyset || f.list.Offset > 0, more, !keyset
	if f.list.Backward {
		earlier, later, known = more, true, !more && len(places) > 0
	}
	token := func(name string, is bool, i int) {
		dst = append(append(append(dst, `,"`...), name...), `":`...)
		if !is || len(places) == 0 {
			dst = append(dst, "null"...)
			return
		}
		dst = value.AppendJSONString(dst, encodePlace(places[i], f.order))
	}
	token("prev", earlier, 0)
	token("next", later, len(places)-1)
	dst = append(dst, `,"offset":`...)
	if !known {
		return append(dst, "null"...)
	}
	return strconv.AppendInt(dst, int64(f.list.Offset), 10)
}

package api

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Bounds of a summary.
const (
	maxMeasures = 100
	maxRange    = 100_000
)

// aggregate answers figures about the fields of a selection, or of a range of it in an order.
func (r *resource) aggregate(c *Call) (*Answer, error) {
	raw, s, errs, err := r.query(c, "of", "order", "offset", "limit")
	if err != nil {
		return nil, err
	}
	page := query.List{Limit: number(raw, "limit", 0, 1, maxRange, errs), Offset: number(raw, "offset", 0, 0, 1<<31, errs)}
	if page.Offset > 0 && page.Limit == 0 {
		errs.Put("limit", rest.Fail("A range has an offset and a limit.", "required"))
	}
	measures := r.measures(c, raw, errs)
	params, err := r.order(c, raw, s, errs)
	if err != nil {
		return nil, err
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	var body []byte
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		list, err := s.list(c, rd)
		if err != nil {
			return err
		}
		list.Order, list.Limit, list.Offset = r.listing.Order(params, c.Scope), page.Limit, page.Offset
		n, figures, err := list.Measure(rd, measures)
		if err == nil {
			body = appendFigures(n, measures, figures)
		}
		return err
	})
	return &Answer{Status: 200, Body: body}, measureError(err)
}

// measures reads of=: "sum:price,avg:views".
func (r *resource) measures(c *Call, raw url.Values, errs *rest.Errors) []query.Measure {
	fail := func(text string) { errs.Put("of", rest.Fail(text, "invalid")) }
	var list []query.Measure
	for part := range strings.SplitSeq(strings.Join(raw["of"], ","), ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		name, field, _ := strings.Cut(part, ":")
		f := r.summed(c, field)
		if f == nil {
			fail("There is no field " + strconv.Quote(field) + " to take " + strconv.Quote(name) + " of.")
			continue
		}
		m := query.Measure{Func: name, Field: f}
		if m.Check() != nil {
			fail(strconv.Quote(name) + " cannot be taken of " + f.Name + ".")
			continue
		}
		list = append(list, m)
	}
	if len(list) > maxMeasures {
		fail("Ask for at most " + strconv.Itoa(maxMeasures) + " figures.")
	}
	return list
}

// summed returns a field whose values may be summed up: one that the caller may read in every record, or nil.
func (r *resource) summed(c *Call, name string) *schema.Field {
	f := r.def.Collection.Field(name)
	if f == nil || f.Secret || !c.Scope.Readable(f) || c.Scope.ReadablePerRecord(f) {
		return nil
	}
	return f
}

// appendFigures writes figures by their fields, in the order in which these were first named.
func appendFigures(n int64, measures []query.Measure, figures []query.Figure) []byte {
	dst := strconv.AppendInt([]byte(`{"count":`), n, 10)
	dst = append(dst, `,"fields":{`...)
	done := make([]bool, len(measures))
	for i, m := range measures {
		if done[i] {
			continue
		}
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(value.AppendJSONString(dst, m.Field.Name), ":{"...)
		seen := map[string]bool{}
		for j := i; j < len(measures); j++ {
			if measures[j].Field != m.Field {
				continue
			}
			done[j] = true
			if seen[measures[j].Func] {
				continue
			}
			if j > i {
				dst = append(dst, ',')
			}
			seen[measures[j].Func] = true
			dst = append(value.AppendJSONString(dst, measures[j].Func), ':')
			dst = figures[j].AppendJSON(dst)
		}
		dst = append(dst, '}')
	}
	return append(dst, "}}"...)
}

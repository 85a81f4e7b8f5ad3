package api

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Bounds of facets.
const (
	maxFacets      = 20
	facetValues    = 20
	facetValuesMax = 200
	facetText      = 255 // the longest max_length of a text that is counted by its values
)

// facets answers the values of fields in a selection and how many records have each.
func (r *resource) facets(c *Call) (*Answer, error) {
	raw, s, errs, err := r.query(c, "field", "limit")
	if err != nil {
		return nil, err
	}
	limit := number(raw, "limit", facetValues, 1, facetValuesMax, errs)
	var fields []*schema.Field
	for name := range strings.SplitSeq(strings.Join(raw["field"], ","), ",") {
		f := r.summed(c, name)
		if f == nil || !counted(f) {
			errs.Put("field", rest.Fail("There is no field "+strconv.Quote(name)+" whose values can be counted.", "invalid"))
		} else if !slices.Contains(fields, f) {
			fields = append(fields, f)
		}
	}
	if len(fields) > maxFacets {
		errs.Put("field", rest.Fail("Ask for at most "+strconv.Itoa(maxFacets)+" fields.", "max_length"))
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	body := []byte(`{"facets":{`)
	err = c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		list, err := s.list(c, rd)
		for i := 0; err == nil && i < len(fields); i++ {
			if i > 0 {
				body = append(body, ',')
			}
			body, err = c.appendFacet(body, rd, list, fields[i], limit)
		}
		return err
	})
	return &Answer{Status: 200, Body: append(body, "}}"...)}, err
}

// counted reports whether a field has few enough values to be told with their counts.
func counted(f *schema.Field) bool {
	switch {
	case f.Relation != schema.NoRelation, len(f.Choices) > 0, f.Type.Kind == value.Boolean:
		return true
	case f.Type.Kind == value.File || f.Type.Kind == value.Image:
		return false
	}
	return f.Type.IsText() && f.MaxLength > 0 && f.MaxLength <= facetText
}

func (c *Call) appendFacet(dst []byte, rd *store.Reader, list *query.List, f *schema.Field, limit int) ([]byte, error) {
	groups, err := list.Groups(rd, f, limit+1)
	if err != nil {
		return nil, err
	}
	more := len(groups) > limit
	if more {
		groups = groups[:limit]
	}
	typ, names := f.Type, texts{}
	if f.To != nil {
		typ = f.To.Key.Type
		wanted := wantedTexts{}
		for _, g := range groups {
			if !g.Value.IsNull() {
				wanted.add(f.To, g.Value)
			}
		}
		all, err := wanted.load(c, rd)
		if err != nil {
			return nil, err
		}
		names = all[f.To]
	}
	dst = append(value.AppendJSONString(dst, f.Name), `:{"values":[`...)
	for i, g := range groups {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = typ.AppendJSON(append(dst, `{"value":`...), g.Value)
		dst = append(dst, `,"display":`...)
		if f.To != nil {
			dst = names.append(dst, g.Value)
		} else {
			dst = appendLabel(dst, f, g.Value)
		}
		dst = strconv.AppendInt(append(dst, `,"count":`...), g.Count, 10)
		dst = append(dst, '}')
	}
	return append(strconv.AppendBool(append(dst, `],"more":`...), more), '}'), nil
}

// appendLabel appends what a value of a field is called: its choice's label, or its text.
func appendLabel(dst []byte, f *schema.Field, v value.Value) []byte {
	if v.IsNull() {
		return append(dst, "null"...)
	}
	for _, choice := range f.Choices {
		if value.Compare(choice.Value, v) == 0 {
			return value.AppendJSONString(dst, choice.Label)
		}
	}
	return value.AppendJSONString(dst, f.Type.String(v))
}

// measureError words what a summary cannot be made of.
func measureError(err error) error {
	if errors.Is(err, query.ErrAggregate) {
		return rest.Validation(rest.FieldError("of", strings.TrimPrefix(err.Error(), "query: "), "invalid"))
	}
	return err
}

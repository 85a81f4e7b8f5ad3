package rest

import (
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// RenderContext is what rendering needs to know of the request.
type RenderContext struct {
	Base   string // "http://localhost:8090"
	Suffix string // the format suffix of the request's URL: links carry it, too
	Query  string // "?format=json" where the request has it: links carry it, too
	Media  string // "/media/"
	Sight  Sight  // whose field masks apply; nil sees all
}

// AppendJSON appends a record as DRF's JSONRenderer writes it, straight from the row.
func (s *Serializer) AppendJSON(dst []byte, row *query.Row, ctx *RenderContext) []byte {
	dst = append(dst, '{')
	first := true
	guarded := s.guarded && ctx.Sight != nil
	for i := range s.ops {
		o := &s.ops[i]
		if guarded && len(o.guards) > 0 && !ctx.sees(o.guards, row) {
			continue
		}
		at := row
		for _, j := range o.path {
			if at = at.One[j]; at == nil {
				break
			}
		}
		if at == nil && o.skip {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(dst, o.prefix...)
		if at == nil {
			dst = append(dst, "null"...)
			continue
		}
		dst = o.append(dst, at, ctx)
	}
	return append(dst, '}')
}

// Shown calls each for the fields that are shown of a record itself, in their order.
func (s *Serializer) Shown(row *query.Row, ctx *RenderContext, each func(*schema.Field)) {
	guarded := s.guarded && ctx.Sight != nil
	for i := range s.ops {
		o := &s.ops[i]
		if o.model != nil && len(o.path) == 0 && (!guarded || len(o.guards) == 0 || ctx.sees(o.guards, row)) {
			each(o.model)
		}
	}
}

// AppendList appends records as a JSON array.
func (s *Serializer) AppendList(dst []byte, rows []*query.Row, ctx *RenderContext) []byte {
	dst = append(dst, '[')
	for i, row := range rows {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = s.AppendJSON(dst, row, ctx)
	}
	return append(dst, ']')
}

func (o *op) append(dst []byte, row *query.Row, ctx *RenderContext) []byte {
	switch o.kind {
	case opColumn:
		return o.typ.AppendJSON(dst, row.Values[o.column])
	case opFile:
		return ctx.appendFile(dst, row.Values[o.column])
	case opLink:
		return o.appendLink(dst, row.Values[o.column], ctx)
	case opAggregate:
		return o.typ.AppendJSON(dst, row.Aggregates[o.index])
	case opOneColumn, opOneLink, opDisplay, opNestedOne:
		one := row.One[o.index]
		if one == nil {
			return append(dst, "null"...)
		}
		return o.appendRelated(dst, one, ctx)
	}
	dst = append(dst, '[')
	for i, one := range row.Many[o.index] {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = o.appendRelated(dst, one, ctx)
	}
	return append(dst, ']')
}

// appendRelated appends what stands for one related record.
func (o *op) appendRelated(dst []byte, row *query.Row, ctx *RenderContext) []byte {
	switch o.kind {
	case opKeys:
		return o.typ.AppendJSON(dst, row.Values[0])
	case opOneLink, opLinks:
		return o.appendLink(dst, row.Values[o.column], ctx)
	case opDisplay, opDisplays:
		return value.AppendJSONString(dst, o.display.text(row))
	case opNestedOne, opNestedMany:
		return o.sub.AppendJSON(dst, row, ctx)
	}
	return o.typ.AppendJSON(dst, row.Values[o.column])
}

func (o *op) appendLink(dst []byte, v value.Value, ctx *RenderContext) []byte {
	if v.IsNull() {
		return append(dst, "null"...)
	}
	return o.link.append(dst, v, ctx)
}

// appendFile appends the URL of a stored file, or null.
func (ctx *RenderContext) appendFile(dst []byte, v value.Value) []byte {
	name := v.Text()
	if name == "" {
		return append(dst, "null"...)
	}
	dst = append(append(dst, '"'), ctx.Base...)
	dst = append(dst, ctx.Media...)
	dst = appendEscaped(dst, name, fileSafe)
	return append(dst, '"')
}

// FileURL returns the absolute URL of a stored file.
func (ctx *RenderContext) FileURL(name string) string {
	return string(appendEscaped([]byte(ctx.Base+ctx.Media), name, fileSafe))
}

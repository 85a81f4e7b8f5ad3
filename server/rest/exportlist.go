package rest

import (
	"context"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Sizes of the pages of an export: so many records are read in one short transaction. The first page is small, and the
// others are made so that what they render to is not much more than pageBytes, whatever the records hold.
const (
	firstPage = 200
	fullPage  = 1000
	pageBytes = 1 << 20
)

// ExportPages writes a list to an Exporter page by page.
type ExportPages struct {
	serializer *Serializer
	list       query.List
	left       int // records that may still be written; below 0: all
	render     *RenderContext
	to         *Exporter
	buf        []byte
}

// Pages returns an export of the records of a list, at most limit of them where that is not 0, rendered by the
// serializer. Closing the Exporter is left to the caller.
func (s *Serializer) Pages(list query.List, limit int, rc *RenderContext, e *Exporter) *ExportPages {
	list.Shape, list.Limit = s.Shape(), firstPage
	if limit == 0 {
		limit = -1
	}
	return &ExportPages{serializer: s, list: list, left: limit, render: rc, to: e}
}

// Next reads one page through read and writes it, holding nothing of the database while it writes. It reports whether
// there may be more.
func (p *ExportPages) Next(read func(func(db.Conn) error) error) (more bool, err error) {
	if p.left >= 0 {
		p.list.Limit = min(p.list.Limit, p.left)
	}
	if p.list.Limit == 0 {
		return false, nil
	}
	var rows []*query.Row
	var last []value.Value
	err = read(func(conn db.Conn) (err error) {
		rows, last, err = p.list.RunPage(conn)
		return err
	})
	if err != nil {
		return false, err
	}
	size := 0
	for _, row := range rows {
		p.buf = p.serializer.AppendJSON(p.buf[:0], row, p.render)
		size += len(p.buf)
		if err := p.to.Row(p.buf); err != nil {
			return false, err
		}
	}
	if len(rows) < p.list.Limit {
		return false, p.to.Flush()
	}
	if p.left >= 0 {
		p.left -= len(rows)
	}
	p.list.After, p.list.Offset = last, 0
	p.list.Limit = min(fullPage, max(1, len(rows)*pageBytes/max(1, size)))
	return p.left != 0, p.to.Flush()
}

// Export writes the records of a list, at most limit of them where that is not 0. It reads pages, each in a transaction
// of its own; so a record that moves in the order meanwhile may come twice or not at all. Closing the Exporter is left
// to the caller.
func (s *Serializer) Export(ctx context.Context, st *store.Store, list query.List, limit int, rc *RenderContext, e *Exporter) error {
	pages := s.Pages(list, limit, rc, e)
	for {
		more, err := pages.Next(func(fn func(db.Conn) error) error {
			return st.Read(ctx, list.Scope, func(rd *store.Reader) error { return fn(rd) })
		})
		if err != nil || !more {
			return err
		}
	}
}

// ExportOrder returns the order in which a list is exported: that of its pages.
func (l *Listing) ExportOrder(p *Params, scope *access.Scope) []schema.Order {
	if pg := l.resource.Pagination; pg.Style == schema.Cursor && pg.PageSize > 0 {
		return l.cursorOrder(p, scope)
	}
	return l.Order(p, scope)
}

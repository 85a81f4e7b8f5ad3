package rest

import (
	"math/big"
	"slices"
	"strconv"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// maxLimit is the largest page that a client can ask for where the schema sets no bound of its own.
const maxLimit = 1000

// Page is one page of a list, asked for in one of DRF's three ways: PageNumberPagination, LimitOffsetPagination or
// CursorPagination; or the whole list. Use: Apply it to the list (with the count if NeedsCount), run the list,
// Finish the rows, and put them between AppendHead and AppendTail.
type Page struct {
	style  schema.PaginationStyle
	params *Params
	size   int
	count  int64

	number string // page number style: as it was asked for
	at     int64  // page number style: the page
	offset *big.Int
	cursor *cursorPage
}

var invalidPage = &APIError{Status: 404, Detail: "Invalid page.", Code: "not_found"}

// Paginate reads the parameters that choose a page. The error is an *APIError: 404 for an invalid cursor.
func (l *Listing) Paginate(p *Params, scope *access.Scope) (*Page, error) {
	pg := l.resource.Pagination
	page := &Page{style: pg.Style, params: p, size: pg.PageSize}
	if page.size <= 0 {
		page.style = schema.NoPages
	}
	switch page.style {
	case schema.PageNumber:
		page.chooseSize("page_size", pg.MaxSize)
		page.number = p.Get("page")
	case schema.LimitOffset:
		bound := pg.MaxSize
		if bound <= 0 {
			bound = maxLimit
		}
		page.chooseSize("limit", bound)
		page.offset = new(big.Int)
		if n, ok := pyInt(p.Get("offset")); ok && n.Sign() >= 0 {
			page.offset = n
		}
	case schema.Cursor:
		page.chooseSize("page_size", pg.MaxSize)
		c, err := l.readCursor(p, scope)
		if err != nil {
			return nil, err
		}
		c.size, page.cursor = page.size, c
	default:
		page.style = schema.NoPages
	}
	return page, nil
}

// chooseSize reads a size (DRF: _positive_int, strict): what is not a number above 0 is ignored, a larger one than the
// bound is the bound. A bound of 0 leaves clients no choice.
func (p *Page) chooseSize(name string, bound int) {
	text, ok := p.params.Last(name)
	if bound <= 0 || !ok {
		return
	}
	n, ok := pyInt(text)
	if !ok || n.Sign() <= 0 {
		return
	}
	p.size = bound
	if n.IsInt64() && n.Int64() < int64(bound) {
		p.size = int(n.Int64())
	}
}

// NeedsCount reports whether Apply needs the number of records.
func (p *Page) NeedsCount() bool {
	return p.style == schema.PageNumber || p.style == schema.LimitOffset
}

// Counted returns the number of records that Apply was given.
func (p *Page) Counted() int64 { return p.count }

// Apply narrows a list to the page. count is the number of records of the whole list, not used unless NeedsCount.
// It reports whether the page is known to be empty without running the list. The error is an *APIError: 404 for a page
// that is not there.
func (p *Page) Apply(l *query.List, count int64) (empty bool, err error) {
	p.count = count
	switch p.style {
	case schema.PageNumber:
		return false, p.applyNumber(l)
	case schema.LimitOffset:
		if count == 0 || p.offset.Cmp(big.NewInt(count)) >= 0 {
			return true, nil
		}
		l.Limit, l.Offset = p.size, int(p.offset.Int64())
	case schema.Cursor:
		p.cursor.apply(l)
	}
	return false, nil
}

func (p *Page) applyNumber(l *query.List) error {
	pages := p.pages()
	switch p.number {
	case "":
		p.at = 1
	case "last":
		p.at = pages
	default:
		n, ok := pyInt(p.number)
		if !ok || !n.IsInt64() || n.Int64() < 1 || n.Int64() > pages {
			return invalidPage
		}
		p.at = n.Int64()
	}
	l.Limit, l.Offset = p.size, int(p.at-1)*p.size
	return nil
}

// pages is the number of pages: at least one.
func (p *Page) pages() int64 {
	size := int64(p.size)
	return max(1, (p.count+size-1)/size)
}

// Finish takes away what was read beyond the page and puts rows in the order of the list.
func (p *Page) Finish(rows []*query.Row) []*query.Row {
	if p.style == schema.Cursor {
		return p.cursor.finish(rows)
	}
	return rows
}

// AppendHead appends the envelope up to the results: `{"count":…,"next":…,"previous":…,"results":[`, without count for
// a cursor, and only `[` where lists are not paginated. self is the absolute URL of the list without its query string.
func (p *Page) AppendHead(dst []byte, self string) []byte {
	switch p.style {
	case schema.NoPages:
		return append(dst, '[')
	case schema.Cursor:
		dst = append(dst, `{"next":`...)
	default:
		dst = strconv.AppendInt(append(dst, `{"count":`...), p.count, 10)
		dst = append(dst, `,"next":`...)
	}
	next, previous := p.Links(self)
	dst = appendLink(dst, next)
	dst = append(dst, `,"previous":`...)
	dst = appendLink(dst, previous)
	return append(dst, `,"results":[`...)
}

// AppendTail appends what follows the results.
func (p *Page) AppendTail(dst []byte) []byte {
	if p.style == schema.NoPages {
		return append(dst, ']')
	}
	return append(dst, `]}`...)
}

func appendLink(dst []byte, link string) []byte {
	if link == "" {
		return append(dst, "null"...)
	}
	return value.AppendJSONString(dst, link)
}

// Links returns the absolute URLs of the pages after and before, "" where there is none.
func (p *Page) Links(self string) (next, previous string) {
	switch p.style {
	case schema.PageNumber:
		if p.at < p.pages() {
			next = p.link(self, param{"page", strconv.FormatInt(p.at+1, 10)})
		}
		switch {
		case p.at == 2:
			previous = string(p.params.appendQuery([]byte(self), nil, "page"))
		case p.at > 2:
			previous = p.link(self, param{"page", strconv.FormatInt(p.at-1, 10)})
		}
	case schema.LimitOffset:
		return p.offsetLinks(self)
	case schema.Cursor:
		if c, ok := p.cursor.next(); ok {
			next = p.link(self, param{"cursor", c.encode()})
		}
		if c, ok := p.cursor.previous(); ok {
			previous = p.link(self, param{"cursor", c.encode()})
		}
	}
	return next, previous
}

func (p *Page) offsetLinks(self string) (next, previous string) {
	limit := big.NewInt(int64(p.size))
	size := param{"limit", limit.String()}
	if after := new(big.Int).Add(p.offset, limit); after.Cmp(big.NewInt(p.count)) < 0 {
		next = p.link(self, size, param{"offset", after.String()})
	}
	if p.offset.Sign() > 0 {
		before := new(big.Int).Sub(p.offset, limit)
		if before.Sign() <= 0 {
			previous = string(p.params.appendQuery([]byte(self), []param{size}, "offset"))
		} else {
			previous = p.link(self, size, param{"offset", before.String()})
		}
	}
	return next, previous
}

func (p *Page) link(self string, with ...param) string {
	return string(p.params.appendQuery([]byte(self), with, ""))
}

// reversed returns an ordering that runs the other way; the key, which every ordering ends with, included.
func reversed(order []schema.Order, key *schema.Field) []schema.Order {
	out := make([]schema.Order, 0, len(order)+1)
	keyed := false
	for _, o := range order {
		keyed = keyed || len(o.Path) == 1 && o.Path[0] == key
		out = append(out, schema.Order{Path: o.Path, Desc: !o.Desc})
	}
	if !keyed {
		out = append(out, schema.Order{Path: []*schema.Field{key}, Desc: true})
	}
	return slices.Clip(out)
}

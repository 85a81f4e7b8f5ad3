package rest

import (
	"encoding/base64"
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// maxCursorOffset is DRF's offset_cutoff: so many records may share a position.
const maxCursorOffset = 1000

var invalidCursor = &APIError{Status: 404, Detail: "Invalid cursor", Code: "not_found"}

// place is DRF's Cursor: the records beyond a position of the ordering's first field, in its direction or against it,
// after the first few of them. A record's position may be null, which DRF cannot say.
type place struct {
	offset   int
	reverse  bool
	set      bool // there is a position
	position value.Value
	typ      value.Type
}

// encode returns the cursor as text: base64 of "o=…&r=1&p=…"; n=1 stands for a null position.
func (c place) encode() string {
	var tokens []string
	if c.offset != 0 {
		tokens = append(tokens, "o="+strconv.Itoa(c.offset))
	}
	if c.reverse {
		tokens = append(tokens, "r=1")
	}
	switch {
	case c.set && c.position.IsNull():
		tokens = append(tokens, "n=1")
	case c.set:
		tokens = append(tokens, "p="+string(appendQuoted(nil, positionText(c.typ, c.position))))
	}
	return base64.StdEncoding.EncodeToString([]byte(strings.Join(tokens, "&")))
}

// positionText is Python's str() of a position.
func positionText(t value.Type, v value.Value) string {
	switch t.Kind {
	case value.DateTime:
		return v.Text() + "+00:00"
	case value.Boolean:
		if v.Bool() {
			return "True"
		}
		return "False"
	}
	return t.String(v)
}

// decodePlace reads a cursor; ok is false where it is none.
func decodePlace(text string, t value.Type) (c place, ok bool) {
	raw, ok := pyBase64(text)
	if !ok || !isASCII(text) || !isASCII(raw) {
		return c, false
	}
	tokens, err := ParseParams(raw)
	if err != nil {
		return c, false
	}
	c.typ = t
	if all := tokens.All("o"); len(all) > 0 {
		n, ok := pyInt(all[0])
		if !ok || n.Sign() < 0 {
			return c, false
		}
		c.offset = maxCursorOffset
		if n.IsInt64() && n.Int64() < maxCursorOffset {
			c.offset = int(n.Int64())
		}
	}
	if all := tokens.All("r"); len(all) > 0 {
		n, ok := pyInt(all[0])
		if !ok {
			return c, false
		}
		c.reverse = n.Sign() != 0
	}
	if tokens.Has("n") {
		c.set = true
	} else if all := tokens.All("p"); len(all) > 0 {
		v, err := t.Parse(all[0])
		if err != nil || v.IsNull() {
			return c, false
		}
		c.set, c.position = true, v
	}
	return c, true
}

// pyBase64 is Python's b64decode: characters outside the alphabet are skipped, padding must be complete.
func pyBase64(s string) (string, bool) {
	var digits []byte
	pads := 0
	for i := range len(s) {
		c := s[i]
		switch {
		case c == '=':
			if n := len(digits) % 4; n >= 2 {
				if pads++; n+pads >= 4 {
					out, err := base64.RawStdEncoding.DecodeString(string(digits))
					return string(out), err == nil
				}
			}
		case decimalDigit(c) || c|32 >= 'a' && c|32 <= 'z' || c == '+' || c == '/':
			digits, pads = append(digits, c), 0
		}
	}
	if len(digits)%4 != 0 {
		return "", false
	}
	out, err := base64.StdEncoding.DecodeString(string(digits))
	return string(out), err == nil
}

// cursorPage is a page of CursorPagination, and what its links need to know of it.
type cursorPage struct {
	size   int
	order  []schema.Order
	key    *schema.Field
	column int // of the position in a row's values
	given  bool
	at     place

	page             []*query.Row
	hasNext, hasPrev bool
	nextPos, prevPos value.Value
	nextSet, prevSet bool // whether the positions are there at all
}

// readCursor reads the cursor parameter.
func (l *Listing) readCursor(p *Params, scope *access.Scope) (*cursorPage, error) {
	c := &cursorPage{order: l.cursorOrder(p, scope), key: l.resource.Collection.Key}
	field := c.order[0].Path[0]
	c.column = l.columnOf(field)
	c.at.typ = field.Type
	text, ok := p.Last("cursor")
	if !ok {
		return c, nil
	}
	at, ok := decodePlace(text, field.Type)
	if !ok {
		return nil, invalidCursor
	}
	c.at, c.given = at, true
	return c, nil
}

// apply reads one record more than the page has.
func (c *cursorPage) apply(l *query.List) {
	l.Order = c.order
	if c.at.reverse {
		l.Order = reversed(c.order, c.key)
	}
	if c.at.set {
		l.After = []value.Value{c.at.position}
	}
	l.Limit, l.Offset = c.size+1, c.at.offset
}

func (c *cursorPage) position(row *query.Row) value.Value { return row.Values[c.column] }

// finish cuts the page and finds the positions beside it (DRF: paginate_queryset).
func (c *cursorPage) finish(rows []*query.Row) []*query.Row {
	more := len(rows) > c.size
	var following value.Value
	if more {
		following = c.position(rows[c.size])
		rows = rows[:c.size]
	}
	c.page = rows
	came := c.at.set || c.at.offset > 0
	if c.at.reverse {
		slices.Reverse(c.page)
		c.hasNext, c.nextPos, c.nextSet = came, c.at.position, c.at.set
		c.hasPrev, c.prevPos, c.prevSet = more, following, more
	} else {
		c.hasNext, c.nextPos, c.nextSet = more, following, more
		c.hasPrev, c.prevPos, c.prevSet = came, c.at.position, c.at.set
	}
	return c.page
}

// next is the cursor of the page after this one (DRF: get_next_link).
func (c *cursorPage) next() (place, bool) {
	if !c.hasNext {
		return place{}, false
	}
	out := place{typ: c.at.typ, position: c.nextPos, set: c.nextSet}
	if len(c.page) == 0 {
		return out, true
	}
	compare, known := c.nextPos, c.nextSet
	if c.given && c.at.reverse && c.at.offset != 0 {
		compare, known = c.position(c.page[len(c.page)-1]), true
	}
	for i := len(c.page) - 1; i >= 0; i-- {
		p := c.position(c.page[i])
		if !known || p != compare {
			out.position, out.set = p, true
			return out, true
		}
		out.offset++
	}
	switch { // all records of the page have the same position
	case !c.hasPrev:
		out.offset, out.set = c.size, false
	case c.at.reverse:
		out.offset, out.position, out.set = 0, c.prevPos, c.prevSet
	default:
		out.offset, out.position, out.set = c.at.offset+c.size, c.prevPos, c.prevSet
	}
	return out, true
}

// previous is the cursor of the page before this one (DRF: get_previous_link).
func (c *cursorPage) previous() (place, bool) {
	if !c.hasPrev {
		return place{}, false
	}
	out := place{typ: c.at.typ, reverse: true, position: c.prevPos, set: c.prevSet}
	if len(c.page) == 0 {
		return out, true
	}
	compare, known := c.prevPos, c.prevSet
	if c.given && !c.at.reverse && c.at.offset != 0 {
		compare, known = c.position(c.page[0]), true
	}
	for _, row := range c.page {
		p := c.position(row)
		if !known || p != compare {
			out.position, out.set = p, true
			return out, true
		}
		out.offset++
	}
	switch {
	case !c.hasNext:
		out.offset, out.set = c.size, false
	case c.at.reverse:
		out.offset, out.position, out.set = c.at.offset+c.size, c.nextPos, c.nextSet
	default:
		out.offset, out.position, out.set = 0, c.nextPos, c.nextSet
	}
	return out, true
}

package history

import (
	"encoding/json"
	"math"
	"strconv"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Change is a row of the log in the reader's words. What is not there is null.
type Change struct {
	Cursor     string                       `json:"cursor"`
	Changeset  string                       `json:"changeset"`
	Group      *string                      `json:"group"`
	Time       time.Time                    `json:"time"`
	Actor      *string                      `json:"actor"`
	Via        string                       `json:"via"`
	Cause      *string                      `json:"cause"`
	Collection *string                      `json:"collection"`
	Key        *string                      `json:"key"`
	Op         string                       `json:"op"`
	Fields     map[string][]json.RawMessage `json:"fields"` // [before, after]
	Erased     bool                         `json:"erased,omitempty"`
}

// Filter narrows a list of changes. Zero values do not.
type Filter struct {
	Collection    *schema.Collection
	Key           string // a record of Collection
	Actor         string
	Changeset     string
	Group         string
	Without       []string // groups that are left out
	Op, Via       string
	After, Before time.Time // the first counts, the second does not
}

// maxScan is how many rows of the log one page looks at: where the reader sees few of them, a page may be short and
// still have a next one.
const maxScan = 10_000

// List returns the changes that a filter lets through and the reader may see, the latest first, after the place that
// the cursor of a page before names ("" begins). next is "" after the last. Pages go down the log's own numbers, so
// none is seen twice; what was not committed when a page was read is before it, and a list that begins anew has it.
func List(r *store.Reader, f Filter, cursor string, limit int) (list []*Change, next string, err error) {
	s := newSight(r)
	below := int64(-1)
	if cursor != "" {
		if below, err = parseCursor(cursor); err != nil {
			return nil, "", err
		}
	}
	list = []*Change{}
	bounds, err := s.bounds(f)
	if err != nil {
		return nil, "", err
	}
	for scanned := 0; scanned < maxScan; {
		chunk, err := s.chunk(f, bounds, below, 2*limit)
		if err != nil {
			return nil, "", err
		}
		for _, x := range chunk {
			ok, err := s.shows(x)
			if err != nil {
				return nil, "", err
			}
			if ok && len(list) == limit {
				return list, next, nil
			}
			if ok {
				c, err := s.change(x)
				if err != nil {
					return nil, "", err
				}
				list = append(list, c)
			}
			below, next = x.seq(), x.cursor()
		}
		if len(chunk) < 2*limit {
			return list, "", nil
		}
		scanned += len(chunk)
	}
	return list, next, nil
}

// seqs are the numbers between which all rows of a time are. Times alone do not bound them: clocks go back.
type seqs struct{ low, high int64 }

// bounds looks up the numbers of a filter's time, so that rows of other times are not read.
func (s *sight) bounds(f Filter) (b seqs, err error) {
	b.high = math.MaxInt64
	if f.After.IsZero() && f.Before.IsZero() {
		return b, nil
	}
	where := sqlb.New(s.r.Dialect())
	f.time(where)
	// + 0: PostgreSQL would walk along seq to the first of the time instead of reading the index of times
	err = s.r.Query("SELECT coalesce(min(seq + 0), 1), coalesce(max(seq + 0), 0) FROM couplet_changes WHERE TRUE"+where.String(), where.Args(),
		func(x db.Row) error {
			b.low, b.high = x.Int(0), x.Int(1)
			return nil
		})
	return b, err
}

// time is the condition that a row is of the filter's time.
func (f Filter) time(b *sqlb.Builder) {
	if !f.After.IsZero() {
		b.SQL(" AND at >= ").Arg(sqlb.IntType, value.Int(f.After.UnixMicro()))
	}
	if !f.Before.IsZero() {
		b.SQL(" AND at < ").Arg(sqlb.IntType, value.Int(f.Before.UnixMicro()))
	}
}

// chunk reads the next rows below a place.
func (s *sight) chunk(f Filter, bounds seqs, below int64, limit int) ([]*row, error) {
	b := sqlb.New(s.r.Dialect())
	b.SQL("TRUE")
	text := func(column, v string) {
		if v != "" {
			b.SQL(" AND ", column, " = ").Arg(sqlb.TextType, value.Text(v))
		}
	}
	switch {
	case f.Collection != nil:
		text("collection", f.Collection.ID)
		text("key", f.Key)
	case !whole(s.r.Scope):
		s.onlyViewed(b)
	}
	text("actor", f.Actor)
	text("changeset", f.Changeset)
	text("grp", f.Group)
	if len(f.Without) > 0 {
		b.SQL(" AND (grp IS NULL OR grp NOT IN (")
		for i, group := range f.Without {
			if i > 0 {
				b.SQL(", ")
			}
			b.Arg(sqlb.TextType, value.Text(group))
		}
		b.SQL("))")
	}
	if f.Op == store.OpDelete {
		b.SQL(" AND op = 'delete'") // by its index, which a parameter would not find
	} else {
		text("op", f.Op)
	}
	text("via", f.Via)
	if bounds.low > 0 || bounds.high < math.MaxInt64 {
		f.time(b)
		b.SQL(" AND seq >= ").Arg(sqlb.IntType, value.Int(bounds.low))
		b.SQL(" AND seq <= ").Arg(sqlb.IntType, value.Int(bounds.high))
	}
	if below >= 0 {
		b.SQL(" AND seq < ").Arg(sqlb.IntType, value.Int(below))
	}
	b.SQL(" ORDER BY seq DESC LIMIT ", strconv.Itoa(limit)) // a literal: SQLite would plan anew for each argument
	var list []*row
	err := rows(s.r, b.String(), b.Args(), func(x *row) error {
		list = append(list, x)
		return nil
	})
	return list, err
}

// onlyViewed is the condition that a row is about a collection that the reader may view.
func (s *sight) onlyViewed(b *sqlb.Builder) {
	b.SQL(" AND collection IN (''")
	for _, c := range s.r.Schema.Collections {
		if s.views(c.ID) {
			b.SQL(", ").Arg(sqlb.TextType, value.Text(c.ID))
		}
	}
	b.SQL(")")
}

// change puts a row into the reader's words.
func (s *sight) change(x *row) (*Change, error) {
	out := &Change{
		Cursor: x.cursor(), Changeset: x.Changeset, Group: optional(x.Group), Time: x.At, Actor: optional(x.Actor), Via: x.Via,
		Cause: optional(x.Cause), Key: optional(x.Key), Op: x.Op, Fields: map[string][]json.RawMessage{}, Erased: x.erased(),
	}
	c := s.collections[x.Collection]
	if c == nil {
		return out, s.droppedChange(out, x)
	}
	out.Collection = &c.Name
	fields, err := x.fields()
	if err != nil || len(fields) == 0 {
		return out, err
	}
	seen, err := s.of(c, x.Key)
	if err != nil {
		return nil, err
	}
	for id, p := range fields {
		name, ok, err := s.readable(c, id, seen)
		switch {
		case err != nil:
			return nil, err
		case ok && !p.known():
			out.Erased = true
		case ok:
			out.Fields[name] = p[:]
		}
	}
	return out, nil
}

// readable returns the name of a field, and whether the reader may read it: one that was dropped has no rules any more.
func (s *sight) readable(c *schema.Collection, id string, seen *sighting) (string, bool, error) {
	if f := s.field(c, id); f != nil {
		ok, err := s.reads(f, seen)
		return f.Name, ok, err
	}
	if !whole(s.r.Scope) {
		return "", false, nil
	}
	name, err := s.past(c.ID, id)
	return name, true, err
}

// droppedChange completes a change of a collection that is not there any more, or of the schema itself.
func (s *sight) droppedChange(out *Change, x *row) error {
	if x.Collection == "" {
		return nil
	}
	name, err := s.past(x.Collection, "")
	if err != nil {
		return err
	}
	out.Collection = &name
	fields, err := x.fields()
	if err != nil {
		return err
	}
	for id, p := range fields {
		name, err := s.past(x.Collection, id)
		if err != nil {
			return err
		}
		out.Fields[name] = p[:]
	}
	return nil
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

package query

import (
	"errors"
	"slices"
	"strconv"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// ErrNotFound says that no record that the scope may view meets the conditions.
var ErrNotFound = errors.New("query: no such record")

// Run returns the records in order, with all that the shape asks for.
func (l *List) Run(conn db.Conn) ([]*Row, error) {
	rows, _, err := l.run(conn, false)
	return rows, err
}

// RunPage is as Run and also returns the place of the last record in the order: what After takes for the page that
// follows. It is nil when there are no records.
func (l *List) RunPage(conn db.Conn) ([]*Row, []value.Value, error) { return l.run(conn, true) }

// Count returns the number of records, whatever Limit, Offset, Order and After say.
func (l *List) Count(conn db.Conn) (int64, error) {
	b := sqlb.New(dialectOf(conn))
	from := sqlb.NewFrom(b)
	where, none, err := l.where(b, from)
	if err != nil || none {
		return 0, err
	}
	b.SQL("SELECT COUNT(*) FROM ", from.SQL(l.Shape.Collection), where)
	var n int64
	err = conn.Query(b.String(), b.Args(), func(r db.Row) error {
		n = r.Int(0)
		return nil
	})
	return n, err
}

// Exists reports whether there is a record.
func (l *List) Exists(conn db.Conn) (bool, error) {
	b := sqlb.New(dialectOf(conn))
	from := sqlb.NewFrom(b)
	where, none, err := l.where(b, from)
	if err != nil || none {
		return false, err
	}
	b.SQL("SELECT 1 FROM ", from.SQL(l.Shape.Collection), where, " LIMIT 1")
	found := false
	err = conn.Query(b.String(), b.Args(), func(db.Row) error {
		found = true
		return nil
	})
	return found, err
}

// Get returns the one record that meets the conditions, or ErrNotFound.
func Get(conn db.Conn, shape *Shape, scope *access.Scope, where ...Cond) (*Row, error) {
	l := List{Shape: shape, Scope: scope, Where: where, Limit: 1, unordered: true}
	rows, err := l.Run(conn)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, ErrNotFound
	}
	return rows[0], nil
}

// Key is the condition that a collection's record has that key.
func Key(c *schema.Collection, key value.Value) Cond {
	return Match{Path: schema.Path{{Field: c.Key}}, Lookup: "exact", Values: []value.Value{key}}
}

func (l *List) run(conn db.Conn, place bool) ([]*Row, []value.Value, error) {
	p := planFor(l.Shape, dialectOf(conn))
	st, err := l.statement(p, place)
	if err != nil || st == nil {
		return nil, nil, err
	}
	a := newArena(l.Limit)
	var rows []*Row
	if l.Limit > 0 && l.Limit <= 1000 {
		rows = make([]*Row, 0, l.Limit)
	}
	var last []value.Value
	err = conn.Query(st.b.String(), st.b.Args(), func(r db.Row) error {
		rows = append(rows, p.node.read(r, a))
		if place {
			last = readPlace(r, p.columns, st.terms, last)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	if p.node.many && len(rows) > 0 {
		err = loader{conn: conn, dialect: p.dialect, scope: l.Scope}.below(p.node, rows)
	}
	return rows, last, err
}

func readPlace(r db.Row, start int, terms []term, into []value.Value) []value.Value {
	into = into[:0]
	for i, t := range terms {
		into = append(into, r.Value(start+i, t.field().Type))
	}
	return into
}

// statement is one page's statement.
type statement struct {
	b     *sqlb.Builder
	terms []term
}

// statement writes the page's statement; nil when it is known to find nothing. The parts are written in the order of
// their arguments, so that placeholders count up through the text.
func (l *List) statement(p *plan, place bool) (*statement, error) {
	b := sqlb.New(p.dialect)
	from := p.base.Clone(b)
	where, none, err := l.where(b, from)
	if err != nil || none {
		return nil, err
	}
	st := &statement{b: b}
	var order, places string
	if !l.unordered {
		st.terms = orderTerms(l.Shape.Collection, l.Order)
		if l.After != nil {
			after, err := writeAfter(b, from, st.terms, l.After)
			if err != nil {
				return nil, err
			}
			where = joinWhere(where, after)
		}
		order = orderBy(p.dialect, from, st.terms)
	}
	if place {
		for _, t := range st.terms {
			places += ", " + from.Column(t.path)
		}
	}
	text := p.from
	if from.Joins() != p.base.Joins() {
		text = from.SQL(p.root)
	}
	b.SQL("SELECT ", p.selects, places, " FROM ", text, where, order)
	l.writeLimit(b)
	return st, nil
}

// writeLimit writes the limit as a literal: SQLite plans anew each time a parameter in its place is bound.
func (l *List) writeLimit(b *sqlb.Builder) {
	switch {
	case l.Limit > 0:
		b.SQL(" LIMIT ", strconv.Itoa(l.Limit))
	case l.Offset > 0:
		b.SQL(b.Dialect.NoLimit())
	}
	if l.Offset > 0 {
		b.SQL(" OFFSET ").Arg(sqlb.IntType, value.Int(int64(l.Offset)))
	}
}

// pageSize is how many records Iterate reads at a time.
const pageSize = 1000

// Iterate calls each with all records, in order, in pages of up to 1,000. Every page is read in a transaction of its
// own, which read opens and closes around the function it is given; while each runs no connection is held. A record
// that is written in between is seen at most once; Offset is not heeded.
func (l *List) Iterate(read func(func(db.Conn) error) error, each func([]*Row) error) error {
	page := *l
	page.Offset = 0
	left := l.Limit
	for {
		page.Limit = pageSize
		if l.Limit > 0 {
			page.Limit = min(left, pageSize)
		}
		var rows []*Row
		var place []value.Value
		err := read(func(conn db.Conn) (err error) {
			rows, place, err = page.RunPage(conn)
			return err
		})
		if err != nil || len(rows) == 0 {
			return err
		}
		if err := each(rows); err != nil {
			return err
		}
		left -= len(rows)
		if len(rows) < page.Limit || l.Limit > 0 && left <= 0 {
			return nil
		}
		page.After = slices.Clone(place)
	}
}

// dialectOf asks a connection for its engine; one that does not say is SQLite.
func dialectOf(conn db.Conn) sqlb.Dialect {
	if d, ok := conn.(interface{ Dialect() sqlb.Dialect }); ok {
		return d.Dialect()
	}
	return sqlb.SQLite
}

package query

import (
	"errors"
	"slices"
	"strconv"
	"strings"

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

// RunPlaces is as Run and also returns the place of each record in the order.
func (l *List) RunPlaces(conn db.Conn) (rows []*Row, places [][]value.Value, err error) {
	r := reading{List: l, place: true, each: func(place []value.Value) { places = append(places, slices.Clone(place)) }}
	if err := r.load(conn); err != nil {
		return nil, nil, err
	}
	return r.rows, places, nil
}

// Count returns the number of records, whatever Limit, Offset, Order and After say.
func (l *List) Count(conn db.Conn) (int64, error) {
	b := sqlb.New(dialectOf(conn))
	from := sqlb.NewFrom(b)
	where, none, err := l.where(b, from)
	if err != nil || none {
		return 0, err
	}
	b.SQL("SELECT COUNT(*) FROM ", from.SQL(l.Shape.Collection), where)
	l.witness(conn, 1)
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

// Keys is the condition that a collection's record has one of these keys.
func Keys(c *schema.Collection, keys []value.Value) Cond {
	return Match{Path: schema.Path{{Field: c.Key}}, Lookup: "in", Values: pad(keys)}
}

// KeyList binds keys and returns the text " IN (…)" of their list.
func KeyList(b *sqlb.Builder, t value.Type, keys []value.Value) string {
	var s strings.Builder
	for i, key := range pad(keys) {
		if i == 0 {
			s.WriteString(" IN (")
		} else {
			s.WriteString(", ")
		}
		s.WriteString(b.Bind(t, key))
	}
	return s.String() + ")"
}

func (l *List) run(conn db.Conn, place bool) ([]*Row, []value.Value, error) {
	r := reading{List: l, place: place}
	if err := r.load(conn); err != nil {
		return nil, nil, err
	}
	return r.rows, r.last, nil
}

// orderTerms is the list's complete order.
func (l *List) orderTerms() []term {
	if l.unordered {
		return nil
	}
	terms := orderTerms(l.Shape.Collection, l.Order)
	if l.Backward {
		return turned(terms)
	}
	return terms
}

// reading is one run of a list.
type reading struct {
	*List
	plan  *plan
	terms []term
	place bool
	each  func(place []value.Value) // nil: only the last place counts
	arena *arena
	rows  []*Row
	last  []value.Value
}

// load reads the records with all that the shape asks for.
func (r *reading) load(conn db.Conn) error {
	r.plan, r.terms, r.arena = planFor(r.Shape, dialectOf(conn)), r.orderTerms(), newArena(r.Limit)
	err := r.read(conn)
	if err == nil && r.plan.node.many && len(r.rows) > 0 {
		err = loader{conn: conn, dialect: r.plan.dialect, scope: r.Scope}.below(r.plan.node, r.rows)
	}
	return err
}

// read runs the page's statement, or the two that it is divided into.
func (r *reading) read(conn db.Conn) error {
	if r.Limit > 0 && r.Limit <= pageSize+1 {
		r.rows = make([]*Row, 0, r.Limit)
	}
	if !r.divided(r.terms) {
		return r.run(conn, whole)
	}
	if err := r.run(conn, before); err != nil || len(r.rows) >= r.Limit {
		return err
	}
	return r.run(conn, beyond)
}

func (r *reading) run(conn db.Conn, p part) error {
	b, err := r.statement(p)
	if err != nil || b == nil {
		return err
	}
	times := 1
	if r.keysFirst() {
		times = 2
	}
	r.witness(conn, times)
	return conn.Query(b.String(), b.Args(), func(row db.Row) error {
		r.rows = append(r.rows, r.plan.node.read(row, r.arena))
		if r.place {
			r.last = readPlace(row, r.plan.columns, r.terms, r.last)
			if r.each != nil {
				r.each(r.last)
			}
		}
		return nil
	})
}

func readPlace(r db.Row, start int, terms []term, into []value.Value) []value.Value {
	into = into[:0]
	for i, t := range terms {
		into = append(into, r.Value(start+i, t.field().Type))
	}
	return into
}

// statement writes the page's statement; nil when it is known to find nothing. The parts are written in the order of
// their arguments, so that placeholders count up through the text.
func (r *reading) statement(p part) (*sqlb.Builder, error) {
	b := sqlb.New(r.plan.dialect)
	from := r.plan.base.Clone(b)
	found := from
	if r.keysFirst() {
		found = sqlb.NewFrom(b)
	}
	where, none, err := r.conditions(b, found, p)
	if err != nil || none {
		return nil, err
	}
	order, places := orderBy(b.Dialect, from, r.terms), ""
	if r.place {
		for _, t := range r.terms {
			places += ", " + from.Column(t.path)
		}
	}
	text := r.plan.from
	if from.Joins() != r.plan.base.Joins() {
		text = from.SQL(r.plan.root)
	}
	b.SQL("SELECT ", r.plan.selects, places, " FROM ", text)
	if !r.keysFirst() {
		b.SQL(where, order)
		r.writeLimit(b)
		return b, nil
	}
	key := "." + sqlb.Quote(r.plan.root.Key.Column)
	inner := orderBy(b.Dialect, found, r.terms)
	b.SQL(" WHERE ", from.Alias(), key, " IN (SELECT ", found.Alias(), key, " FROM ", found.SQL(r.plan.root), where, inner)
	r.writeLimit(b)
	return b.SQL(")", order), nil
}

// keysFirst reports whether the page's keys are found first and only their records joined and read: where no index
// serves the order, sorting whole records costs several times as much.
func (r *reading) keysFirst() bool {
	return r.Limit > 0 && len(r.terms) > 0 && !served(r.plan.root, r.terms[0])
}

// conditions returns the WHERE clause with the place that the page begins after.
func (r *reading) conditions(b *sqlb.Builder, from *sqlb.From, p part) (where string, none bool, err error) {
	where, none, err = r.where(b, from)
	if err != nil || none || len(r.After) == 0 || len(r.terms) == 0 {
		return where, none, err
	}
	after, err := writeAfter(b, from, r.terms, r.After, p)
	return joinWhere(where, after), false, err
}

// writeLimit writes the limit as a literal: SQLite plans anew each time a parameter in its place is bound.
func (r *reading) writeLimit(b *sqlb.Builder) {
	switch {
	case r.Limit > 0:
		b.SQL(" LIMIT ", strconv.Itoa(r.Limit-len(r.rows)))
	case r.Offset > 0:
		b.SQL(b.Dialect.NoLimit())
	}
	if r.Offset > 0 {
		b.SQL(" OFFSET ").Arg(sqlb.IntType, value.Int(int64(r.Offset)))
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

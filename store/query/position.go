package query

import (
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Position returns how many records of the list come before the one with a key, whatever Limit, Offset and After say;
// ErrNotFound where it is none of the list's.
func (l *List) Position(conn db.Conn, key value.Value) (int64, error) {
	one := *l
	one.Shape = NewShape(l.Shape.Collection)
	one.Limit, one.Offset, one.After = 1, 0, nil
	one.Where = append(l.Where[:len(l.Where):len(l.Where)], Key(l.Shape.Collection, key))
	rows, place, err := one.RunPage(conn)
	if err != nil {
		return 0, err
	}
	if len(rows) == 0 {
		return 0, ErrNotFound
	}
	b := sqlb.New(dialectOf(conn))
	from := sqlb.NewFrom(b)
	where, _, err := l.where(b, from)
	if err != nil {
		return 0, err
	}
	earlier, err := writeAfter(b, from, turned(l.orderTerms()), place, whole)
	if err != nil {
		return 0, err
	}
	b.SQL("SELECT COUNT(*) FROM ", from.SQL(l.Shape.Collection), joinWhere(where, earlier))
	return number(conn, b)
}

// Estimate guesses how many records the list has, from a sample of the numbers between the least and the greatest key:
// for collections whose keys are integers. ok is false where there is nothing to go by.
func (l *List) Estimate(conn db.Conn, sample func(low, high int64) []int64) (n int64, ok bool, err error) {
	c := l.Shape.Collection
	if !c.Key.Type.IsInteger() {
		return 0, false, nil
	}
	key := sqlb.Quote(c.Key.Column)
	var low, high value.Value
	// Two looks into the index: SQLite reads all of it for both at once.
	sql := "SELECT (SELECT MIN(" + key + ") FROM " + sqlb.Quote(c.Table) + "), (SELECT MAX(" + key + ") FROM " + sqlb.Quote(c.Table) + ")"
	err = conn.Query(sql, nil, func(r db.Row) error {
		low, high = r.Value(0, c.Key.Type), r.Value(1, c.Key.Type)
		return nil
	})
	if err != nil || low.IsNull() {
		return 0, err == nil, err
	}
	tried := sample(low.Int(), high.Int())
	keys := make([]value.Value, len(tried))
	for i, k := range tried {
		keys[i] = value.Int(k)
	}
	some := *l
	some.Where = append([]Cond{Keys(c, keys)}, l.Where...)
	found, err := some.Count(conn)
	share := float64(found) / float64(len(tried))
	return int64(share * (float64(high.Int()) - float64(low.Int()) + 1)), err == nil, err
}

// number runs a statement that answers one integer.
func number(conn db.Conn, b *sqlb.Builder) (n int64, err error) {
	err = conn.Query(b.String(), b.Args(), func(r db.Row) error {
		n = r.Int(0)
		return nil
	})
	return n, err
}

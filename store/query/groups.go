package query

import (
	"strconv"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Group is one value of a field and how many records of a list have it; of a many-to-many field, how many are linked
// with that key.
type Group struct {
	Value value.Value
	Count int64
}

// Groups counts the list's records by the values of a field, the most frequent first, then by value, at most limit.
func (l *List) Groups(conn db.Conn, f *schema.Field, limit int) ([]Group, error) {
	b := sqlb.New(dialectOf(conn))
	from := sqlb.NewFrom(b)
	where, none, err := l.where(b, from)
	if err != nil || none {
		return nil, err
	}
	column, t, link := from.Alias()+"."+sqlb.Quote(f.Column), f.Type, ""
	if f.Relation == schema.ManyToMany {
		alias := b.Alias()
		column, t = alias+"."+sqlb.Quote(f.Through.ToColumn), f.To.Key.Type
		link = " LEFT JOIN " + sqlb.Quote(f.Through.Table) + " AS " + alias + " ON " + alias + "." + sqlb.Quote(f.Through.FromColumn) +
			" = " + from.Alias() + "." + sqlb.Quote(f.Collection.Key.Column)
	}
	b.SQL("SELECT ", column, ", COUNT(*) FROM ", from.SQL(l.Shape.Collection), link, where, " GROUP BY ", column,
		" ORDER BY 2 DESC, ", column, b.Dialect.NullsOrder(false, true), " LIMIT ", strconv.Itoa(limit))
	var groups []Group
	err = conn.Query(b.String(), b.Args(), func(r db.Row) error {
		groups = append(groups, Group{r.Value(0, t), r.Int(1)})
		return nil
	})
	return groups, err
}

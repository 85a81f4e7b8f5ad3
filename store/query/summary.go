package query

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Measure is a figure about the values of a column in all records of a list: count (those that are not null), empty
// (null, or an empty text), unique (distinct values), sum, avg, min or max.
type Measure struct {
	Func  string
	Field *schema.Field
}

// Figure is what a Measure comes to. A sum is exact however large it is.
type Figure struct {
	Type  value.Type
	Value value.Value
	Sum   *big.Int // in the place of Value where it is not nil: in units of the type's last place
}

// Check reports why a measure cannot be taken.
func (m Measure) Check() error {
	t := m.Field.Type
	plain := m.Field.Relation == schema.NoRelation && t.Kind != value.File && t.Kind != value.Image
	ok := false
	switch m.Func {
	case "count", "empty":
		ok = m.Field.Relation != schema.ManyToMany
	case "unique":
		ok = m.Field.Relation != schema.ManyToMany && t.Kind != value.JSON
	case "sum", "avg":
		ok = plain && (t.IsInteger() || t.Scaled() || t.Kind == value.FloatingPoint || t.Kind == value.Duration)
	case "min", "max":
		ok = plain && (t.IsText() || t.IsInteger() || t.Kind == value.Decimal || t.Kind == value.FloatingPoint ||
			t.Kind == value.Duration || t.Kind == value.Date || t.Kind == value.Time || t.Kind == value.DateTime)
	default:
		return fmt.Errorf("%w %q", ErrAggregate, m.Func)
	}
	if !ok {
		return fmt.Errorf("%w: %s of %s", ErrAggregate, m.Func, m.Field.Name)
	}
	return nil
}

// exact reports whether the measure is made of an exact sum.
func (m Measure) exact() bool {
	return (m.Func == "sum" || m.Func == "avg") && m.Field.Type.Kind != value.FloatingPoint
}

// Measure counts the list's records and takes figures of them, in one statement. A list with a Limit is that page.
func (l *List) Measure(conn db.Conn, measures []Measure) (n int64, figures []Figure, err error) {
	b := sqlb.New(dialectOf(conn))
	from := sqlb.NewFrom(b)
	figures = make([]Figure, len(measures))
	for i, m := range measures {
		if err := m.Check(); err != nil {
			return 0, nil, err
		}
		figures[i].Type = m.resultType()
	}
	source, none, err := l.source(b, from)
	if err != nil || none {
		return 0, figures, err
	}
	b.SQL("SELECT COUNT(*)")
	for _, m := range measures {
		b.SQL(", ", m.text(b.Dialect, from.Alias()))
	}
	b.SQL(" FROM ", source)
	err = conn.Query(b.String(), b.Args(), func(r db.Row) (err error) {
		n = r.Int(0)
		for i, m := range measures {
			if figures[i], err = m.read(r, i+1); err != nil {
				return err
			}
		}
		return nil
	})
	return n, figures, err
}

// source is what stands after FROM: the list's records, or those of its page.
func (l *List) source(b *sqlb.Builder, from *sqlb.From) (text string, none bool, err error) {
	c := l.Shape.Collection
	if l.Limit == 0 {
		where, none, err := l.where(b, from)
		return from.SQL(c) + where, none, err
	}
	found := sqlb.NewFrom(b)
	where, none, err := l.where(b, found)
	if err != nil || none {
		return "", none, err
	}
	order := orderBy(b.Dialect, found, l.orderTerms())
	key := "." + sqlb.Quote(c.Key.Column)
	text = from.SQL(c) + " WHERE " + from.Alias() + key + " IN (SELECT " + found.Alias() + key + " FROM " + found.SQL(c) + where + order +
		" LIMIT " + strconv.Itoa(l.Limit) + " OFFSET " + b.Bind(sqlb.IntType, value.Int(int64(l.Offset))) + ")"
	return text, false, nil
}

func (m Measure) resultType() value.Type {
	switch m.Func {
	case "count", "empty", "unique":
		return sqlb.IntType
	case "avg":
		if !m.Field.Type.Scaled() && m.Field.Type.Kind != value.Duration {
			return sqlb.FloatType
		}
	}
	return m.Field.Type
}

func (m Measure) text(d sqlb.Dialect, alias string) string {
	column := alias + "." + sqlb.Quote(m.Field.Column)
	switch {
	case m.exact() && m.Func == "avg":
		return d.SumExact(column, m.Field.Type) + " || '/' || COUNT(" + column + ")"
	case m.exact():
		return d.SumExact(column, m.Field.Type)
	}
	switch m.Func {
	case "count":
		return "COUNT(" + column + ")"
	case "unique":
		return "COUNT(DISTINCT " + column + ")"
	case "empty":
		if m.Field.Type.IsText() && m.Field.Relation == schema.NoRelation {
			column = "NULLIF(" + column + ", '')"
		}
		return "COUNT(*) - COUNT(" + column + ")"
	}
	return m.Func + "(" + column + ")"
}

func (m Measure) read(r db.Row, i int) (Figure, error) {
	f := Figure{Type: m.resultType()}
	if r.IsNull(i) {
		return f, nil
	}
	if !m.exact() {
		f.Value = r.Value(i, f.Type)
		return f, nil
	}
	sum, count, _ := strings.Cut(r.Text(i), "/")
	total, err := wholeSum(sum)
	if err != nil {
		return f, err
	}
	if m.Func == "sum" {
		f.Sum = total
		return f, nil
	}
	n, err := strconv.ParseInt(count, 10, 64)
	if err != nil {
		return f, err
	}
	mean := new(big.Rat).SetFrac(total, big.NewInt(n))
	if f.Type.Kind == value.FloatingPoint {
		float, _ := mean.Float64()
		f.Value = value.Float(float)
		return f, nil
	}
	f.Sum, _ = new(big.Int).SetString(mean.FloatString(0), 10)
	return f, nil
}

// wholeSum reads what Dialect.SumExact writes.
func wholeSum(text string) (*big.Int, error) {
	high, low, split := strings.Cut(text, " ")
	total, ok := new(big.Int).SetString(high, 10)
	if ok && split {
		rest, isNumber := new(big.Int).SetString(low, 10)
		if ok = isNumber; ok {
			total.Mul(total, big.NewInt(sqlb.SumUnit)).Add(total, rest)
		}
	}
	if !ok {
		return nil, fmt.Errorf("%w: the column holds values that are no whole numbers of its unit", ErrAggregate)
	}
	return total, nil
}

// AppendJSON appends the figure as its type writes values on the wire.
func (f Figure) AppendJSON(dst []byte) []byte {
	switch {
	case f.Sum == nil:
		return f.Type.AppendJSON(dst, f.Value)
	case f.Type.Scaled():
		unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(f.Type.Places)), nil)
		return append(append(append(dst, '"'), new(big.Rat).SetFrac(f.Sum, unit).FloatString(f.Type.Places)...), '"')
	case f.Type.Kind == value.Duration && f.Sum.IsInt64():
		return f.Type.AppendJSON(dst, value.Int(f.Sum.Int64()))
	}
	return append(dst, f.Sum.String()...)
}

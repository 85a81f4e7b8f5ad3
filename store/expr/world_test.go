package expr

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

const worldDocument = `{
"collections": {
  "boxes": {"fields": {"label": {"type": "char", "max_length": 40}, "limit": {"type": "decimal", "max_digits": 8, "decimal_places": 3, "null": true},
    "keeper": {"type": "foreign_key", "to": "users", "on_delete": "set_null", "null": true, "related_name": "boxes"}}},
  "tags": {"fields": {"label": {"type": "char", "max_length": 40, "null": true}, "weight": {"type": "integer", "null": true},
    "box": {"type": "foreign_key", "to": "boxes", "on_delete": "set_null", "null": true, "related_name": "tags"}}},
  "cards": {"fields": {"number": {"type": "integer", "null": true}, "holder": {"type": "one_to_one", "to": "users", "on_delete": "cascade", "null": true, "related_name": "card"}}},
  "items": {"fields": {
    "title": {"type": "char", "max_length": 100},
    "body": {"type": "text", "null": true},
    "mail": {"type": "email", "null": true},
    "state": {"type": "char", "max_length": 10, "choices": [["draft", "Draft"], ["published", "Published"], ["gone", "Gone"]], "null": true},
    "kind": {"type": "small_integer", "choices": [[1, "One"], [2, "Two"], [3, "Three"]], "null": true},
    "n": {"type": "integer", "null": true},
    "big": {"type": "big_integer", "null": true},
    "price": {"type": "decimal", "max_digits": 10, "decimal_places": 2, "null": true},
    "rate": {"type": "decimal", "max_digits": 18, "decimal_places": 6, "null": true},
    "wide": {"type": "decimal", "max_digits": 30, "decimal_places": 10, "null": true},
    "wider": {"type": "decimal", "max_digits": 25, "decimal_places": 2, "null": true},
    "score": {"type": "float", "null": true},
    "flag": {"type": "boolean", "null": true},
    "day": {"type": "date", "null": true},
    "at": {"type": "datetime", "null": true},
    "clock": {"type": "time", "null": true},
    "span": {"type": "duration", "null": true},
    "ref": {"type": "uuid", "null": true},
    "ip": {"type": "ip", "null": true},
    "data": {"type": "json", "null": true},
    "owner": {"type": "foreign_key", "to": "users", "on_delete": "set_null", "null": true, "related_name": "items"},
    "parent": {"type": "foreign_key", "to": "self", "on_delete": "set_null", "null": true, "related_name": "children"},
    "card": {"type": "one_to_one", "to": "cards", "on_delete": "set_null", "null": true, "related_name": "item"},
    "tags": {"type": "many_to_many", "to": "tags", "blank": true, "related_name": "items"}}}
}}`

func mustSchema(t testing.TB, src string) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse([]byte(src))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return s
}

// world is a schema with random records, in memory and in a database.
type world struct {
	s     *schema.Schema
	recs  map[*schema.Collection][]*rec
	pairs map[*schema.Field][][2]int64
	conn  db.Conn
}

type rec struct {
	w      *world
	coll   *schema.Collection
	values []value.Value // by Field.Position
}

func (r *rec) key() value.Value                           { return r.values[0] }
func (r *rec) Value(f *schema.Field) (value.Value, error) { return r.values[f.Position], nil }
func (w *world) find(c *schema.Collection, key value.Value) *rec {
	for _, r := range w.recs[c] {
		if r.key() == key {
			return r
		}
	}
	return nil
}

func (r *rec) One(s schema.Step) (Record, error) {
	if s.Reverse != nil {
		for _, o := range r.w.recs[s.Target()] {
			if o.values[s.Reverse.Field.Position] == r.key() {
				return o, nil
			}
		}
		return nil, nil
	}
	v := r.values[s.Field.Position]
	if v.IsNull() {
		return nil, nil
	}
	return r.w.find(s.Field.To, v), nil
}

func (r *rec) Many(s schema.Step) ([]Record, error) {
	var list []Record
	switch {
	case s.Reverse == nil || s.Reverse.Field.Relation == schema.ManyToMany:
		f, from, to := s.Field, 0, 1
		if s.Reverse != nil {
			f, from, to = s.Reverse.Field, 1, 0
		}
		for _, p := range r.w.pairs[f] {
			if p[from] == r.key().Int() {
				list = append(list, r.w.find(s.Target(), value.Int(p[to])))
			}
		}
	default:
		for _, o := range r.w.recs[s.Target()] {
			if o.values[s.Reverse.Field.Position] == r.key() {
				list = append(list, o)
			}
		}
	}
	return list, nil
}

// newWorld makes n records of each collection at random and writes them into a database.
func newWorld(t testing.TB, r *rand.Rand, n int) *world {
	t.Helper()
	w := &world{s: mustSchema(t, worldDocument), recs: map[*schema.Collection][]*rec{}, pairs: map[*schema.Field][][2]int64{}}
	for _, c := range w.s.Collections {
		for i := range n {
			x := &rec{w, c, make([]value.Value, len(c.Columns))}
			for _, f := range c.Columns {
				x.values[f.Position] = randomField(r, f, i, n)
			}
			w.recs[c] = append(w.recs[c], x)
		}
		for _, f := range c.ManyToMany {
			for range 2 * n {
				p := [2]int64{1 + r.Int64N(int64(n)), 1 + r.Int64N(int64(n))}
				if !containsPair(w.pairs[f], p) {
					w.pairs[f] = append(w.pairs[f], p)
				}
			}
		}
	}
	w.open(t)
	return w
}

func containsPair(list [][2]int64, p [2]int64) bool {
	for _, have := range list {
		if have == p {
			return true
		}
	}
	return false
}

func randomField(r *rand.Rand, f *schema.Field, i, n int) value.Value {
	switch {
	case f.Primary:
		return value.Int(int64(i + 1))
	case f.Null && r.IntN(4) == 0:
		return value.Null
	case f.Relation == schema.OneToOne:
		return value.Int(int64((i*7+3)%n + 1))
	case f.Relation == schema.ForeignKey:
		return value.Int(1 + r.Int64N(int64(n)))
	case len(f.Choices) > 0:
		return f.Choices[r.IntN(len(f.Choices))].Value
	case f.Name == "roles":
		return value.Text([]string{`[]`, `["editors"]`, `["editors","staff"]`, `["É"]`}[r.IntN(4)])
	case f.Name == "username":
		return value.Text("user" + string(rune('a'+i)))
	}
	return randomValue(r, f.Type)
}

func (w *world) open(t testing.TB) {
	t.Helper()
	engine := dbtest.Open(t)
	if err := engine.Write(context.Background(), w.fill, nil); err != nil {
		t.Fatal(err)
	}
	ready, done := make(chan struct{}), make(chan struct{})
	t.Cleanup(func() { close(done) })
	go func() {
		_ = engine.Read(context.Background(), func(c db.Conn) error {
			w.conn = c
			close(ready)
			<-done
			return nil
		})
	}()
	<-ready
}

func (w *world) fill(c db.Conn) error {
	for _, coll := range w.s.Collections {
		var cols, marks []string
		for _, f := range coll.Columns {
			cols = append(cols, sqlb.Quote(f.Column)+" "+dbtest.Column(dbtest.Dialect(), f.Type))
		}
		if _, err := c.Exec("CREATE TABLE " + sqlb.Quote(coll.Table) + " (" + strings.Join(cols, ", ") + ")"); err != nil {
			return err
		}
		for _, r := range w.recs[coll] {
			b := sqlb.New(dbtest.Dialect())
			marks = marks[:0]
			for i, f := range coll.Columns {
				marks = append(marks, b.Bind(f.Type, r.values[i]))
			}
			b.SQL("INSERT INTO ").Name(coll.Table).SQL(" VALUES (", strings.Join(marks, ", "), ")")
			if _, err := c.Exec(b.String(), b.Args()...); err != nil {
				return err
			}
		}
		for _, f := range coll.ManyToMany {
			l := f.Through
			if _, err := c.Exec("CREATE TABLE " + sqlb.Quote(l.Table) + " (" + sqlb.Quote(l.FromColumn) + " bigint, " + sqlb.Quote(l.ToColumn) + " bigint)"); err != nil {
				return err
			}
			for _, p := range w.pairs[f] {
				if _, err := c.Exec("INSERT INTO "+sqlb.Quote(l.Table)+" VALUES ($1, $2)", sqlb.I(p[0]), sqlb.I(p[1])); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// sqlTruths runs an expression over all records of a collection and returns its truth by key.
func (w *world) sqlTruths(coll *schema.Collection, write func(*sqlb.Builder, *sqlb.From) error) (map[int64]Truth, string, error) {
	b := sqlb.New(dbtest.Dialect())
	from := sqlb.NewFrom(b)
	text, err := b.Capture(func() error { return write(b, from) })
	if err != nil {
		return nil, "", err
	}
	b.SQL("SELECT ", from.Column([]*schema.Field{coll.Key}), ", ", text, " FROM ", from.SQL(coll))
	got := map[int64]Truth{}
	err = w.conn.Query(b.String(), b.Args(), func(r db.Row) error {
		t := Unknown
		if !r.IsNull(1) {
			t = truth(r.Int(1) != 0)
		}
		got[r.Int(0)] = t
		return nil
	})
	return got, b.String(), err
}

var fixedNow = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)

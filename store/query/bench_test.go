package query_test

import (
	"testing"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

func benchWorld(b *testing.B) (*world, *query.Shape) {
	w := newWorld(b)
	w.exclusive(func(conn db.Conn) error {
		return conn.Script(`INSERT INTO authors (id, name) VALUES (1, 'ann'), (2, 'bob');
			INSERT INTO tags (id, slug) VALUES (1, 'b'), (2, 'a');
			WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 10000)
			INSERT INTO things (id, title, n, price, at, author_id) SELECT i, 'Thing number ' || i, i, i * 10, '2024-01-01 00:00:00', 1 + i % 2 FROM c;
			INSERT INTO things_tags SELECT id, 1 + id % 2 FROM things;
			CREATE INDEX i1 ON things (n); CREATE INDEX i2 ON things_tags (` + w.schema.Collection("things").Field("tags").Through.FromColumn + `)`)
	})
	c := w.schema.Collection("things")
	s := query.NewShape(c)
	for _, f := range c.Columns {
		s.Column(f)
	}
	_, as := s.ToOne(w.step("things", "author"))
	as.Column(as.Collection.Field("name"))
	s.ToMany(w.step("things", "tags"))
	return w, s
}

func BenchmarkList25(b *testing.B) {
	w, s := benchWorld(b)
	l := &query.List{Shape: s, Scope: w.all, Limit: 25}
	b.ReportAllocs()
	w.read(func(conn db.Conn) error {
		for b.Loop() {
			if rows, err := l.Run(conn); err != nil || len(rows) != 25 {
				b.Fatal(len(rows), err)
			}
		}
		return nil
	})
}

func BenchmarkList25Filtered(b *testing.B) {
	w, s := benchWorld(b)
	c := w.schema.Collection("things")
	l := &query.List{Shape: s, Scope: w.all, Limit: 25, Order: []schema.Order{{Path: []*schema.Field{c.Field("n")}, Desc: true}}, Where: []query.Cond{
		query.Match{Path: w.path("things", "n"), Lookup: "gte", Values: ints(5000)}}}
	b.ReportAllocs()
	w.read(func(conn db.Conn) error {
		for b.Loop() {
			if rows, err := l.Run(conn); err != nil || len(rows) != 25 {
				b.Fatal(len(rows), err)
			}
		}
		return nil
	})
}

func BenchmarkGet(b *testing.B) {
	w, s := benchWorld(b)
	key := query.Key(w.schema.Collection("things"), value.Int(77))
	b.ReportAllocs()
	w.read(func(conn db.Conn) error {
		for b.Loop() {
			if _, err := query.Get(conn, s, w.all, key); err != nil {
				b.Fatal(err)
			}
		}
		return nil
	})
}

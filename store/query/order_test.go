package query_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// random fills things with few different values, many of them null, so that orders have ties.
func random(t testing.TB, r *rand.Rand, n int) *world {
	w := newWorld(t)
	var sql strings.Builder
	sql.WriteString("INSERT INTO authors (id, name) VALUES (1, 'b'), (2, 'a'), (3, 'c');")
	orNull := func(v string) string {
		if r.IntN(3) == 0 {
			return "NULL"
		}
		return v
	}
	for i := range n {
		fmt.Fprintf(&sql, "INSERT INTO things VALUES (%d, %s, %s, %s, NULL, NULL, NULL, %s, NULL, %s);\n", i+1,
			orNull(fmt.Sprintf("'%c'", 'a'+r.IntN(3))), orNull(fmt.Sprint(r.IntN(4))), orNull(fmt.Sprint(r.IntN(3)*50)),
			orNull(fmt.Sprintf("'2024-01-0%d 00:00:00'", 1+r.IntN(3))), orNull(fmt.Sprint(1+r.IntN(3))))
	}
	w.exclusive(func(conn db.Conn) error { return conn.Script(sql.String()) })
	return w
}

func randomOrder(w *world, r *rand.Rand) []schema.Order {
	var order []schema.Order
	for _, name := range []string{"title", "n", "price", "at", "author__name", "author", "id"} {
		if r.IntN(3) > 0 {
			continue
		}
		o := schema.Order{Desc: r.IntN(2) == 0}
		for _, step := range w.path("things", name) {
			o.Path = append(o.Path, step.Field)
		}
		order = append(order, o)
	}
	r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	return order
}

// Pages that each begin after the last record of the one before are together the whole list, whatever the order.
func TestPagesByPlace(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	w := random(t, r, 60)
	shape := query.NewShape(w.schema.Collection("things"))
	for range 60 {
		l := &query.List{Shape: shape, Scope: w.all, Order: randomOrder(w, r)}
		want := keys(w.run(l))
		var got []int64
		for l.Limit = 7; ; {
			var rows []*query.Row
			w.read(func(conn db.Conn) (err error) {
				rows, l.After, err = l.RunPage(conn)
				return err
			})
			if len(rows) == 0 {
				break
			}
			got = append(got, keys(rows)...)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("order %s (-want +got):\n%s", describe(l.Order), diff)
		}
	}
}

func describe(order []schema.Order) string {
	var s []string
	for _, o := range order {
		name := ""
		for _, f := range o.Path {
			name += "." + f.Name
		}
		s = append(s, fmt.Sprintf("%s desc=%v", name, o.Desc))
	}
	return strings.Join(s, ", ")
}

func TestOrder(t *testing.T) {
	w := filled(t)
	c := w.schema.Collection("things")
	f := func(names ...string) (path []*schema.Field) {
		for _, s := range w.path("things", strings.Join(names, "__")) {
			path = append(path, s.Field)
		}
		return path
	}
	for _, tt := range []struct {
		name  string
		order []schema.Order
		want  []int64
	}{
		{"default", nil, []int64{1, 3, 2, 4}},
		{"nulls first", []schema.Order{{Path: f("title")}}, []int64{4, 1, 2, 3}},
		{"nulls last", []schema.Order{{Path: f("title"), Desc: true}}, []int64{3, 2, 1, 4}},
		{"relation without default ordering", []schema.Order{{Path: f("author"), Desc: true}}, []int64{3, 2, 1, 4}},
		{"through a relation", []schema.Order{{Path: f("author", "name"), Desc: true}}, []int64{3, 2, 1, 4}},
		{"through two", []schema.Order{{Path: f("author", "boss", "name")}, {Path: f("n")}}, []int64{4, 1, 2, 3}},
		{"key descending", []schema.Order{{Path: f("id"), Desc: true}}, []int64{4, 3, 2, 1}},
	} {
		l := &query.List{Shape: query.NewShape(c), Scope: w.all, Order: tt.order}
		if diff := cmp.Diff(tt.want, keys(w.run(l))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", tt.name, diff)
		}
		l.Offset = 1
		if diff := cmp.Diff(tt.want[1:], keys(w.run(l))); diff != "" {
			t.Errorf("%s, offset 1 (-want +got):\n%s", tt.name, diff)
		}
		l.Limit = 2
		if diff := cmp.Diff(tt.want[1:3], keys(w.run(l))); diff != "" {
			t.Errorf("%s, offset 1 limit 2 (-want +got):\n%s", tt.name, diff)
		}
	}
}

// The first values of a place stand for all records that begin with them.
func TestAfterFirstValues(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	w := random(t, r, 60)
	c := w.schema.Collection("things")
	for _, name := range []string{"title", "n", "at", "id"} {
		for _, desc := range []bool{false, true} {
			order := []schema.Order{{Path: []*schema.Field{c.Field(name)}, Desc: desc}}
			shape := query.NewShape(c)
			column := shape.Column(c.Field(name))
			all := w.run(&query.List{Shape: shape, Scope: w.all, Order: order})
			for i, row := range all {
				var want []*query.Row
				for j := i; j < len(all); j++ {
					if all[j].Values[column] != row.Values[column] {
						want = all[j:]
						break
					}
				}
				for _, limit := range []int{0, 5, 100} {
					l := &query.List{Shape: shape, Scope: w.all, Order: order, After: []value.Value{row.Values[column]}, Limit: limit}
					got := keys(w.run(l))
					first := want
					if limit > 0 && limit < len(want) {
						first = want[:limit]
					}
					if diff := cmp.Diff(keys(first), got); diff != "" {
						t.Fatalf("%s desc=%v after %v limit %d (-want +got):\n%s", name, desc, row.Values[column], limit, diff)
					}
				}
			}
		}
	}
}

func TestAfterTooManyValues(t *testing.T) {
	w := filled(t)
	l := &query.List{Shape: query.NewShape(w.schema.Collection("things")), Scope: w.all, After: ints(1, 2, 3)}
	w.read(func(conn db.Conn) error {
		if _, err := l.Run(conn); err == nil {
			t.Error("a place with more values than the order has terms is taken")
		}
		return nil
	})
}

func TestIterate(t *testing.T) {
	w := newWorld(t)
	w.exclusive(func(conn db.Conn) error {
		return conn.Script(`WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2500)
			INSERT INTO things (id, n) SELECT i, i / 10 FROM c`)
	})
	for _, limit := range []int{0, 1, 1000, 1500, 2500, 9999} {
		l := &query.List{Shape: query.NewShape(w.schema.Collection("things")), Scope: w.all, Limit: limit}
		want := keys(w.run(l))
		got, pages := []int64{}, 0
		err := l.Iterate(func(fn func(db.Conn) error) error {
			w.read(fn)
			return nil
		}, func(rows []*query.Row) error {
			got, pages = append(got, keys(rows)...), pages+1
			return nil
		})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("limit %d: %v (-want +got):\n%s", limit, err, diff)
		}
		if most := (len(want) + 999) / 1000; pages != most {
			t.Errorf("limit %d: %d pages, want %d", limit, pages, most)
		}
	}
}

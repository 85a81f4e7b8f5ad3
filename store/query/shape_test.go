package query_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// counted counts the statements that a connection runs.
type counted struct {
	db.Conn
	statements []string
}

func TestBranches(t *testing.T) {
	w := filled(t)
	c := w.schema.Collection("things")
	s := query.NewShape(c)
	title := s.Column(c.Field("title"))
	author, as := s.ToOne(w.step("things", "author"))
	name := as.Column(as.Collection.Field("name"))
	boss, _ := as.ToOne(w.step("authors", "boss"))
	desk, _ := as.ToOne(w.step("authors", "desk"))
	theirs, ts := as.ToMany(w.step("authors", "things"))
	tagsOf, _ := ts.ToMany(w.step("things", "tags"))
	tags, tagShape := s.ToMany(w.step("things", "tags"))
	slug := tagShape.Column(tagShape.Collection.Field("slug"))
	peers, _ := s.ToMany(w.step("things", "peers"))

	rows := w.run(&query.List{Shape: s, Scope: w.all})
	if diff := cmp.Diff([]int64{1, 3, 2, 4}, keys(rows)); diff != "" {
		t.Fatalf("default ordering -n, nulls last (-want +got):\n%s", diff)
	}
	one := rows[0]
	if one.Values[title].Text() != "Rest in 100% Practice" || one.One[author].Values[name].Text() != "ann" {
		t.Errorf("row %v, author %v", one.Values, one.One[author].Values)
	}
	if one.One[author].One[boss] != nil || one.One[author].One[desk] != nil {
		t.Error("ann has a boss or a desk")
	}
	bob := rows[2].One[author]
	if bob.One[boss].Key() != value.Int(1) || bob.One[desk].Key() != value.Int(7) {
		t.Error("bob's boss or desk is missing")
	}
	if rows[3].One[author] != nil {
		t.Error("a null relation has a row")
	}
	var slugs []string
	for _, tag := range one.Many[tags] {
		slugs = append(slugs, tag.Values[slug].Text())
	}
	if diff := cmp.Diff([]string{"ape", "zebra"}, slugs); diff != "" {
		t.Errorf("tags in their default ordering (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{2, 1}, keys(one.One[author].Many[theirs][0].Many[tagsOf])); diff != "" {
		t.Errorf("keys of tags of things of the author (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]int64{3}, keys(rows[1].Many[peers])); diff != "" {
		t.Errorf("peers (-want +got):\n%s", diff)
	}
	if rows[3].Many[tags] == nil || len(rows[3].Many[tags]) != 0 {
		t.Error("a list without records must be empty, not nil")
	}
}

func (c *counted) Query(sql string, args []sqlb.Arg, each func(db.Row) error) error {
	c.statements = append(c.statements, sql)
	return c.Conn.Query(sql, args, each)
}

func TestStatementsPerPage(t *testing.T) {
	w := filled(t)
	c := w.schema.Collection("things")
	s := query.NewShape(c)
	_, as := s.ToOne(w.step("things", "author"))
	as.Column(as.Collection.Field("name"))
	s.ToMany(w.step("things", "tags"))
	s.ToMany(w.step("things", "peers"))
	s.Aggregate(query.Aggregate{Func: "count", Step: w.step("things", "tags")})
	s.Aggregate(query.Aggregate{Func: "exists", Step: w.step("things", "tags")})
	w.read(func(conn db.Conn) error {
		n := &counted{Conn: conn}
		_, err := (&query.List{Shape: s, Scope: w.all}).Run(n)
		if len(n.statements) != 4 {
			t.Errorf("%d statements, want 4:\n%s", len(n.statements), strings.Join(n.statements, "\n"))
		}
		if link := n.statements[2]; strings.Contains(link, `"authors"`) {
			t.Errorf("the keys of a relation are read from the target, too: %s", link)
		}
		n.statements = nil
		l := &query.List{Shape: s, Scope: w.all}
		if _, err := l.Count(n); err != nil || strings.Contains(n.statements[0], "JOIN") || strings.Contains(n.statements[0], "ORDER") {
			t.Errorf("count by %v, %v", n.statements, err)
		}
		return err
	})
}

// Orders that no index serves sort keys, not whole records.
func TestKeysFirst(t *testing.T) {
	w := filled(t)
	c := w.schema.Collection("things")
	s := query.NewShape(c)
	s.Column(c.Field("title"))
	for name, want := range map[string]bool{"id": false, "author": false, "n": true, "author__name": true} {
		var path []*schema.Field
		for _, step := range w.path("things", name) {
			path = append(path, step.Field)
		}
		w.read(func(conn db.Conn) error {
			n := &counted{Conn: conn}
			_, err := (&query.List{Shape: s, Scope: w.all, Order: []schema.Order{{Path: path}}, Limit: 2, Offset: 1}).Run(n)
			if got := strings.Contains(n.statements[0], "IN (SELECT"); got != want {
				t.Errorf("order by %s, keys first %v: %s", name, got, n.statements[0])
			}
			return err
		})
	}
}

func TestScope(t *testing.T) {
	w := filled(t)
	w.exclusive(func(conn db.Conn) error {
		return conn.Script("INSERT INTO things (id, title) VALUES (5, 'hidden'); INSERT INTO things_tags VALUES (1, 3)")
	})
	c := w.schema.Collection("things")
	s := query.NewShape(c)
	declared, _ := s.ToOne(w.step("things", "author"))
	expanded, es := s.VisibleOne(w.step("things", "author"))
	es.Column(es.Collection.Field("name"))
	all, _ := s.ToMany(w.step("things", "tags"))
	visible, _ := s.VisibleMany(w.step("things", "tags"))
	desk, _ := es.VisibleOne(w.step("authors", "desk"))

	rows := w.run(&query.List{Shape: s, Scope: w.anybody})
	if diff := cmp.Diff([]int64{1, 3, 2}, keys(rows)); diff != "" {
		t.Fatalf("visible things (-want +got):\n%s", diff)
	}
	if len(rows[0].Many[all]) != 3 || len(rows[0].Many[visible]) != 2 {
		t.Errorf("%d tags, %d of them visible; want 3 and 2", len(rows[0].Many[all]), len(rows[0].Many[visible]))
	}
	if rows[1].One[declared] == nil || rows[1].One[expanded] != nil {
		t.Error("the ghost must be seen where the schema shows it and not where the client asks for it")
	}
	if rows[2].One[expanded].One[desk] != nil {
		t.Error("a collection without a grant is seen")
	}
	if rows := w.run(&query.List{Shape: query.NewShape(w.schema.Collection("desks")), Scope: w.anybody}); len(rows) != 0 {
		t.Error("a collection without a grant is listed")
	}
	if rows := w.run(&query.List{Shape: s}); len(rows) != 0 {
		t.Error("a list without a scope finds something")
	}
	w.read(func(conn db.Conn) error {
		l := &query.List{Shape: s, Scope: w.anybody}
		if n, err := l.Count(conn); n != 3 || err != nil {
			t.Errorf("Count = %d, %v; want 3", n, err)
		}
		_, err := query.Get(conn, s, w.anybody, query.Key(c, value.Int(5)))
		if !errors.Is(err, query.ErrNotFound) {
			t.Errorf("Get of a hidden record: %v, want ErrNotFound", err)
		}
		row, err := query.Get(conn, s, w.all, query.Key(c, value.Int(5)))
		if err != nil || row.Key() != value.Int(5) {
			t.Errorf("Get = %v, %v", row, err)
		}
		l.Where = []query.Cond{query.Key(c, value.Int(5))}
		if found, err := l.Exists(conn); found || err != nil {
			t.Errorf("Exists of a hidden record = %v, %v", found, err)
		}
		l.Scope = w.all
		if found, err := l.Exists(conn); !found || err != nil {
			t.Errorf("Exists = %v, %v", found, err)
		}
		return nil
	})
}

func TestAggregates(t *testing.T) {
	w := filled(t)
	w.exclusive(func(conn db.Conn) error {
		author := w.schema.Collection("things").Field("author").Column
		return conn.Script("INSERT INTO things (id, n, price, " + author + ") VALUES (10, 7, 100 * " + cent() + ", 1)")
	})
	s := query.NewShape(w.schema.Collection("authors"))
	step, c := w.step("authors", "things"), w.schema.Collection("things")
	for _, a := range []query.Aggregate{
		{Func: "count", Step: step}, {Func: "exists", Step: step}, {Func: "sum", Step: step, Over: c.Field("n")},
		{Func: "min", Step: step, Over: c.Field("price")}, {Func: "max", Step: step, Over: c.Field("title")},
		{Func: "avg", Step: step, Over: c.Field("n")}, {Func: "avg", Step: step, Over: c.Field("price")},
		{Func: "count", Step: w.step("authors", "shared")}, {Func: "max", Step: w.step("authors", "shared"), Over: c.Field("n")},
	} {
		s.Aggregate(a)
	}
	w.exclusive(func(conn db.Conn) error { return conn.Script("INSERT INTO authors (id, name) VALUES (9, 'new')") })
	rows := w.run(&query.List{Shape: s, Scope: w.all})
	got := fmt.Sprint(rows[0].Aggregates, rows[3].Aggregates)
	i, f, null := value.Int, value.Float, value.Null
	want := fmt.Sprint(
		[]value.Value{i(2), i(1), i(12), i(100), value.Text("Rest in 100% Practice"), f(6), i(525), i(0), null},
		[]value.Value{i(0), i(0), null, null, null, null, null, i(0), null})
	if got != want {
		t.Errorf("aggregates:\n got %s\nwant %s", got, want)
	}
	if rows[2].Aggregates[7] != i(1) || rows[2].Aggregates[8] != i(0) {
		t.Errorf("over a many-to-many relation: %v", rows[2].Aggregates)
	}
	bad := query.NewShape(w.schema.Collection("authors"))
	bad.Aggregate(query.Aggregate{Func: "sum", Step: step, Over: c.Field("title")})
	w.read(func(conn db.Conn) error {
		if _, err := (&query.List{Shape: bad, Scope: w.all}).Run(conn); !errors.Is(err, query.ErrAggregate) {
			t.Errorf("sum of texts: %v, want ErrAggregate", err)
		}
		return nil
	})
}

// More owners than one statement takes.
func TestManyOwners(t *testing.T) {
	const n = 1203
	w := newWorld(t)
	w.exclusive(func(conn db.Conn) error {
		return conn.Script(fmt.Sprintf(`INSERT INTO tags (id, slug) VALUES (1, 'b'), (2, 'a');
			WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d)
			INSERT INTO things (id, n) SELECT i, i FROM c; INSERT INTO things_tags SELECT id, 1 + id %% 2 FROM things`, n))
	})
	s := query.NewShape(w.schema.Collection("things"))
	tags, _ := s.ToMany(w.step("things", "tags"))
	s.Aggregate(query.Aggregate{Func: "count", Step: w.step("things", "tags")})
	rows := w.run(&query.List{Shape: s, Scope: w.all})
	if len(rows) != n {
		t.Fatalf("%d rows", len(rows))
	}
	for _, r := range rows {
		if got := keys(r.Many[tags]); len(got) != 1 || got[0] != 1+r.Key().Int()%2 || r.Aggregates[0].Int() != 1 {
			t.Fatalf("tags of %v: %v, %v", r.Key(), got, r.Aggregates)
		}
	}
}

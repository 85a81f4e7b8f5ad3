package query_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

const things = `
INSERT INTO authors (id, name, boss_id) VALUES (1, 'ann', NULL), (2, 'bob', 1), (3, 'ghost', 1);
INSERT INTO desks (id, owner_id) VALUES (7, 2);
INSERT INTO tags (id, slug) VALUES (1, 'zebra'), (2, 'ape'), (3, 'secret');
INSERT INTO things (id, title, n, price, ref, ok, day, at, clock, author_id) VALUES
 (1, 'Rest in 100% Practice', 5, 950 * CENT, '00112233445566778899aabbccddeeff', TRUE, '2024-02-29', '2024-02-29 00:00:00', '09:05:00', 1),
 (2, 'rest_IN\x', -3, -5 * CENT, NULL, FALSE, '2024-12-31', '2024-12-31 23:59:59.999999', '23:59:59.5', 2),
 (3, 'Ünïcödé ÉTÉ', 0, 0, NULL, NULL, '2023-01-01', '2023-01-01 12:30:15', NULL, 3),
 (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO things_tags VALUES (1, 1), (1, 2), (2, 2);
INSERT INTO things_peers VALUES (1, 2), (3, 3)`

// cent is a hundredth as a column of two places holds it.
func cent() string {
	if dbtest.Postgres() {
		return "0.01"
	}
	return "1"
}

func filled(t testing.TB) *world {
	w := newWorld(t)
	w.exclusive(func(conn db.Conn) error { return conn.Script(strings.ReplaceAll(things, "CENT", cent())) })
	return w
}

func TestLookups(t *testing.T) {
	w := filled(t)
	memory := w.remember()
	yes, no := value.Bool(true), value.Bool(false)
	for _, c := range []struct {
		path, lookup string
		values       []value.Value
		want         []int64
	}{
		{"title", "exact", texts("rest_IN\\x"), []int64{2}},
		{"title", "exact", []value.Value{value.Null}, []int64{4}},
		{"title", "iexact", texts("REST_in\\X"), []int64{2}},
		{"title", "iexact", texts("ünïcödé été"), []int64{3}},
		{"title", "contains", texts("100%"), []int64{1}},
		{"title", "contains", texts("PRACTICE"), []int64{}},
		{"title", "contains", texts(""), []int64{1, 2, 3}},
		{"title", "icontains", texts("PRACTICE"), []int64{1}},
		{"title", "icontains", texts("t_i"), []int64{2}},
		{"title", "icontains", texts("n\\X"), []int64{2}},
		{"title", "icontains", texts("été"), []int64{3}},
		{"title", "icontains", texts(strings.Repeat("a", 60_000)), []int64{}},
		{"title", "startswith", texts("Rest"), []int64{1}},
		{"title", "istartswith", texts("REST"), []int64{1, 2}},
		{"title", "istartswith", texts("ÜNÏ"), []int64{3}},
		{"title", "endswith", texts("ÉTÉ"), []int64{3}},
		{"title", "endswith", texts("été"), []int64{}},
		{"title", "iendswith", texts("été"), []int64{3}},
		{"title", "iendswith", texts("PRACTICE"), []int64{1}},
		{"title", "regex", texts("^[A-Z].*%"), []int64{1}},
		{"title", "iregex", texts("^REST"), []int64{1, 2}},
		{"title", "in", texts("rest_IN\\x", "nope"), []int64{2}},
		{"title", "in", []value.Value{value.Null}, []int64{}},
		{"title", "in", nil, []int64{}},
		{"title", "isnull", []value.Value{yes}, []int64{4}},
		{"title", "isnull", []value.Value{no}, []int64{1, 2, 3}},
		{"n", "gt", ints(0), []int64{1}},
		{"n", "gte", ints(0), []int64{1, 3}},
		{"n", "lt", ints(0), []int64{2}},
		{"n", "lte", ints(0), []int64{2, 3}},
		{"n", "range", ints(-3, 0), []int64{2, 3}},
		{"n", "icontains", texts("3"), []int64{2}},
		{"price", "exact", ints(950), []int64{1}},
		{"price", "startswith", texts("-0.05"), []int64{2}},
		{"price", "contains", texts("9.50"), []int64{1}},
		{"ref", "icontains", texts("2233-4455"), []int64{1}},
		{"ok", "exact", []value.Value{no}, []int64{2}},
		{"day", "year", ints(2024), []int64{1, 2}},
		{"day", "year__gt", ints(2023), []int64{1, 2}},
		{"day", "year__in", ints(2023, 1), []int64{3}},
		{"day", "year__range", ints(2023, 2023), []int64{3}},
		{"day", "month", ints(2), []int64{1}},
		{"day", "quarter", ints(4), []int64{2}},
		{"day", "week_day", ints(5), []int64{1}},
		{"day", "iso_week_day", ints(7), []int64{3}},
		{"day", "week", ints(52), []int64{3}},
		{"day", "week", ints(1), []int64{2}},
		{"day", "iso_year", ints(2025), []int64{2}},
		{"day", "iso_year", ints(2022), []int64{3}},
		{"at", "date", texts("2024-12-31"), []int64{2}},
		{"at", "date__gt", texts("2024-02-29"), []int64{2}},
		{"at", "date__lte", texts("2024-02-29"), []int64{1, 3}},
		{"at", "date__lt", texts("2024-02-29"), []int64{3}},
		{"at", "date__range", texts("2023-01-01", "2024-02-29"), []int64{1, 3}},
		{"at", "date__in", texts("2023-01-01", "2024-12-31"), []int64{2, 3}},
		{"at", "date__isnull", []value.Value{yes}, []int64{4}},
		{"at", "date__month", ints(12), []int64{2}},
		{"at", "year", ints(9999), []int64{}},
		{"at", "year__lt", ints(10000), []int64{1, 2, 3}},
		{"at", "year__gt", ints(-5), []int64{1, 2, 3}},
		{"at", "year__gte", ints(10000), []int64{}},
		{"at", "hour", ints(23), []int64{2}},
		{"at", "hour__lt", ints(13), []int64{1, 3}},
		{"at", "minute", ints(30), []int64{3}},
		{"at", "second__in", ints(59, 15), []int64{2, 3}},
		{"at", "time", texts("12:30:15"), []int64{3}},
		{"at", "time__gte", texts("12:30:15"), []int64{2, 3}},
		{"at", "time__hour", ints(12), []int64{3}},
		{"clock", "hour", ints(9), []int64{1}},
		{"clock", "second", ints(59), []int64{2}},
		{"clock", "gt", texts("10:00:00"), []int64{2}},
		{"author", "exact", ints(2), []int64{2}},
		{"author", "isnull", []value.Value{yes}, []int64{4}},
		{"author__id", "in", ints(1, 3), []int64{1, 3}},
		{"author__name", "exact", texts("bob"), []int64{2}},
		{"author__boss__name", "exact", texts("ann"), []int64{2, 3}},
		{"author__boss__name", "isnull", []value.Value{yes}, []int64{1, 4}},
		{"author__desk", "exact", ints(7), []int64{2}},
		{"author__desk", "isnull", []value.Value{yes}, []int64{1, 3, 4}},
		{"tags", "exact", ints(2), []int64{1, 2}},
		{"tags__id", "in", ints(1, 2), []int64{1, 2}},
		{"tags__slug", "icontains", texts("E"), []int64{1, 2}},
		{"tags__slug", "exact", texts("zebra"), []int64{1}},
		{"tags", "isnull", []value.Value{yes}, []int64{3, 4}},
		{"tags__slug", "isnull", []value.Value{yes}, []int64{3, 4}},
		{"tags", "isnull", []value.Value{no}, []int64{1, 2}},
		{"tags__things__title", "startswith", texts("Rest"), []int64{1, 2}},
		{"author__staff__name", "exact", texts("bob"), []int64{1}},
		{"author__staff", "exact", ints(2), []int64{1}},
		{"author__things__n", "lt", ints(0), []int64{2}},
		{"peers__boss__name", "exact", texts("ann"), []int64{1, 3}},
		{"peers__boss__name", "isnull", []value.Value{yes}, []int64{2, 4}},
	} {
		t.Run(c.path+"__"+c.lookup, func(t *testing.T) {
			col := w.schema.Collection("things")
			l := &query.List{Shape: query.NewShape(col), Scope: w.all, Order: []schema.Order{{Path: []*schema.Field{col.Key}}},
				Where: []query.Cond{query.Match{Path: w.path("things", c.path), Lookup: c.lookup, Values: c.values}}}
			if diff := cmp.Diff(c.want, keys(w.run(l))); diff != "" {
				t.Errorf("keys (-want +got):\n%s", diff)
			}
			memory.agrees(t, l, c.want)
			w.read(func(conn db.Conn) error {
				n, err := l.Count(conn)
				if int(n) != len(c.want) {
					t.Errorf("Count = %d, want %d", n, len(c.want))
				}
				return err
			})
			l.Where = []query.Cond{query.Not{Cond: l.Where[0]}}
			if got := len(w.run(l)); got != 4-len(c.want) {
				t.Errorf("Not finds %d, want %d", got, 4-len(c.want))
			}
		})
	}
}

func TestConditions(t *testing.T) {
	w := filled(t)
	col := w.schema.Collection("things")
	n := func(lookup string, v int64) query.Cond {
		return query.Match{Path: w.path("things", "n"), Lookup: lookup, Values: ints(v)}
	}
	for _, c := range []struct {
		name  string
		where []query.Cond
		want  []int64
	}{
		{"none", nil, []int64{1, 2, 3, 4}},
		{"empty and", []query.Cond{query.And{}}, []int64{1, 2, 3, 4}},
		{"empty or", []query.Cond{query.Or{}}, []int64{}},
		{"or", []query.Cond{query.Or{n("exact", 5), n("exact", 0)}}, []int64{1, 3}},
		{"and", []query.Cond{query.And{n("gte", 0), n("lt", 5)}, n("gt", -9)}, []int64{3}},
		{"not or", []query.Cond{query.Not{Cond: query.Or{n("exact", 5), n("exact", 0)}}}, []int64{2, 4}},
	} {
		l := &query.List{Shape: query.NewShape(col), Scope: w.all, Where: c.where, Order: []schema.Order{{Path: []*schema.Field{col.Key}}}}
		if diff := cmp.Diff(c.want, keys(w.run(l))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestBadLookups(t *testing.T) {
	w := filled(t)
	l := &query.List{Shape: query.NewShape(w.schema.Collection("things")), Scope: w.all}
	run := func(m query.Match) (err error) {
		l.Where = []query.Cond{m}
		w.read(func(conn db.Conn) error {
			_, err = l.Run(conn)
			return nil
		})
		return err
	}
	for _, lookup := range []string{"nope", "year", "date__nope", "exact__exact", "year__", "isnull__exact"} {
		if err := run(query.Match{Path: w.path("things", "n"), Lookup: lookup, Values: ints(1)}); !errors.Is(err, query.ErrLookup) {
			t.Errorf("%s: error %v, want ErrLookup", lookup, err)
		}
	}
	for _, m := range []query.Match{
		{Path: w.path("things", "n"), Lookup: "range", Values: ints(1)},
		{Path: w.path("things", "n"), Lookup: "exact"},
		{Lookup: "exact", Values: ints(1)},
		{Path: w.path("things", "at"), Lookup: "date", Values: texts("today")},
	} {
		if err := run(m); err == nil {
			t.Errorf("%v: no error", m)
		}
	}
	for _, pattern := range []string{"(", "a{2000}", "(?<!x)y", strings.Repeat("a", query.MaxPattern+1)} {
		var bad *query.PatternError
		err := run(query.Match{Path: w.path("things", "title"), Lookup: "regex", Values: texts(pattern)})
		if !errors.As(err, &bad) {
			t.Errorf("%.20q: error %v, want a PatternError", pattern, err)
		}
	}
}

package query_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// memory holds every record of a world as expressions read them.
type memory struct {
	records map[*schema.Collection][]*remembered
	links   map[*schema.Field][][2]value.Value
}

type remembered struct {
	of     *memory
	coll   *schema.Collection
	values []value.Value
}

func (w *world) remember() *memory {
	m := &memory{map[*schema.Collection][]*remembered{}, map[*schema.Field][][2]value.Value{}}
	w.read(func(conn db.Conn) error {
		for _, c := range w.schema.Collections {
			rows, err := (&query.List{Shape: query.AllColumns(c), Scope: w.all}).Run(conn)
			if err != nil {
				return err
			}
			for _, row := range rows {
				m.records[c] = append(m.records[c], &remembered{m, c, row.Values})
			}
			for _, f := range c.ManyToMany {
				l := f.Through
				err := conn.Query("SELECT "+sqlb.Quote(l.FromColumn)+", "+sqlb.Quote(l.ToColumn)+" FROM "+sqlb.Quote(l.Table), nil, func(r db.Row) error {
					m.links[f] = append(m.links[f], [2]value.Value{r.Value(0, c.Key.Type), r.Value(1, f.To.Key.Type)})
					return nil
				})
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
	return m
}

func (r *remembered) Value(f *schema.Field) (value.Value, error) { return r.values[f.Position], nil }

func (r *remembered) One(s schema.Step) (expr.Record, error) {
	list, err := r.Many(s)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

func (r *remembered) Many(s schema.Step) (list []expr.Record, err error) {
	for _, o := range r.of.records[s.Target()] {
		found := false
		switch {
		case s.Reverse == nil && s.Field.Relation == schema.ManyToMany:
			found = slices.Contains(r.of.links[s.Field], [2]value.Value{r.values[0], o.values[0]})
		case s.Reverse == nil:
			found = r.values[s.Field.Position] == o.values[0]
		case s.Reverse.Field.Relation == schema.ManyToMany:
			found = slices.Contains(r.of.links[s.Reverse.Field], [2]value.Value{o.values[0], r.values[0]})
		default:
			found = o.values[s.Reverse.Field.Position] == r.values[0]
		}
		if found {
			list = append(list, o)
		}
	}
	return list, nil
}

// agrees holds that a list has the same records by Holds, and that each of them is one that its Guard would find.
func (m *memory) agrees(t *testing.T, l *query.List, want []int64) {
	t.Helper()
	guard, guarded := l.Guard()
	got := []int64{}
	for _, r := range m.records[l.Shape.Collection] {
		ok, err := l.Holds(r, dbtest.Dialect())
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			continue
		}
		got = append(got, r.values[0].Int())
		if guarded && !slices.ContainsFunc(guard, func(e expr.Equal) bool { return r.values[e.Field.Position] == e.Value }) {
			t.Errorf("record %v is not found by the guard %v", r.values[0], guard)
		}
	}
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Holds (-want +got):\n%s", diff)
	}
}

// What a list reads and is found by, with a client's and an author's expression, a rule and filters.
func TestGuards(t *testing.T) {
	w := filled(t)
	m := w.remember()
	col := w.schema.Collection("things")
	rule := func(src string) query.Cond {
		e, err := expr.Compile(src, expr.Env{Collection: col, Users: w.schema.Users()})
		if err != nil {
			t.Fatal(err)
		}
		return query.Rule{Expr: e, Bind: &expr.Bindings{Now: time.Now()}}
	}
	n := func(lookup string, values ...int64) query.Cond {
		return query.Match{Path: w.path("things", "n"), Lookup: lookup, Values: ints(values...)}
	}
	for i, c := range []struct {
		where []query.Cond
		guard int // equalities; -1 none
		want  []int64
	}{
		{nil, -1, []int64{1, 2, 3, 4}},
		{[]query.Cond{n("exact", 5)}, 1, []int64{1}},
		{[]query.Cond{n("in", 5, 0, 8)}, 3, []int64{1, 3}},
		{[]query.Cond{n("gt", 0)}, -1, []int64{1}},
		{[]query.Cond{n("in", 5, 0), query.Match{Path: w.path("things", "author"), Lookup: "exact", Values: ints(3)}}, 1, []int64{3}},
		{[]query.Cond{query.Or{n("exact", 5), n("gt", 7)}}, -1, []int64{1}},
		{[]query.Cond{query.Or{n("exact", 5), query.And{n("exact", -3), n("gt", -9)}}}, 2, []int64{1, 2}},
		{[]query.Cond{query.Or{}}, 0, []int64{}},
		{[]query.Cond{rule("n == 5 || author == 2")}, 2, []int64{1, 2}},
		{[]query.Cond{rule("n == 5 || author.name == 'bob'")}, -1, []int64{1, 2}},
		{[]query.Cond{rule("author.id == 2 && n < 0")}, 1, []int64{2}},
		{[]query.Cond{rule("0 == n && user == null")}, 1, []int64{3}},
		{[]query.Cond{rule("ok && n > 0")}, 1, []int64{1}},
		{[]query.Cond{rule("n in [5, 0]")}, 2, []int64{1, 3}},
		{[]query.Cond{rule("!(n == 5)")}, -1, []int64{2, 3}},
		{[]query.Cond{rule("author.boss == user.id")}, -1, []int64{}},
		{[]query.Cond{rule("price == 9.5")}, 1, []int64{1}},
	} {
		l := &query.List{Shape: query.NewShape(col), Scope: w.all, Where: c.where}
		m.agrees(t, l, c.want)
		guard, found := l.Guard()
		if got := len(guard); found != (c.guard >= 0) || found && got != c.guard {
			t.Errorf("%d: guard %v, %v", i, guard, found)
		}
	}
	l := &query.List{Shape: query.NewShape(col), Scope: w.all, Where: []query.Cond{
		query.Match{Path: w.path("things", "day"), Lookup: "contains", Values: texts("2024")}}}
	if _, err := l.Holds(m.records[col][0], dbtest.Dialect()); !errors.Is(err, query.ErrUndecided) {
		t.Errorf("a text lookup in a date: %v", err)
	}
}

package live

import (
	"fmt"
	"sync"
	"testing"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

const hubDocument = `{"collections": {
  "boards": {"fields": {"name": {"type": "char", "max_length": 20}, "open": {"type": "boolean", "default": true}}},
  "cards": {"fields": {"title": {"type": "char", "max_length": 20}, "lane": {"type": "integer", "default": 0},
    "board": {"type": "foreign_key", "to": "boards", "on_delete": "cascade", "null": true, "related_name": "cards"}}}
}}`

// bareHub is a hub over a store, without connections.
func bareHub(t testing.TB) *Hub {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Database: dbtest.URL(t), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Apply(t.Context(), "", []byte(hubDocument), migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	return &Hub{Config: Config{Store: s}, state: s.State(), moved: sync.NewCond(&sync.Mutex{}), groups: map[string]*group{}, indexes: map[*schema.Collection]*index{}, life: t.Context()}
}

// watch adds a group of the cards for which an expression holds.
func (h *Hub) watch(t testing.TB, src string) *group {
	t.Helper()
	c := h.state.Schema.Collection("cards")
	e, err := expr.Compile(src, expr.Env{Collection: c, Users: h.state.Schema.Users()})
	if err != nil {
		t.Fatal(err)
	}
	scope := access.System(h.state.Policy)
	list := &query.List{Shape: query.AllColumns(c), Scope: scope, Where: []query.Cond{query.Rule{Expr: e, Bind: scope.Bindings()}}}
	w := &rest.Watch{Key: src, List: list, Flat: true, Reads: list.Reads(), KeyType: c.Key.Type,
		Render: func(dst []byte, row *query.Row) []byte { return append(dst, `{}`...) }}
	g := newGroup(w)
	h.enter(g)
	return g
}

func (h *Hub) card(lane int64) []value.Value {
	return []value.Value{value.Int(1), value.Text("t"), value.Int(lane), value.Null}
}

// One change is a lookup among many different subscriptions, not a loop over them.
func TestIndex(t *testing.T) {
	h := bareHub(t)
	var groups []*group
	for n := range 1000 {
		groups = append(groups, h.watch(t, fmt.Sprintf("lane == %d && title != 'x'", n)))
	}
	either := h.watch(t, "lane == 7 || lane == 8")
	all := h.watch(t, "title != 'x'")
	cards := h.state.Schema.Collection("cards")
	for _, c := range []struct {
		change store.RecordChange
		want   []*group
	}{
		{store.RecordChange{Op: store.OpCreate, After: h.card(7)}, []*group{groups[7], either, all}},
		{store.RecordChange{Op: store.OpUpdate, Before: h.card(7), After: h.card(9)}, []*group{groups[7], groups[9], either, all}},
		{store.RecordChange{Op: store.OpUpdate, Before: h.card(8), After: h.card(8)}, []*group{groups[8], either, all}},
		{store.RecordChange{Op: store.OpDelete, Before: h.card(5000)}, []*group{all}},
	} {
		c.change.Collection, c.change.Key = cards, value.Int(1)
		got := h.candidates([]*store.RecordChange{&c.change}, nil)[0]
		found := map[*group]bool{}
		for _, g := range got {
			found[g] = true
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %d groups are asked, want %d", c.change.Op, len(got), len(c.want))
		}
		for _, g := range c.want {
			if !found[g] {
				t.Errorf("%s: %s is not asked", c.change.Op, g.Key)
			}
		}
	}
	for _, g := range append(groups, either, all) {
		h.leave(g)
	}
	if x := h.indexOf(cards); len(x.equal)+len(x.fields)+len(x.scan)+len(h.groups) > 0 {
		t.Errorf("groups are left: %v", x)
	}
}

// What lies along a relation ends a group where it decides, and only there.
func TestNeeds(t *testing.T) {
	h := bareHub(t)
	cards, boards := h.state.Schema.Collection("cards"), h.state.Schema.Collection("boards")
	g := h.watch(t, "board.open")
	many := h.watch(t, "board.cards.exists(c, c.lane == 3)")
	board := func(name string, open bool) []value.Value {
		return []value.Value{value.Int(1), value.Text(name), value.Bool(open)}
	}
	for _, c := range []struct {
		name       string
		change     store.RecordChange
		one, other bool
	}{
		{"another name", store.RecordChange{Collection: boards, Op: store.OpUpdate, Before: board("a", true), After: board("b", true)}, false, false},
		{"closed", store.RecordChange{Collection: boards, Op: store.OpUpdate, Before: board("a", true), After: board("a", false)}, true, false},
		{"a new board", store.RecordChange{Collection: boards, Op: store.OpCreate, After: board("a", true)}, false, false},
		{"a card moved", store.RecordChange{Collection: cards, Op: store.OpUpdate, Before: h.card(1), After: h.card(3)}, false, true},
		{"a card named", store.RecordChange{Collection: cards, Op: store.OpUpdate, Before: h.card(1), After: h.card(1)}, false, false},
		{"a new card", store.RecordChange{Collection: cards, Op: store.OpCreate, After: h.card(1)}, false, true},
		{"boards rewritten", store.RecordChange{Collection: boards, Op: store.OpRewritten}, true, false},
	} {
		if one, other := g.moved(&c.change), many.moved(&c.change); one != c.one || other != c.other {
			t.Errorf("%s: %v %v, want %v %v", c.name, one, other, c.one, c.other)
		}
	}
}

// BenchmarkMatch measures one change against 1,000 different subscriptions: with an equality to find them by, and
// without one.
func BenchmarkMatch(b *testing.B) {
	for name, src := range map[string]string{"indexed": "lane == %d", "scanned": "lane > %d"} {
		b.Run(name, func(b *testing.B) {
			h := bareHub(b)
			for n := range 1000 {
				h.watch(b, fmt.Sprintf(src, n))
			}
			c := []*store.RecordChange{{Collection: h.state.Schema.Collection("cards"),
				Key: value.Int(1), Op: store.OpUpdate, Before: h.card(7), After: h.card(9)}}
			b.ReportAllocs()
			for b.Loop() {
				if len(h.match(c)) == 0 {
					b.Fatal("nothing is matched")
				}
			}
		})
	}
}

package live

import (
	"context"
	"slices"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// group is all subscriptions that have the same records and the same texts of them. What decides for one of them decides
// for all.
type group struct {
	*rest.Watch
	subs    map[*sub]struct{}
	related bool // what it reads lies along relations
	needs   []need
	guard   []expr.Equal // of which one holds for every record; with guarded only
	guarded bool
	now     time.Time // when a watch that reads the time was resolved
}

// need is what other records decide about a group: a change of it cannot be told record by record.
type need struct {
	collection *schema.Collection
	field      *schema.Field // nil: any
	rows       bool          // also records that come and go
}

func newGroup(w *rest.Watch) *group {
	g := &group{Watch: w, subs: map[*sub]struct{}{}, now: time.Now()}
	for _, p := range w.Reads.Paths {
		g.related = g.related || len(p) > 1 || p[0].Many() || p[0].Reverse != nil
		g.needsOf(w.List.Shape.Collection, p, true)
	}
	for _, in := range w.Reads.User {
		if len(in.Path) > 1 {
			g.needsOf(w.List.Scope.Policy().Schema.Users(), in.Path, true)
		}
	}
	for _, c := range w.Reads.Seen {
		g.needsRules(w.List.Scope, c)
	}
	if !w.Reads.Now {
		g.guard, g.guarded = w.List.Guard()
	}
	return g
}

// needsOf adds what a path from a collection reads of other records; own says that the collection's own fields are the
// group's.
func (g *group) needsOf(c *schema.Collection, p schema.Path, own bool) {
	for i, step := range p {
		if (i > 0 || !own) && step.Field != nil {
			g.need(need{c, step.Field, false})
		}
		if r := step.Reverse; r != nil {
			g.need(need{r.From(), r.Field, true})
		}
		if f := step.Field; f != nil && f.Through != nil && f.Through.Collection != nil {
			g.need(need{f.Through.Collection, nil, true})
		}
		if c = step.Target(); c == nil {
			return
		}
	}
}

// needsRules adds everything of a collection that a client's expression sees, and what its rules read.
func (g *group) needsRules(scope *access.Scope, c *schema.Collection) {
	g.need(need{c, nil, true})
	for _, any := range scope.Grant(c, schema.View).Rules.All {
		for _, e := range any {
			for _, p := range e.Paths() {
				g.needsOf(c, p, false)
			}
		}
	}
}

func (g *group) need(n need) {
	if !slices.Contains(g.needs, n) {
		g.needs = append(g.needs, n)
	}
}

// moved reports whether a change of another record moves records of the group.
func (g *group) moved(ch *store.RecordChange) bool {
	return slices.ContainsFunc(g.needs, func(n need) bool {
		switch {
		case n.collection != ch.Collection:
			return false
		case ch.Op == store.OpRewritten:
			return true
		case ch.Op != store.OpUpdate:
			return n.rows
		}
		return n.field == nil || changes(ch, n.field)
	})
}

// changes reports whether a field is another one after an update.
func changes(ch *store.RecordChange, f *schema.Field) bool {
	if f.Relation == schema.ManyToMany {
		return slices.ContainsFunc(ch.Links, func(l store.LinksChange) bool { return l.Field == f })
	}
	return ch.Before[f.Position] != ch.After[f.Position]
}

// renew resolves a watch that reads the time as of now.
func (g *group) renew(ctx context.Context, now time.Time) error {
	if g.Again == nil || now.Sub(g.now) < time.Second {
		return nil
	}
	w, err := g.Again(ctx)
	if err != nil {
		return err
	}
	g.Watch, g.now = w, now
	return nil
}

// index finds the groups of a collection that a change may concern.
type index struct {
	equal  map[expr.Equal]map[*group]struct{}
	fields map[*schema.Field]int // how many equalities there are of each field
	scan   map[*group]struct{}   // the groups without a guard
	others map[*group]struct{}   // groups of other collections that need something of this one
}

func (h *Hub) indexOf(c *schema.Collection) *index {
	x := h.indexes[c]
	if x == nil {
		x = &index{map[expr.Equal]map[*group]struct{}{}, map[*schema.Field]int{}, map[*group]struct{}{}, map[*group]struct{}{}}
		h.indexes[c] = x
	}
	return x
}

// enter puts a group where changes find it.
func (h *Hub) enter(g *group) {
	h.groups[g.Key] = g
	x := h.indexOf(g.List.Shape.Collection)
	if !g.guarded {
		x.scan[g] = struct{}{}
	}
	for _, e := range g.guard {
		if x.equal[e] == nil {
			x.equal[e] = map[*group]struct{}{}
		}
		x.equal[e][g] = struct{}{}
		x.fields[e.Field]++
	}
	for _, n := range g.needs {
		h.indexOf(n.collection).others[g] = struct{}{}
	}
}

func (h *Hub) leave(g *group) {
	delete(h.groups, g.Key)
	x := h.indexOf(g.List.Shape.Collection)
	delete(x.scan, g)
	for _, e := range g.guard {
		if delete(x.equal[e], g); len(x.equal[e]) == 0 {
			delete(x.equal, e)
		}
		if x.fields[e.Field]--; x.fields[e.Field] <= 0 {
			delete(x.fields, e.Field)
		}
	}
	for _, n := range g.needs {
		delete(h.indexOf(n.collection).others, g)
	}
}

// concerned calls fn for each group whose records a change may be one of, some of them twice.
func (x *index) concerned(ch *store.RecordChange, fn func(*group)) {
	for g := range x.scan {
		fn(g)
	}
	for f := range x.fields {
		var was value.Value
		for i, values := range [][]value.Value{ch.Before, ch.After} {
			if values == nil || i == 1 && ch.Before != nil && values[f.Position] == was {
				continue
			}
			was = values[f.Position]
			for g := range x.equal[expr.Equal{Field: f, Value: was}] {
				fn(g)
			}
		}
	}
}

// all calls fn for each group of the collection.
func (x *index) all(fn func(*group)) {
	for g := range x.scan {
		fn(g)
	}
	for _, groups := range x.equal {
		for g := range groups {
			fn(g)
		}
	}
}

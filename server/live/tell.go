package live

import (
	"context"
	"errors"
	"slices"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// tell tells everybody what a commit has changed. next is the place after it.
func (h *Hub) tell(c *store.Commit, next store.Place) {
	h.users(c)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.moveTo(next)
	if len(h.groups)+len(h.rooms) == 0 {
		return
	}
	list := merged(c.Changes)
	h.touched(list)
	h.deliver(h.match(list), c.Cursor)
}

// tellLate tells of several commits as one. Who has seen some of them already starts over.
func (h *Hub) tellLate(c *store.Commit, next store.Place) {
	h.users(c)
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, g := range h.groups {
		for s := range g.subs {
			if !s.open || !h.place.Covers(s.since) {
				h.reset(s)
			}
		}
	}
	h.moveTo(next)
	list := merged(c.Changes)
	h.touched(list)
	h.deliver(h.match(list), c.Cursor)
}

// users makes changes of users felt: what they see may be something else now, and their credentials may have ended.
func (h *Hub) users(c *store.Commit) {
	touched := map[value.Value]bool{}
	all := false
	for i := range c.Changes {
		switch ch := &c.Changes[i]; {
		case !ch.Collection.System:
		case ch.Op == store.OpRewritten:
			all = true
		case ch.Op == store.OpDelete || ch.Op == store.OpUpdate && matters(ch):
			touched[ch.Key] = true
		}
	}
	if !all && len(touched) == 0 {
		return
	}
	concerned := func(c *conn) bool { return all || touched[c.user] }
	h.mu.Lock()
	for c := range h.conns {
		if !c.user.IsNull() && concerned(c) {
			h.resetOf(c)
		}
	}
	h.mu.Unlock()
	h.recheck(concerned)
}

// matters reports whether a change of a user is one of more than the time of the last log-in.
func matters(ch *store.RecordChange) bool {
	for i, f := range ch.Collection.Columns {
		if f.Name != "last_login" && ch.Before[i] != ch.After[i] {
			return true
		}
	}
	return len(ch.Links) > 0
}

// match finds what a commit does to each group.
func (h *Hub) match(list []*store.RecordChange) map[*group]*result {
	results := map[*group]*result{}
	h.moves(list, results)
	candidates := h.candidates(list, results)
	reads := false
	for _, of := range candidates {
		reads = reads || slices.ContainsFunc(of, func(g *group) bool { return g.related || !g.Flat || g.Again != nil })
	}
	ctx, cancel := context.WithTimeout(h.life, readTime)
	defer cancel()
	work := func(r *store.Reader) error {
		m := newMatcher(h.Store.Engine().Dialect(), r)
		for i, ch := range list {
			for _, g := range candidates[i] {
				h.matchOne(ctx, m, g, ch, results)
			}
		}
		return nil
	}
	if !reads {
		_ = work(nil) // it reads nothing, so it cannot fail
		return results
	}
	if err := h.Store.Read(ctx, access.System(h.state.Policy), work); err != nil {
		for _, of := range candidates {
			for _, g := range of {
				h.failed(g, err, results)
			}
		}
	}
	return results
}

// moves finds the groups that cannot be told: a collection of theirs was rewritten, or what they read of others changed.
func (h *Hub) moves(list []*store.RecordChange, results map[*group]*result) {
	over := func(g *group) { results[g] = &result{reset: true} }
	for _, ch := range list {
		x := h.indexes[ch.Collection]
		switch {
		case x == nil:
		case ch.Op == store.OpRewritten:
			x.all(over)
			for g := range x.others {
				over(g)
			}
		default:
			for g := range x.others {
				if g.moved(ch) {
					over(g)
				}
			}
		}
	}
}

// candidates lists, for each change, the groups that it may concern.
func (h *Hub) candidates(list []*store.RecordChange, results map[*group]*result) [][]*group {
	out := make([][]*group, len(list))
	for i, ch := range list {
		x := h.indexes[ch.Collection]
		if x == nil || ch.Op == store.OpRewritten {
			continue
		}
		seen := map[*group]bool{}
		x.concerned(ch, func(g *group) {
			if r := results[g]; !seen[g] && (r == nil || !r.reset) {
				seen[g] = true
				out[i] = append(out[i], g)
			}
		})
	}
	return out
}

func (h *Hub) matchOne(ctx context.Context, m *matcher, g *group, ch *store.RecordChange, results map[*group]*result) {
	r := results[g]
	if r == nil {
		r = &result{}
	}
	if r.reset {
		return
	}
	err := g.renew(ctx, h.Store.Now())
	if err == nil {
		err = m.add(g, ch, r)
	}
	if err != nil {
		h.failed(g, err, results)
	} else if len(r.events) > 0 || r.delta != 0 || r.reset {
		results[g] = r
	}
}

// failed makes a group start over, since it could not be decided what a commit does to it.
func (h *Hub) failed(g *group, err error, results map[*group]*result) {
	results[g] = &result{reset: true}
	if !errors.Is(err, query.ErrUndecided) && h.life.Err() == nil {
		h.Log.Error("live: a change could not be matched", "collection", g.List.Shape.Collection.Name, "error", err)
	}
}

// delivery is what a subscription is told of one commit.
type delivery struct {
	*result
	cursor store.Cursor // of the commit
	text   string       // the cursor as clients get it
}

// hit is a delivery on its way to a subscription.
type hit struct {
	sub *sub
	delivery
}

// deliver writes the results of a commit to the connections: one message to each.
func (h *Hub) deliver(results map[*group]*result, at store.Cursor) {
	hits := map[*conn][]hit{}
	for g, r := range results {
		for s := range g.subs {
			switch {
			case r.reset:
				h.reset(s)
			case !s.open:
				s.waiting = append(s.waiting, delivery{r, at, h.cursor})
			case !s.since.Includes(at):
				hits[s.conn] = append(hits[s.conn], hit{s, delivery{r, at, h.cursor}})
			}
		}
	}
	shared := sharing{}
	for c, of := range hits {
		c.send(shared.message(of, h.cursor))
	}
}

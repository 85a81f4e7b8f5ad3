package live

import (
	"context"
	"errors"
	"fmt"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
)

// source is what subscriptions tell of: a group of a list, a sight of presence, a system topic.
type source interface {
	// lose takes a subscription away.
	lose(h *Hub, s *sub)
}

// sub is a subscription. The hub's lock guards it.
type sub struct {
	conn    *conn
	id      string
	source  source      // nil once it has ended
	sight   *sight      // of presence
	place   *place      // where the client says that it is, by this one
	topic   *rest.Topic // of a system topic
	fresh   bool        // of presence or a topic: it is to be told everything
	group   *group      // of a list or a record; nil once it has ended
	watch   *rest.Watch // until it is open
	open    bool        // it has had its first message
	waiting []delivery  // what happened before that
	since   store.Place // what its first message tells of
	count   int64       // of the list; -1 where it is not counted
}

// Limits of subscriptions.
const (
	maxSubs = 100 // of one connection
	maxID   = 2000
)

// errStale says that the schema or the connection's credentials are others by now than a watch was resolved with.
var errStale = errors.New("live: the schema or the credentials have changed")

// join makes a subscription and lets it collect what happens from now on: a change of the schema or of the user that
// comes later finds it and ends it. Errors: errStale, *rest.APIError.
func (h *Hub) join(c *conn, id string, w *rest.Watch, kept *auth.Kept) (*sub, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if w.List.Scope.Policy() != h.Store.State().Policy {
		return nil, errStale
	}
	s, err := c.enroll(id, kept)
	if err != nil {
		return nil, err
	}
	s.watch = w
	g := h.groups[w.Key]
	if g == nil {
		g = newGroup(w)
		h.enter(g)
	}
	s.source, s.group = g, g
	g.subs[s] = struct{}{}
	return s, nil
}

// enroll makes a subscription of a connection, which is yet to be given its source. The hub is locked.
func (c *conn) enroll(id string, kept *auth.Kept) (*sub, error) {
	switch {
	case c.kept != kept:
		return nil, errStale
	case c.subs[id] != nil:
		return nil, &rest.APIError{Status: 409, Code: "conflict", Detail: "There is a subscription of that id. Unsubscribe it, or choose another id."}
	case len(c.subs) >= maxSubs:
		return nil, &rest.APIError{Status: 429, Code: "throttled", Detail: fmt.Sprintf("A connection may have %d subscriptions.", maxSubs)}
	}
	s := &sub{conn: c, id: id, count: -1}
	c.subs[id] = s
	return s, nil
}

func (g *group) lose(h *Hub, s *sub) {
	if delete(g.subs, s); len(g.subs) == 0 {
		h.leave(g)
	}
}

// part takes a subscription away.
func (h *Hub) part(s *sub) {
	if s.source == nil {
		return
	}
	s.source.lose(h, s)
	s.source, s.group, s.waiting = nil, nil, nil
	delete(s.conn.subs, s.id)
}

// reset ends a subscription that has to start over. One that has not begun is told when it would.
func (h *Hub) reset(s *sub) {
	h.part(s)
	if s.open {
		s.conn.send(resetMessage(s.id))
	}
}

// resetOf ends all subscriptions of a connection.
func (h *Hub) resetOf(c *conn) {
	for _, s := range c.subs {
		h.reset(s)
	}
}

// first is the first message of a subscription: a snapshot, or what happened since the client's cursor.
type first struct {
	*sub
	snapshot rest.Snapshot
	result   *result // in the place of a snapshot
}

// begin opens subscriptions: it reads for all of them from one snapshot of the database, so that they have one cursor,
// and then sends what they begin with and what has happened meanwhile. from is the client's cursor, "" for none.
func (h *Hub) begin(ctx context.Context, subs []*sub, from string) error {
	firsts := make([]first, len(subs))
	for i, s := range subs {
		firsts[i].sub = s
	}
	var place store.Place
	st := h.Store.State()
	err := h.Store.Read(ctx, access.System(st.Policy), func(r *store.Reader) (err error) {
		r, st = r.Exact(), r.State
		if place, err = r.Place(); err != nil {
			return err
		}
		if from == "" {
			return takeSnapshots(r, firsts)
		}
		return h.resume(ctx, r, firsts, from)
	})
	h.mu.Lock()
	defer h.mu.Unlock()
	if err == nil {
		h.reach(place)
	}
	if err != nil && subs[0].group == nil || errors.Is(err, store.ErrSchemaChanged) { // or the user changed, which may be why
		for i := range firsts {
			firsts[i].result = &result{reset: true}
		}
		err = nil
	}
	if err != nil {
		for _, s := range subs {
			h.part(s)
		}
		return err
	}
	h.openAll(firsts, place, writeCursor(place, st))
	return nil
}

func takeSnapshots(r *store.Reader, firsts []first) (err error) {
	for i := range firsts {
		f := &firsts[i]
		if f.snapshot, err = f.watch.Snapshot(r); err != nil {
			return err
		}
		f.count = f.snapshot.Count
	}
	return nil
}

// resume finds what happened to subscriptions since a cursor.
func (h *Hub) resume(ctx context.Context, r *store.Reader, firsts []first, from string) error {
	since, err := readCursor(from, r.State)
	var c *store.Commit
	if err == nil {
		c, _, err = missed(r, since)
	}
	if errors.Is(err, errCursor) {
		return &rest.APIError{Status: 400, Code: "invalid", Detail: "This is no cursor of /api/live/."}
	}
	if errors.Is(err, errOtherSchema) || errors.Is(err, store.ErrCursorGone) {
		for i := range firsts {
			firsts[i].result = &result{reset: true}
		}
		return nil
	}
	if err != nil {
		return err
	}
	list := merged(c.Changes)
	m := newMatcher(r.Dialect(), r)
	for i := range firsts {
		f := &firsts[i]
		if f.result, err = h.since(m, f.sub, list); err != nil {
			return err
		}
		if f.watch.Count != nil && !f.result.reset {
			if f.count, err = f.watch.Count(r); err != nil {
				return err
			}
		}
	}
	return nil
}

// since finds what changes did to one subscription.
func (h *Hub) since(m *matcher, s *sub, list []*store.RecordChange) (*result, error) {
	g, out := newGroup(s.watch), &result{}
	for _, ch := range list {
		own := ch.Collection == g.List.Shape.Collection
		switch {
		case ch.Collection.System && ch.Key == s.conn.user && (ch.Op != store.OpUpdate || matters(ch)),
			ch.Op == store.OpRewritten && (own || g.moved(ch)), ch.Op != store.OpRewritten && g.moved(ch):
			out.reset = true
		case own && ch.Op != store.OpRewritten:
			if err := m.add(g, ch, out); err != nil {
				h.failed(g, err, map[*group]*result{})
				out.reset = true
			}
		}
		if out.reset {
			break
		}
	}
	return out, nil
}

// openAll sends first messages. Those of several subscriptions are of one place: the cursor goes with the last of them,
// so that a client that was told of some only does not go on after it.
func (h *Hub) openAll(firsts []first, place store.Place, cursor string) {
	var messages []*message
	var hits []hit
	for _, f := range firsts {
		s := f.sub
		s.watch, s.since, s.open = nil, place, true
		switch {
		case s.group == nil || f.result != nil && f.result.reset: // it was reset meanwhile
			h.part(s)
			messages = append(messages, resetMessage(s.id))
		case f.result == nil:
			messages = append(messages, snapshotMessage(s, f.snapshot.Results, cursor))
		default:
			hits = append(hits, hit{s, delivery{result: f.result}})
		}
	}
	if len(hits) > 0 {
		messages = append(messages, changesMessage(hits, cursor, true))
	}
	for i, m := range messages {
		if i < len(messages)-1 {
			m.cursor = ""
		}
		firsts[0].conn.send(m)
	}
	h.catchUpOn(firsts)
}

// catchUpOn sends what happened while the first messages were made.
func (h *Hub) catchUpOn(firsts []first) {
	type moment struct {
		cursor store.Cursor
		text   string
	}
	var order []moment
	at := map[moment][]hit{}
	for _, f := range firsts {
		for _, d := range f.waiting {
			if f.since.Includes(d.cursor) {
				continue
			}
			when := moment{d.cursor, d.text}
			if at[when] == nil {
				order = append(order, when)
			}
			at[when] = append(at[when], hit{f.sub, d})
		}
		f.waiting = nil
	}
	for _, when := range order {
		firsts[0].conn.send(sharing{}.message(at[when], when.text))
	}
}

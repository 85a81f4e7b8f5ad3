package live

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// presencePrefix begins the paths of presence: /api/_/presence/articles/, and /api/_/presence/articles/3/ for one record.
// What follows is that of the full resource, whose permissions hold.
const (
	presencePrefix = "/api/_/presence/"
	recordsPrefix  = "/api/_/records/"
)

// room is who is where in one collection.
type room struct {
	collection *schema.Collection
	places     map[value.Value]map[*sub]*place // by record
	count      int                             // of places
	sights     map[string]*sight
	moved      map[value.Value]bool // the records that have to be told of anew
}

// place is where somebody is, by one subscription.
type place struct {
	key   value.Value
	field string // "": only looks
	who   person
	since time.Time // at the record
}

// person is a user as others see them.
type person struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Display  string `json:"display"`
}

func personOf(a *auth.Account) person {
	p := person{a.ID, a.Username, strings.TrimSpace(a.FirstName + " " + a.LastName)}
	if p.Display == "" {
		p.Display = a.Username
	}
	return p
}

// sight is all presence subscriptions of a room that see the same.
type sight struct {
	*group
	room *room
	only value.Value            // the record that they are about; null: the collection
	told map[value.Value][]byte // what was told last, by record; records where nobody is are left out
}

// attend makes a subscription of the presence in a collection, or at a record; the hub sends what there is next.
func (c *conn) attend(ctx context.Context, id, path string, who auth.Identity, kept *auth.Kept) (*sub, error) {
	h := c.hub
	below := strings.TrimPrefix(path, presencePrefix)
	if who.Anonymous() {
		return nil, rest.NotAuthenticated(auth.Challenge(h.Classes))
	}
	if strings.Contains(below, "?") {
		return nil, bad("Presence is of a whole collection or of one record: leave the query string out.")
	}
	w, err := h.Watch(ctx, who, c.base, c.ip, recordsPrefix+below)
	if err != nil {
		return nil, err
	}
	only := value.Null
	if len(w.List.Where) > 0 {
		if only, err = h.recordOf(ctx, w); err != nil {
			return nil, err
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if w.List.Scope.Policy() != h.Store.State().Policy {
		return nil, errStale
	}
	s, err := c.enroll(id, kept)
	if err == nil {
		h.enterRoom(s, w, only)
	}
	return s, err
}

// recordOf finds the record that a watch is about.
func (h *Hub) recordOf(ctx context.Context, w *rest.Watch) (key value.Value, err error) {
	err = h.Store.Read(ctx, access.System(w.List.Scope.Policy()), func(r *store.Reader) error {
		rows, err := w.List.Run(r)
		if err == nil && len(rows) == 0 {
			err = rest.NotFound("")
		}
		if err == nil {
			key = keyOf(w.List.Shape, rows[0])
		}
		return err
	})
	return key, err
}

// keyOf is the key of a record that a shape was read of.
func keyOf(shape *query.Shape, row *query.Row) value.Value {
	for i, f := range shape.Columns {
		if f == shape.Collection.Key {
			return row.Values[i]
		}
	}
	return value.Null
}

func (h *Hub) enterRoom(s *sub, w *rest.Watch, only value.Value) {
	c := w.List.Shape.Collection
	r := h.rooms[c]
	if r == nil {
		r = &room{c, map[value.Value]map[*sub]*place{}, 0, map[string]*sight{}, map[value.Value]bool{}}
		h.rooms[c] = r
	}
	t := r.sights[w.Key]
	if t == nil {
		t = &sight{newGroup(w), r, only, map[value.Value][]byte{}}
		r.sights[w.Key] = t
		r.moveAll()
	}
	t.subs[s] = struct{}{}
	s.source, s.sight, s.open, s.fresh = t, t, true, true
	h.inbox.nudge()
}

// lose takes a subscription away, with its place.
func (t *sight) lose(h *Hub, s *sub) {
	t.room.leave(s)
	if delete(t.subs, s); len(t.subs) == 0 {
		delete(t.room.sights, t.Key)
	}
	if len(t.room.sights) == 0 && h.rooms[t.room.collection] == t.room {
		delete(h.rooms, t.room.collection)
	}
	h.inbox.nudge()
}

// leave takes a subscription's place away.
func (r *room) leave(s *sub) {
	if s.place == nil {
		return
	}
	key := s.place.key
	if delete(r.places[key], s); len(r.places[key]) == 0 {
		delete(r.places, key)
	}
	r.moved[key] = true
	r.count--
	s.place = nil
}

// move gives a subscription a place, in place of the one that it had.
func (r *room) move(s *sub, p *place) {
	if s.place != nil && s.place.key == p.key {
		p.since = s.place.since
	}
	r.leave(s)
	if r.places[p.key] == nil {
		r.places[p.key] = map[*sub]*place{}
	}
	r.places[p.key][s] = p
	r.moved[p.key] = true
	r.count++
	s.place = p
}

func (r *room) moveAll() {
	for key := range r.places {
		r.moved[key] = true
	}
}

// touched notes the records where somebody is of which a commit may decide who sees them.
func (h *Hub) touched(list []*store.RecordChange) {
	for _, r := range h.rooms {
		for _, ch := range list {
			switch {
			case ch.Collection == r.collection && ch.Op == store.OpRewritten:
				r.moveAll()
			case ch.Collection == r.collection && r.places[ch.Key] != nil:
				r.moved[ch.Key] = true
			}
			for _, t := range r.sights {
				if t.group.moved(ch) {
					r.moveAll()
				}
			}
		}
	}
}

// Limits of presence.
const (
	maxPlaces     = 20   // of one connection
	maxRoomPlaces = 1000 // of one collection
	paceBurst     = 30   // announcements at once
	paceEvery     = 100 * time.Millisecond
)

// pace says how often a connection may announce something.
type pace struct {
	left float64
	last time.Time
}

// allow takes one announcement off, or says how long to wait.
func (p *pace) allow(now time.Time) (wait time.Duration) {
	gained := float64(max(0, now.Sub(p.last))) / float64(paceEvery)
	p.left, p.last = min(paceBurst, p.left+gained), now
	if p.left < 1 {
		return time.Duration((1 - p.left) * float64(paceEvery))
	}
	p.left--
	return 0
}

func tooMany(n int) error {
	return &rest.APIError{Status: 429, Code: "throttled", Detail: "There may be " + strconv.Itoa(n) + " places of presence, of which all are taken."}
}

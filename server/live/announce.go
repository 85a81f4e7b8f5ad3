package live

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"strings"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

// whereabouts is what a client says of where it is.
type whereabouts struct {
	PK    json.RawMessage `json:"pk"`
	Field string          `json:"field"`
}

// announce says where the client is, by a presence subscription of its own.
func (c *conn) announce(ctx context.Context, f *frame) error {
	s, t, err := c.attending(f.ID)
	if err != nil {
		return err
	}
	if wait := c.pace.allow(c.hub.Auth.Now()); wait > 0 {
		return rest.Throttled(wait)
	}
	at, err := readWhereabouts(f.At)
	if err != nil {
		return err
	}
	if at == nil {
		c.hub.mu.Lock()
		defer c.hub.mu.Unlock()
		t.room.leave(s)
		c.hub.inbox.nudge()
		return nil
	}
	key, err := t.KeyType.FromJSON(at.PK)
	if err != nil {
		return rest.NotFound("")
	}
	if !t.only.IsNull() && key != t.only {
		return bad("The subscription is about another record. Subscribe to that one, or to the collection.")
	}
	if err := c.hub.maySay(ctx, t, key, at.Field); err != nil {
		return err
	}
	return c.settleAt(s, t, &place{key: key, field: at.Field, since: c.hub.Store.Now()})
}

// attending finds a presence subscription.
func (c *conn) attending(id string) (*sub, *sight, error) {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	s := c.subs[id]
	if s == nil {
		return nil, nil, &rest.APIError{Status: 404, Code: "not_found", Detail: "There is no subscription of that id."}
	}
	if s.sight == nil {
		return nil, nil, bad("The subscription of that id is not one of presence: subscribe to " + presencePrefix + "…/.")
	}
	return s, s.sight, nil
}

// readWhereabouts reads where a client is; nil: nowhere any more.
func readWhereabouts(text json.RawMessage) (*whereabouts, error) {
	if string(text) == "null" {
		return nil, nil
	}
	var at whereabouts
	d := json.NewDecoder(strings.NewReader(string(text)))
	d.DisallowUnknownFields()
	if err := d.Decode(&at); err != nil || len(at.PK) == 0 {
		return nil, bad(`Say where you are as {"pk":3} or {"pk":3,"field":"title"}, or that you have left as null.`)
	}
	return &at, nil
}

// maySay makes sure that whoever is in a sight sees a record and the field of it.
func (h *Hub) maySay(ctx context.Context, t *sight, key value.Value, field string) error {
	c, scope := t.room.collection, t.List.Scope
	return h.Store.Read(ctx, access.System(scope.Policy()), func(r *store.Reader) error {
		if r.State.Policy != scope.Policy() { // the subscription is about to be reset
			return nil
		}
		rec, err := r.Record(c, key)
		if err != nil {
			return err
		}
		sees, err := t.List.Holds(rec, r.Dialect())
		if err != nil && !errors.Is(err, query.ErrUndecided) {
			return err
		}
		if !sees {
			return rest.NotFound("")
		}
		if field == "" {
			return nil
		}
		f := c.Field(field)
		reads := false
		if f != nil {
			if reads, err = scope.ReadableIn(f, rec); err != nil {
				return err
			}
		}
		if !reads {
			return bad("There is no field " + strconv.Quote(field) + ".")
		}
		return nil
	})
}

// settleAt gives a subscription its place, within the limits.
func (c *conn) settleAt(s *sub, t *sight, p *place) error {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	if s.source == nil { // it was reset meanwhile, and the client was told
		return nil
	}
	if s.place == nil {
		if t.room.count >= maxRoomPlaces {
			return tooMany(maxRoomPlaces)
		}
		own := 0
		for _, other := range c.subs {
			if other.place != nil {
				own++
			}
		}
		if own >= maxPlaces {
			return tooMany(maxPlaces)
		}
	}
	p.who = personOf(c.kept.Account)
	t.room.move(s, p)
	c.hub.inbox.nudge()
	return nil
}

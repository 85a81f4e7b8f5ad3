package live

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
)

// credentials are those that the connection has now.
func (c *conn) credentials() *auth.Kept {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	return c.kept
}

// recheck closes the connections whose credentials have ended, of those that are concerned.
func (h *Hub) recheck(concerned func(*conn) bool) {
	h.mu.Lock()
	kept := map[*conn]*auth.Kept{}
	for c := range h.conns {
		if !c.user.IsNull() && concerned(c) {
			kept[c] = c.kept
		}
	}
	h.mu.Unlock()
	ctx, cancel := context.WithTimeout(h.life, readTime)
	defer cancel()
	for c, k := range kept {
		id, err := h.Auth.Still(ctx, k)
		if h.life.Err() != nil {
			return
		}
		h.mu.Lock()
		switch {
		case c.kept != k: // others were shown meanwhile
		case err != nil && !errors.As(err, new(*rest.APIError)):
			h.Log.Error("live: credentials could not be checked", "error", err)
		case err != nil:
			for _, s := range c.subs {
				h.part(s) // without a reset: the cursor stays good
			}
			c.refuse("", err)
			c.end(closeAuth, "The credentials have ended. Come back with new ones, and your cursor.")
		default:
			c.kept = k.As(id)
			if !slices.Equal(id.Scopes, k.Scopes) || id.User.Superuser != k.User.Superuser {
				h.resetOf(c)
			}
		}
		h.mu.Unlock()
	}
}

// aliveEvery is how often a client is asked for a sign of life.
const aliveEvery = 30 * time.Second

// tend looks for what no commit tells: clients that are silent, and credentials that have expired.
func (h *Hub) tend(now time.Time) {
	for _, c := range h.open() {
		c.mu.Lock()
		s, due := c.sink, now.Sub(c.pinged) >= aliveEvery
		if due {
			c.pinged = now
		}
		c.mu.Unlock()
		if due {
			h.beat(c)
		}
		if due && s != nil {
			go func() {
				if err := s.alive(); err != nil {
					s.abort()
				}
			}()
		}
	}
	h.recheck(h.expired)
}

// beat gives a client that was told nothing for a while the cursor that it has reached all the same, so that what the log
// forgets is not what it comes back with.
func (h *Hub) beat(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	lists := false
	for _, s := range c.subs {
		if s.group == nil {
			continue
		}
		if !s.open || !h.place.Covers(s.since) { // its cursor is still to come, or is ahead
			return
		}
		lists = true
	}
	if lists && c.last() != h.cursor {
		c.send(changesMessage(nil, h.cursor, false))
	}
}

// last is the cursor that was sent last.
func (c *conn) last() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cursor
}

// expired reports whether a connection's credentials have ended by themselves. The hub is locked.
func (h *Hub) expired(c *conn) bool {
	until := c.kept.Expires
	return !until.IsZero() && !h.Auth.Now().Before(until)
}

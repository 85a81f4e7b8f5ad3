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
			if !slices.Equal(id.Scopes, k.Scopes) {
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

// expired reports whether a connection's credentials have ended by themselves. The hub is locked.
func (h *Hub) expired(c *conn) bool {
	until := c.kept.Expires
	return !until.IsZero() && !h.Auth.Now().Before(until)
}

package live

import (
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/value"
)

// admit makes a connection, unless its user or address has too many.
func (h *Hub) admit(kept *auth.Kept, base string, from client) (*conn, error) {
	now, ip := h.Auth.Now(), from.ip
	c := &conn{
		hub: h, base: base, client: from, since: now.UTC(), gone: make(chan struct{}), kept: kept, subs: map[string]*sub{}, pinged: now,
		pace: pace{paceBurst, now},
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		return nil, &rest.APIError{Status: 503, Code: "unavailable", Detail: "The server stops."}
	}
	owner := ownerOf(kept)
	if owner != "" && h.PerUser > 0 && h.counts[owner] >= h.PerUser || h.PerAddress > 0 && h.counts[ip] >= h.PerAddress {
		return nil, &rest.APIError{Status: 429, Code: "throttled", Detail: "There are too many live connections already. Close some of them."}
	}
	h.counts[ip]++
	h.own(c, kept)
	h.admitted++
	c.number = h.admitted
	h.conns[c] = struct{}{}
	return c, nil
}

// Limit sets how many connections a user and an address may have from now on; below 0: as it is. Those that are open stay.
func (h *Hub) Limit(perUser, perAddress int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if perUser >= 0 {
		h.PerUser = perUser
	}
	if perAddress >= 0 {
		h.PerAddress = perAddress
	}
}

// ownerOf is the user for whom a connection is counted, as no address is written.
func ownerOf(k *auth.Kept) string {
	if k.Anonymous() {
		return ""
	}
	return "user " + k.Account.ID
}

// own gives a connection to whom its credentials name.
func (h *Hub) own(c *conn, kept *auth.Kept) {
	h.uncount(c.owner)
	c.kept, c.owner, c.user = kept, ownerOf(kept), value.Null
	if !kept.Anonymous() {
		c.user = kept.User.Key
		h.counts[c.owner]++
	}
}

func (h *Hub) uncount(name string) {
	if h.counts[name]--; h.counts[name] <= 0 {
		delete(h.counts, name)
	}
}

// remove forgets a connection that has ended.
func (h *Hub) remove(c *conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, there := h.conns[c]; !there {
		return
	}
	delete(h.conns, c)
	for _, s := range c.subs {
		h.part(s)
	}
	h.uncount(c.owner)
	h.uncount(c.ip)
	close(c.gone)
}

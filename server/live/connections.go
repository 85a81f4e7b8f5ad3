package live

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/rest"
)

// maxAgent bounds what is kept of how a client names itself.
const maxAgent = 300

// client is what a connection's request told of who made it.
type client struct{ ip, agent, transport string }

func clientOf(c fiber.Ctx, upgrade bool) client {
	out := client{c.IP(), c.Get("User-Agent"), "poll"}
	out.agent = strings.ToValidUTF8(out.agent[:min(len(out.agent), maxAgent)], "")
	switch {
	case upgrade:
		out.transport = "websocket"
	case strings.Contains(c.Get("Accept"), "text/event-stream"):
		out.transport = "stream"
	}
	return out
}

// Count is how many connections there are.
func (h *Hub) Count() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.conns)
}

// Connections lists the connections, the newest first.
func (h *Hub) Connections() []rest.Connection {
	h.mu.Lock()
	list := make([]*conn, 0, len(h.conns))
	for c := range h.conns {
		list = append(list, c)
	}
	slices.SortFunc(list, func(a, b *conn) int { return int(b.number - a.number) })
	out := make([]rest.Connection, 0, len(list))
	for _, c := range list {
		out = append(out, c.describe())
	}
	h.mu.Unlock()
	return out
}

// describe tells of a connection; the hub is locked.
func (c *conn) describe() rest.Connection {
	out := rest.Connection{
		ID: strconv.FormatInt(c.number, 10), IP: c.ip, UserAgent: c.agent, Transport: c.transport, Since: c.since, Subscriptions: len(c.subs),
	}
	if !c.kept.Anonymous() {
		out.User, out.Username = c.kept.Account.ID, c.kept.Account.Username
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	out.Queue, out.QueueBytes = len(c.queue), c.bytes
	return out
}

// End closes the connection of that id; false where there is none.
func (h *Hub) End(id string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.conns {
		if strconv.FormatInt(c.number, 10) == id {
			c.end(closeAsked, "An administrator has closed the connection. Come back with your cursor.")
			return true
		}
	}
	return false
}

package live

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/store/value"
)

// poll answers with the messages that there are, and else with the first that comes in time.
func (h *Hub) poll(c fiber.Ctx, conn *conn, wait time.Duration) error {
	defer h.remove(conn)
	p := &poller{told: make(chan struct{}, 1), list: conn.take()}
	conn.start(p)
	ctx, cancel := context.WithTimeout(c.Context(), wait)
	defer cancel()
	c.Set("Content-Type", "application/json")
	c.Set("Cache-Control", "no-store")
	return c.Status(200).Send(pollAnswer(p.await(ctx)))
}

// pollAnswer writes messages. cursor is where the next poll goes on; after a reset it is "", for a fresh beginning.
func pollAnswer(list []*message) []byte {
	cursor := ""
	for _, m := range list {
		if m.cursor != "" {
			cursor = m.cursor
		}
	}
	if slices.ContainsFunc(list, func(m *message) bool { return m.op == "reset" }) {
		cursor = ""
	}
	b := value.AppendJSONString([]byte(`{"cursor":`), cursor)
	b = append(b, `,"messages":[`...)
	lead := ""
	for _, m := range list {
		if !m.quiet {
			b = append(append(b, lead...), m.text...)
			lead = ","
		}
	}
	return append(b, "]}"...)
}

// poller is the sink of a long-poll: it keeps the messages for the answer.
type poller struct {
	told chan struct{}
	mu   sync.Mutex
	list []*message
	over bool
}

// await returns the messages once there is something in them, or the context or the connection ends.
func (p *poller) await(ctx context.Context) []*message {
	for {
		p.mu.Lock()
		list, over := p.list, p.over
		p.mu.Unlock()
		if over || slices.ContainsFunc(list, func(m *message) bool { return !m.quiet }) {
			return list
		}
		select {
		case <-p.told:
		case <-ctx.Done():
			p.mu.Lock()
			defer p.mu.Unlock()
			return p.list
		}
	}
}

func (p *poller) write(list []*message) error {
	p.mu.Lock()
	p.list = append(p.list, list...)
	p.mu.Unlock()
	p.tell()
	return nil
}

func (p *poller) alive() error { return nil }

func (p *poller) close(int, string) { p.abort() }

func (p *poller) abort() {
	p.mu.Lock()
	p.over = true
	p.mu.Unlock()
	p.tell()
}

func (p *poller) tell() {
	select {
	case p.told <- struct{}{}:
	default:
	}
}

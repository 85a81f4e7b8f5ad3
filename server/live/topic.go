package live

import (
	"context"
	"strings"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/value"
)

// topicPrefix begins the paths of system topics: /api/_/topics/jobs/.
const topicPrefix = "/api/_/topics/"

// topic is all subscriptions of one system topic.
type topic struct {
	name string
	subs map[*sub]struct{}
}

// follow makes a subscription of a system topic; the hub sends its state next.
func (c *conn) follow(ctx context.Context, id, path string, who auth.Identity, kept *auth.Kept) (*sub, error) {
	name, ended := strings.CutSuffix(strings.TrimPrefix(path, topicPrefix), "/")
	if !ended {
		name = ""
	}
	t, err := c.hub.Topic(ctx, who, name)
	if err != nil {
		return nil, err
	}
	h := c.hub
	h.mu.Lock()
	defer h.mu.Unlock()
	s, err := c.enroll(id, kept)
	if err != nil {
		return nil, err
	}
	of := h.topics[name]
	if of == nil {
		of = &topic{name, map[*sub]struct{}{}}
		h.topics[name] = of
	}
	of.subs[s] = struct{}{}
	s.source, s.topic, s.open, s.fresh = of, t, true, true
	h.inbox.nudge()
	return s, nil
}

func (t *topic) lose(h *Hub, s *sub) {
	if delete(t.subs, s); len(t.subs) == 0 {
		delete(h.topics, t.name)
	}
}

// Tell tells of a system topic. It never blocks.
func (h *Hub) Tell(news rest.Told) { h.inbox.put(job{news: &news}, 0) }

// tellTopic sends news to everybody whom it concerns. Those who have not had the state get it first.
func (h *Hub) tellTopic(news *rest.Told) {
	h.tellStates()
	h.mu.Lock()
	defer h.mu.Unlock()
	of := h.topics[news.Topic]
	if of == nil {
		return
	}
	for s := range of.subs {
		switch {
		case !s.topic.Concerns(news):
		case news.Data == nil:
			s.fresh = true
		default:
			s.conn.send(topicMessage(s, news.Data))
		}
	}
}

// tellStates sends the state of their topic to the subscriptions that wait for it.
func (h *Hub) tellStates() {
	h.mu.Lock()
	var fresh []*sub
	for _, of := range h.topics {
		for s := range of.subs {
			if s.fresh {
				s.fresh = false
				fresh = append(fresh, s)
			}
		}
	}
	h.mu.Unlock()
	ctx, cancel := context.WithTimeout(h.life, readTime)
	defer cancel()
	for _, s := range fresh {
		state, err := s.topic.Now(ctx)
		h.mu.Lock()
		switch {
		case s.source == nil: // it has ended meanwhile
		case err != nil:
			h.part(s)
			s.conn.refuse(s.id, err)
		default:
			s.conn.send(topicMessage(s, state))
		}
		h.mu.Unlock()
	}
}

func topicMessage(s *sub, data []byte) *message {
	b := value.AppendJSONString([]byte(`{"op":"topic","id":`), s.id)
	b = value.AppendJSONString(append(b, `,"topic":`...), s.topic.Name)
	b = append(append(b, `,"data":`...), data...)
	return &message{op: "topic", text: append(b, '}')}
}

package live

import (
	"errors"
	"sync"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/words"
	"github.com/couplet/couplet/store/value"
)

// sink is how messages reach a client.
type sink interface {
	// write sends messages; it returns once the network has taken them.
	write([]*message) error
	// alive asks the client for a sign of life, or gives it one.
	alive() error
	// close ends the connection and tells why.
	close(code int, reason string)
	// abort ends the connection at once.
	abort()
}

// Codes with which connections are closed.
const (
	closeRestart = 1012 // the server stops
	closeSlow    = 1013 // the client does not read: try again later, from the last cursor
	closeAuth    = 4401 // the credentials have ended
	closeAsked   = 4000 // an administrator has closed it
)

// A client that does not read has this much kept for it before it is dropped.
const (
	maxQueue      = 1024
	maxQueueBytes = 1 << 20
)

// conn is a client's connection. A message is written by a goroutine that lives only while there are some.
type conn struct {
	hub  *Hub
	base string // what links in records begin with
	client
	number int64 // in the order in which they came
	since  time.Time
	gone   chan struct{} // closed once the hub has forgotten it
	pace   pace          // of what the client announces; only its own goroutine looks at it

	language words.Language // of the errors that it is told

	// The hub's lock guards these.
	kept  *auth.Kept
	user  value.Value // null: nobody
	owner string      // the user for whom it is counted
	subs  map[string]*sub

	mu      sync.Mutex
	sink    sink // nil until it is started
	queue   []*message
	bytes   int
	writing bool
	ending  *ending
	pinged  time.Time
	cursor  string // the last one that was sent
}

type ending struct {
	code   int
	reason string
}

// take returns what has been sent before the connection was started.
func (c *conn) take() []*message {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := c.queue
	c.queue, c.bytes = nil, 0
	return list
}

// start begins to write to the client, with what has been sent so far.
func (c *conn) start(s sink) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sink = s
	c.wake()
}

// send puts a message into the client's queue. It never blocks: a client whose queue is full is dropped.
func (c *conn) send(m *message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending != nil {
		return
	}
	c.queue = append(c.queue, m)
	c.bytes += len(m.text)
	if m.cursor != "" {
		c.cursor = m.cursor
	}
	if len(c.queue) > maxQueue || c.bytes > maxQueueBytes && len(c.queue) > 1 {
		c.queue, c.bytes = nil, 0
		c.ending = &ending{closeSlow, "The messages were not read in time. Come back with your cursor."}
	}
	c.wake()
}

// wake makes sure that what is queued is written.
func (c *conn) wake() {
	if c.writing || c.sink == nil || len(c.queue) == 0 && c.ending == nil {
		return
	}
	c.writing = true
	go c.drain()
}

// drain writes until the queue is empty.
func (c *conn) drain() {
	for {
		c.mu.Lock()
		list, end, s := c.queue, c.ending, c.sink
		c.queue, c.bytes = nil, 0
		if len(list) == 0 && end == nil {
			c.writing = false
			c.mu.Unlock()
			return
		}
		c.mu.Unlock()
		if len(list) > 0 {
			if err := s.write(list); err != nil {
				s.abort()
				return
			}
			continue
		}
		s.close(end.code, end.reason)
		return
	}
}

// end closes the connection after what is queued was written.
func (c *conn) end(code int, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ending == nil {
		c.ending = &ending{code, reason}
	}
	c.wake()
}

// abort closes the connection at once.
func (c *conn) abort() {
	c.mu.Lock()
	s := c.sink
	c.mu.Unlock()
	if s != nil {
		s.abort()
	}
}

// refuse tells the client that what it wants is refused, as HTTP would.
func (c *conn) refuse(id string, err error) {
	status, body := c.refusal(err)
	if status >= 500 && c.hub.life.Err() == nil {
		c.hub.Log.Error("live: request failed", "error", err)
	}
	c.send(errorMessage(id, status, body))
}

func (c *conn) refusal(err error) (status int, body []byte) {
	var e *rest.APIError
	if !errors.As(err, &e) {
		e = rest.FromError(err)
	}
	return e.Status, e.AppendJSON(nil, rest.ErrorStyle{Language: c.language})
}

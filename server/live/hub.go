package live

import (
	"context"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
)

// Config is what the hub is told by the server.
type Config struct {
	Store   *store.Store
	Auth    *auth.Service
	Classes []string // the ways to prove who one is
	Log     *slog.Logger

	// Watch resolves what somebody subscribes to.
	Watch func(ctx context.Context, who auth.Identity, base, ip, target string) (*rest.Watch, error)
	// Topic finds a system topic as somebody may be told of it.
	Topic func(ctx context.Context, who auth.Identity, name string) (*rest.Topic, error)
	// Request is what authentication reads of a request.
	Request func(fiber.Ctx) *auth.Request
	// Fail answers a request with an error.
	Fail func(fiber.Ctx, error) error

	PerUser    int // connections of one user; 0: no limit
	PerAddress int // connections of one address; 0: no limit
}

// Hub knows who has subscribed to what. It is safe for concurrent use.
type Hub struct {
	Config
	inbox inbox
	stop  func() // ends listening to the store
	done  chan struct{}
	ended chan struct{}
	life  context.Context // of everything that the hub reads
	end   context.CancelFunc

	mu       sync.Mutex // guards what follows, and the subscriptions of all connections
	state    *store.State
	place    store.Place // what everybody has been told of
	moved    *sync.Cond  // place is another one
	cursor   string      // the same as clients get it
	groups   map[string]*group
	indexes  map[*schema.Collection]*index
	rooms    map[*schema.Collection]*room
	topics   map[string]*topic
	conns    map[*conn]struct{}
	counts   map[string]int // connections by user and by address
	admitted int64          // connections since the start
	closed   bool
	late     lateness
}

// readTime is how long the hub may read for one commit.
const readTime = 30 * time.Second

// New returns a hub that follows the store's commits until Close.
func New(ctx context.Context, c Config) (*Hub, error) {
	h := &Hub{
		Config: c, inbox: newInbox(), done: make(chan struct{}), ended: make(chan struct{}), groups: map[string]*group{},
		indexes: map[*schema.Collection]*index{}, conns: map[*conn]struct{}{}, counts: map[string]int{}, late: newLateness(),
		rooms: map[*schema.Collection]*room{}, topics: map[string]*topic{},
	}
	h.moved = sync.NewCond(&h.mu)
	h.life, h.end = context.WithCancel(context.Background())
	h.stop = c.Store.OnCommit(h.inbox.commit)
	h.mu.Lock()
	defer h.mu.Unlock()
	if err := h.startOver(ctx); err != nil {
		h.stop()
		return nil, err
	}
	c.Auth.OnEnd(h.inbox.recheck)
	go h.run()
	return h, nil
}

// startOver takes the store as it is now for what everybody has been told.
func (h *Hub) startOver(ctx context.Context) error {
	h.state = h.Store.State()
	return h.Store.Read(ctx, nil, func(r *store.Reader) error {
		place, err := r.Place()
		if err == nil {
			h.moveTo(place)
		}
		return err
	})
}

// moveTo notes what everybody has been told of.
func (h *Hub) moveTo(p store.Place) {
	h.place, h.cursor = p, writeCursor(p, h.state)
	h.moved.Broadcast()
}

// reachTime is how long a subscription waits for the hub to reach what its snapshot shows.
const reachTime = time.Second

// reach waits until everybody has been told of what a snapshot shows, so that no cursor after it is one before it. The
// hub is locked.
func (h *Hub) reach(p store.Place) {
	late := false
	timer := time.AfterFunc(reachTime, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		late = true
		h.moved.Broadcast()
	})
	defer timer.Stop()
	for !h.place.Covers(p) && !late && !h.closed {
		h.moved.Wait()
	}
}

// tickEvery is how often the hub looks for what no commit tells: silent clients, credentials that expire, and changes
// that others made.
const tickEvery = time.Second

func (h *Hub) run() {
	defer close(h.ended)
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		due := false
		select {
		case <-h.inbox.wake:
		case <-tick.C:
			due = true
		case <-h.done:
			return
		}
		for _, j := range h.inbox.take() {
			h.protect(func() { h.handle(j) })
		}
		h.settle()
		if due {
			h.tend(h.Auth.Now())
		}
		h.protect(h.tellStates)
		h.protect(h.tellRooms)
	}
}

// protect makes what panics end the subscriptions, not the server.
func (h *Hub) protect(fn func()) {
	defer func() {
		if r := recover(); r != nil {
			h.Log.Error("live: a commit could not be told", "panic", r, "stack", string(debug.Stack()))
			h.resetAll()
		}
	}()
	fn()
}

// handle does one job. Jobs are done in the order in which they came.
func (h *Hub) handle(j job) {
	switch {
	case j.news != nil:
		h.tellTopic(j.news)
	case j.recheck:
		h.recheck(func(*conn) bool { return true })
	case j.lost:
		h.catchUp()
	case j.commit.State != h.state || j.commit.Changeset == "":
		h.resetAll()
		h.recheck(func(*conn) bool { return true })
		h.tellTopic(&rest.Told{Topic: rest.TopicSchema})
	default:
		h.commit(j.commit)
	}
}

// resetAll ends every subscription to records and presence, since the schema or everything has changed.
func (h *Hub) resetAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.conns {
		for _, s := range c.subs {
			if s.topic == nil {
				h.reset(s)
			}
		}
	}
	ctx, cancel := context.WithTimeout(h.life, readTime)
	defer cancel()
	if err := h.startOver(ctx); err != nil && h.life.Err() == nil {
		h.Log.Error("live: the place in the log could not be read", "error", err)
	}
}

// Close ends every connection, telling the clients to come back, and then the hub.
func (h *Hub) Close() {
	h.mu.Lock()
	if h.closed {
		h.mu.Unlock()
		return
	}
	h.closed = true
	h.moved.Broadcast()
	for c := range h.conns {
		c.end(closeRestart, "The server stops. Come back with your cursor.")
	}
	h.mu.Unlock()
	h.drained(closeTime)
	h.stop()
	close(h.done)
	<-h.ended
	h.end()
}

// closeTime is how long clients have to take the news that the server stops.
const closeTime = 2 * time.Second

// drained waits until every connection is gone, and cuts off those that are not in time.
func (h *Hub) drained(within time.Duration) {
	for _, c := range h.open() {
		timer := time.NewTimer(within)
		start := time.Now()
		select {
		case <-c.gone:
		case <-timer.C:
		}
		timer.Stop()
		within = max(0, within-time.Since(start))
	}
	for _, c := range h.open() {
		c.abort()
		<-c.gone
	}
}

// open lists the connections.
func (h *Hub) open() []*conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]*conn, 0, len(h.conns))
	for c := range h.conns {
		list = append(list, c)
	}
	return list
}

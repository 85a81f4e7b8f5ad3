package webhooks

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/couplet/couplet/server/clock"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// Config says how webhooks are served.
type Config struct {
	Store   *store.Store
	Log     *slog.Logger
	Clock   clock.Clock
	Private bool // webhooks may lead to private, loopback and link-local addresses
}

// How much is sent at a time.
const (
	perHook = 4  // requests to one webhook
	atOnce  = 32 // requests in all
)

// Service makes messages of changes and sends them. It is safe for concurrent use.
type Service struct {
	config Config
	store  *store.Store
	client *http.Client
	wake   chan struct{}
	manage sync.Mutex  // held where webhooks change, and where messages are made for them
	active atomic.Bool // some webhook is on

	done    chan *store.Delivery // what a request is over with; the rest belongs to Run
	flying  map[string]bool      // the deliveries under way
	perHook map[string]int
}

// New returns the Service of an open store; Run makes it work.
func New(c Config) *Service {
	return &Service{
		config: c, store: c.Store, client: newClient(c.Private), wake: make(chan struct{}, 1),
		done: make(chan *store.Delivery, atOnce), flying: map[string]bool{}, perHook: map[string]int{},
	}
}

// What Run waits for at most.
const (
	pollTime  = time.Second     // on PostgreSQL, for changes that an older transaction holds back
	retryTime = 5 * time.Second // after the database failed
	stopTime  = 5 * time.Second // for requests under way when it stops
)

// Run makes and sends messages until the context ends, and lets requests under way come to their end.
func (s *Service) Run(ctx context.Context) {
	defer s.store.OnCommit(func(*store.Commit) {
		if s.active.Load() {
			s.Wake()
		}
	})()
	sending, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	for {
		next, err := s.step(ctx, sending)
		var soon <-chan time.Time
		switch {
		case err != nil && ctx.Err() == nil:
			s.config.Log.Error("webhooks could not be served", "error", err)
			soon = time.After(retryTime)
		case s.active.Load() && s.store.Engine().Dialect() == sqlb.PostgreSQL:
			soon = time.After(pollTime)
		}
		select {
		case <-ctx.Done():
			s.land(cancel)
			return
		case <-s.wake:
		case d := <-s.done:
			s.landed(d)
		case <-s.config.Clock.Until(next):
		case <-soon:
		}
	}
}

// Wake makes Run look for work.
func (s *Service) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// step does what there is to do and returns when there will be more.
func (s *Service) step(ctx, sending context.Context) (time.Time, error) {
	if err := s.collect(ctx); err != nil || !s.active.Load() {
		return time.Time{}, err
	}
	return s.send(ctx, sending)
}

// land waits for the requests under way, and cuts them off when that takes long: they are sent again another time.
func (s *Service) land(cutOff func()) {
	late := time.After(stopTime)
	for len(s.flying) > 0 {
		select {
		case d := <-s.done:
			s.landed(d)
		case <-late:
			cutOff()
		}
	}
	s.client.CloseIdleConnections()
}

func (s *Service) landed(d *store.Delivery) {
	delete(s.flying, d.ID)
	s.perHook[d.Webhook]--
}

func (s *Service) read(ctx context.Context, fn func(db.Conn) error) error {
	return s.store.Engine().Read(ctx, fn)
}

func (s *Service) write(ctx context.Context, fn func(db.Conn) error) error {
	return s.store.Engine().Write(ctx, fn, nil)
}

// Now returns the service's time.
func (s *Service) Now() time.Time { return s.config.Clock.Now() }

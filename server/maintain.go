package server

import (
	"context"
	"sync"
	"time"

	"github.com/couplet/couplet/store/history"
)

// maintainEvery is how often what was collected of log-ins is written, and what has expired deleted.
const maintainEvery = 5 * time.Minute

// background does what no request asks for. The function that it returns ends it, and waits until it has ended.
func (s *Server) background(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var all sync.WaitGroup
	for _, work := range []func(context.Context){s.maintain, s.watchClock, s.webhooks.Run, s.jobs.Run, s.series.Run} {
		all.Go(func() { work(ctx) })
	}
	return func() {
		cancel()
		all.Wait()
	}
}

// maintain keeps the records of log-ins and the change log until the context ends, and writes what is left then.
func (s *Server) maintain(ctx context.Context) {
	tick := time.NewTicker(maintainEvery)
	defer tick.Stop()
	s.prune(ctx)
	for {
		select {
		case <-ctx.Done():
			if s.api.Auth.Touches.Empty() {
				return
			}
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), requestTime)
			defer cancel()
			s.maintainOnce(last)
			return
		case <-tick.C:
			s.maintainOnce(ctx)
			s.prune(ctx)
		}
	}
}

func (s *Server) maintainOnce(ctx context.Context) {
	s.api.Sweep()
	if _, err := s.api.Auth.Maintain(ctx); err != nil {
		s.config.Log.Error("log-ins could not be maintained", "error", err)
	}
	if _, err := s.webhooks.Clean(ctx); err != nil {
		s.config.Log.Error("the delivery log of webhooks could not be shortened", "error", err)
	}
}

func (s *Server) prune(ctx context.Context) {
	n, err := s.log.prune(ctx)
	if err != nil && ctx.Err() == nil {
		s.config.Log.Error("the change log could not be shortened", "error", err)
	}
	if n > 0 {
		s.config.Log.Info("old changes have left the log", "rows", n)
	}
}

// logKeeper keeps the change log within its limits, for whoever asks first.
type logKeeper struct {
	mu sync.Mutex
	history.Keeper
}

// configure changes the limits.
func (k *logKeeper) configure(set func(*logKeeper)) {
	k.mu.Lock()
	defer k.mu.Unlock()
	set(k)
}

func (k *logKeeper) prune(ctx context.Context) (int64, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.Prune(ctx)
}

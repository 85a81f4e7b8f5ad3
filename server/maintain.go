package server

import (
	"context"
	"sync"
	"time"
)

// maintainEvery is how often what was collected of log-ins is written and what has expired deleted.
const maintainEvery = 5 * time.Minute

// background does what no request asks for. The function that it returns ends it, and waits until it has ended.
func (s *Server) background(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var all sync.WaitGroup
	for _, work := range []func(context.Context){s.maintain, s.webhooks.Run, s.jobs.Run} {
		all.Go(func() { work(ctx) })
	}
	return func() {
		cancel()
		all.Wait()
	}
}

// maintain keeps the records of log-ins until the context ends, and writes what is left then.
func (s *Server) maintain(ctx context.Context) {
	tick := time.NewTicker(maintainEvery)
	defer tick.Stop()
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
		}
	}
}

func (s *Server) maintainOnce(ctx context.Context) {
	if _, err := s.api.Auth.Maintain(ctx); err != nil {
		s.config.Log.Error("log-ins could not be maintained", "error", err)
	}
	if _, err := s.webhooks.Clean(ctx); err != nil {
		s.config.Log.Error("the delivery log of webhooks could not be shortened", "error", err)
	}
}

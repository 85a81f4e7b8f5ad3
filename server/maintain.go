package server

import (
	"context"
	"time"
)

// maintainEvery is how often what was collected of log-ins is written and what has expired deleted.
const maintainEvery = 5 * time.Minute

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
	if err := s.api.Auth.Maintain(ctx); err != nil {
		s.config.Log.Error("log-ins could not be maintained", "error", err)
	}
}

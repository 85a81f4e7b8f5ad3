package server

import (
	"context"
	"time"

	"github.com/couplet/couplet/store/history"
)

// maintainEvery is how often what was collected of log-ins is written, and what has expired deleted.
const maintainEvery = 5 * time.Minute

// maintain keeps the records of log-ins and the change log until the context ends, and writes what is left then.
func (s *Server) maintain(ctx context.Context) {
	keeper := &history.Keeper{Store: s.store, Age: time.Duration(s.config.HistoryDays) * 24 * time.Hour, Size: s.config.HistorySize}
	tick := time.NewTicker(maintainEvery)
	defer tick.Stop()
	s.prune(ctx, keeper)
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
			s.prune(ctx, keeper)
		}
	}
}

func (s *Server) maintainOnce(ctx context.Context) {
	if err := s.api.Auth.Maintain(ctx); err != nil {
		s.config.Log.Error("log-ins could not be maintained", "error", err)
	}
}

func (s *Server) prune(ctx context.Context, k *history.Keeper) {
	n, err := k.Prune(ctx)
	if err != nil && ctx.Err() == nil {
		s.config.Log.Error("the change log could not be shortened", "error", err)
	}
	if n > 0 {
		s.config.Log.Info("old changes have left the log", "rows", n)
	}
}

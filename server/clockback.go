package server

import (
	"context"
	"time"

	"github.com/couplet/couplet/server/clock"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// clockEvery is how often it is looked whether the clock was put back.
const clockEvery = 10 * time.Second

// watchClock deals with a clock that is put back, or was while nobody served, until the context ends.
func (s *Server) watchClock(ctx context.Context) {
	w := clock.NewWatch(s.config.Clock)
	var last time.Time
	err := s.store.Engine().Read(ctx, func(c db.Conn) (err error) {
		last, err = store.LastTime(c)
		return err
	})
	if err != nil && ctx.Err() == nil {
		s.config.Log.Error("it is not known whether the clock was put back", "error", err)
	}
	back := last.Sub(s.config.Clock.Now())
	for {
		if back > clock.Slack {
			s.putBack(ctx, back)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.config.Clock.Until(s.config.Clock.Now().Add(clockEvery)):
			back = w.Back()
		}
	}
}

// putBack tells that the clock was put back, and lets what waits in the database for a time wait no longer than before.
func (s *Server) putBack(ctx context.Context, by time.Duration) {
	now := s.config.Clock.Now()
	s.config.Log.Warn("the clock was put back: history has times that have not come, and tokens end later; keep it right with NTP",
		"by", by.Round(time.Second), "now", now.UTC().Format(time.RFC3339))
	err := s.store.Engine().Write(ctx, func(c db.Conn) error { return store.PutBack(c, now, by) }, nil)
	if err != nil && ctx.Err() == nil {
		s.config.Log.Error("what waits for a time will come late", "error", err)
	}
	s.webhooks.Wake()
	s.jobs.Wake()
}

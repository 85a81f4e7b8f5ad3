package webhooks

import (
	"context"
	"net/http"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// send begins the requests that are due and have room, and returns when the next one becomes due.
func (s *Service) send(ctx, sending context.Context) (next time.Time, err error) {
	now := s.config.Clock.Now()
	var hooks []*store.Webhook
	due := map[string][]*store.Delivery{}
	err = s.read(ctx, func(c db.Conn) error {
		if hooks, err = store.Webhooks(c); err != nil {
			return err
		}
		for _, w := range hooks {
			if !w.Enabled {
				continue
			}
			if due[w.ID], err = store.DueDeliveries(c, w.ID, now, perHook+s.perHook[w.ID]); err != nil {
				return err
			}
		}
		next, err = store.NextDelivery(c, now)
		return err
	})
	if err != nil {
		return time.Time{}, err
	}
	for _, w := range hooks {
		for _, d := range due[w.ID] {
			if s.flying[d.ID] || s.perHook[w.ID] >= perHook || len(s.flying) >= atOnce {
				continue
			}
			s.flying[d.ID] = true
			s.perHook[w.ID]++
			go s.deliver(sending, w, d)
		}
	}
	return next, nil
}

// deliver sends a message once and notes what came of it.
func (s *Service) deliver(ctx context.Context, w *store.Webhook, d *store.Delivery) {
	defer func() { s.done <- d }()
	a, later := s.request(ctx, w, d)
	if ctx.Err() != nil && a.Error != "" {
		return // the server stops: the message waits for its next start
	}
	notice := outcome(d, a, later, s.config.Clock.Now())
	for {
		off, err := s.note(d, a, notice)
		if err == nil {
			if off {
				s.notice(w, notice)
			}
			return
		}
		s.config.Log.Error("what came of a webhook's message could not be stored", "message", d.ID, "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryTime):
		}
	}
}

// outcome decides what becomes of a message after an attempt, and whether its webhook is turned off: then why.
func outcome(d *store.Delivery, a *store.Attempt, later time.Duration, now time.Time) (notice string) {
	d.Tries++
	pause, last := wait(d.ID, d.Tries)
	switch {
	case a.Error == "":
		d.State, d.Done = store.DeliveryDelivered, now
	case a.Status == http.StatusGone:
		d.State, d.Done = store.DeliveryFailed, now
		return "Turned off: it answered 410 Gone."
	case last:
		d.State, d.Done = store.DeliveryFailed, now
		return "Turned off: message " + d.ID + " failed for three days. " + a.Error
	default:
		d.Due = now.Add(max(pause, later))
	}
	return ""
}

// note stores an attempt with what came of it. It reports whether that turned the webhook off.
func (s *Service) note(d *store.Delivery, a *store.Attempt, notice string) (off bool, err error) {
	if notice != "" { // somebody may be changing the webhook
		s.manage.Lock()
		defer s.manage.Unlock()
	}
	err = s.write(context.Background(), func(c db.Conn) error {
		if err := store.Attempted(c, d, a); err != nil || notice == "" {
			return err
		}
		off, err = store.DisableWebhook(c, d.Webhook, notice)
		return err
	})
	return off, err
}

// The bounds of the delivery log.
const (
	keepTime       = 30 * 24 * time.Hour
	keepDeliveries = 10_000 // of one webhook
)

// Clean deletes what has left the delivery log's bounds and returns how many deliveries.
func (s *Service) Clean(ctx context.Context) (n int64, err error) {
	err = s.write(ctx, func(c db.Conn) error {
		n, err = store.PurgeDeliveries(c, s.config.Clock.Now().Add(-keepTime), keepDeliveries)
		return err
	})
	return n, err
}

package webhooks

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/value"
)

// Create makes a webhook; its secret is in what it returns. Errors: *rest.Errors.
func (s *Service) Create(ctx context.Context, want Spec) (*store.Webhook, error) {
	events, err := s.check(ctx, want)
	if err != nil {
		return nil, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	w := &store.Webhook{ID: "wh_" + strings.ReplaceAll(id.String(), "-", ""), Secret: newSecret(), Created: s.config.Clock.Now()}
	want.apply(w, events)
	return w, s.change(ctx, func(tx *store.Tx) error {
		have, err := store.Webhooks(tx.Conn)
		if err == nil && len(have) >= maxHooks {
			return rest.NonField("There are 100 webhooks: delete some.", "max_webhooks")
		}
		if err != nil {
			return err
		}
		return s.save(tx, w, false)
	})
}

func (want Spec) apply(w *store.Webhook, events []store.WebhookEvent) {
	w.Name, w.URL, w.User, w.Events = want.Name, want.URL, want.User, events
	if want.Enabled != w.Enabled {
		w.Enabled, w.Notice = want.Enabled, ""
	}
}

// SpecOf returns what a webhook is, as a Spec to change.
func (s *Service) SpecOf(w *store.Webhook) Spec {
	return Spec{Name: w.Name, URL: w.URL, User: w.User, Events: s.Events(w), Enabled: w.Enabled}
}

// Change makes of a webhook what edit makes of its Spec. Errors: store.ErrNotFound, *rest.Errors.
func (s *Service) Change(ctx context.Context, id string, edit func(*Spec)) (*store.Webhook, error) {
	s.manage.Lock()
	defer s.manage.Unlock()
	w, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	want, was := s.SpecOf(w), w.Enabled
	edit(&want)
	events, err := s.check(ctx, want)
	if err != nil {
		return nil, err
	}
	want.apply(w, events)
	return w, s.transaction(ctx, func(tx *store.Tx) error { return s.save(tx, w, was) })
}

// save stores a webhook. The first that is turned on is told of what changes from then on.
func (s *Service) save(tx *store.Tx, w *store.Webhook, wasOn bool) error {
	if w.Enabled && !wasOn {
		list, err := store.Webhooks(tx.Conn)
		if err != nil {
			return err
		}
		first := true
		for _, other := range list {
			first = first && !other.Enabled
		}
		if first {
			now, err := tx.Place()
			if err != nil {
				return err
			}
			if err := store.MoveWebhooksPlace(tx.Conn, now); err != nil {
				return err
			}
		}
	}
	return store.SaveWebhook(tx.Conn, w)
}

// change runs a transaction that changes webhooks.
func (s *Service) change(ctx context.Context, fn func(*store.Tx) error) error {
	s.manage.Lock()
	defer s.manage.Unlock()
	return s.transaction(ctx, fn)
}

// transaction is change for who holds manage.
func (s *Service) transaction(ctx context.Context, fn func(*store.Tx) error) error {
	_, err := s.store.Write(ctx, store.Origin{Scope: access.System(s.store.State().Policy), Via: "webhooks"}, fn)
	s.active.Store(true) // perhaps: the next round finds out
	s.Wake()
	return err
}

// Get returns a webhook, or store.ErrNotFound.
func (s *Service) Get(ctx context.Context, id string) (w *store.Webhook, err error) {
	err = s.read(ctx, func(c db.Conn) error {
		w, err = store.WebhookByID(c, id)
		return err
	})
	return w, err
}

// List returns every webhook, the oldest first.
func (s *Service) List(ctx context.Context) (list []*store.Webhook, err error) {
	err = s.read(ctx, func(c db.Conn) error {
		list, err = store.Webhooks(c)
		return err
	})
	return list, err
}

// Delete deletes a webhook with its deliveries. Errors: store.ErrNotFound.
func (s *Service) Delete(ctx context.Context, id string) error {
	return s.change(ctx, func(tx *store.Tx) error {
		found, err := store.DeleteWebhook(tx.Conn, id)
		if err == nil && !found {
			return store.ErrNotFound
		}
		return err
	})
}

// Rotate gives a webhook a new secret; the old one signs beside it for a time. Errors: store.ErrNotFound.
func (s *Service) Rotate(ctx context.Context, id string, overlap time.Duration) (w *store.Webhook, err error) {
	err = s.change(ctx, func(tx *store.Tx) error {
		if w, err = store.WebhookByID(tx.Conn, id); err != nil {
			return err
		}
		w.Previous, w.PreviousUntil = w.Secret, s.config.Clock.Now().Add(overlap)
		if overlap == 0 {
			w.Previous, w.PreviousUntil = "", time.Time{}
		}
		w.Secret = newSecret()
		return store.SaveWebhook(tx.Conn, w)
	})
	return w, err
}

// Replay puts a delivery into the outbox again. Errors: store.ErrNotFound, where there is none that is done with.
func (s *Service) Replay(ctx context.Context, id, delivery string) error {
	return s.change(ctx, func(tx *store.Tx) error {
		found, err := store.ReplayDelivery(tx.Conn, id, delivery, s.config.Clock.Now())
		if err == nil && !found {
			return store.ErrNotFound
		}
		return err
	})
}

// ReplayRange puts the deliveries in a state into the outbox again that tell of changes in a range of time, and returns
// how many.
func (s *Service) ReplayRange(ctx context.Context, id, state string, from, to time.Time) (n int64, err error) {
	err = s.change(ctx, func(tx *store.Tx) error {
		n, err = store.ReplayDeliveries(tx.Conn, id, state, from, to, s.config.Clock.Now())
		return err
	})
	return n, err
}

// Test sends a message of the type webhook.test now, once, whether the webhook is on or not.
func (s *Service) Test(ctx context.Context, w *store.Webhook) (*store.Delivery, *store.Attempt, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, nil, err
	}
	now := s.config.Clock.Now()
	body := value.AppendJSONString(append(head(testEvent, now), `"webhook":`...), w.ID)
	d := &store.Delivery{
		ID: "msg_" + strings.ReplaceAll(id.String(), "-", ""), Webhook: w.ID, Event: testEvent, At: now, Due: now,
		Body: string(append(body, "}}"...)), State: store.DeliveryFailed,
	}
	a, _ := s.request(ctx, w, d)
	if a.Error == "" {
		d.State = store.DeliveryDelivered
	}
	d.Tries, d.Done = 1, s.config.Clock.Now()
	err = s.write(ctx, func(c db.Conn) error {
		if err := store.InsertDelivery(c, d); err != nil {
			return err
		}
		return store.Attempted(c, d, a)
	})
	return d, a, err
}

// testEvent is the type of messages that only try a webhook.
const testEvent = "webhook.test"

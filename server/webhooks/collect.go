package webhooks

import (
	"context"
	"errors"
	"slices"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// batch is about how many changes are read at a time.
const batch = 500

// collect makes messages of the changes since the last time and puts them into the outbox.
func (s *Service) collect(ctx context.Context) error {
	for {
		more, err := s.collectBatch(ctx)
		if errors.Is(err, errMoved) {
			continue
		}
		if err != nil || !more {
			return err
		}
	}
}

func (s *Service) collectBatch(ctx context.Context) (more bool, err error) {
	s.manage.Lock()
	defer s.manage.Unlock()
	hooks, at, err := s.enabled(ctx)
	if err == nil {
		s.active.Store(len(hooks) > 0)
	}
	if err != nil || len(hooks) == 0 {
		return false, err
	}
	changes, next, err := s.store.FeedKept(ctx, at, batch)
	if err != nil || next.At == at.At {
		return false, err
	}
	st := s.store.State()
	plans := make([]*plan, len(hooks))
	for i, w := range hooks {
		if plans[i], err = s.planOf(ctx, st, w); err != nil {
			return false, err
		}
	}
	broken := slices.Clone(plans)
	broken = slices.DeleteFunc(broken, func(p *plan) bool { return p.broken == "" })
	plans = slices.DeleteFunc(plans, func(p *plan) bool { return p.broken != "" })
	messages, err := s.compose(ctx, st, plans, changes)
	if err != nil {
		return false, err
	}
	return true, s.put(ctx, messages, broken, next)
}

// enabled returns the webhooks that are on, and the place up to which they have their messages.
func (s *Service) enabled(ctx context.Context) (hooks []*store.Webhook, at store.Place, err error) {
	err = s.read(ctx, func(c db.Conn) error {
		if hooks, err = store.Webhooks(c); err != nil {
			return err
		}
		at, err = store.WebhooksPlace(c)
		return err
	})
	return slices.DeleteFunc(hooks, func(w *store.Webhook) bool { return !w.Enabled }), at, err
}

// put stores messages and the place up to which they go, in one transaction.
func (s *Service) put(ctx context.Context, messages []*store.Delivery, broken []*plan, to store.Place) error {
	err := s.write(ctx, func(c db.Conn) error {
		for _, m := range messages {
			if err := store.InsertDelivery(c, m); err != nil {
				return err
			}
		}
		for _, p := range broken {
			if _, err := store.DisableWebhook(c, p.hook.ID, p.broken); err != nil {
				return err
			}
		}
		return store.MoveWebhooksPlace(c, to)
	})
	if err == nil {
		for _, p := range broken {
			s.notice(p.hook, p.broken)
		}
	}
	return err
}

// notice tells that a webhook was turned off.
func (s *Service) notice(w *store.Webhook, why string) {
	s.config.Log.Warn("a webhook was turned off", "webhook", w.ID, "name", w.Name, "reason", why)
}

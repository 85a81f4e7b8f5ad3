package webhooks

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/schema"
)

// errMoved says that the schema changed while messages were made.
var errMoved = errors.New("webhooks: the schema has changed")

// recordID names a record in the log.
type recordID struct{ collection, key string }

// compose makes the messages that some changes give.
func (s *Service) compose(ctx context.Context, st *store.State, plans []*plan, changes []store.Change) ([]*store.Delivery, error) {
	of, links := wanted(plans, changes)
	if len(of) == 0 {
		return nil, nil
	}
	var out []*store.Delivery
	err := s.store.Read(ctx, access.System(st.Policy), func(r *store.Reader) error {
		if r.State != st {
			return errMoved
		}
		out = nil
		past := map[recordID]map[int64]store.Transition{}
		for i := range changes {
			ch := &changes[i]
			id := recordID{ch.Collection, ch.Key}
			if of[id] == nil {
				continue
			}
			if past[id] == nil {
				var err error
				if past[id], err = r.Transitions(byID(st.Schema, ch.Collection), of[id], links[ch.Collection]); err != nil {
					return err
				}
			}
			made, err := s.messages(r, plans, ch, past[id][ch.Cursor.Seq()])
			if err != nil {
				return err
			}
			out = append(out, made...)
		}
		return nil
	})
	return out, err
}

// wanted groups the changes that some webhook is told of by their records, and lists the many-to-many fields that are
// sent of each collection.
func wanted(plans []*plan, changes []store.Change) (of map[recordID][]store.Change, links map[string][]*schema.Field) {
	of, links = map[recordID][]store.Change{}, map[string][]*schema.Field{}
	for i := range changes {
		ch := &changes[i]
		found := false
		for _, p := range plans {
			ev := p.wants(ch)
			if ev == nil {
				continue
			}
			found = true
			for _, f := range ev.links {
				if !slices.Contains(links[ch.Collection], f) {
					links[ch.Collection] = append(links[ch.Collection], f)
				}
			}
		}
		if found {
			id := recordID{ch.Collection, ch.Key}
			of[id] = append(of[id], *ch)
		}
	}
	return of, links
}

// messages makes those of one change. The record is the one after it, for a delete the one before.
func (s *Service) messages(r *store.Reader, plans []*plan, ch *store.Change, t store.Transition) ([]*store.Delivery, error) {
	var out []*store.Delivery
	now := t.After
	if ch.Op == store.OpDelete {
		now = t.Before
	}
	if now == nil || ch.Op == store.OpDelete && ch.Diff == nil { // the log no longer knows what it was
		return nil, nil
	}
	for _, p := range plans {
		ev := p.wants(ch)
		if ev == nil {
			continue
		}
		rec := r.NewRecord(ev.collection, now.Values)
		if ok, err := p.shows(ev, rec); err != nil {
			return nil, err
		} else if !ok {
			continue
		}
		m := message{plan: p, event: ev, change: ch, now: now, before: t.Before, reader: r}
		body, err := m.body()
		if err != nil {
			return nil, err
		}
		out = append(out, &store.Delivery{
			ID: messageID(p.hook.ID, ch), Webhook: p.hook.ID, Event: m.name(), Collection: ch.Collection, Key: ch.Key,
			Seq: ch.Cursor.Seq(), At: ch.At, Body: string(body), State: store.DeliveryWaiting, Due: s.config.Clock.Now(),
		})
	}
	return out, nil
}

// messageID is the id of the message that tells a webhook of a change: always the same.
func messageID(hook string, ch *store.Change) string {
	sum := sha256.Sum256([]byte(hook + " " + ch.Changeset + " " + strconv.FormatInt(ch.Cursor.Seq(), 10)))
	return "msg_" + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

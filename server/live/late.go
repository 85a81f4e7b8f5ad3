package live

import (
	"context"
	"errors"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/sqlb"
)

// On PostgreSQL commits are told at once and stand in the log's order only when no older transaction is under way. Until
// then they are single transactions beyond the place in the feed, which every cursor names.

const (
	maxBeyond   = 128                   // transactions in a cursor; further commits wait for the feed
	settleEvery = 20 * time.Millisecond // how often the feed is asked while there are some
	strangeTime = 2 * time.Second       // how long a commit of ours may take to be told after it is in the feed
)

// lateness is what the hub knows of commits that are not in the feed yet.
type lateness struct {
	held    []*store.Commit      // not told, since there are too many beyond the feed
	settled time.Time            // when the feed was last asked
	strange map[string]time.Time // changesets in the feed that no commit told of, since when
	timer   *time.Timer
}

func newLateness() lateness { return lateness{strange: map[string]time.Time{}} }

// settle moves the place on to where the feed is, as far as everything before was told.
func (h *Hub) settle() {
	if h.Store.Engine().Dialect() != sqlb.PostgreSQL || h.life.Err() != nil {
		return
	}
	beyond := h.place.Beyond() > 0
	if wait := settleEvery - time.Since(h.late.settled); wait > 0 {
		if beyond && h.late.timer == nil {
			h.late.timer = time.AfterFunc(wait, h.inbox.nudge)
		}
		return
	}
	h.late.settled, h.late.timer = time.Now(), nil
	ctx, cancel := context.WithTimeout(h.life, readTime)
	defer cancel()
	changes, err := h.Store.Feed(ctx, h.place.At, 1000)
	switch {
	case errors.Is(err, store.ErrCursorGone): // the log was cut off
		h.resetAll()
		return
	case err != nil:
		h.Log.Error("live: the feed could not be read", "error", err)
		return
	}
	h.follow(changes)
	held := h.late.held
	h.late.held = nil
	for _, c := range held {
		h.commit(c)
	}
	if h.place.Beyond() > 0 && h.late.timer == nil {
		h.late.timer = time.AfterFunc(settleEvery, h.inbox.nudge)
	}
}

// follow goes along the feed. What no commit told of is somebody else's; since a commit of ours may be on its way, it is
// waited for a while.
func (h *Hub) follow(changes []store.Change) {
	place := h.place
	for i, ch := range changes {
		if !place.Includes(ch.Cursor) {
			since, known := h.late.strange[ch.Changeset]
			if !known {
				h.late.strange[ch.Changeset] = time.Now()
			}
			if known && time.Since(since) > strangeTime {
				h.catchUp()
				return
			}
			break
		}
		if i+1 == len(changes) || changes[i+1].Changeset != ch.Changeset {
			place = place.Settle(ch.Cursor)
			delete(h.late.strange, ch.Changeset)
		}
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.moveTo(place)
}

// maxCatchUp is how many changes are made up for; after more, everybody starts over.
const maxCatchUp = 5000

// catchUp tells what the log holds and no commit told.
func (h *Hub) catchUp() {
	clear(h.late.strange)
	var c *store.Commit
	var now store.Place
	ctx, cancel := context.WithTimeout(h.life, readTime)
	defer cancel()
	err := h.Store.Read(ctx, nil, func(r *store.Reader) (err error) {
		c, now, err = missed(r, h.place)
		return err
	})
	if errors.Is(err, store.ErrCursorGone) {
		h.resetAll()
		return
	}
	if err != nil {
		h.Log.Error("live: what was missed could not be read", "error", err)
		return
	}
	h.tellLate(c, now)
}

// missed puts what happened since a place into one commit, and returns the place after it.
func missed(r *store.Reader, since store.Place) (*store.Commit, store.Place, error) {
	now, err := r.Place()
	if err != nil {
		return nil, now, err
	}
	list, err := r.Since(since, maxCatchUp)
	if err != nil {
		return nil, now, err
	}
	changes, err := r.Images(list)
	return &store.Commit{Cursor: now.At, State: r.State, Changes: changes}, now, err
}

// commit tells what a transaction changed.
func (h *Hub) commit(c *store.Commit) {
	if h.place.Includes(c.Cursor) {
		return
	}
	if h.place.Beyond() >= maxBeyond || len(h.late.held) > 0 {
		h.late.held = append(h.late.held, c)
		return
	}
	h.tell(c, h.place.With(c.Cursor))
}

package auth

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// revocations remembers the log-ins that were revoked while their access tokens may still be about. The zero value is
// empty; while it is, asking it costs one atomic load.
type revocations struct {
	count atomic.Int64
	mu    sync.RWMutex
	ended map[string]time.Time // by FamilyOf: when the last access token has expired
}

func (r *revocations) has(family string) bool {
	if r.count.Load() == 0 {
		return false
	}
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, ok := r.ended[family]
	return ok
}

// add notes a family and forgets those of which no token lives.
func (r *revocations) add(family string, now, until time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended == nil {
		r.ended = map[string]time.Time{}
	}
	for k, t := range r.ended {
		if t.Before(now) {
			delete(r.ended, k)
		}
	}
	r.ended[family] = until
	r.count.Store(int64(len(r.ended)))
}

func (r *revocations) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = nil
	r.count.Store(0)
}

// Ended makes the end of log-ins, committed before, felt at once: their access tokens and sessions are refused.
func (a *Service) Ended(logins ...string) {
	now, until := a.Tokens.Now(), a.Tokens.Latest().Add(a.Tokens.Life().Access)
	for _, id := range logins {
		a.revoked.add(FamilyOf(id), now, until)
		a.forgetSession(id)
	}
	a.ends.tell()
}

// forgetSession makes a session be read again.
func (a *Service) forgetSession(id string) {
	a.sessions.removeIf(func(_ string, e *sessionEntry) bool { return e.login.ID == id })
}

// sparesAccess reports whether access tokens live on although their log-in ended for this reason: simplejwt's blacklist
// only ends the refresh token.
func sparesAccess(reason string) bool { return reason == "blacklist" }

// loadRevoked reads the log-ins that ended lately, after a start: all, where tokens were issued at times that have not
// come, since theirs may be about for as long.
func (a *Service) loadRevoked(c db.Conn) error {
	last, err := store.LastIssued(c)
	if err != nil {
		return err
	}
	a.Tokens.issued(last.Unix())
	now, life := a.Tokens.Now(), a.Tokens.Life().Access
	since, until := now.Add(-life), a.Tokens.Latest().Add(life)
	if last.After(now) {
		since = time.Time{}
	}
	list, err := store.RevokedLogins(c, since)
	for _, l := range list {
		if !sparesAccess(l.Reason) {
			a.revoked.add(FamilyOf(l.ID), now, until)
		}
	}
	return err
}

// Forget drops everything remembered of credentials and requests, as after the data was replaced.
func (a *Service) Forget() {
	a.Tokens.Forget()
	a.Throttle.Reset()
	a.Passwords.Backoff.Reset()
	a.Passwords.forget()
	a.sessions.clear()
	a.apiKeys.clear()
	a.keys.clear()
	a.revoked.forget()
	a.ends.tell()
}

// Touches collects which sessions and API keys were used, to be written together now and then instead of a write for
// each request. The zero value is ready.
type Touches struct {
	mu     sync.Mutex
	logins map[string]touch
	keys   map[string]time.Time
}

type touch struct{ used, expires time.Time }

// maxTouches bounds what is collected between two flushes.
const maxTouches = 10_000

func (t *Touches) login(id string, used, expires time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.logins == nil {
		t.logins = map[string]touch{}
	}
	if len(t.logins) < maxTouches {
		t.logins[id] = touch{used, expires}
	}
}

func (t *Touches) key(id string, used time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.keys == nil {
		t.keys = map[string]time.Time{}
	}
	if len(t.keys) < maxTouches {
		t.keys[id] = used
	}
}

// Empty reports whether there is nothing to write.
func (t *Touches) Empty() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.logins) == 0 && len(t.keys) == 0
}

// Flush writes what was collected, on the writer.
func (t *Touches) Flush(c db.Conn) error {
	t.mu.Lock()
	logins, keys := t.logins, t.keys
	t.logins, t.keys = nil, nil
	t.mu.Unlock()
	for id, l := range logins {
		if err := store.TouchLogin(c, id, l.used, l.expires); err != nil {
			return err
		}
	}
	for id, used := range keys {
		if err := store.TouchAPIKey(c, id, used); err != nil {
			return err
		}
	}
	return nil
}

package observe

import (
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Bounds of the requests that are kept. Errors of the server have a place of their own, so that nothing drives them out.
const (
	recentSize = 1000
	failedSize = 200
	perSecond  = 50 // good answers that are kept of one second
	maxText    = 300
)

// Request is a request that was answered. It holds no body, no header, and no secret of the query.
type Request struct {
	ID      string    `json:"id"`
	At      time.Time `json:"at"`
	Method  string    `json:"method"`
	Path    string    `json:"path"`
	Query   string    `json:"query"`
	Route   string    `json:"route"`
	Status  int       `json:"status"`
	Seconds float64   `json:"seconds"` // until the answer was ready
	Bytes   int       `json:"bytes"`   // of the answer; 0 where they go out as they are read
	IP      string    `json:"ip"`
	User    string    `json:"user"`
	Error   string    `json:"error"` // of a 5xx
}

// Requests keeps the last requests in memory: every one that failed, and of the others a sample.
type Requests struct {
	mu             sync.Mutex
	recent, failed ring
	second, taken  atomic.Int64
	skipped        atomic.Uint64
}

// Keeps reports whether a request with this status is to be kept: good answers are sampled when there are many.
func (r *Requests) Keeps(status int, now time.Time) bool {
	if status >= 400 {
		return true
	}
	if s := now.Unix(); r.second.Swap(s) != s {
		r.taken.Store(0)
	}
	if r.taken.Add(1) <= perSecond {
		return true
	}
	r.skipped.Add(1)
	return false
}

// Add keeps a request.
func (r *Requests) Add(q Request) {
	q.Path, q.Query, q.Error = clip(q.Path), clip(Redact(q.Query)), clip(q.Error)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.recent.add(q, recentSize)
	if q.Status >= 500 {
		r.failed.add(q, failedSize)
	}
}

// Last returns at most n requests, the newest first: all kinds, or those that the server failed to answer. skipped is
// how many good answers the sample has left out since the start.
func (r *Requests) Last(n int, failed bool) (list []Request, skipped uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	from := &r.recent
	if failed {
		from = &r.failed
	}
	return from.last(n), r.skipped.Load()
}

// ring holds the newest of what was added.
type ring struct {
	list []Request
	next int
}

func (r *ring) add(q Request, size int) {
	if len(r.list) < size {
		r.list = append(r.list, q)
		return
	}
	r.list[r.next] = q
	r.next = (r.next + 1) % size
}

func (r *ring) last(n int) []Request {
	out := make([]Request, 0, min(n, len(r.list)))
	for i := len(r.list) - 1; i >= 0 && len(out) < n; i-- {
		out = append(out, r.list[(r.next+i)%len(r.list)])
	}
	return out
}

// secretNames are parts of the names of parameters whose values are never kept.
var secretNames = []string{"token", "key", "secret", "pass", "auth", "code", "sig", "ticket", "jwt", "session", "credential", "email", "access", "refresh"}

// Redact returns a query string without the values of what may be a secret.
func Redact(query string) string {
	if query == "" {
		return ""
	}
	parts := strings.Split(query, "&")
	for i, p := range parts {
		name, val, found := strings.Cut(p, "=")
		if plain, err := url.QueryUnescape(name); found && (err != nil || secret(plain, val)) {
			parts[i] = name + "=…"
		}
	}
	return strings.Join(parts, "&")
}

func secret(name, val string) bool {
	name = strings.ToLower(name)
	for _, s := range secretNames {
		if strings.Contains(name, s) {
			return true
		}
	}
	return strings.Contains(val, "eyJ") // how every JWT begins
}

func clip(s string) string {
	if len(s) > maxText {
		return strings.ToValidUTF8(s[:maxText], "") + "…"
	}
	return s
}

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
	recent, failed ring[Request]
	second, taken  atomic.Int64
	skipped        atomic.Uint64
}

// NewRequests returns Requests that hold nothing yet.
func NewRequests() *Requests {
	return &Requests{recent: ring[Request]{size: recentSize}, failed: ring[Request]{size: failedSize}}
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
	r.recent.add(q)
	if q.Status >= 500 {
		r.failed.add(q)
	}
}

// Last returns at most n of the requests that keep wants, the newest first: of all kinds, or of those that the server
// failed to answer. skipped is how many good answers the sample has left out since the start.
func (r *Requests) Last(n int, failed bool, keep func(*Request) bool) (list []Request, skipped uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	from := &r.recent
	if failed {
		from = &r.failed
	}
	return from.last(n, keep), r.skipped.Load()
}

// Has reports whether a text, in small letters, is in what tells requests apart.
func (q *Request) Has(text string) bool {
	for _, part := range []string{q.ID, q.Path, q.Query, q.User, q.IP, q.Error} {
		if strings.Contains(strings.ToLower(part), text) {
			return true
		}
	}
	return false
}

// ring holds the newest of what was added, at most size.
type ring[T any] struct {
	size int
	list []T
	next int
}

func (r *ring[T]) add(v T) {
	if len(r.list) < r.size {
		r.list = append(r.list, v)
		return
	}
	r.list[r.next] = v
	r.next = (r.next + 1) % r.size
}

// last returns at most n of what keep wants, the newest first.
func (r *ring[T]) last(n int, keep func(*T) bool) []T {
	out := []T{}
	for i := len(r.list) - 1; i >= 0 && len(out) < n; i-- {
		if v := &r.list[(r.next+i)%len(r.list)]; keep(v) {
			out = append(out, *v)
		}
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

func clip(s string) string { return clipAt(s, maxText) }

func clipAt(s string, most int) string {
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

package auth

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/couplet/couplet/server/rest"
)

// Rate is how many requests are allowed in a period, as DRF writes it: "3/min".
type Rate struct {
	Requests int
	Period   time.Duration
}

// ParseRate reads DRF's notation; of the period only the first letter counts (s, m, h, d).
func ParseRate(s string) (Rate, error) {
	count, period, found := strings.Cut(s, "/")
	n, err := strconv.Atoi(strings.TrimSpace(count))
	if !found || err != nil || n < 0 || n > maxRate || period == "" {
		return Rate{}, fmt.Errorf("auth: %q is no rate: write, for example, 3/min or 1000/day (at most %d)", s, maxRate)
	}
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	unit, ok := units[period[0]]
	if !ok {
		return Rate{}, fmt.Errorf("auth: %q is no rate: its period must be s, min, hour or day", s)
	}
	return Rate{n, unit}, nil
}

const (
	maxRate      = 100_000
	maxThrottled = 50_000 // keys kept
)

// Throttle counts requests as DRF's SimpleRateThrottle does: a window that slides, refused requests not counted.
// One lock makes it atomic; it is safe for concurrent use.
type Throttle struct {
	mu   sync.Mutex
	seen map[string]*window
	now  Clock
}

type window struct {
	times []int64 // of allowed requests, oldest first, Unix nanoseconds
	until int64   // when the window is empty
}

// NewThrottle returns an empty Throttle.
func NewThrottle(now Clock) *Throttle { return &Throttle{seen: map[string]*window{}, now: now} }

// Limit is one throttle of a request: a scope, its rate and who is counted.
type Limit struct {
	Scope string
	Rate  Rate
	Ident string
}

// Allow counts a request against every limit and returns nil, or the 429 with the longest wait. As in DRF, each
// limit counts for itself: one that allows counts the request even where another refuses it.
func (t *Throttle) Allow(limits ...Limit) *rest.APIError {
	if len(limits) == 0 {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now().UnixNano()
	refused, longest := false, time.Duration(0)
	for _, l := range limits {
		if ok, wait := t.count(l, now); !ok {
			refused, longest = true, max(longest, wait)
		}
	}
	if !refused {
		return nil
	}
	return throttled(longest)
}

func (t *Throttle) count(l Limit, now int64) (bool, time.Duration) {
	key := l.Scope + "\x00" + l.Ident
	w := t.seen[key]
	if w == nil {
		t.sweep(now)
		w = &window{}
		t.seen[key] = w
	}
	period := int64(l.Rate.Period)
	drop, end := 0, len(w.times)
	for drop < end && w.times[drop] <= now-period {
		drop++
	}
	for end > drop && w.times[end-1] > now { // the clock was put back: what is still to come counts as nothing
		end--
	}
	w.times = append(w.times[:0], w.times[drop:end]...)
	if len(w.times) >= l.Rate.Requests {
		if len(w.times) == 0 { // a rate of 0
			return false, l.Rate.Period
		}
		return false, time.Duration(period - (now - w.times[0]))
	}
	w.times = append(w.times, now)
	w.until = now + period
	return true, 0
}

// sweep makes room for a new key: empty windows go first, then any.
func (t *Throttle) sweep(now int64) {
	if len(t.seen) < maxThrottled {
		return
	}
	for k, w := range t.seen {
		if w.until <= now {
			delete(t.seen, k)
		}
	}
	for k := range t.seen {
		if len(t.seen) < maxThrottled*3/4 {
			return
		}
		delete(t.seen, k)
	}
}

// Reset forgets every request.
func (t *Throttle) Reset() {
	t.mu.Lock()
	defer t.mu.Unlock()
	clear(t.seen)
}

// Network returns what is counted for an address: an IPv4 address itself, of an IPv6 one the /64, which is what one
// customer has.
func Network(ip string) string {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return ip
	}
	addr = addr.Unmap()
	if addr.Is4() {
		return addr.String()
	}
	prefix, err := addr.WithZone("").Prefix(64)
	if err != nil {
		return ip
	}
	return prefix.String()
}

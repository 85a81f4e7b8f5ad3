package auth

import (
	"strings"
	"sync"
	"time"

	"github.com/couplet/couplet/server/rest"
)

// Backoff slows down guessing: after some failures in a row each further one doubles the time in which no more are
// taken. Failures are counted for the account at an address, for the account, and for the address.
type Backoff struct {
	mu   sync.Mutex
	seen map[string]*failures
	now  Clock
}

type failures struct {
	count int
	last  time.Time
	until time.Time
}

// step is how one counter slows down: free failures, then 1 s, 2 s, 4 s … up to longest.
type step struct {
	free    int
	longest time.Duration
}

// An account's own counter is lenient, so that a stranger cannot lock its owner out for long.
var (
	stepPair    = step{10, 15 * time.Minute}
	stepAccount = step{50, time.Minute}
	stepAddress = step{100, 15 * time.Minute}
)

const (
	forgetFailures = time.Hour
	maxBackoff     = 50_000
)

// NewBackoff returns a Backoff without failures.
func NewBackoff(now Clock) *Backoff { return &Backoff{seen: map[string]*failures{}, now: now} }

type counter struct {
	key  string
	step step
}

func counters(account, ip string) []counter {
	account, network := strings.ToLower(account), Network(ip)
	if len(account) > 256 {
		account = account[:256]
	}
	return []counter{{"p\x00" + account + "\x00" + network, stepPair}, {"a\x00" + account, stepAccount}, {"n\x00" + network, stepAddress}}
}

// Check returns nil where a log-in may be tried now, or how long to wait (429).
func (b *Backoff) Check(account, ip string) *rest.APIError {
	b.mu.Lock()
	defer b.mu.Unlock()
	now, wait := b.now(), time.Duration(0)
	for _, c := range counters(account, ip) {
		if f := b.seen[c.key]; f != nil {
			wait = max(wait, min(f.until.Sub(now), c.step.longest)) // even where the clock was put back
		}
	}
	if wait > 0 {
		return throttled(wait)
	}
	return nil
}

// Failed counts a failure.
func (b *Backoff) Failed(account, ip string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.now()
	for _, c := range counters(account, ip) {
		f := b.seen[c.key]
		if f == nil || now.Sub(f.last) > forgetFailures {
			b.sweep(now)
			f = &failures{}
			b.seen[c.key] = f
		}
		f.count++
		f.last = now
		if over := f.count - c.step.free; over > 0 {
			f.until = now.Add(min(time.Second<<min(over-1, 20), c.step.longest))
		}
	}
}

// Succeeded forgets the failures of an account; those of the address stay, or an attacker with one account of his own
// could go on for ever.
func (b *Backoff) Succeeded(account, ip string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range counters(account, ip)[:2] {
		delete(b.seen, c.key)
	}
}

// Reset forgets every failure.
func (b *Backoff) Reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	clear(b.seen)
}

func (b *Backoff) sweep(now time.Time) {
	if len(b.seen) < maxBackoff {
		return
	}
	for k, f := range b.seen {
		if now.Sub(f.last) > forgetFailures {
			delete(b.seen, k)
		}
	}
	for k := range b.seen {
		if len(b.seen) < maxBackoff*3/4 {
			return
		}
		delete(b.seen, k)
	}
}

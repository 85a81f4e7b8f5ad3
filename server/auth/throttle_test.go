package auth

import (
	"strconv"
	"testing"
	"time"

	"github.com/couplet/couplet/server/rest"
)

// fakeTime is a clock that tests move.
type fakeTime struct{ t time.Time }

func newFakeTime() *fakeTime {
	return &fakeTime{time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)}
}

func (f *fakeTime) now() time.Time           { return f.t }
func (f *fakeTime) advance(by time.Duration) { f.t = f.t.Add(by) }

func TestParseRate(t *testing.T) {
	for s, want := range map[string]Rate{"3/min": {3, time.Minute}, "10/s": {10, time.Second}, "5/hour": {5, time.Hour},
		"100/day": {100, 24 * time.Hour}, "1/m": {1, time.Minute}, "0/d": {0, 24 * time.Hour}} {
		if got, err := ParseRate(s); err != nil || got != want {
			t.Errorf("ParseRate(%q) = %v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "3", "/min", "3/", "x/min", "-1/min", "3/year", "999999999/s"} {
		if got, err := ParseRate(s); err == nil {
			t.Errorf("ParseRate(%q) = %v, want an error", s, got)
		}
	}
}

func TestThrottleSlides(t *testing.T) {
	clock := newFakeTime()
	th := NewThrottle(clock.now)
	limit := Limit{"contact", Rate{3, time.Minute}, "192.0.2.1"}
	steps := []struct {
		after time.Duration
		wait  int // Retry-After; 0: allowed
	}{{0, 0}, {10 * time.Second, 0}, {10 * time.Second, 0}, {0, 40}, {39500 * time.Millisecond, 1}, {500 * time.Millisecond, 0},
		{0, 10}, {10 * time.Second, 0}, {time.Hour, 0}}
	for i, s := range steps {
		clock.advance(s.after)
		e := th.Allow(limit)
		switch {
		case e == nil && s.wait != 0, e != nil && retryAfter(e) != s.wait:
			t.Errorf("step %d: %v, want to wait %d s", i, e, s.wait)
		}
	}
	if e := th.Allow(Limit{"contact", limit.Rate, "192.0.2.2"}); e != nil {
		t.Errorf("another address: %v", e)
	}
	if e := th.Allow(Limit{"none", Rate{0, time.Minute}, "x"}); e == nil || e.Detail != "Request was throttled. Expected available in 60 seconds." {
		t.Errorf("a rate of 0: %v", e)
	}
	th.Reset()
	if e := th.Allow(limit); e != nil {
		t.Errorf("after a reset: %v", e)
	}
}

func TestThrottleIsBounded(t *testing.T) {
	clock := newFakeTime()
	th := NewThrottle(clock.now)
	for i := range maxThrottled + 100 {
		_ = th.Allow(Limit{"anon", Rate{1, time.Minute}, strconv.Itoa(i)})
	}
	if n := len(th.seen); n > maxThrottled {
		t.Errorf("%d addresses are kept", n)
	}
}

func TestNetwork(t *testing.T) {
	for ip, want := range map[string]string{"192.0.2.7": "192.0.2.7", "::ffff:192.0.2.7": "192.0.2.7", "2001:db8:1:2:3::4": "2001:db8:1:2::/64",
		"fe80::1%eth0": "fe80::/64", "nonsense": "nonsense"} {
		if got := Network(ip); got != want {
			t.Errorf("Network(%q) = %q, want %q", ip, got, want)
		}
	}
}

func TestBackoff(t *testing.T) {
	clock := newFakeTime()
	b := NewBackoff(clock.now)
	for range stepPair.free {
		b.Failed("uma", "192.0.2.1")
	}
	if e := b.Check("uma", "192.0.2.1"); e != nil {
		t.Fatalf("within the free failures: %v", e)
	}
	for _, want := range []int{1, 2, 4, 8} {
		b.Failed("Uma", "192.0.2.1")
		e := b.Check("uma", "192.0.2.1")
		if e == nil || retryAfter(e) != want {
			t.Fatalf("wait %v, want %d s", e, want)
		}
		if b.Check("uma", "192.0.2.2") != nil {
			t.Fatal("the owner is locked out elsewhere")
		}
		clock.advance(time.Duration(want) * time.Second)
		if e := b.Check("uma", "192.0.2.1"); e != nil {
			t.Fatalf("after the wait: %v", e)
		}
	}
	for range 40 {
		b.Failed("uma", "192.0.2.1")
	}
	if e := b.Check("uma", "192.0.2.1"); e == nil || retryAfter(e) != 900 {
		t.Errorf("the longest wait: %v", e)
	}
	if e := b.Check("uma", "198.51.100.9"); e == nil || retryAfter(e) > 60 {
		t.Errorf("the account from elsewhere: %v", e)
	}
	b.Succeeded("uma", "192.0.2.1")
	if e := b.Check("uma", "192.0.2.1"); e != nil {
		t.Errorf("after a success: %v", e)
	}
	for i := range 60 {
		b.Failed("user"+strconv.Itoa(i), "192.0.2.1")
	}
	if b.Check("somebody", "192.0.2.1") == nil {
		t.Error("an address that guesses at many accounts is not slowed down")
	}
}

// retryAfter returns the seconds that a 429 asks to wait; 0 where it says none.
func retryAfter(e *rest.APIError) int {
	for _, h := range e.Headers {
		if h[0] == "Retry-After" {
			n, err := strconv.Atoi(h[1])
			if err == nil {
				return n
			}
		}
	}
	return 0
}

// A clock that is put back keeps nobody waiting for what is past.
func TestClockPutBack(t *testing.T) {
	clock := newFakeTime()
	th, b := NewThrottle(clock.now), NewBackoff(clock.now)
	limit := Limit{Scope: "s", Rate: Rate{1, time.Minute}, Ident: "i"}
	if refused := th.Allow(limit); refused != nil {
		t.Fatal(refused)
	}
	for range 60 {
		b.Failed("ann", "203.0.113.1")
	}
	clock.advance(-24 * time.Hour)
	if refused := th.Allow(limit); refused != nil {
		t.Errorf("throttled: %v", refused.Detail)
	}
	refused := b.Check("ann", "203.0.113.1")
	if refused == nil {
		t.Fatal("failures are forgotten")
	}
	if want := throttled(stepPair.longest).Detail; refused.Detail != want {
		t.Errorf("wait: %s, want %s", refused.Detail, want)
	}
}

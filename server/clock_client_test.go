package server_test

import (
	"sync"
	"time"
)

// movedClock is a clock that only a test moves.
type movedClock struct {
	mu      sync.Mutex
	now     time.Time
	steady  time.Duration
	waiting map[chan time.Time]time.Duration // until when, by the steady clock
}

func newMovedClock(now time.Time) *movedClock {
	return &movedClock{now: now.Truncate(time.Microsecond), waiting: map[chan time.Time]time.Duration{}}
}

func (c *movedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *movedClock) Steady() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.steady
}

// putBack sets the clock back. Who waits goes on waiting, as timers of the system do.
func (c *movedClock) putBack(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(-d)
}

func (c *movedClock) Until(t time.Time) <-chan time.Time {
	if t.IsZero() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	ch := make(chan time.Time, 1)
	if t.After(c.now) {
		c.waiting[ch] = c.steady + t.Sub(c.now)
	} else {
		ch <- c.now
	}
	return ch
}

// move lets time pass.
func (c *movedClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now, c.steady = c.now.Add(d), c.steady+d
	for ch, t := range c.waiting {
		if t <= c.steady {
			ch <- c.now
			delete(c.waiting, ch)
		}
	}
}

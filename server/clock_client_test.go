package server_test

import (
	"sync"
	"time"
)

// movedClock is a clock that only a test moves.
type movedClock struct {
	mu      sync.Mutex
	now     time.Time
	waiting map[chan time.Time]time.Time
}

func newMovedClock(now time.Time) *movedClock {
	return &movedClock{now: now.Truncate(time.Microsecond), waiting: map[chan time.Time]time.Time{}}
}

func (c *movedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *movedClock) Until(t time.Time) <-chan time.Time {
	if t.IsZero() {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	ch := make(chan time.Time, 1)
	if t.After(c.now) {
		c.waiting[ch] = t
	} else {
		ch <- c.now
	}
	return ch
}

// move lets time pass.
func (c *movedClock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	for ch, t := range c.waiting {
		if !t.After(c.now) {
			ch <- c.now
			delete(c.waiting, ch)
		}
	}
}

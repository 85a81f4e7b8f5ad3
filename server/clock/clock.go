// Package clock is the server's time, by which work in the background waits, so that tests can move it and put it back. It
// imports nothing of Couplet.
package clock

import "time"

// Clock tells the time and waits for it.
type Clock interface {
	Now() time.Time // may go back
	// Steady is the time since some moment, by a clock that never goes back.
	Steady() time.Duration
	// Until returns a channel that receives once the time has come, at once where it is past. The zero time never comes.
	Until(time.Time) <-chan time.Time
}

// System is the machine's clock.
type System struct{}

// Now implements Clock.
func (System) Now() time.Time { return time.Now() }

var started = time.Now()

// Steady implements Clock.
func (System) Steady() time.Duration { return time.Since(started) }

// Until implements Clock.
func (System) Until(t time.Time) <-chan time.Time {
	if t.IsZero() {
		return nil
	}
	return time.After(time.Until(t))
}

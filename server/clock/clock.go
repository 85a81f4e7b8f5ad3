// Package clock is the time by which work in the background waits, so that tests can move it. It imports nothing of
// Couplet.
package clock

import "time"

// Clock tells the time and waits for it.
type Clock interface {
	Now() time.Time
	// Until returns a channel that receives once the time has come, at once where it is past. The zero time never comes.
	Until(time.Time) <-chan time.Time
}

// System is the machine's clock.
type System struct{}

// Now implements Clock.
func (System) Now() time.Time { return time.Now() }

// Until implements Clock.
func (System) Until(t time.Time) <-chan time.Time {
	if t.IsZero() {
		return nil
	}
	return time.After(time.Until(t))
}

package clock

import "time"

// Slack is how far a clock may go back unnoticed: time servers move it by less all the time.
const Slack = 2 * time.Second

// Watch notices that a clock was put back.
type Watch struct {
	clock  Clock
	wall   time.Time
	steady time.Duration
}

// NewWatch returns a Watch from now on.
func NewWatch(c Clock) *Watch {
	w := &Watch{clock: c}
	w.Back()
	return w
}

// Back returns by how much the clock was put back since it was asked last; 0 where it was not.
func (w *Watch) Back() time.Duration {
	wall, steady := w.clock.Now().Round(0), w.clock.Steady()
	back := (steady - w.steady) - wall.Sub(w.wall)
	if w.wall, w.steady = wall, steady; back > Slack {
		return back
	}
	return 0
}

package jobs

import (
	"context"
	"slices"
)

// under is the run under way: its id, "" where none is, and how it is ended.
type under struct {
	run string
	end context.CancelCauseFunc
}

// cancelledError says who wanted a run to end.
type cancelledError struct{ by string }

func (e *cancelledError) Error() string { return "cancelled by " + e.by }

func (s *Scheduler) begun(run string, end context.CancelCauseFunc) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = under{run, end}
}

// Cancel makes a run of this process end, or not begin where it still waits; by names who wants it. It is false where the
// run is neither. Work that is over by the time it is told counts as done.
func (s *Scheduler) Cancel(run, by string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.asked, func(a asked) bool { return a.run == run }); i >= 0 {
		s.asked = slices.Delete(s.asked, i, i+1)
		return true
	}
	if run == "" || s.now.run != run {
		return false
	}
	s.now.end(&cancelledError{by})
	return true
}

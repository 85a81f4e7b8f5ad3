package jobs

import (
	"context"
	"slices"

	"github.com/couplet/couplet/store"
)

// under is the run under way: its id, "" where none is, and how it is ended.
type under struct {
	run string
	end context.CancelCauseFunc
}

// cancelledError says who wanted a run to end.
type cancelledError struct{ by string }

func (e *cancelledError) Error() string { return "cancelled by " + e.by }

// begin makes a run the one under way; one that was asked for waits until then. It is false where that one was cancelled.
func (s *Scheduler) begin(run *store.JobRun, end context.CancelCauseFunc) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting := len(s.asked)
	s.asked = slices.DeleteFunc(s.asked, func(a asked) bool { return a.run == run.ID })
	if run.Cause == store.CauseAsked && len(s.asked) == waiting {
		return false
	}
	s.now = under{run.ID, end}
	return true
}

// again makes a run that was asked for, and could not begin, wait for its next chance, unless it was cancelled meanwhile.
func (s *Scheduler) again(working context.Context, run *store.JobRun) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = under{}
	if run.Cause == store.CauseAsked && working.Err() == nil {
		s.asked = slices.Insert(s.asked, 0, asked{run.ID, run.Job})
	}
}

// over is the end of the run under way.
func (s *Scheduler) over() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = under{}
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

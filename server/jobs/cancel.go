package jobs

import (
	"context"
	"slices"

	"github.com/couplet/couplet/store"
)

// under is the run under way: its id, "" where none is, how it is ended, and how far it is.
type under struct {
	run string
	end context.CancelCauseFunc
	at  *Progress
}

// Progress is how far a run is: in a phase, which is counted anew, so much of so much.
type Progress struct {
	Phase       string
	Done, Total int64
}

// Progress is how far a run of this process is; nil where its task does not say, or where it is not under way.
func (s *Scheduler) Progress(run string) *Progress {
	s.mu.Lock()
	defer s.mu.Unlock()
	if run == "" || s.now.run != run {
		return nil
	}
	return s.now.at
}

// watch notes how far the run under way is.
func (s *Scheduler) watch(phase string, done, total int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.at = &Progress{phase, done, total}
}

// cancelledError says who wanted a run to end.
type cancelledError struct{ by string }

func (e *cancelledError) Error() string { return "cancelled by " + e.by }

// begin makes a run the one under way; one that was asked for waits until then. It is false where that one was
// cancelled.
func (s *Scheduler) begin(run *store.JobRun, end context.CancelCauseFunc) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	waiting := len(s.asked)
	s.asked = slices.DeleteFunc(s.asked, func(a asked) bool { return a.run == run.ID })
	if run.Cause == store.CauseAsked && len(s.asked) == waiting {
		return false
	}
	s.now = under{run: run.ID, end: end}
	return true
}

// again makes a run that was asked for, and could not begin, wait for its next chance, unless it was cancelled
// meanwhile.
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

// Cancel makes a run of this process end, or not begin where it still waits; by names who wants it. It is false where
// the run is neither. Work that is over by the time it is told counts as done.
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

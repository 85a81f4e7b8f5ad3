package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// How long a lease lasts, and how often it is renewed.
const (
	leaseTime = 30 * time.Second
	renewTime = 10 * time.Second
)

// punctual is how late a run may begin without having been missed.
const punctual = time.Minute

// keepRuns is how many runs of a job are remembered.
const keepRuns = 200

// endTime is how long the database has to note the end of a run when the server stops.
const endTime = 10 * time.Second

var (
	errLost  = errors.New("another process runs it")
	errPanic = errors.New("the task failed badly")
)

// step runs everything that is asked for or due, one after the other, and returns when something will be.
func (s *Scheduler) step(ctx context.Context) (time.Time, error) {
	for ctx.Err() == nil {
		jobs, err := s.look(ctx)
		if err != nil {
			return time.Time{}, err
		}
		job, run, next := s.choose(jobs)
		if job == nil {
			return next, nil
		}
		if err := s.do(ctx, job, run); err != nil {
			return time.Time{}, err
		}
	}
	return time.Time{}, nil
}

// look brings what the database knows of jobs to the schedule in force, and marks runs that were broken off.
func (s *Scheduler) look(ctx context.Context) ([]*Job, error) {
	st, now := s.store.State(), s.config.Clock.Now()
	s.seen.Store(st)
	var states map[string]*store.JobState
	err := s.read(ctx, func(c db.Conn) (err error) {
		states, err = store.JobStates(c)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, func(c db.Conn) error {
		if _, err := store.BreakOffRuns(c, "The server ended before the run did.", now); err != nil {
			return err
		}
		for _, j := range s.list(st, states) {
			if err := store.SeeJob(c, j.Name, j.Cron+" "+j.Zone, now); err != nil {
				return err
			}
		}
		states, err = store.JobStates(c)
		return err
	})
	return s.list(st, states), err
}

// choose returns the job to run now with the run that it is, or when the next one will be due.
func (s *Scheduler) choose(jobs []*Job) (job *Job, run *store.JobRun, next time.Time) {
	now := s.config.Clock.Now()
	if j, id := s.nextAsked(jobs, now); j != nil {
		return j, &store.JobRun{ID: id, Cause: store.CauseAsked}, time.Time{}
	}
	for _, j := range jobs {
		at := j.Next
		if !at.IsZero() && !at.After(now) {
			if j.State.Lease.Before(now) {
				cause := store.CauseSchedule
				if now.Sub(at) > punctual {
					cause = store.CauseMissed
				}
				return j, &store.JobRun{Cause: cause}, time.Time{}
			}
			at = j.State.Lease.Add(time.Second) // another process has it
		}
		if j.State.Runner != "" && (at.IsZero() || j.State.Lease.Before(at)) { // its run may be broken off
			at = j.State.Lease.Add(time.Second)
		}
		if !at.IsZero() && (next.IsZero() || at.Before(next)) {
			next = at
		}
	}
	return nil, nil, next
}

// do runs a job, unless another process does.
func (s *Scheduler) do(ctx context.Context, job *Job, run *store.JobRun) error {
	now := s.config.Clock.Now()
	if run.ID == "" {
		id, err := uuid.NewV7()
		if err != nil {
			return err
		}
		run.ID = id.String()
	}
	run.Job, run.Task, run.Runner, run.Started = job.Name, job.Task, s.runner, now
	working, end := context.WithCancelCause(ctx)
	defer end(nil)
	if !s.begin(run, end) {
		return nil // cancelled before it began
	}
	handled := now
	if run.Cause == store.CauseAsked {
		handled = time.Time{}
	}
	mine := false
	err := s.write(ctx, func(c db.Conn) (err error) {
		mine, err = store.BeginRun(c, run, handled, now.Add(leaseTime))
		return err
	})
	switch {
	case err != nil: // it may be noted nevertheless, so it is not tried under its id again
		s.over()
		return err
	case !mine:
		s.again(working, run)
		return nil
	}
	run.State = store.RunRunning
	s.config.Told(run)
	s.work(working, end, job, run)
	run.Ended = s.config.Clock.Now()
	s.config.Log.Info("scheduled work", "job", run.Job, "task", run.Task, "state", run.State, "message", run.Message,
		"duration", run.Ended.Sub(run.Started))
	last, done := context.WithTimeout(context.WithoutCancel(ctx), endTime)
	defer done()
	err = s.write(last, func(c db.Conn) error { return store.EndRun(c, run, keepRuns) })
	if err == nil {
		s.config.Told(run)
	}
	return err
}

// work runs the task under the lease and fills in how it ended.
func (s *Scheduler) work(working context.Context, end context.CancelCauseFunc, job *Job, run *store.JobRun) {
	defer s.over()
	renewed := make(chan struct{})
	go func() {
		defer close(renewed)
		s.renew(working, end, run)
	}()
	message, err := s.try(working, job)
	lost := context.Cause(working)
	end(nil)
	<-renewed
	var asked *cancelledError
	run.State, run.Message = store.RunDone, message
	switch {
	case err != nil && errors.Is(lost, errLost):
		run.State, run.Message = store.RunBrokenOff, "Broken off: "+errLost.Error()+"."
	case err != nil && errors.As(lost, &asked):
		run.State, run.Message = store.RunBrokenOff, fmt.Sprintf("Cancelled by %s.", asked.by)
	case err != nil && lost != nil:
		run.State, run.Message = store.RunBrokenOff, "Broken off: the server stopped."
	case err != nil:
		run.State, run.Message = store.RunFailed, err.Error()
	}
}

// try runs a task; what it panics with is an error.
func (s *Scheduler) try(ctx context.Context, job *Job) (message string, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", errPanic, p)
		}
	}()
	return s.config.Tasks[job.Task](ctx, &job.Job, s.watch)
}

// renew holds the lease until the work is over, and ends the work where the lease is lost.
func (s *Scheduler) renew(ctx context.Context, end context.CancelCauseFunc, run *store.JobRun) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-s.config.Clock.Until(s.config.Clock.Now().Add(renewTime)):
		}
		mine := false
		err := s.write(ctx, func(c db.Conn) (err error) {
			mine, err = store.RenewLease(c, run.Job, run.Runner, s.config.Clock.Now().Add(leaseTime))
			return err
		})
		if err == nil && !mine {
			end(errLost)
			return
		}
		if err != nil && ctx.Err() == nil {
			s.config.Log.Error("a lease could not be renewed", "job", run.Job, "error", err)
		}
	}
}

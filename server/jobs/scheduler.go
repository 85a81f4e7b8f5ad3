package jobs

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/couplet/couplet/server/clock"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
)

// Task does a job's work and says in a sentence what it did. It ends soon after its context. Where it knows how far it
// is it tells watch.
type Task func(ctx context.Context, job *schema.Job, watch Watch) (string, error)

// Watch is told how far a run is: in a phase, which is counted anew, so much of so much.
type Watch func(phase string, done, total int64)

// Config says what may be scheduled.
type Config struct {
	Store *store.Store
	Log   *slog.Logger
	Clock clock.Clock
	Tasks map[string]Task     // by the names that schemas know
	Told  func(*store.JobRun) // is told of every run that has begun, and of every one that has ended
}

// Scheduler runs jobs when they are due. It is safe for concurrent use.
type Scheduler struct {
	config Config
	store  *store.Store
	runner string // this process, in leases
	wake   chan struct{}
	seen   atomic.Pointer[store.State]

	mu    sync.Mutex
	asked []asked // in the order in which they will run
	now   under   // the run under way
}

// asked is a run that somebody asked for.
type asked struct{ run, job string }

// New returns the Scheduler of an open store; Run makes it work.
func New(c Config) *Scheduler {
	return &Scheduler{config: c, store: c.Store, runner: uuid.NewString(), wake: make(chan struct{}, 1)}
}

// retryTime is how long the scheduler waits after the database failed.
const retryTime = 5 * time.Second

// Run runs jobs until the context ends; the one under way is then broken off.
func (s *Scheduler) Run(ctx context.Context) {
	defer s.store.OnCommit(func(c *store.Commit) {
		if c.State != s.seen.Load() { // the schedule may have changed
			s.Wake()
		}
	})()
	for {
		next, err := s.step(ctx)
		var soon <-chan time.Time
		if err != nil && ctx.Err() == nil {
			s.config.Log.Error("scheduled work could not be looked at", "error", err)
			soon = time.After(retryTime)
		}
		select {
		case <-ctx.Done():
			return
		case <-s.wake:
		case <-s.config.Clock.Until(next):
		case <-soon:
		}
	}
}

// Wake makes Run look what is due.
func (s *Scheduler) Wake() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// Job is something that can run: an entry of the schedule, or a task that none names, which runs when it is asked for.
type Job struct {
	schema.Job
	Scheduled bool
	Next      time.Time // zero: only when it is asked for
	State     store.JobState
}

// Jobs lists the entries of the schedule, then the tasks that none names.
func (s *Scheduler) Jobs(ctx context.Context) ([]*Job, error) {
	var states map[string]*store.JobState
	err := s.read(ctx, func(c db.Conn) (err error) {
		states, err = store.JobStates(c)
		return err
	})
	return s.list(s.store.State(), states), err
}

func (s *Scheduler) list(st *store.State, states map[string]*store.JobState) []*Job {
	now := s.config.Clock.Now()
	var out []*Job
	named := map[string]bool{}
	for _, j := range st.Schema.Schedule {
		job := &Job{Job: *j, Scheduled: true}
		job.State.Handled = now
		if state := states[j.Name]; state != nil {
			job.State = *state
		}
		if j.Enabled {
			job.Next = j.Next(earlier(job.State.Handled, now))
		}
		named[j.Name], named[j.Task] = true, true
		out = append(out, job)
	}
	for _, task := range slices.Sorted(maps.Keys(s.config.Tasks)) {
		if !named[task] {
			job := &Job{Job: schema.Job{Name: task, Task: task}}
			if state := states[task]; state != nil {
				job.State = *state
			}
			out = append(out, job)
		}
	}
	return out
}

// earlier is the time up to which a schedule was kept: never one that has not come, in case the clock was put back.
func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

// Ask makes a job run as soon as no other one does, and returns the id of the run. It is false where there is no job of
// that name.
func (s *Scheduler) Ask(name string) (run string, found bool, err error) {
	if !slices.ContainsFunc(s.list(s.store.State(), nil), func(j *Job) bool { return j.Name == name }) {
		return "", false, nil
	}
	id, err := uuid.NewV7()
	if err != nil {
		return "", true, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := slices.IndexFunc(s.asked, func(a asked) bool { return a.job == name }); i >= 0 {
		return s.asked[i].run, true, nil // it waits already
	}
	s.asked = append(s.asked, asked{id.String(), name})
	s.Wake()
	return id.String(), true, nil
}

// nextAsked is the first run that was asked for whose job nobody runs.
func (s *Scheduler) nextAsked(jobs []*Job, now time.Time) (*Job, string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asked {
		for _, j := range jobs {
			if j.Name == a.job && j.State.Lease.Before(now) {
				return j, a.run
			}
		}
	}
	return nil, ""
}

func (s *Scheduler) read(ctx context.Context, fn func(db.Conn) error) error {
	return s.store.Engine().Read(ctx, fn)
}

func (s *Scheduler) write(ctx context.Context, fn func(db.Conn) error) error {
	return s.store.Engine().Write(ctx, fn, nil)
}

// Now returns the scheduler's time.
func (s *Scheduler) Now() time.Time { return s.config.Clock.Now() }

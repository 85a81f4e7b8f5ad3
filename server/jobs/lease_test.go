package jobs_test

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/couplet/couplet/server/clock"
	"github.com/couplet/couplet/server/jobs"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/schema"
)

// at is a clock that stands still.
type at struct{ time.Time }

func (a at) Now() time.Time { return a.Time }

func (a at) Steady() time.Duration { return 0 }

func (a at) Until(t time.Time) <-chan time.Time {
	if t.After(a.Time) || t.IsZero() {
		return nil
	}
	ch := make(chan time.Time, 1)
	ch <- a.Time
	return ch
}

func open(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Database: dbtest.URL(t), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// start runs a scheduler until the test ends.
func start(t *testing.T, s *store.Store, c clock.Clock, task jobs.Task) *jobs.Scheduler {
	t.Helper()
	j := jobs.New(jobs.Config{Store: s, Log: slog.New(slog.DiscardHandler), Clock: c, Tasks: map[string]jobs.Task{"tokens": task}, Told: func(*store.JobRun) {}})
	ctx, cancel := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() {
		defer close(over)
		j.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-over
	})
	return j
}

func ask(t *testing.T, j *jobs.Scheduler) string {
	t.Helper()
	run, found, err := j.Ask("tokens")
	if err != nil || !found {
		t.Fatal(found, err)
	}
	return run
}

// ended waits until a run is over and returns it.
func ended(t *testing.T, s *store.Store, id string) *store.JobRun {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		var list []*store.JobRun
		err := s.Engine().Read(t.Context(), func(c db.Conn) (err error) {
			list, err = store.JobRuns(c, "tokens", "", 100)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			if r.ID == id && r.State != store.RunRunning {
				return r
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("run %s does not end: %+v", id, list)
		}
	}
}

// A job that one process runs is not run by another one; when its lease has run out, since the process is no more, the
// run counts as broken off, whatever the process still says of it.
func TestLease(t *testing.T) {
	s := open(t)
	noon := time.Date(2031, 5, 1, 12, 0, 0, 0, time.UTC)
	begun, release := make(chan struct{}), make(chan struct{})
	dead := start(t, s, at{noon}, func(context.Context, *schema.Job, jobs.Watch) (string, error) {
		close(begun)
		<-release
		return "late", nil
	})
	t.Cleanup(func() { close(release) })
	first := ask(t, dead)
	<-begun
	did := func(context.Context, *schema.Job, jobs.Watch) (string, error) { return "did it", nil }
	second := start(t, s, at{noon.Add(20 * time.Second)}, did)
	waiting := ask(t, second)
	third := start(t, s, at{noon.Add(31 * time.Second)}, did)
	run := ask(t, third)
	if r := ended(t, s, run); r.State != store.RunDone || r.Message != "did it" || r.Cause != store.CauseAsked {
		t.Errorf("after the lease the run is %+v", r)
	}
	if r := ended(t, s, first); r.State != store.RunBrokenOff || r.Message != "The server ended before the run did." {
		t.Errorf("the run of the dead process is %+v", r)
	}
	var runs []*store.JobRun
	if err := s.Engine().Read(t.Context(), func(c db.Conn) (err error) {
		runs, err = store.JobRuns(c, "", "", 100)
		return err
	}); err != nil || len(runs) != 2 {
		t.Errorf("there are %d runs, not 2: %s ran without the lease; %v", len(runs), waiting, err)
	}
}

// overtaken is a clock at which another process takes a job in the moment when a run of it is to begin.
type overtaken struct {
	at
	once *sync.Once
	by   func()
}

func (o overtaken) Now() time.Time {
	callers := make([]uintptr, 10)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	for f, more := frames.Next(); more; f, more = frames.Next() {
		if strings.HasSuffix(f.Function, "(*Scheduler).do") {
			o.once.Do(o.by)
		}
	}
	return o.at.Now()
}

// A run that was asked for waits where another process takes the job just before it, and runs when that one is done.
func TestOvertaken(t *testing.T) {
	s := open(t)
	noon := time.Date(2031, 5, 1, 12, 0, 0, 0, time.UTC)
	write := func(fn func(db.Conn) error) {
		if err := s.Engine().Write(t.Context(), fn, nil); err != nil {
			t.Error(err)
		}
	}
	other := &store.JobRun{ID: "other", Job: "tokens", Task: "tokens", Cause: store.CauseAsked, Runner: "another", Started: noon}
	took := make(chan struct{})
	clock := overtaken{at{noon}, &sync.Once{}, func() {
		write(func(c db.Conn) error {
			_, err := store.BeginRun(c, other, time.Time{}, noon.Add(30*time.Second))
			return err
		})
		close(took)
	}}
	j := start(t, s, clock, func(context.Context, *schema.Job, jobs.Watch) (string, error) { return "did it", nil })
	run := ask(t, j)
	<-took
	other.State, other.Ended = store.RunDone, noon
	write(func(c db.Conn) error { return store.EndRun(c, other, 10) })
	j.Wake()
	if r := ended(t, s, run); r.State != store.RunDone || r.Message != "did it" {
		t.Errorf("the run is %+v", r)
	}
}

// How a run ended is told: what went wrong, a panic, a server that stopped.
func TestHowRunsEnd(t *testing.T) {
	s := open(t)
	ctx, stop := context.WithCancel(t.Context())
	tasks := make(chan jobs.Task, 3)
	tasks <- func(context.Context, *schema.Job, jobs.Watch) (string, error) {
		return "", errors.New("the disk is full")
	}
	tasks <- func(context.Context, *schema.Job, jobs.Watch) (string, error) { panic("oh") }
	tasks <- func(ctx context.Context, _ *schema.Job, _ jobs.Watch) (string, error) {
		stop()
		<-ctx.Done()
		return "", ctx.Err()
	}
	j := jobs.New(jobs.Config{Store: s, Log: slog.New(slog.DiscardHandler), Clock: clock.System{}, Told: func(*store.JobRun) {}, Tasks: map[string]jobs.Task{
		"tokens": func(ctx context.Context, job *schema.Job, watch jobs.Watch) (string, error) {
			return (<-tasks)(ctx, job, watch)
		},
	}})
	over := make(chan struct{})
	go func() {
		defer close(over)
		j.Run(ctx)
	}()
	for _, want := range []struct{ state, message string }{
		{store.RunFailed, "the disk is full"}, {store.RunFailed, "the task failed badly: oh"}, {store.RunBrokenOff, "Broken off: the server stopped."},
	} {
		if r := ended(t, s, ask(t, j)); r.State != want.state || r.Message != want.message {
			t.Errorf("the run is %+v, not %+v", r, want)
		}
	}
	<-over
}

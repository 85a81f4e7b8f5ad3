package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/schema"
)

// The kinds of runs.
const (
	runImport = "import"
	runBulk   = "bulk"
	runRevert = "revert"
	runBackup = "backup"
	runDoctor = "doctor"
	runSchema = "schema"
)

var runKinds = []string{runImport, runBulk, runRevert, runBackup, runDoctor, runSchema}

// The states of a run.
const (
	runRunning   = "running"
	runDone      = "done"   // its report says what came of it
	runFailed    = "failed" // it ended early, or was refused
	runCancelled = "cancelled"
)

// runNeed is what a run does: API keys that do not reach so far do not see it.
type runNeed struct {
	collection string
	action     schema.Action
}

// runAbout is what a run is. It does not change.
type runAbout struct {
	kind, id    string
	subject     string // a collection, or a changeset
	needs       []runNeed
	super       bool // superusers only
	owner, user string
	started     time.Time
	style       rest.ErrorStyle // of who began it
}

// runNow is how far a run is, and what came of it.
type runNow struct {
	State       string
	Phase       string
	Done, Total int64
	Ended       *time.Time
	Status      *int
	Report      json.RawMessage
}

// run is work that takes long, under way or ended: others can ask how far it is, and end it.
type run struct {
	runAbout
	api    *API
	ctx    context.Context
	cancel context.CancelCauseFunc
	detail runDetail    // nil: it is told of as every run is
	news   func(runNow) // tells live updates of it; nil tells nobody

	mu   sync.Mutex
	now  runNow
	told time.Time
}

// runDetail is what a run is to those of its kind. What of it changes, run.change guards.
type runDetail interface {
	tells(now runNow) any
}

// errRunCancelled is the cause of the end of a run that somebody ended.
var errRunCancelled = errors.New("api: the run was cancelled")

// newRun is a run of the caller that has an id of its own. It is known once it begins.
func (c *Call) newRun(kind, subject string, needs ...runNeed) (*run, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(c.API.life)
	return &run{api: c.API, ctx: ctx, cancel: cancel, now: runNow{State: runRunning}, runAbout: runAbout{
		kind: kind, id: id.String(), subject: subject, needs: needs,
		owner: c.userID(), user: c.User.Username, started: c.API.Store.Now(), style: c.style(),
	}}, nil
}

// seenBy reports whether somebody sees a run, and may end it: who began it, and superusers. An API key must reach as
// far as the run does.
func (r *run) seenBy(who auth.Identity) bool {
	if who.Anonymous() {
		return false
	}
	beyond := func(n runNeed) bool { return !who.Allows(n.collection, n.action) }
	all := who.User.Superuser && len(who.Scopes) == 0
	return all || !r.super && r.owner == who.Account.ID && !slices.ContainsFunc(r.needs, beyond)
}

// lasting is the call as work uses it that outlives the request. What it claims it settles itself.
func (c *Call) lasting() *Call {
	c.Language() // is read of the request
	sub := *c
	sub.fiber, sub.claims = nil, &claims{call: &sub}
	return &sub
}

// progress is how far a run is.
func (r *run) progress() runNow {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// tells is what is told of a run now, in the form of its kind.
func (r *run) tells(report bool) any {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.now
	if !report {
		now.Report = nil
	}
	if r.detail == nil {
		return r.plain(now)
	}
	return r.detail.tells(now)
}

// change notes something of a run, and tells of it now and then, and of its end. A nil run is watched by nobody.
func (r *run) change(fn func(now *runNow)) {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	fn(&r.now)
	if r.news == nil || r.now.Ended == nil && time.Since(r.told) < runsEvery {
		return
	}
	r.told = time.Now()
	r.news(r.now)
}

// count notes how far a run is in its phase.
func (r *run) count(phase string, done, total int64) {
	r.change(func(now *runNow) { now.Phase, now.Done, now.Total = phase, done, total })
}

// at is count for work that does not look at its context. The error is not nil where it shall end.
func (r *run) at(phase string, done, total int64) error {
	if r == nil {
		return nil
	}
	r.count(phase, done, total)
	return context.Cause(r.ctx)
}

// work does the work of a run before the answer.
func (r *run) work(limit time.Duration, do func(context.Context) (*Answer, error)) (*Answer, error) {
	r.api.runs.begin(r)
	return r.do(limit, do)
}

// behind does the work of a run behind an answer, which says that it has begun. release is called when it has ended.
func (r *run) behind(limit time.Duration, release func(), do func(context.Context) (*Answer, error)) (*Answer, error) {
	r.api.runs.begin(r)
	body, err := encode(r.tells(true))
	r.api.working.Go(func() {
		defer release()
		if _, err := r.do(limit, do); err != nil && rest.FromError(err).Status >= http.StatusInternalServerError {
			r.api.Log.Error("work in the background failed", "kind", r.kind, "id", r.id, "error", err)
		}
	})
	return &Answer{Status: http.StatusAccepted, Body: body}, err
}

// do does the work and notes what came of it.
func (r *run) do(limit time.Duration, do func(context.Context) (*Answer, error)) (answer *Answer, err error) {
	defer r.cancel(nil)
	defer func() {
		if p := recover(); p != nil {
			answer, err = nil, fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
		if err != nil && r.cancelled() {
			err = cancelledWith("It was cancelled; nothing was changed.")
		}
		r.end(answer, err)
	}()
	ctx, cancel := context.WithTimeout(r.ctx, limit)
	defer cancel()
	r.change(func(*runNow) {})
	return do(ctx)
}

// cancelledWith is the answer of work that somebody ended.
func cancelledWith(detail string) error {
	return &rest.APIError{Status: http.StatusConflict, Code: "cancelled", ShowCode: true, Detail: detail}
}

// cancelled reports whether somebody has ended a run, which may be over nevertheless.
func (r *run) cancelled() bool { return r != nil && errors.Is(context.Cause(r.ctx), errRunCancelled) }

func (r *run) end(answer *Answer, err error) {
	if err != nil {
		e := rest.FromError(err)
		answer = &Answer{Status: e.Status, Body: e.AppendJSON(nil, r.style)}
	}
	now, cancelled := r.api.Store.Now(), r.cancelled()
	r.change(func(n *runNow) {
		n.Ended, n.Status = &now, &answer.Status
		if answer.Type == "" { // it is JSON, and no file
			n.Report = answer.Body
		}
		switch {
		case answer.Status < 300:
			n.State = runDone
		case cancelled:
			n.State = runCancelled
		default:
			n.State = runFailed
		}
	})
}

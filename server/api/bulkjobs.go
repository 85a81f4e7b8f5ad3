package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
)

// The states of a bulk in the background.
const (
	bulkRunning   = "running"
	bulkDone      = "done"
	bulkFailed    = "failed"
	bulkCancelled = "cancelled"
)

// bulkProgress is a bulk in the background, as it is told of while it goes on and for an hour afterwards.
type bulkProgress struct {
	ID         string          `json:"id"`
	State      string          `json:"state" openapi:"enum=running|done|failed|cancelled"`
	Collection string          `json:"collection"`
	DryRun     bool            `json:"dry_run"`
	Count      int             `json:"count" doc:"How many records there are."`
	Done       int             `json:"done" doc:"How many of them it has looked at. The report says what was kept."`
	Started    time.Time       `json:"started"`
	Ended      *time.Time      `json:"ended"`
	User       string          `json:"user" doc:"The username."`
	Status     *int            `json:"status" doc:"What bulk/ would have answered with."`
	Report     json.RawMessage `json:"report"`

	owner string
}

// bulkRun is a bulk in the background.
type bulkRun struct {
	mu     sync.Mutex
	now    bulkProgress
	cancel context.CancelCauseFunc
}

// errBulkCancelled is the cause of the end of a bulk that somebody ended.
var errBulkCancelled = errors.New("api: the bulk was cancelled")

// bulkRuns are kept in memory: what they wrote is in the change log.
type bulkRuns struct {
	mu  sync.Mutex
	all []*bulkRun // the latest last
}

// add keeps a run, and forgets old ones as those of imports are forgotten.
func (l *bulkRuns) add(run *bulkRun, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, run)
	over := len(l.all) - importsKept
	l.all = slices.DeleteFunc(l.all, func(r *bulkRun) bool {
		p := r.progress()
		old := p.Ended != nil && (over > 0 || now.Sub(*p.Ended) > importKept)
		if old {
			over--
		}
		return old
	})
}

func (r *bulkRun) progress() bulkProgress {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

func (r *bulkRun) change(fn func(p *bulkProgress)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fn(&r.now)
}

// at notes how many records a bulk has looked at; a bulk that is answered at once tells nobody.
func (r *bulkRun) at(done int) {
	if r != nil {
		r.change(func(p *bulkProgress) { p.Done = done })
	}
}

// bulkRunOperations lists the routes of bulks in the background.
func (a *API) bulkRunOperations() []operation {
	op := func(method, path, summary string, handle func(*Call) (any, error)) operation {
		return operation{handle: handle, Operation: openapi.Operation{
			Method: method, Path: systemPrefix + "bulk/{id}/" + path, Summary: summary, Response: bulkProgress{}, Errors: []int{404},
		}}
	}
	return []operation{
		op("GET", "", "How far a bulk in the background is", (*Call).readBulk),
		op("POST", "cancel/", "End a bulk in the background before its next changeset", (*Call).cancelBulk),
	}
}

// start runs a bulk behind its answer, with the rights that its caller had. The caller gives up the place.
func (j *bulkJob) start(c *Call, release func()) (*Answer, error) {
	id, err := uuid.NewV7()
	if err != nil {
		release()
		return nil, err
	}
	ctx, cancel := context.WithCancelCause(c.API.life)
	j.watch = &bulkRun{cancel: cancel, now: bulkProgress{
		ID: id.String(), State: bulkRunning, Collection: j.def.Collection.Name, DryRun: j.DryRun, Count: j.out.Count,
		Started: c.API.Store.Now(), User: c.User.Username, owner: c.userID(),
	}}
	c.API.bulks.add(j.watch, c.API.Store.Now())
	j.call.claims = &claims{call: j.call} // those of the request end with it
	c.API.working.Go(func() {
		defer release()
		defer cancel(nil)
		ctx, done := context.WithTimeout(ctx, importTime)
		defer done()
		answer, err := j.finish(ctx)
		j.call.claims.settle()
		j.end(answer, err)
	})
	body, err := encode(j.watch.progress())
	return &Answer{Status: http.StatusAccepted, Body: body}, err
}

// finish does all of it. What was cancelled tells what was kept.
func (j *bulkJob) finish(ctx context.Context) (*Answer, error) {
	err := j.run(ctx)
	if errors.Is(context.Cause(ctx), errBulkCancelled) && (err != nil || j.out.Detail != "") {
		j.out.Code, j.out.Detail, err = "cancelled", "It was cancelled; "+j.kept(), nil
	}
	if err != nil {
		return nil, err
	}
	return j.answer()
}

// kept tells what of a bulk that ended early stays.
func (j *bulkJob) kept() string {
	if j.out.Changed == 0 || j.DryRun {
		return "nothing was changed."
	}
	return strconv.Itoa(j.out.Changed) + " were changed before."
}

// end notes what came of it.
func (j *bulkJob) end(answer *Answer, err error) {
	api := j.call.API
	if err != nil {
		e := rest.FromError(err)
		if e.Status >= http.StatusInternalServerError {
			api.Log.Error("a bulk failed", "id", j.watch.progress().ID, "error", err)
		}
		answer = &Answer{Status: e.Status, Body: e.AppendJSON(nil, j.style)}
	}
	now := api.Store.Now()
	j.watch.change(func(p *bulkProgress) {
		p.Ended, p.Status, p.Report = &now, &answer.Status, answer.Body
		switch {
		case j.out.Code == "cancelled":
			p.State = bulkCancelled
		case answer.Status == http.StatusOK:
			p.State = bulkDone
		default:
			p.State = bulkFailed
		}
	})
}

// bulkOf finds a bulk that the caller may see: his own, or anybody's for superusers.
func (c *Call) bulkOf() (*bulkRun, error) {
	c.API.bulks.mu.Lock()
	defer c.API.bulks.mu.Unlock()
	for _, r := range c.API.bulks.all {
		p := r.progress()
		if p.ID == c.Params["id"] && (p.owner == c.userID() || c.User.Superuser && !c.Scope.Narrowed()) {
			return r, nil
		}
	}
	return nil, rest.NotFound("")
}

func (c *Call) readBulk() (any, error) {
	r, err := c.bulkOf()
	if err != nil {
		return nil, err
	}
	return r.progress(), nil
}

// cancelBulk ends a bulk: the changeset under way is not written.
func (c *Call) cancelBulk() (any, error) {
	r, err := c.bulkOf()
	if err != nil {
		return nil, err
	}
	r.cancel(errBulkCancelled)
	return r.progress(), nil
}

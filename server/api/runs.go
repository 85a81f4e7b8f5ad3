package api

import (
	"encoding/json"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
)

// Runs that have ended are told of for so long, and at most so many; while one goes on it is told of so often.
const (
	runKept   = time.Hour
	runsKept  = 100
	runsEvery = 500 * time.Millisecond
)

// runs are kept in memory: what they wrote is in the change log.
type runs struct {
	mu  sync.Mutex
	all []*run // the latest last
}

// begin makes a run known, and forgets old ones.
func (l *runs) begin(r *run) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, r)
	over, now := len(l.all)-runsKept, r.started
	l.all = slices.DeleteFunc(l.all, func(r *run) bool {
		ended := r.progress().Ended
		old := ended != nil && (over > 0 || now.Sub(*ended) > runKept)
		if old {
			over--
		}
		return old
	})
}

// seen lists the runs of a kind, of all kinds where it is "", that somebody may see, the latest first.
func (l *runs) seen(who auth.Identity, kind string) (out []*run) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, r := range slices.Backward(l.all) {
		if (kind == "" || r.kind == kind) && r.seenBy(who) {
			out = append(out, r)
		}
	}
	return out
}

// runProgress is what is told of a run of any kind.
type runProgress struct {
	ID      string          `json:"id"`
	Kind    string          `json:"kind" openapi:"enum=import|bulk|revert|backup|doctor|schema"`
	Subject string          `json:"subject" doc:"The collection, or what is reverted; else empty."`
	State   string          `json:"state" openapi:"enum=running|done|failed|cancelled"`
	Phase   string          `json:"phase" doc:"What it is at; each phase counts anew."`
	Done    int64           `json:"done" doc:"How much of total has been done in this phase."`
	Total   int64           `json:"total"`
	Started time.Time       `json:"started"`
	Ended   *time.Time      `json:"ended"`
	User    string          `json:"user" doc:"The username."`
	Status  *int            `json:"status" doc:"What would have been answered without background."`
	Report  json.RawMessage `json:"report"`
}

func (r *run) plain(now runNow) any {
	return runProgress{
		ID: r.id, Kind: r.kind, Subject: r.subject, State: now.State, Phase: now.Phase, Done: now.Done, Total: now.Total,
		Started: r.started, Ended: now.Ended, User: r.user, Status: now.Status, Report: now.Report,
	}
}

// runOperations lists the routes of work that takes long, whatever its kind.
func (a *API) runOperations() []operation {
	op := func(method, path, summary string, out any, handle func(*Call) (any, error)) operation {
		return operation{handle: handle, Operation: openapi.Operation{
			Method: method, Path: systemPrefix + "background/" + path, Summary: summary, Response: out, Errors: []int{404},
		}}
	}
	list := op("GET", "", "Work that takes long: the caller's of the last hour; superusers see everybody's", []runProgress{}, (*Call).listRuns)
	list.Errors = []int{400}
	list.Parameters = []openapi.Parameter{
		{Name: "kind", Enum: runKinds, Description: "Work of this kind only."},
	}
	return []operation{
		list,
		op("GET", "{id}/", "How far such work is", runProgress{}, readsRun("")),
		op("POST", "{id}/cancel/", "End it", runProgress{}, endsRun("")),
	}
}

// runOf finds a run of a kind, of any where it is "", that the caller may see.
func (c *Call) runOf(kind string) (*run, error) {
	for _, r := range c.API.runs.seen(c.Identity, kind) {
		if r.id == c.Params["id"] {
			return r, nil
		}
	}
	return nil, rest.NotFound("")
}

// listRuns answers what is told of runs, without their reports.
func (c *Call) listRuns() (any, error) {
	kind := c.params.Get("kind")
	if kind != "" && !slices.Contains(runKinds, kind) {
		return nil, rest.Validation(rest.FieldError("kind", strconv.Quote(kind)+" is not a valid choice.", "invalid_choice"))
	}
	out := []any{}
	for _, r := range c.API.runs.seen(c.Identity, kind) {
		now := r.progress()
		now.Report = nil
		out = append(out, r.plain(now))
	}
	return out, nil
}

// readsRun answers how far a run of a kind is, in the form of the kind; of any kind where it is "".
func readsRun(kind string) func(*Call) (any, error) {
	return func(c *Call) (any, error) {
		r, err := c.runOf(kind)
		if err != nil {
			return nil, err
		}
		return r.toldOf(kind), nil
	}
}

// endsRun makes a run of a kind end as soon as it can. It goes on until then.
func endsRun(kind string) func(*Call) (any, error) {
	return func(c *Call) (any, error) {
		r, err := c.runOf(kind)
		if err != nil {
			return nil, err
		}
		r.cancel(errRunCancelled)
		return r.toldOf(kind), nil
	}
}

// toldOf is what is told of a run, in the form of its kind, or of every run where the kind is "".
func (r *run) toldOf(kind string) any {
	if kind == "" {
		return r.plain(r.progress())
	}
	return r.tells(true)
}

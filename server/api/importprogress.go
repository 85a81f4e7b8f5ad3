package api

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/couplet/couplet/server/rest"
)

// progressEvery is how often an import is told of while it goes on.
const progressEvery = 500 * time.Millisecond

// importState is how far an import is.
type importState struct {
	ID      string    `json:"id" doc:"The group of its changesets."`
	User    string    `json:"user"`
	Target  string    `json:"target" doc:"The collection or resource."`
	DryRun  bool      `json:"dry_run"`
	State   string    `json:"state" openapi:"enum=running|done|failed"`
	Started time.Time `json:"started"`

	Checking bool `json:"checking" doc:"The file is read once to find bad rows, before anything is written."`
	Rows     int  `json:"rows" doc:"Those of the file that were looked at; from the first again once it was checked."`
	Failed   int  `json:"failed" doc:"Bad rows among them."`

	owner string
}

// The states of an import.
const (
	stateRunning = "running"
	stateDone    = "done"
	stateFailed  = "failed"
)

// runningImports are the imports under way.
type runningImports struct {
	mu  sync.Mutex
	all map[string]importState
}

// list returns the imports that a user began, of everybody where owner is "", the oldest first.
func (r *runningImports) list(owner string) []importState {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := []importState{}
	for _, one := range slices.SortedFunc(maps.Values(r.all), func(a, b importState) int { return strings.Compare(a.ID, b.ID) }) {
		if owner == "" || one.owner == owner {
			out = append(out, one)
		}
	}
	return out
}

func (r *runningImports) put(one importState) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.all == nil {
		r.all = map[string]importState{}
	}
	if r.all[one.ID] = one; one.State != stateRunning {
		delete(r.all, one.ID)
	}
}

// progress tells of one import; one goroutine uses it.
type progress struct {
	api  *API
	now  importState
	told time.Time
}

// startProgress tells that an import begins.
func (c *Call) startProgress(job *importJob) *progress {
	p := &progress{api: c.API, now: importState{
		ID: job.origin.Group, Target: job.resource.def.Name, DryRun: job.plan.DryRun, State: stateRunning, Started: c.API.Store.Now(),
	}}
	if c.User != nil {
		p.now.User, p.now.owner = c.User.Username, c.userID()
	}
	p.tell()
	return p
}

// at tells how far it is, now and then.
func (p *progress) at(report *rest.ImportReport) {
	p.note(report)
	if time.Since(p.told) >= progressEvery {
		p.tell()
	}
}

func (p *progress) note(r *rest.ImportReport) {
	p.now.Rows, p.now.Failed, p.now.Checking = r.Rows, r.Failed, r.DryRun
}

// end tells how it ended; once it was told, nothing happens.
func (p *progress) end(state string) {
	if p.now.State == stateRunning {
		p.now.State = state
		p.tell()
	}
}

func (p *progress) tell() {
	p.told = time.Now()
	p.api.imports.put(p.now)
	p.api.tell(rest.TopicImports, p.now.owner, importNews{[]importState{p.now}})
}

package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
)

// The states of an import.
const (
	importRunning   = "running"
	importDone      = "done"   // its report says what came of it
	importFailed    = "failed" // it ended early, or its rows were refused
	importCancelled = "cancelled"
)

// importKept is how long an import is told of when it has ended; importsKept how many are told of.
const (
	importKept  = time.Hour
	importsKept = 100
)

// importProgress is an import as it is told of while it goes on and afterwards.
type importProgress struct {
	ID         string          `json:"id" doc:"The group of its changesets."`
	State      string          `json:"state" openapi:"enum=running|done|failed|cancelled"`
	DryRun     bool            `json:"dry_run"`
	Phase      string          `json:"phase" openapi:"enum=checking|writing"`
	Bytes      int64           `json:"bytes" doc:"Read in this phase, of size."`
	Size       int64           `json:"size"`
	Rows       int             `json:"rows"`
	Failed     int             `json:"failed"`
	Started    time.Time       `json:"started"`
	Ended      *time.Time      `json:"ended"`
	User       string          `json:"user" doc:"The username."`
	Collection string          `json:"collection"`
	Status     *int            `json:"status" doc:"What imports/ would have answered with."`
	Report     json.RawMessage `json:"report"`

	owner string
}

// importRun is an import under way, or one that has ended.
type importRun struct {
	mu     sync.Mutex
	now    importProgress
	report *rest.ImportReport
	cancel context.CancelFunc
	api    *API
	told   time.Time
}

// progressEvery is how often an import is told of while it goes on.
const progressEvery = 500 * time.Millisecond

// importRuns are kept in memory: what they wrote is in the change log under their group.
type importRuns struct {
	mu  sync.Mutex
	all []*importRun // the latest last
}

// add keeps a run, and forgets old ones.
func (l *importRuns) add(run *importRun, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, run)
	over := len(l.all) - importsKept
	l.all = slices.DeleteFunc(l.all, func(r *importRun) bool {
		p := r.progress()
		old := p.Ended != nil && (over > 0 || now.Sub(*p.Ended) > importKept)
		if old {
			over--
		}
		return old
	})
}

// progress is how far a run is.
func (r *importRun) progress() importProgress {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.now
}

// change notes something of a run, and tells of it now and then, and of its end.
func (r *importRun) change(fn func(p *importProgress)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if fn(&r.now); r.now.Ended == nil && time.Since(r.told) < progressEvery {
		return
	}
	r.told = time.Now()
	news := r.now
	news.Report = nil
	r.api.tell(rest.TopicImports, news.owner, importNews{[]importProgress{news}})
}

// running lists the imports under way that a user began, of everybody where owner is "".
func (l *importRuns) running(owner string) []importProgress {
	l.mu.Lock()
	defer l.mu.Unlock()
	out := []importProgress{}
	for _, r := range l.all {
		if p := r.progress(); p.Ended == nil && (owner == "" || owner == p.owner) {
			out = append(out, p)
		}
	}
	return out
}

// importRunOperations lists the routes of imports under way.
func (a *API) importRunOperations() []operation {
	op := func(method, path, summary string, out any, handle func(*Call) (any, error)) operation {
		return operation{handle: handle, Operation: openapi.Operation{
			Method: method, Path: systemPrefix + "imports/" + path, Summary: summary, Response: out, Errors: []int{404},
		}}
	}
	file := op("GET", "{id}/errors/", "The rows' errors as a CSV file", openapi.Binary(), (*Call).importErrors)
	file.files, file.Produces = true, "text/csv"
	return []operation{
		op("GET", "", "Imports: the caller's of the last hour; superusers see everybody's", []importProgress{}, (*Call).listImports),
		op("GET", "{id}/", "How far an import is", importProgress{}, (*Call).readImport),
		op("POST", "{id}/cancel/", "End an import after the rows under way", importProgress{}, (*Call).cancelImport), file,
	}
}

// beginImport makes an import known.
func (c *Call) beginImport(job *importJob, in *importInput, cancel context.CancelFunc) *importRun {
	run := &importRun{cancel: cancel, api: c.API, now: importProgress{
		ID: job.origin.Group, State: importRunning, DryRun: job.plan.DryRun, Phase: "checking", Size: in.file.Size,
		Started: c.API.Store.Now(), User: c.User.Username, Collection: job.resource.def.Collection.Name, owner: c.userID(),
	}}
	job.watch = run
	c.API.imports.add(run, c.API.Store.Now())
	run.change(func(*importProgress) {})
	return run
}

// startImport runs an import behind its answer. The caller gives up the file and the place.
func (c *Call) startImport(job *importJob, in *importInput, release func()) (any, error) {
	ctx, cancel := context.WithTimeout(c.API.life, importTime)
	run := c.beginImport(job, in, cancel)
	c.API.working.Go(func() {
		defer cancel()
		defer release()
		defer in.discard()
		report, err := job.run(ctx, in.file)
		if _, err = run.end(ctx, job, report, err); err != nil && rest.FromError(err).Status >= http.StatusInternalServerError && run.progress().State != importCancelled {
			run.api.Log.Error("an import failed", "id", job.origin.Group, "error", err)
		}
	})
	body, err := encode(run.progress())
	return &Answer{Status: http.StatusAccepted, Body: body}, err
}

// end notes what came of it, and returns what to answer.
func (r *importRun) end(ctx context.Context, job *importJob, report *rest.ImportReport, err error) (*Answer, error) {
	answer, failed := job.answer(ctx, r.api.Log, report, err)
	kept := answer
	if failed != nil {
		e := rest.FromError(failed)
		kept = &Answer{Status: e.Status, Body: e.AppendJSON(nil, rest.ErrorStyle{Language: job.language})}
	}
	now := r.api.Store.Now()
	r.change(func(p *importProgress) {
		r.report = report
		p.Rows, p.Failed, p.Ended = report.Rows, report.Failed, &now
		p.Status, p.Report = &kept.Status, kept.Body
		switch {
		case p.State == importCancelled:
		case kept.Status != http.StatusOK:
			p.State = importFailed
		default:
			p.State = importDone
		}
	})
	return answer, failed
}

// countedFile counts what is read of the file.
type countedFile struct {
	io.Reader
	run *importRun
}

// Read implements io.Reader.
func (c *countedFile) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.run.change(func(p *importProgress) { p.Bytes = min(p.Bytes+int64(n), p.Size) })
	return n, err
}

// importOf finds an import that the caller may see.
func (c *Call) importOf() (*importRun, error) {
	c.API.imports.mu.Lock()
	defer c.API.imports.mu.Unlock()
	for _, r := range c.API.imports.all {
		if p := r.progress(); p.ID == c.Params["id"] && c.seesImport(p) {
			return r, nil
		}
	}
	return nil, rest.NotFound("")
}

func (c *Call) seesImport(p importProgress) bool {
	return p.owner == c.userID() || c.User.Superuser && !c.Scope.Narrowed()
}

func (c *Call) listImports() (any, error) {
	c.API.imports.mu.Lock()
	defer c.API.imports.mu.Unlock()
	out := []importProgress{}
	for _, r := range slices.Backward(c.API.imports.all) {
		if p := r.progress(); c.seesImport(p) {
			p.Report = nil
			out = append(out, p)
		}
	}
	return out, nil
}

func (c *Call) readImport() (any, error) {
	r, err := c.importOf()
	if err != nil {
		return nil, err
	}
	return r.progress(), nil
}

func (c *Call) cancelImport() (any, error) {
	r, err := c.importOf()
	if err != nil {
		return nil, err
	}
	r.change(func(p *importProgress) {
		if p.State == importRunning {
			p.State = importCancelled
		}
	})
	r.cancel()
	return r.progress(), nil
}

func (c *Call) importErrors() (any, error) {
	r, err := c.importOf()
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.report == nil {
		return nil, rest.Conflict("The import is under way.", "running")
	}
	return errorsFile(&Answer{Status: http.StatusOK}, r.report)
}

package api

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"time"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
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
}

// importRun is an import under way, or one that has ended. What it has beside the run is the run's to guard.
type importRun struct {
	*run
	job          *importJob
	rows, failed int
	report       *rest.ImportReport
}

// tells implements runDetail.
func (r *importRun) tells(now runNow) any { return r.progress(now) }

func (r *importRun) progress(now runNow) importProgress {
	return importProgress{
		ID: r.id, State: now.State, DryRun: r.job.plan.DryRun, Phase: now.Phase, Bytes: now.Done, Size: now.Total, Rows: r.rows, Failed: r.failed,
		Started: r.started, Ended: now.Ended, User: r.user, Collection: r.subject, Status: now.Status, Report: now.Report,
	}
}

// counted notes how many rows have been read.
func (r *importRun) counted(report *rest.ImportReport) {
	r.change(func(*runNow) { r.rows, r.failed = report.Rows, report.Failed })
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
		op("GET", "{id}/", "How far an import is", importProgress{}, readsRun(runImport)),
		op("POST", "{id}/cancel/", "End an import after the rows under way", importProgress{}, endsRun(runImport)), file,
	}
}

// newImport is the run of the import that is asked for. It has the id of the group that it writes.
func (c *Call) newImport(in *importInput) (*importRun, error) {
	job, err := c.importJob(in)
	if err != nil {
		return nil, err
	}
	base, err := c.newRun(runImport, job.resource.def.Collection.Name, job.needs()...)
	if err != nil {
		return nil, err
	}
	r := &importRun{run: base, job: job}
	r.id, r.now.Phase, r.now.Total = job.origin.Group, "checking", in.file.Size
	r.detail, job.watch = r, r
	r.news = func(now runNow) {
		now.Report = nil
		r.api.tell(rest.TopicImports, r.run, importNews{[]importProgress{r.progress(now)}})
	}
	return r, nil
}

// finish does all of it.
func (r *importRun) finish(ctx context.Context, file *store.Upload) (*Answer, error) {
	report, err := r.job.run(ctx, file)
	if err != nil && r.cancelled() {
		err = cancelledWith("It was cancelled; what was written before stays.")
	}
	r.change(func(*runNow) { r.report, r.rows, r.failed = report, report.Rows, report.Failed })
	return r.job.answer(ctx, r.api.Log, report, err)
}

// countedFile counts what is read of the file.
type countedFile struct {
	io.Reader
	run *importRun
}

// Read implements io.Reader.
func (c *countedFile) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.run.change(func(now *runNow) { now.Done = min(now.Done+int64(n), now.Total) })
	return n, err
}

func (c *Call) listImports() (any, error) {
	out := []any{}
	for _, r := range c.API.runs.seen(c.Identity, runImport) {
		out = append(out, r.tells(false))
	}
	return out, nil
}

func (c *Call) importErrors() (any, error) {
	found, err := c.runOf(runImport)
	if err != nil {
		return nil, err
	}
	r := found.detail.(*importRun)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.report == nil {
		return nil, rest.Conflict("The import is under way.", "running")
	}
	return errorsFile(&Answer{Status: http.StatusOK}, r.report)
}

package api

import (
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/words"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/schema"
)

// Bounds of imports. The file arrives in uploadTime, and its rows are written in importTime, which begins anew then.
const (
	uploadTime = 10 * time.Minute
	importTime = 30 * time.Minute
)

// importOperations lists the system API's imports.
func (a *API) importOperations() []operation {
	op := operation{files: true, handle: (*Call).importFile}
	op.Operation = openapi.Operation{
		Method: "POST", Path: systemPrefix + "imports/", ID: "imports_create", Summary: "Import records from a file",
		Description: "The file is the part \"file\" of a form, beside its parameters, or the body itself (text/csv, application/json, " +
			"application/x-ndjson), with the parameters in the query. " +
			"Without keep_going one bad row refuses the whole file. With errors=csv the answer is the rows' errors as a CSV file.",
		Consumes: []string{"multipart/form-data"},
		Request:  importRequest{}, Response: importBody{}, Errors: []int{400, 403, 413, 415, 503},
	}
	for _, p := range importParameters {
		op.Parameters = append(op.Parameters, openapi.Parameter{Name: p.name, Description: p.doc})
	}
	op.Consumes = append(op.Consumes, "application/json")
	sniff := operation{handle: (*Call).sniffImport, Operation: openapi.Operation{
		Method: "POST", Path: systemPrefix + "imports/sniff/", ID: "imports_sniff", Summary: "What a file that was sent ahead holds, and where its columns could go",
		Request: sniffRequest{}, Response: sniffBody{}, Errors: []int{400, 403},
	}}
	return append([]operation{op, sniff}, a.importRunOperations()...)
}

// importFile answers an import: who may at all, then the file, then its rows.
func (c *Call) importFile() (any, error) {
	if !c.mayWriteSomething() {
		return nil, c.denied()
	}
	place, err := take(c.API.files.imports)
	if err != nil {
		return nil, err
	}
	in, err := c.receiveImport()
	if err != nil {
		place()
		return nil, err
	}
	release := func() {
		in.discard()
		place()
	}
	run, err := c.newImport(in)
	if err != nil {
		release()
		return nil, err
	}
	work := func(ctx context.Context) (*Answer, error) { return run.finish(ctx, in.file) }
	if run.job.background {
		return run.behind(importTime, release, work)
	}
	defer release()
	return run.work(importTime, work)
}

// mayWriteSomething reports whether the caller may add or change anything at all: who may not has no file received.
func (c *Call) mayWriteSomething() bool {
	s := c.compiled.state.Schema
	may := func(scope *access.Scope, coll *schema.Collection) bool {
		return !scope.Grant(coll, schema.Add).None || !scope.Grant(coll, schema.Change).None
	}
	return slices.ContainsFunc(s.Collections, func(coll *schema.Collection) bool { return may(c.Scope, coll) }) ||
		slices.ContainsFunc(s.Resources, func(r *schema.Resource) bool { return may(c.Scope.WithResource(r), r.Collection) })
}

// importJob is an import that may begin.
type importJob struct {
	resource   *resource
	store      *store.Store
	origin     store.Origin
	plan       rest.ImportPlan
	source     rest.ImportSource
	errorsCSV  bool
	background bool
	language   words.Language // of who imports
	watch      *importRun     // is told how far it is
}

// importJob reads what is asked for and makes sure that the caller may do all of it.
func (c *Call) importJob(in *importInput) (*importJob, error) {
	errs := &rest.Errors{}
	r := c.importTarget(in, errs)
	job := &importJob{resource: r, language: c.Language(), store: c.API.Store, plan: importPlan(in, errs), source: importSource(in, errs)}
	job.errorsCSV = in.choice("errors", []string{"json", "csv"}, errs) == "csv"
	if job.background = boolOf("background", in.get("background"), false, errs); job.background && job.errorsCSV {
		errs.Put("errors", rest.Fail("In the background the errors are at imports/{id}/errors/.", "invalid"))
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	sub := *c
	sub.Scope = c.Scope.WithResource(r.def)
	if !r.mayImport(&sub, job.plan) {
		return nil, c.denied()
	}
	job.origin = sub.origin("import")
	group, err := uuid.NewV7()
	if err != nil {
		return nil, err
	}
	job.origin.Group = group.String()
	return job, nil
}

// importTarget finds the collection's full resource or the public one that is named.
func (c *Call) importTarget(in *importInput, errs *rest.Errors) *resource {
	collection, public := in.get("collection"), in.get("resource")
	switch {
	case (collection == "") == (public == ""):
		errs.Put("collection", rest.Fail("Name either a collection or a resource.", "required"))
	case collection != "":
		if r := c.compiled.full[collection]; r != nil {
			return r
		}
		errs.Put("collection", rest.Fail("There is no such collection.", "invalid_choice"))
	default:
		r := c.compiled.resources[public]
		if r != nil && !r.def.ReadOnly {
			return r
		}
		message := "There is no such resource."
		if r != nil {
			message = "This resource is read-only."
		}
		errs.Put("resource", rest.Fail(message, "invalid_choice"))
	}
	return nil
}

// does tells what a plan may lead to.
func does(p rest.ImportPlan) (adds, changes, finds bool) {
	adds = p.Match == "" || p.New == "" || p.New == rest.ActCreate
	changes = p.Match != "" && (p.Existing == "" || p.Existing == rest.ActUpdate)
	return adds, changes, p.Match != ""
}

// needs are those of the run.
func (j *importJob) needs() (out []runNeed) {
	adds, changes, finds := does(j.plan)
	for action, needed := range map[schema.Action]bool{schema.Add: adds, schema.Change: changes, schema.View: finds} {
		if needed {
			out = append(out, runNeed{j.resource.def.Collection.Name, action})
		}
	}
	return out
}

// mayImport reports whether the caller may do at all what the plan may lead to. The rules on each row come later.
func (r *resource) mayImport(c *Call, p rest.ImportPlan) bool {
	may := func(method string) bool {
		return r.may(c, method) && !c.Scope.Grant(r.def.Collection, actionOf[method]).None
	}
	adds, changes, finds := does(p)
	return (!finds || r.may(c, "GET")) && (!adds || may("POST")) && (!changes || may("PATCH"))
}

// refuses reports whether bad rows refused the whole file.
func (j *importJob) refuses(r *rest.ImportReport) bool {
	return r.Failed > 0 && !j.plan.DryRun && !j.plan.KeepGoing
}

// run imports a staged file.
func (j *importJob) run(ctx context.Context, file *store.Upload) (*rest.ImportReport, error) {
	var opened []*os.File
	defer func() {
		for _, f := range opened {
			_ = f.Close()
		}
	}()
	open := func() (*rest.ImportReader, error) {
		f, err := file.Open()
		if err != nil {
			return nil, err
		}
		opened = append(opened, f)
		j.watch.change(func(now *runNow) {
			now.Done, j.watch.rows, j.watch.failed = 0, 0, 0
			if now.Phase = "checking"; len(opened) > 1 || j.plan.KeepGoing && !j.plan.DryRun {
				now.Phase = "writing"
			}
		})
		return rest.NewImportReader(&countedFile{f, j.watch}, j.source)
	}
	s := j.resource.serializer
	hooks := s.ImportHooks(j.store, j.origin)
	hooks.Progress = j.watch.counted
	report, err := s.RunImport(ctx, open, j.plan, hooks)
	if errors.Is(err, store.ErrForbidden) {
		err = rest.PermissionDenied("")
	}
	return report, err
}

package api

import (
	"context"
	"encoding/json"
	"strconv"
	"time"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/store/schema"
)

// bulkProgress is a bulk in the background, as it is told of while it goes on and for an hour afterwards.
type bulkProgress struct {
	ID         string          `json:"id"`
	State      string          `json:"state" openapi:"enum=running|done|failed|cancelled"`
	Collection string          `json:"collection"`
	DryRun     bool            `json:"dry_run"`
	Count      int64           `json:"count" doc:"How many records there are."`
	Done       int64           `json:"done" doc:"How many of them it has looked at. The report says what was kept."`
	Started    time.Time       `json:"started"`
	Ended      *time.Time      `json:"ended"`
	User       string          `json:"user" doc:"The username."`
	Status     *int            `json:"status" doc:"What bulk/ would have answered with."`
	Report     json.RawMessage `json:"report"`
}

// bulkRun is a bulk in the background.
type bulkRun struct {
	*run
	dryRun bool
}

// tells implements runDetail.
func (r *bulkRun) tells(now runNow) any {
	return bulkProgress{
		ID: r.id, State: now.State, Collection: r.subject, DryRun: r.dryRun, Count: now.Total, Done: now.Done,
		Started: r.started, Ended: now.Ended, User: r.user, Status: now.Status, Report: now.Report,
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
		op("GET", "", "How far a bulk in the background is", readsRun(runBulk)),
		op("POST", "cancel/", "End a bulk in the background before its next changeset", endsRun(runBulk)),
	}
}

// start runs a bulk behind its answer, with the rights that its caller had. The caller gives up the place.
func (j *bulkJob) start(c *Call, release func()) (*Answer, error) {
	action := actionOf[j.call.Method]
	base, err := c.newRun(runBulk, j.def.Collection.Name, runNeed{j.def.Collection.Name, action}, runNeed{j.def.Collection.Name, schema.View})
	if err != nil {
		release()
		return nil, err
	}
	j.watch = base
	base.detail, base.now.Total = &bulkRun{base, j.DryRun}, int64(j.out.Count)
	j.call = j.call.lasting()
	return base.behind(importTime, release, func(ctx context.Context) (*Answer, error) {
		defer j.call.claims.settle()
		return j.finish(ctx)
	})
}

// finish does all of it. What was cancelled tells what was kept.
func (j *bulkJob) finish(ctx context.Context) (*Answer, error) {
	err := j.run(ctx)
	if j.watch.cancelled() && (err != nil || j.out.Detail != "") {
		j.out.Code, j.out.Detail, err = "cancelled", "It was cancelled; nothing was changed.", nil
		if j.kept() {
			j.out.Detail = "It was cancelled; " + strconv.Itoa(j.out.Changed) + " were changed before."
		}
	}
	if err != nil {
		return nil, err
	}
	return j.answer()
}

// kept reports whether something of a bulk that ended early stays.
func (j *bulkJob) kept() bool { return j.out.Changed > 0 && !j.DryRun }

package api

import (
	"net/http"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/store/history"
)

// historyOperations lists the system API's part about the change log.
func (a *API) historyOperations() []operation {
	record, changeset := systemPrefix+"history/{collection}/{key}/", systemPrefix+"changesets/{id}/"
	get := func(path, summary string, out any, handle func(*Call) (any, error), parameters ...string) operation {
		op := operation{handle: handle, Operation: openapi.Operation{
			Method: http.MethodGet, Path: path, Summary: summary, Response: out, Errors: []int{400, 403, 404},
		}}
		for _, name := range parameters {
			op.Parameters = append(op.Parameters, openapi.Parameter{Name: name, Description: changesParameters[name]})
		}
		return op
	}
	post := func(path, summary string, in, out any, handle func(*Call) (any, error), errors ...int) operation {
		return operation{handle: handle, Operation: openapi.Operation{
			Method: http.MethodPost, Path: path, Summary: summary, Request: in, Response: out, Errors: errors,
		}}
	}
	restore := post(record+"restore/", "Put a record, or fields of it, back to a version, or bring it back where it is gone", restoreRequest{}, reportBody{},
		(*Call).restore, 400, 403, 404, 409, 412)
	restore.Parameters = []openapi.Parameter{{Name: "If-Match", In: "header", Description: "The ETag or \"_v\" of the record as it was read."}}
	return []operation{
		get(systemPrefix+"changes/", "The change log, the latest first", changesBody{}, (*Call).changes, changesOrder...),
		get(record, "The versions of a record, the latest first", versionsBody{}, (*Call).versions, "cursor", "limit"),
		restore,
		get(changeset, "What a changeset or a group has done, summed up", history.Summary{}, (*Call).summarizeChanges),
		post(changeset+"revert/", "Undo a changeset, or every changeset of a group", revertRequest{}, reportBody{}, (*Call).revert, 400, 403, 404, 409, 413),
		super(post(systemPrefix+"changes/erase/", "Take records' values out of the log, for good", eraseRequest{}, eraseBody{}, (*Call).erase, 400)),
	}
}

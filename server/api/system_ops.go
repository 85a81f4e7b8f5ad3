package api

import (
	"net/http"
	"slices"

	"github.com/couplet/couplet/server/openapi"
)

// operations lists the system API: every route, in the order of its document.
func (a *API) operations() []operation {
	get := func(path, summary string, out any, handle func(*Call) (any, error)) operation {
		return operation{Operation: openapi.Operation{Method: http.MethodGet, Path: systemPrefix + path, Summary: summary, Response: out}, handle: handle}
	}
	post := func(path, summary string, in, out any, handle func(*Call) (any, error)) operation {
		return operation{Operation: openapi.Operation{
			Method: http.MethodPost, Path: systemPrefix + path, Summary: summary, Request: in, Response: out,
			Errors: []int{http.StatusBadRequest},
		}, handle: handle}
	}
	return slices.Concat([]operation{
		get("me/", "Who is asking, and what they may do", meBody{}, (*Call).me),
		open(get("setup/", "Whether the first account is still to be made", setupState{}, (*Call).setupState)),
		open(post("setup/", "Make the first account with the token from the console", setupRequest{}, meBody{}, (*Call).setup)),
		get("collections/", "The collections as they are in force, as far as the caller may see them", []collectionBody{}, (*Call).collections),
		conflicts(super(post("setup/sample/", "Load the sample into a project without collections of its own", emptyRequest{}, sampleBody{}, (*Call).loadSample))),
		get("schema/", "The schema document, as far as the caller may see it", schemaBody{}, (*Call).readSchema),
		super(operation{Operation: openapi.Operation{
			Method: http.MethodPut, Path: systemPrefix + "schema/", Summary: "Apply a document that loses nothing",
			Request: schemaBody{}, Response: appliedBody{}, Errors: []int{400, 409, 412, 428},
			Parameters: []openapi.Parameter{{Name: "If-Match", In: "header", Required: true, Description: "The ETag of the schema that was changed."}},
		}, handle: (*Call).putSchema}),
		super(post("schema/plan/", "Plan a change of the schema document", planRequest{}, planBody{}, (*Call).planSchema)),
		conflicts(super(post("schema/apply/", "Apply a change of the schema document", applyRequest{}, appliedBody{}, (*Call).applySchema))),
		get("schema/json-schema/", "The JSON Schema of the document, for editors", nil, (*Call).jsonSchema),
		a.searchOperation(),
		post("expr/check/", "Check an expression", exprRequest{}, exprBody{}, (*Call).checkExpr),
		post("expr/complete/", "What can stand at a position of an expression", completeRequest{}, completeBody{}, (*Call).completeExpr),
		post("expr/format/", "The text of an expression's tree", formatRequest{}, formatBody{}, (*Call).formatExpr),
		super(post("expr/try/", "Try a rule on the records of a collection, as a chosen user", tryRequest{}, tryBody{}, (*Call).tryExpr)),
		super(post("access/explain/", "Why a user may or may not do something with a record", explainRequest{}, explainBody{}, (*Call).explainAccess)),
		post("live/ticket/", "A ticket for /api/live/, good once within 30 seconds", nil, ticketBody{}, (*Call).liveTicket),
		get("live/frames/", "The JSON Schema of the frames of /api/live/", nil, (*Call).liveFrames),
		conflicts(post("batch/", "Several requests in one transaction: all or nothing", batchRequest{}, batchBody{}, (*Call).batch)),
	}, a.viewOperations(), a.preferenceOperations(), a.draftOperations(), a.migrationOperations(), a.uploadOperations(), a.historyOperations(), a.importOperations(), a.bulkRunOperations(), a.runOperations(),
		a.backupOperations(), a.webhookOperations(), a.jobOperations(), a.settingsOperations(), a.peopleOperations(), a.visitorOperations(),
		a.logsOperations(), a.operateOperations(), a.aboutOperations(),
		[]operation{a.matrixOperation(), a.doctorOperation(), a.cancelOperation()})
}

// systemDocument is what the system API's OpenAPI document lists: the fixed operations and each collection's records.
func (a *API) systemDocument() []openapi.Operation {
	out := []openapi.Operation{{
		Method: http.MethodGet, Path: systemPrefix + "openapi/", Summary: "This document", Response: map[string]any{}, Open: true,
		Parameters: []openapi.Parameter{{Name: "openapi", Enum: []string{"3.1.0", "3.0.3"}}},
	}}
	for _, op := range a.operations() {
		out = append(out, op.Operation)
	}
	return append(append(out, liveOperation), recordOperations...)
}

func open(op operation) operation {
	op.open, op.Open = true, true
	return op
}

func conflicts(op operation) operation {
	op.Errors = append(op.Errors, http.StatusConflict)
	return op
}

func super(op operation) operation {
	op.super = true
	op.Errors = append(op.Errors, http.StatusForbidden)
	return op
}

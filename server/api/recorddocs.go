package api

import "github.com/couplet/couplet/server/openapi"

// anyRecord is a record of some collection: its fields, and "_v", its version.
type anyRecord map[string]any

// recordPage is a page of records.
type recordPage struct {
	Results []anyRecord `json:"results"`
	Prev    *string     `json:"prev" doc:"The before= of the page before."`
	Next    *string     `json:"next" doc:"The after= of the page that follows."`
	Offset  *int        `json:"offset" doc:"The position of the first record in the list, where it is known."`
	At      *int        `json:"at,omitempty" doc:"The position of the record of at=."`
}

type countBody struct {
	Count *int64 `json:"count"`
	Exact bool   `json:"exact"`
}

// searchOperation is the search across collections.
func (a *API) searchOperation() operation {
	op := operation{handle: (*Call).search, Operation: openapi.Operation{
		Method: "GET", Path: systemPrefix + "search/", Summary: "Search all collections", Response: searchBody{}, Errors: []int{400},
	}}
	for _, name := range searchNames {
		op.Parameters = append(op.Parameters, openapi.Parameter{Name: name, Required: name == "q", Description: searchParameters[name]})
	}
	return op
}

var searchParameters = map[string]string{
	"q": "Words, or a key.", "limit": "Records of each collection, 5 unless given, at most 20.",
	"collections": "Names, with commas between them. Default: all that the caller may view.",
}

type searchBody struct {
	Results    []searchedCollection `json:"results"`
	Unfinished []string             `json:"unfinished" doc:"Collections whose search took too long."`
}

type searchedCollection struct {
	Collection string       `json:"collection"`
	Label      string       `json:"label"`
	Records    []pickedBody `json:"records"`
	More       bool         `json:"more"`
}

// pickedBody is a record by key and name; a display of null: the caller may not know it.
type pickedBody struct {
	Key     any     `json:"key"`
	Display *string `json:"display"`
}

type picksBody struct {
	Results []pickedBody `json:"results"`
	Next    *string      `json:"next"`
}

type aggregateBody struct {
	Count  int64                     `json:"count"`
	Fields map[string]map[string]any `json:"fields"`
}

type facetsBody struct {
	Facets map[string]facetBody `json:"facets"`
}

type facetBody struct {
	Values []facetValue `json:"values"`
	More   bool         `json:"more"`
}

type facetValue struct {
	Value   any     `json:"value"`
	Display *string `json:"display"`
	Count   int64   `json:"count"`
}

// recordOperations describe the full resources to the system API's document.
var recordOperations = func() []openapi.Operation {
	list, one := systemPrefix+"records/{collection}/", systemPrefix+"records/{collection}/{key}/"
	query := func(names ...string) (out []openapi.Parameter) {
		for _, n := range names {
			out = append(out, openapi.Parameter{Name: n, Description: recordParameters[n]})
		}
		return out
	}
	ifMatch := append(query("explain", "as"),
		openapi.Parameter{Name: "If-Match", In: "header", Description: "The ETag or \"_v\" of the record as it was read."})
	bad, lost := []int{400, 403, 404}, []int{400, 403, 404, 412}
	return []openapi.Operation{
		{Method: "GET", Path: list, ID: "records_list", Summary: "Records of a collection", Response: recordPage{}, Errors: bad,
			Parameters: query("filter", "q", "ids", "order", "limit", "after", "before", "offset", "at", "with", "fields", "omit", "export", "snapshot", "explain", "as")},
		{Method: "POST", Path: list, ID: "records_create", Summary: "Create a record", Request: anyRecord{}, Response: anyRecord{}, Status: 201,
			Errors: []int{400, 403, 409}, Parameters: append(query("explain", "as"),
				openapi.Parameter{Name: "Idempotency-Key", In: "header", Description: "Creates at most once in a day."})},
		{Method: "GET", Path: list + "count/", ID: "records_count", Summary: "How many records a list has", Response: countBody{}, Errors: bad,
			Parameters: query("filter", "q", "ids", "deadline_ms")},
		{Method: "GET", Path: list + "aggregate/", ID: "records_aggregate", Summary: "Figures about the fields of a list", Response: aggregateBody{}, Errors: bad,
			Parameters: query("filter", "q", "ids", "of", "order", "offset", "limit")},
		{Method: "GET", Path: list + "facets/", ID: "records_facets", Summary: "Values of fields, with how many records have each", Response: facetsBody{}, Errors: bad,
			Parameters: query("filter", "q", "ids", "field", "limit")},
		{Method: "GET", Path: list + "lookup/", ID: "records_lookup", Summary: "Records by key and name, to choose from", Response: picksBody{}, Errors: bad,
			Parameters: query("filter", "q", "ids", "limit", "after")},
		{Method: "GET", Path: list + "deleted/", ID: "records_deleted", Summary: "Records that are gone, the latest first", Response: deletedBody{}, Errors: bad,
			Parameters: query("cursor", "limit")},
		{Method: "GET", Path: one + "impact/", ID: "records_impact", Summary: "What deleting a record would do to others", Response: impactBody{}, Errors: []int{403, 404, 413}},
		{Method: "POST", Path: list + "impact/", ID: "records_impact_many", Summary: "What deleting records would do to others", Request: chosenRecords{}, Response: impactBody{},
			Errors: []int{400, 403, 413}},
		{Method: "POST", Path: list + "bulk/", ID: "records_bulk", Summary: "Change or delete many records", Request: bulkRequest{}, Response: bulkBody{},
			Errors: []int{400, 403, 409, 413}},
		{Method: "POST", Path: list + "validate/", ID: "records_validate", Summary: "What creating a record would say", Request: anyRecord{}, Response: anyRecord{}, Errors: bad},
		{Method: "GET", Path: one, ID: "records_retrieve", Summary: "One record", Response: anyRecord{}, Errors: bad,
			Parameters: query("with", "fields", "omit", "explain", "as")},
		{Method: "PUT", Path: one, ID: "records_update", Summary: "Replace a record", Request: anyRecord{}, Response: anyRecord{}, Errors: lost, Parameters: ifMatch},
		{Method: "PATCH", Path: one, ID: "records_partial_update", Summary: "Change fields of a record", Request: anyRecord{}, Response: anyRecord{}, Errors: lost, Parameters: ifMatch},
		{Method: "DELETE", Path: one, ID: "records_destroy", Summary: "Delete a record", Errors: []int{403, 404, 409, 412}, Parameters: ifMatch},
	}
}()

var recordParameters = map[string]string{
	"filter": "An expression that a record must meet.", "order": "Fields, with - before those that descend.",
	"q": "Words that a record's texts must contain.", "after": "The next of the page before.", "before": "The prev of the page after.",
	"ids": "Keys, with commas between them: only these records.", "at": "A key: the page around that record, with its position.",
	"with":        "What is told beside the values: can, display, files. All of it unless given.",
	"deadline_ms": "After how many milliseconds an estimate will do.", "offset": "How many records to pass over.",
	"of": "function:field, with commas between them: count, empty, unique, sum, avg, min, max.", "field": "Names of fields, with commas between them.",
	"cursor": "The next of the page before.",
	"limit":  "The size of a page.", "fields": "Fields to show.", "omit": "Fields to leave out.",
	"explain": "1: say what decides instead of answering; superusers only.", "as": "With explain: the key of the user in question, empty for the anonymous visitor.",
	"export": "The whole list as a file: csv, json or ndjson.", "snapshot": "1: export one state of the database.",
}

package api

import (
	"net/http"
	"strconv"

	"github.com/couplet/couplet/server/observe"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
)

// maxLogs is how many requests are listed unless fewer are asked for.
const maxLogs = 1000

// logsBody are the last requests, the newest first. Skipped counts good answers that the sample left out.
type logsBody struct {
	Results []observe.Request `json:"results"`
	Skipped uint64            `json:"skipped"`
}

func (a *API) logsOperation() operation {
	return super(operation{Operation: openapi.Operation{
		Method: http.MethodGet, Path: systemPrefix + "logs/", Summary: "The last requests, kept in memory", Response: logsBody{},
		Parameters: []openapi.Parameter{
			{Name: "failed", Enum: []string{"1"}, Description: "Only those that the server could not answer (5xx)."},
			{Name: "limit", Type: "integer", Description: "How many at most; 1000."},
		},
		Errors: []int{http.StatusBadRequest},
	}, handle: (*Call).logs})
}

func (c *Call) logs() (any, error) {
	errs := &rest.Errors{}
	failed := boolOf("failed", c.params.Get("failed"), false, errs)
	limit := maxLogs
	if text := c.params.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 {
			errs.Put("limit", rest.Fail("A valid integer greater than 0 is required.", "invalid"))
		}
		limit = min(n, maxLogs)
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	list, skipped := c.API.Requests.Last(limit, failed)
	return logsBody{list, skipped}, nil
}

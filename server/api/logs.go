package api

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/couplet/couplet/server/observe"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
)

// Bounds of what is listed: of requests all, of lines fewer unless more are asked for.
const (
	maxLogs    = 1000
	usualLines = 200
)

// logsBody are the last requests, the newest first. Skipped counts good answers that the sample left out.
type logsBody struct {
	Results []observe.Request `json:"results"`
	Skipped uint64            `json:"skipped"`
}

// linesBody are the last lines of the server's own log, the newest first.
type linesBody struct {
	Results []observe.Line `json:"results"`
}

func (a *API) logsOperations() []operation {
	op := func(path, summary string, out any, handle func(*Call) (any, error), parameters ...openapi.Parameter) operation {
		return super(operation{handle: handle, Operation: openapi.Operation{
			Method: http.MethodGet, Path: systemPrefix + path, Summary: summary, Response: out, Parameters: parameters,
			Errors: []int{http.StatusBadRequest},
		}})
	}
	return []operation{
		op("logs/", "The last requests, kept in memory", logsBody{}, (*Call).logs,
			openapi.Parameter{Name: "failed", Enum: []string{"1"}, Description: "Only those that the server could not answer (5xx)."},
			openapi.Parameter{Name: "q", Description: "A part of the path, query, user, address, id or error."},
			openapi.Parameter{Name: "status", Description: "Of this status (404), or of all that begin with this digit (4)."},
			openapi.Parameter{Name: "method", Description: "Of this method."},
			openapi.Parameter{Name: "limit", Type: "integer", Description: "How many at most; 1000."}),
		op("logs/lines/", "The last lines of the server's own log, kept in memory", linesBody{}, (*Call).logLines,
			openapi.Parameter{Name: "level", Enum: []string{"debug", "info", "warn", "error"}, Description: "Of this level and above."},
			openapi.Parameter{Name: "q", Description: "A part of the message, the attributes or the request's id."},
			openapi.Parameter{Name: "limit", Type: "integer", Description: "1 to 1000; 200."}),
	}
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
	status := c.params.Get("status")
	if n, err := strconv.Atoi(status); status != "" && (err != nil || n < 1 || n > 5 && n < 100 || n > 599) {
		errs.Put("status", rest.Fail("Enter a status, as 404, or its first digit, as 4.", "invalid"))
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	method, q := strings.ToUpper(c.params.Get("method")), strings.ToLower(c.params.Get("q"))
	list, skipped := c.API.Requests.Last(limit, failed, func(r *observe.Request) bool {
		return strings.HasPrefix(strconv.Itoa(r.Status), status) && (method == "" || r.Method == method) && (q == "" || r.Has(q))
	})
	return logsBody{list, skipped}, nil
}

func (c *Call) logLines() (any, error) {
	limit, err := c.limit(usualLines, maxLogs)
	if err != nil {
		return nil, err
	}
	least := slog.LevelDebug
	if text := c.params.Get("level"); text != "" {
		if least, err = observe.ParseLevel(text); err != nil {
			return nil, rest.Validation(rest.FieldError("level", "This is debug, info, warn or error.", "invalid"))
		}
	}
	return linesBody{c.API.Lines.Last(limit, least, c.params.Get("q"))}, nil
}

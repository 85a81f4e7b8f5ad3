package api

import (
	"net/http"

	"github.com/couplet/couplet/server/observe"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
)

// LiveConnections are the live connections of the server.
type LiveConnections interface {
	Connections() []rest.Connection
	End(id string) bool // false where there is none of that id
}

// operateOperations lists the system API's part about how the server goes.
func (a *API) operateOperations() []operation {
	op := func(method, path, summary string, out any, handle func(*Call) (any, error), errors ...int) operation {
		return super(operation{handle: handle, Operation: openapi.Operation{
			Method: method, Path: systemPrefix + path, Summary: summary, Response: out, Errors: errors,
		}})
	}
	series := op(http.MethodGet, "metrics/", "How the server's figures went, kept in memory", observe.History{}, (*Call).metrics, http.StatusBadRequest)
	series.Parameters = []openapi.Parameter{{Name: "range", Enum: observe.Ranges(), Description: "An hour by 10 seconds, or a day by 5 minutes; 1h."}}
	end := op(http.MethodDelete, "live/connections/{id}/", "Close a live connection", nil, (*Call).endConnection, http.StatusNotFound)
	end.Status = http.StatusNoContent
	return []operation{
		series, op(http.MethodGet, "live/connections/", "The live connections, the newest first", []rest.Connection{}, (*Call).liveConnections), end,
	}
}

func (c *Call) metrics() (any, error) {
	name := c.params.Get("range")
	if name == "" {
		name = observe.Ranges()[0]
	}
	if h := c.API.Series.Of(name); h != nil {
		return h, nil
	}
	return nil, rest.Validation(rest.FieldError("range", "This is 1h or 1d.", "invalid"))
}

func (c *Call) liveConnections() (any, error) { return c.API.Live().Connections(), nil }

func (c *Call) endConnection() (any, error) {
	if !c.API.Live().End(c.Params["id"]) {
		return nil, rest.NotFound("")
	}
	return &Answer{Status: http.StatusNoContent}, nil
}

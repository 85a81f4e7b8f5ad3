package api

import (
	"net/http"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

type cancelBody struct {
	Run   string `json:"run"`
	State string `json:"state" openapi:"enum=cancelling"`
}

func (a *API) cancelOperation() operation {
	return super(operation{handle: (*Call).cancelRun, Operation: openapi.Operation{
		Method: http.MethodPost, Path: systemPrefix + "jobs/runs/{run}/cancel/", Summary: "Make a run end before it is done",
		Response: cancelBody{}, Status: http.StatusAccepted, Errors: []int{http.StatusNotFound, http.StatusConflict},
	}})
}

// cancelRun makes a run of this process end. One that is over, or that another process has, is a 409.
func (c *Call) cancelRun() (any, error) {
	id := c.Params["run"]
	if c.API.Jobs.Cancel(id, c.account().Username) {
		return cancelBody{id, "cancelling"}, nil
	}
	var run *store.JobRun
	err := c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		run, err = store.JobRunOf(conn, id)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case run == nil:
		return nil, rest.NotFound("")
	case run.State == store.RunRunning:
		return nil, rest.Conflict("Another process runs it. Cancel it there.", "elsewhere")
	}
	return nil, rest.Conflict("The run is over.", "not_running")
}

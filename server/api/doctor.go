package api

import (
	"context"
	"net/http"
	"time"

	"github.com/couplet/couplet/server/doctor"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
)

// doctorTime bounds an examination, which reads the whole database.
const doctorTime = 30 * time.Minute

func (a *API) doctorOperation() operation {
	return super(operation{Operation: openapi.Operation{
		Method: http.MethodGet, Path: systemPrefix + "doctor/", Summary: "Look the data folder over: what is wrong, and what to do",
		Response: doctor.Report{}, Errors: []int{http.StatusServiceUnavailable},
	}, handle: (*Call).examine})
}

// examine looks the data folder over, for one caller at a time.
func (c *Call) examine() (any, error) {
	release, err := take(c.API.files.examinations)
	if err != nil {
		return nil, err
	}
	defer release()
	r, err := c.newRun(runDoctor, "")
	if err != nil {
		return nil, err
	}
	r.super = true
	return r.work(doctorTime, func(ctx context.Context) (*Answer, error) {
		report, err := doctor.Examine(ctx, c.API.Store, c.API.Migrations, r.count)
		if err != nil {
			return nil, err
		}
		for _, f := range c.compiled.slow.findings() {
			report.Add(f)
		}
		c.API.tell(rest.TopicDoctor, nil, doctorNews{[]*doctor.Report{report}})
		return c.answer(http.StatusOK, report, nil)
	})
}

package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// jobBody is an entry of the schedule, or a task that none names.
type jobBody struct {
	Name     string     `json:"name"`
	Task     string     `json:"task"`
	Cron     string     `json:"cron" doc:"Empty: it runs only when it is asked for."`
	TimeZone string     `json:"time_zone"`
	Next     *time.Time `json:"next"`
	Running  bool       `json:"running"`
	Last     *runBody   `json:"last"`
}

// runBody is one run of a job.
type runBody struct {
	ID       string        `json:"id"`
	Job      string        `json:"job"`
	Task     string        `json:"task"`
	Cause    string        `json:"cause" openapi:"enum=schedule|missed|asked"`
	State    string        `json:"state" openapi:"enum=running|done|failed|broken_off"`
	Started  time.Time     `json:"started"`
	Ended    *time.Time    `json:"ended"`
	Duration float64       `json:"duration" doc:"Seconds, so far."`
	Message  string        `json:"message" words:"say"`
	Progress *progressBody `json:"progress" doc:"How far it is, where the server that is asked runs it and its task can tell."`
}

// progressBody is how far a run is.
type progressBody struct {
	Phase string `json:"phase" doc:"What it is at; each phase counts anew."`
	Done  int64  `json:"done"`
	Total int64  `json:"total"`
}

type runsBody struct {
	Results []runBody `json:"results"`
	Next    *string   `json:"next"`
}

type askedBody struct {
	Run string `json:"run" doc:"The id that the run will have."`
}

// jobOperations lists the system API's part about scheduled work.
func (a *API) jobOperations() []operation {
	op := func(method, path, summary string, out any, handle func(*Call) (any, error), errors ...int) operation {
		return super(operation{handle: handle, Operation: openapi.Operation{
			Method: method, Path: systemPrefix + path, Summary: summary, Response: out, Errors: errors,
		}})
	}
	runs := op("GET", "jobs/runs/", "What ran, the latest first", runsBody{}, (*Call).jobRuns, 400)
	runs.Parameters = []openapi.Parameter{
		{Name: "job", Description: "Runs of this one only."}, {Name: "limit", Type: "integer", Description: "1 to 500; 50."},
		{Name: "after", Description: "The next of the page before."},
	}
	ask := op("POST", "jobs/{job}/run/", "Run a job now", askedBody{}, (*Call).askJob, 404)
	ask.Status = http.StatusAccepted
	return []operation{op("GET", "jobs/", "The schedule, and the tasks that can be run", []jobBody{}, (*Call).listJobs), runs, ask}
}

func (c *Call) listJobs() (any, error) {
	jobs, err := c.API.Jobs.Jobs(c.Context())
	if err != nil {
		return nil, err
	}
	out := []jobBody{}
	for _, j := range jobs {
		b := jobBody{Name: j.Name, Task: j.Task, Cron: j.Cron, TimeZone: j.Zone}
		if !j.Next.IsZero() {
			b.Next = &j.Next
		}
		out = append(out, b)
	}
	err = c.API.Auth.Read(c.Context(), func(conn db.Conn) error {
		for i := range out {
			last, err := store.JobRuns(conn, out[i].Name, "", 1)
			if err != nil {
				return err
			}
			if len(last) > 0 {
				run := c.API.runBody(last[0])
				out[i].Last, out[i].Running = &run, run.State == store.RunRunning
			}
		}
		return nil
	})
	return out, err
}

func (a *API) runBody(r *store.JobRun) runBody {
	b := runBody{ID: r.ID, Job: r.Job, Task: r.Task, Cause: r.Cause, State: r.State, Started: r.Started, Message: r.Message}
	end := r.Ended
	if end.IsZero() {
		end = a.Jobs.Now()
	} else {
		b.Ended = &r.Ended
	}
	if p := a.Jobs.Progress(r.ID); p != nil && b.Ended == nil {
		b.Progress = &progressBody{p.Phase, p.Done, p.Total}
	}
	b.Duration = max(end.Sub(r.Started), 0).Seconds()
	return b
}

func (c *Call) jobRuns() (any, error) {
	if _, err := c.parameters(); err != nil {
		return nil, err
	}
	limit, err := c.limit(usualPage, maxPage)
	if err != nil {
		return nil, err
	}
	var list []*store.JobRun
	err = c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		list, err = store.JobRuns(conn, c.params.Get("job"), c.params.Get("after"), limit+1)
		return err
	})
	out := runsBody{Results: []runBody{}}
	if len(list) > limit {
		list = list[:limit]
		out.Next = &list[limit-1].ID
	}
	for _, r := range list {
		out.Results = append(out.Results, c.API.runBody(r))
	}
	return out, err
}

// limit reads the parameter of that name.
func (c *Call) limit(usual, most int) (int, error) {
	text := c.params.Get("limit")
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, rest.Validation(rest.FieldError("limit", "This must be a whole number from 1 to "+strconv.Itoa(most)+".", "invalid"))
	}
	return n, nil
}

func (c *Call) askJob() (any, error) {
	run, found, err := c.API.Jobs.Ask(c.Params["job"])
	if err == nil && !found {
		err = rest.NotFound("")
	}
	return askedBody{run}, err
}

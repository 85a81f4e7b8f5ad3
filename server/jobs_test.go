package server_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/schema"
)

const jobsPath = "/api/_/jobs/"

// scheduled is a project with a schedule, and a clock that says noon.
type scheduled struct {
	*project
	root  *account
	clock *movedClock
}

func newScheduled(t *testing.T, schedule string) *scheduled {
	t.Helper()
	dir := t.TempDir()
	write(t, filepath.Join(dir, "schema.json"), `{"schedule": `+schedule+`}`)
	s := &scheduled{clock: newMovedClock(time.Date(2031, 5, 1, 12, 0, 0, 0, time.UTC))}
	s.project = &project{t: t, config: server.Config{
		Data: t.TempDir(), Database: dbtest.URL(t), Project: dir, NoSync: true, Clock: s.clock, Log: slog.New(slog.DiscardHandler),
	}}
	s.start()
	t.Cleanup(func() { s.stop() })
	s.root, _ = s.user(auth.NewUser{Username: "root", Superuser: true})
	return s
}

type jobRun struct{ ID, Job, Task, Cause, State, Started, Message string }

// runs waits until so many runs of a job are over, and returns them, the latest first.
func (s *scheduled) runs(job string, n int) []jobRun {
	s.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		var page struct{ Results []jobRun }
		text := s.root.want("GET", jobsPath+"runs/?job="+job, "", 200, "")
		if err := json.Unmarshal([]byte(text), &page); err != nil {
			s.t.Fatal(err)
		}
		if len(page.Results) == n && !strings.Contains(text, `"state":"running"`) {
			return page.Results
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("not %d runs of %s: %s", n, job, text)
		}
	}
}

// next returns when a job runs next, as the API tells.
func (s *scheduled) next(job string) string {
	s.t.Helper()
	var list []struct{ Name, Next string }
	if err := json.Unmarshal([]byte(s.root.want("GET", jobsPath, "", 200, "")), &list); err != nil {
		s.t.Fatal(err)
	}
	for _, j := range list {
		if j.Name == job {
			return j.Next
		}
	}
	s.t.Fatalf("there is no job %s", job)
	return ""
}

// A job runs at its time, once; what was missed while the server was off is made up for once.
func TestJobsRunWhenDue(t *testing.T) {
	s := newScheduled(t, `{"nightly": {"cron": "0 3 * * *", "time_zone": "Europe/Berlin", "task": "integrity"},
		"never": {"cron": "* * * * *", "task": "tokens", "enabled": false}}`)
	if got := s.next("nightly"); got != "2031-05-02T01:00:00Z" {
		t.Errorf("it runs next at %s", got)
	}
	s.clock.move(13*time.Hour - time.Minute)
	s.clock.move(2 * time.Minute)
	if r := s.runs("nightly", 1)[0]; r.Cause != "schedule" && r.Cause != "missed" || r.State != "done" || r.Message != "Nothing is wrong." || r.Task != "integrity" {
		t.Errorf("the run is %+v", r)
	}
	if got := s.next("nightly"); got != "2031-05-03T01:00:00Z" {
		t.Errorf("after its run it runs next at %s", got)
	}
	s.stop()
	s.clock.move(5 * 24 * time.Hour)
	s.start()
	s.root.base = s.base
	if r := s.runs("nightly", 2)[0]; r.Cause != "missed" || r.State != "done" || r.Started != "2031-05-07T01:01:00Z" {
		t.Errorf("what was missed is made up by %+v", r)
	}
	s.stop()
	s.start()
	s.root.base = s.base
	if got := s.next("nightly"); got != "2031-05-08T01:00:00Z" {
		t.Errorf("after that it runs next at %s", got)
	}
	s.runs("nightly", 2)
	s.runs("never", 0)
}

// Every task can be run at once, whether a schedule names it or not.
func TestJobsAreAskedFor(t *testing.T) {
	s := newScheduled(t, `{"nightly": {"cron": "@daily", "task": "integrity"}}`)
	for job, message := range map[string]string{
		"nightly": "Nothing is wrong.", "retention": "0 changes left the log.", "tokens": "0 expired log-ins and tokens deleted.", "webhooks": "0 deliveries left the log.",
	} {
		run := member(t, s.root.want("POST", jobsPath+job+"/run/", "", 202, ""), "run")
		if r := s.runs(job, 1)[0]; r.ID != run || r.Cause != "asked" || r.State != "done" || r.Message != message {
			t.Errorf("%s ran as %+v", job, r)
		}
	}
	s.root.want("POST", jobsPath+"integrity/run/", "", 404, "")
	other, _ := s.user(auth.NewUser{Username: "stan", Staff: true})
	other.want("GET", jobsPath, "", 403, "")
	other.want("POST", jobsPath+"tokens/run/", "", 403, "")
	s.visitor().want("GET", jobsPath, "", 401, "")
	s.root.want("GET", jobsPath+"runs/?limit=0", "", 400, `{"limit":["This must be a whole number from 1 to 500."]}`)
}

// A scheduled backup is made, and older ones go.
func TestBackupJob(t *testing.T) {
	s := newScheduled(t, `{"nightly": {"cron": "@daily", "task": "backup", "keep": 2}}`)
	for n := range 3 {
		s.root.want("POST", jobsPath+"nightly/run/", "", 202, "")
		r := s.runs("nightly", n+1)[0]
		if r.State != "done" || !strings.HasSuffix(r.Message, fmt.Sprintf(" %d older deleted.", max(n-1, 0))) {
			t.Errorf("the run is %+v", r)
		}
	}
	files, err := os.ReadDir(filepath.Join(s.config.Data, "backups"))
	if err != nil || len(files) != 2 {
		t.Errorf("%d backups are kept, not 2: %v", len(files), err)
	}
}

// A schedule that changes counts at once, and from then on.
func TestScheduleChanges(t *testing.T) {
	s := newScheduled(t, `{"nightly": {"cron": "0 3 * * *", "task": "tokens"}}`)
	text, etag := s.root.tagged("/api/_/schema/")
	changed := strings.Replace(text, `0 3 * * *`, `30 12 * * *`, 1)
	s.root.with("If-Match", etag).want("PUT", "/api/_/schema/", `{"document":`+document(t, changed)+`}`, 200, "")
	s.clock.move(29 * time.Minute)
	s.runs("nightly", 0)
	s.clock.move(time.Minute)
	s.runs("nightly", 1)
}

// document returns the schema document of an answer.
func document(t *testing.T, text string) string {
	t.Helper()
	var body struct{ Document json.RawMessage }
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatal(err)
	}
	return string(body.Document)
}

// tagged returns an answer and its ETag.
func (a *account) tagged(path string) (body, etag string) {
	a.t.Helper()
	body = a.want("GET", path, "", 200, "")
	var s struct{ Hash string }
	if err := json.Unmarshal([]byte(body), &s); err != nil {
		a.t.Fatal(err)
	}
	return body, `"` + s.Hash + `"`
}

// Every task that a schedule may name is there.
func TestTasksAreServed(t *testing.T) {
	s := newScheduled(t, `{}`)
	text := s.root.want("GET", jobsPath, "", 200, "")
	for _, name := range schema.TaskNames {
		contains(t, text, `"task":"`+name+`"`)
	}
	if n := strings.Count(text, `"task":`); n != len(schema.TaskNames) {
		t.Errorf("there are %d tasks, and schemas know %d", n, len(schema.TaskNames))
	}
}

package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/jobs"
	"github.com/couplet/couplet/server/observe"
	"github.com/couplet/couplet/store/schema"
)

// The server remembers how its figures went, by ten seconds and by five minutes.
func TestMetricsSeries(t *testing.T) {
	clock := newMovedClock(time.Date(2031, 5, 1, 12, 0, 3, 0, time.UTC))
	p, root, _ := startObserved(t, func(c *server.Config) { c.Clock = clock })
	bob, _ := p.user(auth.NewUser{Username: "bob"})
	bob.want("GET", "/api/_/metrics/", "", 403, "")
	root.want("GET", "/api/_/metrics/?range=1y", "", 400, `{"range":["This is 1h or 1d."]}`)
	read := func(name string) (h observe.History) {
		text := root.want("GET", "/api/_/metrics/?range="+name, "", 200, "")
		if err := json.Unmarshal([]byte(text), &h); err != nil {
			t.Fatal(err)
		}
		return h
	}
	newest := func(h observe.History, figure string) *float64 { return h.Series[figure][len(h.Series[figure])-1] }
	await := func(name string, step time.Duration, more func() bool) observe.History {
		for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
			root.want("POST", "/api/_/records/tags/", fmt.Sprintf(`{"name":"t%d"}`, time.Now().UnixNano()), 201, "")
			clock.move(step)
			if h := read(name); newest(h, "requests") != nil && more() {
				return h
			}
		}
		t.Fatalf("nothing is measured: %+v", read(name))
		return observe.History{}
	}
	before := read("1h")
	if len(before.Series["p95"]) != 360 || newest(before, "requests") != nil || before.Step != 10 || before.Range != "1h" {
		t.Errorf("at first: %+v", before)
	}
	h := await("1h", 10*time.Second, func() bool { return newest(read("1h"), "writes") != nil && *newest(read("1h"), "writes") > 0 })
	if !h.End.Equal(h.Start.Add(time.Hour)) || h.End.Second()%10 != 0 || h.End.After(clock.Now()) {
		t.Errorf("from %s to %s", h.Start, h.End)
	}
	for figure, least := range map[string]float64{"requests": 0.1, "p50": 0.000001, "p95": 0.000001, "heap": 1 << 20, "goroutines": 5, "connections": 1} {
		if v := newest(h, figure); v == nil || *v < least {
			t.Errorf("%s: %v", figure, v)
		}
	}
	if v := newest(h, "errors"); v == nil || *v != 0 {
		t.Errorf("errors: %v", v)
	}
	if v := newest(h, "cache_hits"); v != nil && *v > 1 {
		t.Errorf("cache_hits: %v", *v)
	}
	if h := await("1d", 5*time.Minute, func() bool { return true }); len(h.Series["live"]) != 288 || h.Step != 300 {
		t.Errorf("a day: %+v", h)
	}
}

// Superusers see who is connected, and may close a connection.
func TestLiveConnections(t *testing.T) {
	const path = "/api/_/live/connections/"
	w := newWorld(t)
	w.wendy.want("GET", path, "", 403, "")
	if text := w.root.want("GET", path, "", 200, ""); text != "[]" {
		t.Errorf("at first: %s", text)
	}
	l := w.token("wendy").live("")
	l.follow("schema")
	l.topic("schema: topic schema")
	var list []struct {
		ID, User, Username, IP, Transport string
		Since                             time.Time
		Subscriptions, Queue              int
	}
	if err := json.Unmarshal([]byte(w.root.want("GET", path, "", 200, "")), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || list[0].User != w.wendyKey || list[0].Username != "wendy" || list[0].Transport != "websocket" ||
		list[0].Subscriptions != 1 || list[0].IP != "127.0.0.1" || list[0].Since.IsZero() {
		t.Fatalf("connected: %+v", list)
	}
	w.wendy.want("DELETE", path+list[0].ID+"/", "", 403, "")
	w.root.want("DELETE", path+"77/", "", 404, "")
	w.root.want("DELETE", path+list[0].ID+"/", "", 204, "")
	if code := l.closed(); code != 4000 {
		t.Errorf("closed with %d", code)
	}
}

// Everybody who has logged in learns what runs; where the data is, superusers only.
func TestAbout(t *testing.T) {
	w := newWorld(t)
	w.visitor().want("GET", "/api/_/about/", "", 401, "")
	if text := w.wendy.want("GET", "/api/_/about/", "", 200, ""); !strings.Contains(text, `"data":null`) {
		t.Errorf("to a writer: %s", text)
	}
	var about struct {
		Version, Go, Schema string
		Started             time.Time
		Engine              struct{ Name, Version string }
		Data                struct{ Folder string }
	}
	text := w.root.want("GET", "/api/_/about/", "", 200, "")
	if err := json.Unmarshal([]byte(text), &about); err != nil {
		t.Fatal(err)
	}
	if about.Version == "" || !strings.HasPrefix(about.Go, "go1.") || about.Engine.Name == "" || about.Engine.Version == "" ||
		!filepath.IsAbs(about.Data.Folder) || about.Started.IsZero() || about.Schema != member(t, w.root.want("GET", "/api/_/me/", "", 200, ""), "schema") {
		t.Errorf("about: %s", text)
	}
	texts := w.wendy.want("GET", "/api/_/about/licences/", "", 200, "")
	contains(t, texts, `"module":"npm:react"`, "SIL OPEN FONT LICENSE", `"module":"std"`)
}

// Requests and lines are found by what is asked for.
func TestLogsAreNarrowed(t *testing.T) {
	_, root, _ := startObserved(t, func(c *server.Config) { c.Log, _ = observe.NewLog(&lines{}, "text", "info") })
	root.want("GET", "/api/_/records/notes/77/", "", 404, "")
	root.want("POST", "/api/_/records/notes/", "{", 400, "")
	root.want("GET", "/api/_/records/notes/", "", 200, "")
	for query, want := range map[string]string{
		"status=4": "POST 400, GET 404", "status=404": "GET 404", "method=post": "POST 400", "q=NOTES/77": "GET 404", "status=5": "",
	} {
		var body struct{ Results []observe.Request }
		if err := json.Unmarshal([]byte(root.want("GET", "/api/_/logs/?"+query, "", 200, "")), &body); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, q := range body.Results {
			got = append(got, fmt.Sprintf("%s %d", q.Method, q.Status))
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: %v, want %s", query, got, want)
		}
	}
	root.want("GET", "/api/_/logs/?status=many", "", 400, `{"status":["Enter a status, as 404, or its first digit, as 4."]}`)
	root.want("GET", "/api/_/logs/?status=77", "", 400, "")

	root.want("POST", "/api/_/jobs/tokens/run/", "", 202, "")
	var found []observe.Line
	for deadline := time.Now().Add(patience); len(found) == 0; {
		var body struct{ Results []observe.Line }
		if err := json.Unmarshal([]byte(root.want("GET", "/api/_/logs/lines/?q=scheduled&level=info", "", 200, "")), &body); err != nil {
			t.Fatal(err)
		}
		if found = body.Results; time.Now().After(deadline) {
			t.Fatal("the job's line is not kept")
		}
	}
	if l := found[0]; l.Level != "info" || l.Message != "scheduled work" || l.Attributes["job"] != "tokens" || l.At.IsZero() {
		t.Errorf("line %+v", l)
	}
	root.want("GET", "/api/_/logs/lines/?q=tokens&level=error", "", 200, `{"results":[]}`)
	root.want("GET", "/api/_/logs/lines/?level=loud", "", 400, `{"level":["This is debug, info, warn or error."]}`)
	root.want("GET", "/api/_/logs/lines/?limit=0", "", 400, "")
}

// A run that takes too long is cancelled, and one that has not begun does not begin.
// TestJobsAreCancelledAtOnce: a run that was asked for is known at any time, also while it begins.
func TestJobsAreCancelledAtOnce(t *testing.T) {
	s := newScheduled(t, `{}`)
	for range 50 {
		run := member(t, s.root.want("POST", jobsPath+"tokens/run/", "", 202, ""), "run")
		if status, text := s.root.call("POST", jobsPath+"runs/"+run+"/cancel/", ""); status != 202 && status != 409 {
			t.Fatalf("%d %s", status, text)
		}
	}
}

func TestJobsAreCancelled(t *testing.T) {
	begun := make(chan struct{})
	s := newScheduled(t, `{"long": {"cron": "@daily", "task": "integrity"}}`)
	s.stop()
	s.config.Tasks = map[string]jobs.Task{"integrity": func(ctx context.Context, _ *schema.Job, watch jobs.Watch) (string, error) {
		watch("counting", 3, 7)
		begun <- struct{}{}
		<-ctx.Done()
		return "", errors.New("ended")
	}}
	s.start()
	s.root.base = s.base
	run := member(t, s.root.want("POST", jobsPath+"long/run/", "", 202, ""), "run")
	<-begun
	contains(t, s.root.want("GET", jobsPath, "", 200, ""), `"progress":{"phase":"counting","done":3,"total":7}`)
	contains(t, s.root.want("GET", jobsPath+"runs/", "", 200, ""), `"progress":{"phase":"counting","done":3,"total":7}`)
	waits := member(t, s.root.want("POST", jobsPath+"tokens/run/", "", 202, ""), "run")
	stan, _ := s.user(auth.NewUser{Username: "stan", Staff: true})
	stan.want("POST", jobsPath+"runs/"+run+"/cancel/", "", 403, "")
	s.root.want("POST", jobsPath+"runs/"+waits+"/cancel/", "", 202, "")
	s.root.want("POST", jobsPath+"runs/"+run+"/cancel/", "", 202, `{"run":"`+run+`","state":"cancelling"}`)
	if r := s.runs("long", 1)[0]; r.ID != run || r.State != "broken_off" || r.Message != "Cancelled by root." {
		t.Errorf("cancelled: %+v", r)
	}
	contains(t, s.root.with("Accept-Language", "de").want("GET", jobsPath+"runs/", "", 200, ""), "Von root abgebrochen.")
	contains(t, s.root.want("GET", jobsPath+"runs/", "", 200, ""), `"progress":null`)
	s.root.want("POST", jobsPath+"runs/"+run+"/cancel/", "", 409, `{"detail":"The run is over."}`)
	s.root.want("POST", jobsPath+"runs/"+waits+"/cancel/", "", 404, "")
	s.runs("tokens", 0)
}

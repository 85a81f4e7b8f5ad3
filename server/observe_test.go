package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/observe"
	"github.com/couplet/couplet/store/db/dbtest"
)

// startObserved serves a project with a log of its own and a token for metrics, and returns its administrator.
func startObserved(t *testing.T, change func(*server.Config)) (*project, *account, *lines) {
	t.Helper()
	out := &lines{}
	log, err := observe.NewLog(out, "json", "debug")
	if err != nil {
		t.Fatal(err)
	}
	p := startProject(t, systemSchema)
	p.stop()
	p.config.Log, p.config.MetricsToken = log, "a-long-metrics-token"
	if change != nil {
		change(&p.config)
	}
	p.start()
	root, _ := p.user(auth.NewUser{Username: "root", Superuser: true})
	return p, root, out
}

// lines collects what is logged.
type lines struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

// all returns the lines, each of which must be JSON.
func (l *lines) all(t *testing.T) (out []map[string]any) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.buf.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		out = append(out, m)
	}
	return out
}

// Prometheus reads what happened, with the token or as a superuser, and nobody else does.
func TestMetrics(t *testing.T) {
	p, root, _ := startObserved(t, nil)
	note, _ := p.user(auth.NewUser{Username: "bob"})
	for i := range 3 {
		root.want("POST", "/api/_/records/tags/", fmt.Sprintf(`{"name":"t%d"}`, i), 201, "")
	}
	root.want("GET", "/api/_/records/notes/", "", 200, "")
	root.want("GET", "/api/_/records/notes/77/", "", 404, "")
	root.want("GET", "/api/nowhere/", "", 404, "")
	root.want("GET", "/elsewhere", "", 404, "")
	p.visitor().want("GET", "/metrics", "", 401, "")
	note.want("GET", "/metrics", "", 403, "")
	p.visitor().with("Authorization", "Bearer another-token").want("GET", "/metrics", "", 401, "")
	text := p.visitor().with("Authorization", "Bearer a-long-metrics-token").want("GET", "/metrics", "", 200, "")
	contains(t, text,
		`couplet_http_requests_total{method="POST",route="/api/_/records/tags/",status="201"} 3`,
		`couplet_http_requests_total{method="GET",route="/api/_/records/notes/",status="200"} 1`,
		`couplet_http_requests_total{method="GET",route="/api/_/records/notes/{id}/",status="404"} 1`,
		`couplet_http_requests_total{method="GET",route="other",status="404"} 2`,
		`couplet_http_requests_total{method="GET",route="/metrics",status="403"} 1`,
		`couplet_http_request_seconds_count{route="/api/_/records/tags/"} 3`,
		`couplet_http_request_seconds_bucket{route="/api/_/records/notes/",le="30"} 1`,
		"couplet_store_writer_queue 0", "couplet_store_readers_in_use 0", "couplet_cache_hits ", "couplet_cache_misses ", "couplet_cache_answers ", "couplet_cache_bytes ",
		"couplet_store_write_seconds_count", "couplet_store_bytes", "go_goroutines", "process_resident_memory_bytes", "couplet_build_info{",
	)
	if !dbtest.Postgres() { // where each write is a group of its own
		contains(t, text, `couplet_store_group_size_bucket{le="1"}`)
	}
	contains(t, root.want("GET", "/metrics", "", 200, ""), "couplet_http_requests_total")
	if out, err := os.ReadFile("../docs/operations.md"); err != nil {
		t.Error(err)
	} else {
		for line := range strings.Lines(text) {
			name, found := strings.CutPrefix(line, "# TYPE couplet_")
			name, _, _ = strings.Cut(name, " ")
			if found && !strings.Contains(string(out), "`couplet_"+name+"`") {
				t.Errorf("docs/operations.md does not have couplet_%s", name)
			}
		}
	}
}

// Every line that a request causes names it, by the id that its answer has.
func TestLogLinesNameTheirRequest(t *testing.T) {
	_, root, out := startObserved(t, func(c *server.Config) { c.TrustedProxies = []string{"127.0.0.1"} })
	const asked = "from-the-proxy:17"
	root.with("X-Request-Id", asked).want("GET", "/api/_/me/?title=x&token=s3cret&api_key=s3cret", "", 200, "")
	root.with("X-Request-Id", "no id at all").want("GET", "/api/_/records/notes/1/", "", 404, "")
	root.want("POST", "/api/token/", `{"username":"root","password":"s3cret"}`, 401, "")
	var ids []string
	for _, m := range out.all(t) {
		if m["msg"] != "answered" {
			continue
		}
		id, _ := m["request"].(string)
		ids = append(ids, id)
	}
	if len(ids) != 3 || ids[0] != asked || ids[1] == "no id at all" || len(ids[1]) != 36 {
		t.Errorf("ids %q", ids)
	}
	if text := out.buf.String(); strings.Contains(text, "s3cret") || strings.Contains(text, "a-good-Pass") {
		t.Errorf("a secret is in the log: %s", text)
	}
}

// The last requests are kept for superusers, without secrets.
func TestLastRequests(t *testing.T) {
	p, root, _ := startObserved(t, nil)
	bob, _ := p.user(auth.NewUser{Username: "bob"})
	bob.want("GET", "/api/_/me/?title=x&token=s3cret&next=eyJhbGciOi", "", 200, "")
	bob.want("GET", "/api/_/logs/", "", 403, "")
	p.visitor().want("GET", "/api/_/logs/", "", 401, "")
	p.visitor().want("GET", "/account/reset/MQ/s3cret-key/", "", 404, "")
	p.visitor().want("POST", "/api/token/", `{"username":"root","password":"s3cret"}`, 401, "")
	text := root.want("GET", "/api/_/logs/", "", 200, "")
	var body struct {
		Results []observe.Request
		Skipped int
	}
	if err := json.Unmarshal([]byte(text), &body); err != nil {
		t.Fatal(err)
	}
	got := []string{}
	for _, q := range body.Results {
		got = append(got, fmt.Sprintf("%s %s?%s %s %d %s", q.Method, q.Path, q.Query, q.Route, q.Status, q.User))
		if q.ID == "" || q.At.IsZero() || q.IP != "127.0.0.1" {
			t.Errorf("%+v", q)
		}
	}
	want := []string{
		"POST /api/token/? /api/token/ 401 ", "GET /account/reset/:uid/:token/? /account/reset/:uid/:token/ 404 ",
		"GET /api/_/logs/? /api/_/logs/ 401 ", "GET /api/_/logs/? /api/_/logs/ 403 bob", "GET /api/_/me/?title=x&token=…&next=… /api/_/me/ 200 bob",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if strings.Contains(text, "s3cret") || strings.Contains(text, "eyJ") {
		t.Errorf("a secret is among the requests: %s", text)
	}
	root.want("GET", "/api/_/logs/?limit=1", "", 200, "")
	root.want("GET", "/api/_/logs/?failed=1", "", 200, `{"results":[],"skipped":0}`)
	root.want("GET", "/api/_/logs/?limit=none", "", 400, "")
}

// Under many requests good answers are sampled; what went wrong is kept.
func TestRequestsAreSampled(t *testing.T) {
	p, root, _ := startObserved(t, func(c *server.Config) { c.Log, _ = observe.NewLog(&lines{}, "text", "info") })
	ctx := context.Background()
	for range 400 {
		req, err := http.NewRequestWithContext(ctx, "GET", p.base+"/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
	}
	for range 60 {
		p.visitor().want("GET", "/nowhere/", "", 404, "")
	}
	text := root.want("GET", "/api/_/logs/", "", 200, "")
	if n := strings.Count(text, `"/nowhere/"`); n != 60 {
		t.Errorf("%d of 60 refused requests are kept", n)
	}
	if strings.Contains(text, `"skipped":0`) {
		t.Errorf("nothing was left out of 400 good answers: %.200s", text)
	}
}

// The address that counts is the last one that is no trusted proxy's; without a trusted proxy, the connection's.
func TestTrustedProxies(t *testing.T) {
	for _, test := range []struct {
		trusted         []string
		forwarded, want string
		links           string
	}{
		{nil, "6.6.6.6", "127.0.0.1", "http://"},
		{[]string{"127.0.0.1"}, "6.6.6.6, 9.9.9.9", "9.9.9.9", "https://"},
		{[]string{"127.0.0.1", "10.0.0.0/8"}, "6.6.6.6, 9.9.9.9, 10.1.2.3", "9.9.9.9", "https://"},
		{[]string{"127.0.0.1"}, "nonsense", "127.0.0.1", "https://"},
		{[]string{"192.168.0.1"}, "6.6.6.6", "127.0.0.1", "http://"},
	} {
		_, root, _ := startObserved(t, func(c *server.Config) { c.TrustedProxies = test.trusted })
		asked := root.with("X-Forwarded-For", test.forwarded).with("X-Forwarded-Proto", "https")
		contains(t, asked.want("GET", "/api/", "", 200, ""), `"`+test.links)
		contains(t, root.want("GET", "/api/_/logs/?limit=1", "", 200, ""), `"ip":"`+test.want+`"`)
	}
}

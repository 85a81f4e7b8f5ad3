package server_test

import (
	"encoding/json"
	"log/slog"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/sqlb"
)

// topic returns the data of the next frame, which is news of a topic.
func (l *live) topic(short string) string {
	l.t.Helper()
	f, text := l.next()
	if got := shortFrame(f); got != short {
		l.t.Errorf("frame %s, want %s", text, short)
	}
	return string(f.Data)
}

func (l *live) follow(name string) {
	l.t.Helper()
	l.subscribe(name, "/api/_/topics/"+name+"/", "")
}

// Who may know is told what goes on in the server: which schema is in force, what runs, what was made.
func TestLiveTopics(t *testing.T) {
	w := newWorld(t)
	root, wendy := w.token("root").live(""), w.token("wendy").live("")
	wendy.follow("schema")
	before := wendy.topic("schema: topic schema")
	if hash := member(t, w.wendy.want("GET", "/api/_/me/", "", 200, ""), "schema"); before != `{"version":"`+hash+`"}` {
		t.Errorf("schema: %s, want %s", before, hash)
	}
	wendy.follow("build")
	if build := wendy.topic("build: topic build"); !strings.Contains(build, `"started":"2`) {
		t.Errorf("build: %s", build)
	}
	for _, name := range []string{"jobs", "backups", "doctor", "settings"} {
		wendy.follow(name)
		wendy.want(name + ": error 403")
		root.follow(name)
		root.want(name + ": topic " + name)
	}
	wendy.follow("nothing")
	wendy.want("nothing: error 404")
	nobody := w.visitor().live("")
	nobody.follow("schema")
	nobody.want("schema: error 401")

	w.root.want("POST", "/api/_/jobs/tokens/run/", "", 202, "")
	for _, state := range []string{"running", "done"} {
		if data := root.topic("jobs: topic jobs"); !strings.Contains(data, `"job":"tokens"`) || !strings.Contains(data, `"state":"`+state+`"`) {
			t.Errorf("a job is %s, want %s", data, state)
		}
	}
	changed := w.token("root").want("PATCH", "/api/_/settings/", `{"history_days":33}`, 200, "")
	if data := root.topic("settings: topic settings"); data != changed {
		t.Errorf("settings: %s, want %s", data, changed)
	}
	w.root.want("GET", "/api/_/doctor/", "", 200, "")
	if data := root.topic("doctor: topic doctor"); !strings.Contains(data, `"healthy":`) {
		t.Errorf("doctor: %s", data)
	}
	if dbtest.URL(t) == "" { // PostgreSQL has backups of its own
		made := w.root.want("POST", "/api/_/backups/", "", 201, "")
		if data := root.topic("backups: topic backups"); !strings.Contains(data, member(t, made, "name")) {
			t.Errorf("backups: %s, want %s", data, made)
		}
	}
	another := w.planned(strings.Replace(w.document(), `"max_length":40`, `"max_length":41`, 1))
	w.root.want("POST", "/api/_/schema/apply/", another.applying(t), 200, "")
	if after := wendy.topic("schema: topic schema"); after == before || after == "" {
		t.Errorf("schema: %s, before %s", after, before)
	}
	w.root.want("PATCH", "/api/_/records/users/"+w.wendyKey+"/", `{"roles":[]}`, 200, "")
	for range 2 {
		if f, text := wendy.next(); f.Op != "reset" {
			t.Errorf("frame %s after the user changed", text)
		}
	}
}

// An import is told of to whoever began it and to superusers, from its beginning to its end.
func TestLiveImports(t *testing.T) {
	w := newWorld(t)
	root, wendy, stan := w.token("root").live(""), w.token("wendy").live(""), w.token("stan").live("")
	for _, l := range []*live{root, wendy, stan} {
		l.follow("imports")
		if data := l.topic("imports: topic imports"); data != `{"imports":[]}` {
			t.Errorf("imports: %s", data)
		}
	}
	type state struct {
		ID, User, Collection, State string
		Rows, Failed                int
	}
	told := func(l *live) (list []state) {
		t.Helper()
		for {
			var news struct{ Imports []state }
			if err := json.Unmarshal([]byte(l.topic("imports: topic imports")), &news); err != nil || len(news.Imports) != 1 {
				t.Fatalf("%+v %v", news, err)
			}
			list = append(list, news.Imports[0])
			if news.Imports[0].State != "running" {
				return list
			}
		}
	}
	owner := w.wendyKey
	good := w.wendy.with("Content-Type", "text/csv").want("POST", "/api/_/imports/?collection=notes", "title,owner\nfour,"+owner+"\nfive,"+owner+"\n", 200, "")
	for _, l := range []*live{root, wendy} {
		list := told(l)
		want := state{member(t, good, "group"), "wendy", "notes", "running", 0, 0}
		if diff := cmp.Diff(want, list[0]); diff != "" {
			t.Errorf("began (-want +got):\n%s", diff)
		}
		want.State, want.Rows = "done", 2
		if diff := cmp.Diff(want, list[len(list)-1]); diff != "" {
			t.Errorf("ended (-want +got):\n%s", diff)
		}
	}
	w.staff.with("Content-Type", "text/csv").want("POST", "/api/_/imports/?collection=notes", "title,stars\nsix,many\n", 400, "")
	for _, l := range []*live{root, stan} { // and stan was told nothing of wendy's
		list := told(l)
		if last := list[len(list)-1]; last.User != "stan" || last.State != "failed" || last.Rows != 1 || last.Failed != 1 {
			t.Errorf("ended as %+v", last)
		}
	}
}

// What live updates tell of a record is what its list says, without what is said beside it (with=).
func TestLiveFullResource(t *testing.T) {
	w := newWorld(t)
	path := notesPath + "?filter=" + url.QueryEscape("stars > 0 && title.contains('t')") + "&order=-stars,title"
	l := w.token("stan").live("")
	l.subscribe("grid", path, "")
	records := func(text string) []json.RawMessage {
		var page struct{ Results []json.RawMessage }
		if err := json.Unmarshal([]byte(text), &page); err != nil {
			t.Fatal(err)
		}
		return page.Results
	}
	reader := w.token("stan")
	f, _ := l.next()
	if diff := cmp.Diff(recordTexts(records(reader.want("GET", path+"&with=", "", 200, ""))), recordTexts(f.Results)); diff != "" || len(f.Results) == 0 || !strings.Contains(string(f.Results[0]), `"_v":`) {
		t.Errorf("snapshot (-GET +live):\n%s", diff)
	}
	for _, step := range []struct{ method, path, body, op string }{
		{"PATCH", notesPath + "3/", `{"price":"1.25","tags":[2]}`, "updated"},
		{"POST", notesPath, `{"title":"tango","stars":2}`, "created"},
	} {
		status := map[string]int{"PATCH": 200, "POST": 201}[step.method]
		w.root.want(step.method, step.path, step.body, status, "")
		f, text := l.next()
		if len(f.Events) != 1 || f.Events[0].Op != step.op {
			t.Fatalf("frame %s", text)
		}
		if list := recordTexts(records(reader.want("GET", path+"&with=", "", 200, ""))); !hasText(list, string(f.Events[0].Record)) {
			t.Errorf("%s is told as %s, the list has %s", step.op, f.Events[0].Record, list)
		}
	}
}

func recordTexts(list []json.RawMessage) (out []string) {
	for _, r := range list {
		out = append(out, string(r))
	}
	return out
}

func hasText(list []string, text string) bool {
	for _, one := range list {
		if one == text {
			return true
		}
	}
	return false
}

// Who is told nothing for long is given a newer cursor all the same, over WebSocket and event stream, and a long-poll
// answers with one: coming back with it is no reset when the log has lost what is older.
func TestLiveHeartbeat(t *testing.T) {
	var ahead atomic.Int64
	dir := t.TempDir()
	write(t, filepath.Join(dir, "schema.json"), systemSchema)
	p := &project{t: t, config: server.Config{Data: t.TempDir(), Database: dbtest.URL(t), Project: dir, NoSync: true, Log: slog.New(slog.DiscardHandler),
		Auth: auth.Config{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }}}}
	p.start()
	t.Cleanup(func() { p.stop() })
	root, _ := p.user(auth.NewUser{Username: "root", Superuser: true})
	w := &world{project: p, root: root}
	const quiet = "/api/_/records/lines/"
	l, s := w.token("root").live(""), w.token("root").stream("?subscribe="+quiet, "")
	l.subscribe("a", quiet, "")
	l.want("a: snapshot []")
	s.want(quiet + ": snapshot []")
	first := l.cursor
	poll := func(cursor, wait string) string {
		return member(t, w.token("root").want("GET", "/api/live/?subscribe="+quiet+"&wait="+wait+"&cursor="+cursor, "", 200, ""), "cursor")
	}
	w.root.want("POST", notesPath, `{"title":"one"}`, 201, "") // elsewhere
	newest := newestChange(t, p)
	ahead.Store(int64(time.Minute))
	l.want("changes")
	s.want("changes")
	if l.cursor == first || s.id == "" || s.id == first {
		t.Errorf("the cursors are %s and %s after %s", l.cursor, s.id, first)
	}
	if c := poll(first, "0"); c == first {
		t.Errorf("a long-poll answers with the cursor that it came with")
	}
	cutLog(t, p, newest)
	again := w.token("root").live("")
	again.subscribe("a", quiet, l.cursor)
	again.want("changes")
	again.subscribe("b", quiet, first)
	again.want("b: reset")
}

// newestChange returns the number of the last row of the log.
func newestChange(t *testing.T, p *project) (seq int64) {
	t.Helper()
	err := p.server.Store().Engine().Read(t.Context(), func(c db.Conn) error {
		return c.Query("SELECT max(seq) FROM couplet_changes", nil, func(r db.Row) error {
			seq = r.Int(0)
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

// cutLog takes what is older than a row out of the log, as retention does.
func cutLog(t *testing.T, p *project, seq int64) {
	t.Helper()
	err := p.server.Store().Engine().Write(t.Context(), func(c db.Conn) error {
		n, err := c.Exec("DELETE FROM couplet_changes WHERE seq < $1", sqlb.I(seq))
		if err == nil && n == 0 {
			t.Error("there is nothing older in the log")
		}
		return err
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
}

package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/sqlb"
)

// A client that comes back with its cursor, after a lost connection or a restart, is told what it missed and nothing
// else.
func TestLiveResume(t *testing.T) {
	w := newWorld(t)
	path := "/api/notes/?ordering=title"
	l := w.token("wendy").live("")
	l.subscribe("a", path, "")
	l.want("a: snapshot 3 [one,three,two]")
	begin := l.cursor
	w.root.want("PATCH", notesPath+"1/", `{"title":"uno"}`, 200, "")
	l.want("changes a updated uno")
	after := l.cursor
	l.drop()

	w.root.want("POST", notesPath, `{"title":"four","stars":1}`, 201, "")
	w.root.want("POST", notesPath, `{"title":"five","stars":1}`, 201, "")
	w.root.want("PATCH", notesPath+"3/", `{"stars":0}`, 200, "")
	w.root.want("DELETE", notesPath+"5/", "", 204, "")
	w.root.want("POST", notesPath, `{"title":"secret"}`, 201, "")
	l = w.token("wendy").live("")
	l.subscribe("a", path, after)
	l.want("changes a created four, a gone 3; a=3")
	l.subscribe("b", path, l.cursor)
	l.want("changes; b=3")
	l.drop()

	w.stop()
	w.start()
	w.root.base, w.wendy.base = w.base, w.base
	w.root.want("PATCH", notesPath+"2/", `{"title":"due"}`, 200, "")
	l = w.token("wendy").live("")
	l.subscribe("a", path, begin)
	l.want("changes a updated uno, a created four, a gone 3, a updated due; a=3")
	w.root.want("PATCH", notesPath+"2/", `{"title":"zwei"}`, 200, "")
	l.want("changes a updated zwei")

	// Rights that changed meanwhile, another schema, and too much at once begin anew.
	w.root.want("PATCH", "/api/_/records/users/"+w.wendyKey+"/", `{"first_name":"W"}`, 200, "")
	l.want("a: reset")
	l.subscribe("a", path, after)
	l.want("a: reset")
	var items []string
	for range 201 {
		items = append(items, `{"title":"note `+encodedInt(len(items))+`","stars":1}`)
	}
	l.subscribe("a", path, "")
	l.want("a: snapshot 3 [four,uno,zwei]")
	w.root.want("POST", "/api/_/batch/", `{"requests":[`+strings.Join(posts(items), ",")+`]}`, 200, "")
	l.want("a: reset")
	begin = l.cursor
	narrower := strings.Replace(w.document(), "stars > 0", "stars > 1", 1)
	w.root.want("POST", "/api/_/schema/apply/", w.planned(narrower).applying(t), 200, "")
	l.subscribe("a", path, begin)
	l.want("a: reset")
}

func posts(bodies []string) []string {
	for i, b := range bodies {
		bodies[i] = `{"method":"POST","path":"/api/_/records/notes/","body":` + b + `}`
	}
	return bodies
}

// The same over an event stream: the cursor is the event's id, and Last-Event-ID goes on.
func TestLiveStream(t *testing.T) {
	w := newWorld(t)
	reader := w.token("wendy")
	query := "?subscribe=" + url.QueryEscape("/api/notes/?ordering=title") + "&subscribe=" + url.QueryEscape("/api/notes/1/")
	s := reader.stream(query, "")
	s.want("/api/notes/?ordering=title: snapshot 3 [one,three,two]")
	if s.id != "" {
		t.Error("a cursor before every snapshot was told")
	}
	s.want("/api/notes/1/: snapshot [one]")
	w.root.want("PATCH", notesPath+"1/", `{"title":"uno"}`, 200, "")
	s.want("changes /api/notes/1/ updated uno, /api/notes/?ordering=title updated uno")
	id := s.id
	s.close()
	w.root.want("DELETE", notesPath+"3/", "", 204, "")
	s = reader.stream(query, id)
	s.want("changes /api/notes/?ordering=title gone 3; /api/notes/?ordering=title=2")
	w.root.want("PATCH", "/api/_/records/users/"+w.wendyKey+"/", `{"first_name":"W"}`, 200, "")
	s.want("/api/notes/?ordering=title: reset", "/api/notes/1/: reset")
	if s.id != "" {
		t.Errorf("a reset leaves the cursor %q", s.id)
	}
	if status, text := reader.call("GET", "/api/live/?subscribe=/api/nothing/", ""); status != 404 || !strings.Contains(text, "detail") {
		t.Errorf("nothing: %d %s", status, text)
	}
}

// events reads an event stream.
type events struct {
	t     *testing.T
	close func()
	lines *bufio.Scanner
	id    string
}

func (a *account) stream(query, last string) *events {
	a.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), liveTime)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, a.base+"/api/live/"+query, nil)
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Accept", "text/event-stream")
	for k, v := range a.header {
		req.Header.Set(k, v)
	}
	if last != "" {
		req.Header.Set("Last-Event-ID", last)
	}
	res, err := a.client.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	e := &events{t: a.t, close: func() { cancel(); _ = res.Body.Close() }, lines: bufio.NewScanner(res.Body)}
	a.t.Cleanup(e.close)
	if res.StatusCode != 200 || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") || res.Header.Get("X-Request-Id") == "" {
		a.t.Errorf("stream: %d %v", res.StatusCode, res.Header)
	}
	return e
}

// want compares the next event with any of some frames.
func (e *events) want(short ...string) {
	e.t.Helper()
	data, event := "", ""
	for e.lines.Scan() {
		line := e.lines.Text()
		name, v, _ := strings.Cut(line, ": ")
		switch name {
		case "id":
			e.id = v
		case "event":
			event = v
		case "data":
			data = v
		}
		if line == "" && data != "" {
			break
		}
	}
	var f liveFrame
	if err := json.Unmarshal([]byte(data), &f); err != nil {
		e.t.Fatalf("no event: %v, %v", err, e.lines.Err())
	}
	(&live{t: e.t}).valid(frameSchema(e.t, "server"), data)
	got := shortFrame(f)
	for _, s := range short {
		if s == got && event == f.Op {
			return
		}
	}
	e.t.Errorf("event %s %s, want %s", event, data, short)
}

// The same by long-poll: it answers at once where there is something, and else when there is.
func TestLivePoll(t *testing.T) {
	w := newWorld(t)
	reader := w.token("wendy")
	poll := func(more string) (cursor string, short []string) {
		text := reader.want("GET", "/api/live/?subscribe="+url.QueryEscape("/api/notes/?ordering=title")+more, "", 200, "")
		var body struct {
			Cursor   string
			Messages []json.RawMessage
		}
		if err := json.Unmarshal([]byte(text), &body); err != nil {
			t.Fatal(err)
		}
		for _, m := range body.Messages {
			(&live{t: t}).valid(frameSchema(t, "server"), string(m))
			var f liveFrame
			if err := json.Unmarshal(m, &f); err != nil {
				t.Fatal(err)
			}
			short = append(short, strings.TrimPrefix(shortFrame(f), "/api/notes/?ordering=title"))
		}
		return body.Cursor, short
	}
	expect := func(got []string, want string) {
		t.Helper()
		if strings.Join(got, "\n") != want {
			t.Errorf("poll: %q, want %q", got, want)
		}
	}
	cursor, got := poll("")
	expect(got, ": snapshot 3 [one,three,two]")
	empty, got := poll("&wait=0&cursor=" + cursor)
	if len(got) > 0 || empty == "" {
		t.Errorf("nothing has happened: %q, %q", empty, got)
	}
	w.root.want("DELETE", notesPath+"3/", "", 204, "")
	cursor, got = poll("&cursor=" + cursor)
	expect(got, "changes /api/notes/?ordering=title gone 3; /api/notes/?ordering=title=2")
	told := make(chan []string)
	go func() {
		_, got := poll("&wait=20&cursor=" + cursor)
		told <- got
	}()
	w.root.want("PATCH", notesPath+"1/", `{"title":"uno"}`, 200, "")
	first, _, _ := strings.Cut(strings.Join(<-told, "\n"), ";") // with the count, where the poll came after the change
	expect([]string{first}, "changes /api/notes/?ordering=title updated uno")
	w.root.want("PATCH", "/api/_/records/users/"+w.wendyKey+"/", `{"first_name":"W"}`, 200, "")
	again, got := poll("&cursor=" + cursor)
	expect(got, ": reset")
	if again != "" {
		t.Errorf("a reset leaves the cursor %q", again)
	}
	reader.want("GET", "/api/live/?subscribe=/api/notes/&wait=26", "", 400, `{"wait":["Enter a number of seconds from 0 to 25."]}`)
	reader.want("GET", "/api/live/?subscribe=/api/notes/&cursor=nonsense", "", 400, `{"detail":"This is no cursor of /api/live/."}`)
}

// What others write into the log, beside this process, is told once the feed has it. Only PostgreSQL lets others write.
func TestLiveOthers(t *testing.T) {
	if !dbtest.Postgres() {
		return
	}
	w := newWorld(t)
	l := w.token("wendy").live("")
	l.subscribe("a", "/api/notes/", "")
	l.want("a: snapshot 3 [one,two,three]")
	notes := w.server.Store().Schema().Collection("notes")
	err := w.server.Store().Engine().Write(t.Context(), func(c db.Conn) error {
		if _, err := c.Exec("UPDATE notes SET stars = 0 WHERE id = 3"); err != nil {
			return err
		}
		_, err := c.Exec("INSERT INTO couplet_changes (changeset, at, via, collection, key, op, diff) VALUES ($1, 0, 'other', $2, '3', 'update', $3)",
			sqlb.T("01890000-0000-7000-8000-0000000000ff"), sqlb.T(notes.ID), sqlb.T(`{"`+notes.Field("stars").ID+`":[7,0]}`))
		return err
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.root.want("PATCH", notesPath+"1/", `{"title":"uno"}`, 200, "") // is not kept waiting
	l.want("changes a updated uno")
	l.want("changes a gone 3; a=2")
	cursor := l.cursor
	w.root.want("PATCH", notesPath+"1/", `{"title":"one"}`, 200, "")
	l.want("changes a updated one")
	l.subscribe("b", "/api/notes/", cursor)
	l.want("changes b updated one; b=2")
}

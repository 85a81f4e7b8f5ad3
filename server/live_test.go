package server_test

import (
	"log/slog"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store/db/dbtest"
)

func encodedInt(n int) string { return strconv.Itoa(n) }

func sortedKeys(m map[string]int) []string { return slices.Sorted(maps.Keys(m)) }

// token logs in and returns a client that shows an access token.
func (w *world) token(username string) *account {
	w.t.Helper()
	pair := w.visitor().want("POST", "/api/token/", `{"username":"`+username+`","password":"a-good-Pass-123"}`, 200, "")
	return w.visitor().with("Authorization", "Bearer "+member(w.t, pair, "access"))
}

// A list is kept right for its readers: what each may see, with counts, and all of a changeset in one message.
func TestLive(t *testing.T) {
	w := newWorld(t)
	root, wendy := w.token("root").live(""), w.token("wendy").live("")
	root.subscribe("all", "/api/notes/?ordering=title", "")
	root.want("all: snapshot 3 [one,three,two]")
	wendy.subscribe("all", "/api/notes/?ordering=title", "")
	wendy.want("all: snapshot 3 [one,three,two]")
	wendy.subscribe("starred", "/api/_/records/notes/?filter=stars%20%3E%205&order=title", "")
	wendy.want("starred: snapshot [three]")

	w.root.want("POST", notesPath, `{"title":"four"}`, 201, "") // nobody's, without a star
	root.want("changes all created four; all=4")
	w.root.want("PATCH", notesPath+"4/", `{"stars":1}`, 200, "")
	root.want("changes all updated four")
	wendy.want("changes all created four; all=4")
	w.root.want("PATCH", notesPath+"4/", `{"stars":9}`, 200, "")
	root.want("changes all updated four")
	wendy.want("changes all updated four, starred created four")
	w.root.want("PATCH", notesPath+"4/", `{"stars":0}`, 200, "")
	root.want("changes all updated four")
	wendy.want("changes all gone 4, starred gone 4; all=3")
	w.root.want("PATCH", notesPath+"2/", `{"title":"hidden"}`, 200, "") // outside the resource's own filter
	root.want("changes all gone 2; all=3")
	wendy.want("changes all gone 2; all=2")

	w.root.batch(200, `POST /api/_/records/notes/ {"title":"five","stars":1}`, `PATCH /api/_/records/notes/1/ {"title":"uno"}`, `DELETE /api/_/records/notes/3/`)
	root.want("changes all created five, all updated uno, all gone 3")
	wendy.want("changes all created five, all updated uno, all gone 3, starred gone 3")

	wendy.send(`{"op":"unsubscribe","id":"all"}`)
	wendy.send(`{"op":"unsubscribe","id":"all"}`)
	wendy.want("all: error 404")
	w.root.want("PATCH", notesPath+"1/", `{"stars":8}`, 200, "")
	wendy.want("changes starred created uno")
}

// One record, a list below a record, and the many-to-many field of a list.
func TestLiveRecords(t *testing.T) {
	w := newWorld(t)
	l := w.token("root").live("")
	l.subscribe("one", "/api/notes/1/", "")
	l.want("one: snapshot [one]")
	l.subscribe("full", notesPath+"1/", "")
	l.want("full: snapshot [one]")
	l.subscribe("none", "/api/notes/77/", "")
	l.want("none: error 404")
	l.subscribe("lines", "/api/notes/1/lines/", "")
	l.want("lines: snapshot 0 []")
	l.subscribe("red", "/api/_/records/notes/?filter=tags.exists(t,%20t.name%20==%20'red')", "")
	l.want("red: snapshot []")

	w.root.want("PATCH", notesPath+"1/", `{"title":"uno"}`, 200, "")
	l.want("changes full updated uno, one updated uno")
	w.root.want("PATCH", notesPath+"1/", `{"tags":[1]}`, 200, "")
	l.want("changes full updated uno, one updated uno, red created uno")
	line := `"01890000-0000-7000-8000-000000000001"`
	w.root.want("POST", "/api/_/records/lines/", `{"id":`+line+`,"note":1,"text":"first"}`, 201, "")
	l.want("changes lines created first; lines=1")
	w.root.want("PATCH", "/api/_/records/lines/01890000-0000-7000-8000-000000000001/", `{"note":2}`, 200, "")
	l.want("changes lines gone " + line + "; lines=0")
	w.root.want("PATCH", "/api/_/records/tags/1/", `{"name":"crimson"}`, 200, "") // what a tag is called decides about red
	l.want("red: reset")
	l.subscribe("red", "/api/_/records/notes/?filter=tags.exists(t,%20t.name%20==%20'red')", "")
	l.want("red: snapshot []")
	w.root.want("DELETE", notesPath+"1/", "", 204, "")
	l.want("changes full gone 1, one gone 1")
}

// A change of a user's rights, and the end of credentials, act on what is open.
func TestLiveRights(t *testing.T) {
	w := newWorld(t)
	wendy, root := w.token("wendy").live(""), w.token("root").live("")
	wendy.subscribe("a", "/api/notes/", "")
	wendy.want("a: snapshot 3 [one,two,three]")
	root.subscribe("a", "/api/notes/", "")
	root.want("a: snapshot 3 [one,two,three]")
	w.root.want("PATCH", "/api/_/records/users/"+w.wendyKey+"/", `{"roles":[]}`, 200, "")
	w.root.want("PATCH", notesPath+"1/", `{"title":"uno"}`, 200, "")
	wendy.want("a: reset")
	wendy.subscribe("a", "/api/notes/", "")
	wendy.want("a: error 403")
	root.want("changes a updated uno")

	w.root.want("PATCH", "/api/_/records/users/"+w.wendyKey+"/", `{"is_active":false}`, 200, "")
	wendy.want(": error 401")
	if code := wendy.closed(); code != 4401 {
		t.Errorf("closed with %d", code)
	}
}

// The ways to prove who one is: header, ticket, token in a frame, cookie; and how each ends.
func TestLiveCredentials(t *testing.T) {
	w := newWorld(t)
	login := `{"username":"wendy","password":"a-good-Pass-123"}`
	pair := w.visitor().want("POST", "/api/token/", login, 200, "")
	bearer := w.visitor().with("Authorization", "Bearer "+member(t, pair, "access"))
	l := bearer.live("")
	l.subscribe("a", "/api/notes/", "")
	l.want("a: snapshot 3 [one,two,three]")

	ticket := member(t, bearer.want("POST", "/api/_/live/ticket/", "", 200, ""), "ticket")
	byTicket := w.visitor().live("?ticket=" + ticket)
	byTicket.subscribe("a", "/api/notes/", "")
	byTicket.want("a: snapshot 3 [one,two,three]")
	if _, status, _ := w.visitor().dialLive("?ticket=" + ticket); status != 401 {
		t.Errorf("a ticket that was used: %d", status)
	}
	w.visitor().want("POST", "/api/_/live/ticket/", "", 401, "")
	if _, status, _ := w.visitor().with("Authorization", "Bearer nonsense").dialLive(""); status != 401 {
		t.Errorf("a token that is none: %d", status)
	}

	byFrame := w.visitor().live("")
	byFrame.subscribe("a", "/api/notes/", "")
	byFrame.want("a: error 401")
	byFrame.send(`{"op":"auth","token":"nonsense"}`)
	byFrame.want(": error 401")
	byFrame.send(`{"op":"auth","token":"` + member(t, pair, "access") + `"}`)
	byFrame.subscribe("a", "/api/notes/", "")
	byFrame.want("a: snapshot 3 [one,two,three]")

	// Whoever logs out, with a session or with cookies of tokens, is logged out of what is open.
	browser := w.visitor().browser()
	browser.want("POST", "/api/auth/login/", login, 200, "")
	byCookie := browser.live("")
	byCookie.subscribe("a", "/api/notes/", "")
	byCookie.want("a: snapshot 3 [one,two,three]")
	foreign := browser.with("Origin", "https://elsewhere.example")
	if _, status, _ := foreign.dialLive(""); status != 403 {
		t.Errorf("a page of another origin: %d", status)
	}
	browser.with("X-CSRFToken", browser.cookie("csrftoken")).want("POST", "/api/auth/logout/", "", 200, "")
	if code := byCookie.closed(); code != 4401 {
		t.Errorf("closed after log-out with %d", code)
	}
	// A new password ends all of them.
	w.root.want("PATCH", notesPath+"1/", `{"title":"uno"}`, 200, "")
	for _, l := range []*live{l, byTicket, byFrame} {
		l.want("changes a updated uno")
	}
	w.wendy.want("POST", "/api/auth/password/change/", `{"new_password1":"another-Pass-456","new_password2":"another-Pass-456","old_password":"a-good-Pass-123"}`, 200, "")
	for _, l := range []*live{l, byTicket, byFrame} {
		if code := l.closed(); code != 4401 {
			t.Errorf("closed after a new password with %d", code)
		}
	}
}

// A connection lasts as long as its access token, unless it is given another one before.
func TestLiveExpiry(t *testing.T) {
	var ahead atomic.Int64
	dir := t.TempDir()
	write(t, filepath.Join(dir, "schema.json"), systemSchema)
	p := &project{t: t, config: server.Config{Data: t.TempDir(), Database: dbtest.URL(t), Project: dir, NoSync: true, Log: slog.New(slog.DiscardHandler),
		Auth: auth.Config{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }}}}
	p.start()
	t.Cleanup(func() { p.stop() })
	p.user(auth.NewUser{Username: "root", Superuser: true})
	w := &world{project: p}
	old, kept := w.token("root").live(""), w.token("root").live("")
	for _, l := range []*live{old, kept} {
		l.subscribe("a", "/api/notes/", "")
		l.want("a: snapshot 0 []")
	}
	ahead.Store(int64(10 * time.Minute))
	kept.send(`{"op":"auth","token":"` + strings.TrimPrefix(w.token("root").header["Authorization"], "Bearer ") + `"}`)
	kept.send(`{"op":"unsubscribe","id":"none"}`)
	kept.want("none: error 404") // the token before it was taken
	ahead.Store(int64(20 * time.Minute))
	old.want(": error 401")
	if code := old.closed(); code != 4401 {
		t.Errorf("closed with %d", code)
	}
	w.token("root").want("POST", notesPath, `{"title":"one"}`, 201, "")
	kept.want("changes a created one; a=1")
	again := w.token("root").live("")
	again.subscribe("a", "/api/notes/", old.cursor)
	again.want("changes a created one; a=1")
}

// What is no frame is refused and harms nothing.
func TestLiveErrors(t *testing.T) {
	w := newWorld(t)
	w.user(auth.NewUser{Username: "other"})
	l := w.token("root").live("")
	for _, c := range []struct{ frame, want string }{
		{`nonsense`, ": error 400"},
		{`{"op":"subscribe"}`, ": error 400"},
		{`{"op":"dance","id":"a"}`, "a: error 400"},
		{`{"op":"subscribe","id":"a","path":"/api/notes/","more":1}`, ": error 400"},
		{`{"op":"subscribe","id":"a","path":"/api/notes/"} {}`, ": error 400"},
		{`{"op":"subscribe","id":"a","path":"/api/nothing/"}`, "a: error 404"},
		{`{"op":"subscribe","id":"a","path":"/api/"}`, "a: error 404"},
		{`{"op":"subscribe","id":"a","path":"/admin/"}`, "a: error 404"},
		{`{"op":"subscribe","id":"a","path":"/api/notes/?export=csv"}`, "a: error 400"},
		{`{"op":"subscribe","id":"a","path":"/api/notes/?page=9"}`, "a: error 404"},
		{`{"op":"subscribe","id":"a","path":"/api/_/records/notes/count/"}`, "a: error 404"},
		{`{"op":"subscribe","id":"a","path":"/api/_/records/notes/?filter=nope"}`, "a: error 400"},
		{`{"op":"subscribe","id":"a","path":"/api/notes/","from":"nonsense"}`, "a: error 400"},
		{`{"op":"auth"}`, ": error 400"},
		{`{"op":"subscribe","id":"a","path":"/api/notes/"}`, "a: snapshot 3 [one,two,three]"},
		{`{"op":"subscribe","id":"a","path":"/api/notes/"}`, "a: error 409"},
	} {
		l.sendRaw(c.frame)
		l.want(c.want)
	}
	w.root.want("PATCH", notesPath+"1/", `{"title":"uno"}`, 200, "")
	l.want("changes a updated uno")
	w.root.want("GET", "/api/_/live/frames/", "", 200, "")
	w.root.want("POST", "/api/live/", "", 405, "")
	w.root.want("GET", "/api/live/", "", 400, `{"subscribe":["Name the path of a list or record."]}`)
}

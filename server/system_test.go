package server_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store/db/dbtest"
)

// systemSchema has what the system API decides about: roles with rules, collection rules and field rules.
const systemSchema = `{
  "collections": {
    "tags": {"display": "name", "fields": {"name": {"type": "char", "max_length": 20, "unique": true}}},
    "notes": {
      "display": "title",
      "fields": {
        "title": {"type": "char", "max_length": 40, "unique": true},
        "stars": {"type": "integer", "default": 0},
        "price": {"type": "decimal", "max_digits": 6, "decimal_places": 2, "null": true},
        "owner": {"type": "foreign_key", "to": "users", "on_delete": "cascade", "null": true, "related_name": "notes"},
        "memo": {"type": "char", "max_length": 20, "blank": true, "rules": {"read": "user.is_staff", "write": "user.is_staff"}},
        "tags": {"type": "many_to_many", "to": "tags", "blank": true, "related_name": "notes"}
      },
      "rules": {"change": "stars < 5"}
    },
    "lines": {
      "fields": {
        "id": {"type": "uuid", "primary_key": true, "auto": false},
        "note": {"type": "foreign_key", "to": "notes", "on_delete": "protect", "related_name": "lines"},
        "after": {"type": "foreign_key", "to": "lines", "on_delete": "cascade", "null": true, "related_name": "next"},
        "text": {"type": "char", "max_length": 20}
      }
    }
  },
  "resources": {
    "notes": {"collection": "notes", "permission": "roles", "filter": "title != 'hidden'"},
    "lines": {"collection": "lines", "permission": "roles"}
  },
  "roles": {
    "signed_in": {"users": {"view": "id == user.id"}},
    "anyone": {"tags": {"view": true}},
    "writers": {"notes": {"view": "owner == user.id || stars > 0", "add": "owner == user.id", "change": "owner == user.id"},
                "lines": {"view": true, "add": true}}
  }
}`

// project is a server of a project folder.
type project struct {
	t      *testing.T
	config server.Config
	server *server.Server
	base   string
	stop   func()
}

// startProject serves a schema from a folder of its own until the test ends.
func startProject(t *testing.T, document string) *project {
	t.Helper()
	dir := t.TempDir()
	if document != "" {
		write(t, filepath.Join(dir, "schema.json"), document)
	}
	p := &project{t: t, config: server.Config{Data: t.TempDir(), Database: dbtest.URL(t), Project: dir, NoSync: true, Log: slog.New(slog.DiscardHandler)}}
	p.start()
	t.Cleanup(func() { p.stop() })
	return p
}

// newServer opens a project without serving it.
func newServer(c server.Config) (*server.Server, error) { return server.New(context.Background(), c) }

func (p *project) start() {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	s, err := server.New(ctx, p.config)
	if err != nil {
		cancel()
		p.stop = func() {}
		p.t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	p.server, p.base = s, "http://"+ln.Addr().String()
	p.stop = func() {
		cancel()
		if err := errors.Join(<-done, s.Close()); err != nil {
			p.t.Error(err)
		}
		p.stop = func() {}
	}
}

// user makes an account and returns its client, which sends the password with each request, and its key.
func (p *project) user(u auth.NewUser) (*account, string) {
	p.t.Helper()
	service, err := auth.New(context.Background(), p.server.Store(), auth.Config{})
	if err != nil {
		p.t.Fatal(err)
	}
	u.Password = "a-good-Pass-123"
	key, err := service.CreateUser(context.Background(), u, "cli")
	if err != nil {
		p.t.Fatal(err)
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(u.Username+":"+u.Password))
	return p.visitor().with("Authorization", basic), p.server.Store().Schema().Users().Key.Type.String(key)
}

func (p *project) visitor() *account { return &account{t: p.t, base: p.base, client: newClient(nil)} }

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// contains holds that a text has every part.
func contains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s\nis not in\n%s", p, text)
		}
	}
}

// world is a project with users, and records of the root user: notes 1 to 3, tags 1 and 2.
type world struct {
	*project
	root, staff, wendy, nobody *account
	wendyKey                   string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{project: startProject(t, systemSchema)}
	w.root, _ = w.user(auth.NewUser{Username: "root", Superuser: true})
	w.staff, _ = w.user(auth.NewUser{Username: "stan", Staff: true, Roles: []string{"writers"}})
	w.wendy, w.wendyKey = w.user(auth.NewUser{Username: "wendy", Roles: []string{"writers"}})
	w.nobody, _ = w.user(auth.NewUser{Username: "norman"})
	for _, body := range []string{
		`{"title":"one","stars":1,"price":"9.50","memo":"psst"}`, `{"title":"two","owner":` + w.wendyKey + `}`, `{"title":"three","stars":7}`,
	} {
		w.root.want("POST", "/api/_/records/notes/", body, 201, "")
	}
	w.root.want("POST", "/api/_/records/tags/", `{"name":"red"}`, 201, "")
	w.root.want("POST", "/api/_/records/tags/", `{"name":"blue"}`, 201, "")
	return w
}

const notesPath = "/api/_/records/notes/"

// valuesOf keeps the records' values of one field, in order: "one two".
func valuesOf(t *testing.T, text, field string) string {
	t.Helper()
	var page struct{ Results []map[string]any }
	if err := json.Unmarshal([]byte(text), &page); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	var out []string
	for _, r := range page.Results {
		out = append(out, fmt.Sprint(r[field]))
	}
	return strings.Join(out, " ")
}

func TestRecordLists(t *testing.T) {
	w := newWorld(t)
	for _, test := range []struct {
		who         *account
		query, want string // the titles
	}{
		{w.root, "", "one two three"},
		{w.wendy, "", "one two three"},
		{w.staff, "", "one three"},
		{w.wendy, "?filter=stars>0", "one three"},
		{w.wendy, "?filter=", "one two three"},
		{w.wendy, "?order=-stars", "three one two"},
		{w.wendy, "?order=price,-title", "two three one"},
		{w.wendy, "?order=", "one two three"},
		{w.wendy, "?q=tw", "two"},
		{w.wendy, "?q=TW+nothing", ""},
		{w.wendy, "?offset=1", "two three"},
		{w.wendy, "?offset=9", ""},
		{w.wendy, "?limit=1", "one"},
		{w.wendy, "?limit=1&offset=2", "three"},
		{w.root, "?filter=memo=='psst'", "one"},
		{w.root, "?filter=owner.username=='wendy'", "two"},
		{w.wendy, "?explain=0", "400"},
	} {
		status, text := test.who.call("GET", notesPath+test.query, "")
		got := strconv.Itoa(status)
		if status == 200 {
			got = valuesOf(t, text, "title")
		}
		if got != test.want {
			t.Errorf("%s: %s (%s), want %s", test.query, got, text, test.want)
		}
	}
}

// Page after page gives every record once, in any order, whatever is inserted before the place.
func TestRecordPages(t *testing.T) {
	w := newWorld(t)
	for _, order := range []string{"", "-stars,title", "price", "-price", "owner,-id"} {
		var got []string
		after := ""
		for range 10 {
			text := w.root.want("GET", notesPath+"?limit=1&order="+order+after, "", 200, "")
			got = append(got, valuesOf(t, text, "title"))
			next := member(t, text, "next")
			if next == "" {
				break
			}
			after = "&after=" + next
		}
		whole := valuesOf(t, w.root.want("GET", notesPath+"?order="+order, "", 200, ""), "title")
		if diff := cmp.Diff(whole, strings.Join(got, " ")); diff != "" {
			t.Errorf("order %q (-whole +pages):\n%s", order, diff)
		}
	}
	next := member(t, w.root.want("GET", notesPath+"?limit=1&order=title", "", 200, ""), "next")
	wrong := `{"after":["This is not the next of a page in this order."]}`
	for _, query := range []string{"after=" + next, "order=-title&after=" + next, "after=xx", "after=W10", "after=bnVsbA", "after=WyIiXQ"} {
		w.root.want("GET", notesPath+"?"+query, "", 400, wrong)
	}
}

func TestRecordParametersAreChecked(t *testing.T) {
	w := newWorld(t)
	for query, want := range map[string]string{
		"filter=stars>":               `{"filter":["1:7: The expression ends too early."]}`,
		"filter=starz==1":             `{"filter":["1:1: notes has no field starz. Did you mean \"stars\"?"]}`,
		"filter=memo=='psst'":         `{"filter":["1:1: The field memo cannot be read."]}`,
		"filter=owner.password=='x'":  `{"filter":["1:1: password is secret and cannot be read."]}`,
		"order=memo":                  `{"order":["There is no field \"memo\" to order by."]}`,
		"order=-nope":                 `{"order":["There is no field \"nope\" to order by."]}`,
		"limit=0":                     `{"limit":["Enter a whole number from 1 to 1000."]}`,
		"limit=1001":                  `{"limit":["Enter a whole number from 1 to 1000."]}`,
		"limit=x&offset=-1":           `{"limit":["Enter a whole number from 1 to 1000."],"offset":["Enter a whole number from 0 to 2147483648."]}`,
		"offset=99999999999999999999": `{"offset":["Enter a whole number from 0 to 2147483648."]}`,
		"page=2":                      `{"page":["There is no such parameter. This resource is narrowed by filter=, an expression."]}`,
		"%zz=1":                       `{"detail":"The query string is not well formed."}`,
	} {
		w.wendy.want("GET", notesPath+"?"+query, "", 400, want)
	}
	w.wendy.want("GET", notesPath+"?format=xml", "", 404, `{"detail":"Not found."}`)
	if got := w.wendy.want("GET", notesPath+"?fields=title&limit=1", "", 200, ""); !strings.HasPrefix(got, `{"results":[{"title":"one","_v":"`) {
		t.Error(got)
	}
	if got := w.wendy.want("GET", notesPath+"1/?omit=id,tags,price", "", 200, ""); !strings.HasPrefix(got, `{"title":"one","stars":1,"owner":null,"_v":"`) {
		t.Error(got)
	}
	for query, want := range map[string]string{"": "3", "?filter=stars>0": "2", "?q=tw": "1", "?ids=1,3,99": "2", "?ids=": "0"} {
		w.wendy.want("GET", notesPath+"count/"+query, "", 200, `{"count":`+want+`,"exact":true}`)
	}
	w.wendy.want("GET", notesPath+"count/?order=title", "", 400, `{"order":["There is no such parameter. This resource is narrowed by filter=, an expression."]}`)
	w.wendy.want("POST", notesPath+"count/", "{}", 405, "")
}

// What a plain user may do is decided as at the public resources: roles, row rules, field rules.
func TestRecordPermissions(t *testing.T) {
	w := newWorld(t)
	denied, missing := `{"detail":"You do not have permission to perform this action."}`, `{"detail":"No Note matches the given query."}`
	anonymous := `{"detail":"Authentication credentials were not provided."}`
	mine := `{"title":"four","owner":` + w.wendyKey + `,"memo":"x"}`
	for _, test := range []struct {
		who                *account
		method, path, body string
		status             int
		want               string
	}{
		{w.visitor(), "GET", notesPath, "", 401, anonymous},
		{w.nobody, "GET", notesPath, "", 403, denied},
		{w.nobody, "GET", notesPath + "1/", "", 403, denied},
		{w.staff, "GET", notesPath + "2/", "", 404, missing},
		{w.staff, "PATCH", notesPath + "2/", `{"stars":2}`, 404, missing},
		{w.wendy, "GET", notesPath + "99/", "", 404, missing},
		{w.wendy, "GET", notesPath + "x/", "", 404, `{"detail":"Not found."}`},
		{w.wendy, "GET", notesPath + "2", "", 404, `{"detail":"Not found."}`},
		{w.wendy, "GET", "/api/_/records/nope/", "", 404, `{"detail":"Not found."}`},
		{w.wendy, "PATCH", notesPath + "1/", `{"stars":2}`, 403, denied},
		{w.wendy, "PATCH", notesPath + "2/", `{"stars":5}`, 403, denied},
		{w.wendy, "DELETE", notesPath + "2/", "", 403, denied},
		{w.wendy, "POST", notesPath, `{"title":"four"}`, 403, denied},
		{w.wendy, "POST", notesPath, `{"title":"four","owner":1}`, 400, `{"owner":["Invalid pk \"1\" - object does not exist."]}`},
		{w.wendy, "POST", notesPath + "validate/", `{"title":"four"}`, 403, denied},
		{w.wendy, "POST", notesPath + "validate/", `{"title":"one","owner":` + w.wendyKey + `}`, 400, `{"title":["note with this title already exists."]}`},
		{w.wendy, "POST", notesPath + "validate/", `[]`, 400, `{"non_field_errors":["Invalid data. Expected a dictionary, but got list."]}`},
		{w.wendy, "POST", notesPath + "validate/", mine, 200, `{}`},
		{w.nobody, "POST", notesPath + "validate/", mine, 403, denied},
		{w.wendy, "POST", notesPath, mine, 201, ""},
		{w.wendy, "PATCH", notesPath + "2/", `{"stars":2,"memo":"mine"}`, 200, ""},
	} {
		test.who.want(test.method, test.path, test.body, test.status, test.want)
	}
	// A field rule hides memo from wendy, and what she wrote into it was ignored.
	if text := w.wendy.want("GET", notesPath+"2/", "", 200, ""); strings.Contains(text, "memo") {
		t.Error(text)
	}
	if got := valuesOf(t, w.root.want("GET", notesPath+"?order=id&filter=stars<7", "", 200, ""), "memo"); got != "psst  " {
		t.Errorf("memos are %q", got)
	}
}

func TestRecordVersions(t *testing.T) {
	w := newWorld(t)
	lost := `{"detail":"The record has changed since it was read."}`
	version := func() string { return member(t, w.root.want("GET", notesPath+"2/", "", 200, ""), "_v") }
	old := version()
	w.root.want("PATCH", notesPath+"2/", `{"stars":3}`, 200, "")
	now := version()
	if old == now {
		t.Fatal("a change leaves the version")
	}
	for _, bad := range []string{old, `"` + old + `"`, `"` + old + `.abc"`, `W/"` + now + `"`, `"zz"`, `"nonsense!"`, `,`} {
		w.root.with("If-Match", bad).want("PATCH", notesPath+"2/", `{"stars":4}`, 412, lost)
		w.root.with("If-Match", bad).want("PUT", notesPath+"2/", `{"title":"other"}`, 412, lost)
		w.root.with("If-Match", bad).want("DELETE", notesPath+"2/", "", 412, lost)
	}
	for _, good := range []string{now, `"` + now + `"`, `"` + now + `.abc"`, `"zz", "` + now + `"`, `*`} {
		w.root.with("If-Match", good).want("PATCH", notesPath+"2/", `{"stars":3}`, 200, "")
	}
	// The version is of what is stored, links included, not of what a request shows.
	w.root.want("PATCH", notesPath+"2/", `{"tags":[1]}`, 200, "")
	w.root.with("If-Match", now).want("DELETE", notesPath+"2/", "", 412, lost)
	w.root.with("If-Match", version()).want("DELETE", notesPath+"2/", "", 204, "")
}

func TestIdempotencyKey(t *testing.T) {
	w := newWorld(t)
	reused := `{"detail":"This Idempotency-Key was used for another request."}`
	key := w.root.with("Idempotency-Key", "k1")
	first := key.want("POST", notesPath, `{"title":"once"}`, 201, "")
	key.want("POST", notesPath, `{"title":"once"}`, 201, first)
	key.want("POST", notesPath, `{"title":"twice"}`, 409, reused)
	key.want("POST", "/api/_/records/tags/", `{"name":"once"}`, 409, reused)
	// Another user's key is another key; a refused request does not use one up.
	w.wendy.with("Idempotency-Key", "k1").want("POST", notesPath, `{"title":"hers","owner":`+w.wendyKey+`}`, 201, "")
	second := w.root.with("Idempotency-Key", "k2")
	second.want("POST", notesPath, `{"title":"once"}`, 400, "")
	second.want("POST", notesPath, `{"title":"two times"}`, 201, "")
	w.root.with("Idempotency-Key", strings.Repeat("x", 256)).want("POST", notesPath, `{"title":"long"}`, 400,
		`{"detail":"The Idempotency-Key is longer than 255 bytes."}`)
	if got := valuesOf(t, w.root.want("GET", notesPath+"?filter=id>3", "", 200, ""), "title"); got != "once hers two times" {
		t.Error(got)
	}
}

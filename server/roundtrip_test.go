package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"io"
	"io/fs"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/fixture"
	"github.com/couplet/couplet/store/schema"
)

const everythingPassword = "correct horse battery"

// everything is a server whose schema has every type, relation and option, and a client of it.
type everything struct {
	t      *testing.T
	server *server.Server
	base   string
	token  string
}

// startEverything serves a project folder that holds testdata/everything.json, with an empty data folder. A table that
// Couplet does not own is there before.
func startEverything(t *testing.T) *everything {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	t.Cleanup(cancel)
	project, data := t.TempDir(), t.TempDir()
	source, err := os.ReadFile("testdata/everything.json")
	ok(t, err)
	ok(t, os.WriteFile(filepath.Join(project, "schema.json"), source, 0o600))
	database := dbtest.URL(t)
	before, err := store.Open(ctx, store.Options{Dir: data, Database: database, NoSync: true})
	ok(t, err)
	ok(t, before.Engine().Exclusive(ctx, func(c db.Conn) error {
		return c.Script("CREATE TABLE legacy_rows (id integer NOT NULL PRIMARY KEY AUTOINCREMENT, name varchar(20) NOT NULL)")
	}))
	ok(t, before.SetMeta(ctx, "version_key", strings.Repeat("5c", 16))) // each database has one of its own otherwise
	ok(t, before.Close())

	s, err := server.New(ctx, server.Config{Data: data, Database: database, Project: project, NoSync: true, Mailer: newOutbox(), Log: slog.New(slog.DiscardHandler)})
	ok(t, err)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ok(t, err)
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, s.Close()); err != nil {
			t.Error(err)
		}
	})
	return &everything{t: t, server: s, base: "http://" + ln.Addr().String()}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// admin makes a superuser.
func (e *everything) admin() {
	service, err := auth.New(e.t.Context(), e.server.Store(), auth.Config{})
	ok(e.t, err)
	_, err = service.CreateUser(e.t.Context(), auth.NewUser{Username: "root", Email: "root@b.example", Password: everythingPassword, Superuser: true,
		Roles: []string{"readers"}}, "test")
	ok(e.t, err)
}

// login takes an access token.
func (e *everything) login() {
	body := e.send("POST", "/api/token/", "application/json", `{"username": "root", "password": "`+everythingPassword+`"}`, 200).body
	e.token = member(e.t, body, "access")
}

type reply struct {
	status           int
	contentType, tag string
	body             string
}

// send sends a request to the host "localhost", so that links do not name a port.
func (e *everything) send(method, path, contentType, body string, status int) reply {
	e.t.Helper()
	req, err := http.NewRequest(method, e.base+path, strings.NewReader(body))
	ok(e.t, err)
	req.Host = "localhost"
	req.Header.Set("Accept", "application/json")
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if e.token != "" {
		req.Header.Set("Authorization", "Bearer "+e.token)
	}
	resp, err := http.DefaultClient.Do(req)
	ok(e.t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	ok(e.t, err)
	if resp.StatusCode != status {
		e.t.Fatalf("%s %s %s: %d %s", method, path, body, resp.StatusCode, text)
	}
	return reply{resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("ETag"), string(text)}
}

// create posts a record and holds the answer against what was sent, and against what is read afterwards.
func (e *everything) create(list, lookup, body string) {
	e.t.Helper()
	made := e.send("POST", list, "application/json", body, 201).body
	var sent, got map[string]json.RawMessage
	ok(e.t, json.Unmarshal([]byte(body), &sent))
	ok(e.t, json.Unmarshal([]byte(made), &got))
	for name, raw := range sent {
		back, there := got[name]
		switch {
		case name == "parent_id" && !there, name == "memberships": // write only; with keys of their own
		case !there:
			e.t.Errorf("%s: %s is not in the answer %s", list, name, made)
		case !sameJSON(e.t, raw, back):
			e.t.Errorf("%s: %s was sent as %s and came back as %s", list, name, raw, back)
		}
	}
	key := strings.Trim(string(got[lookup]), `"`)
	if read := e.send("GET", list+key+"/", "", "", 200).body; read != made {
		e.t.Errorf("%s%s/ was answered as\n%s\nand reads as\n%s", list, key, made, read)
	}
}

// sameJSON compares texts as texts, and everything else as it is written.
func sameJSON(t *testing.T, a, b json.RawMessage) bool {
	t.Helper()
	if a[0] == '"' && b[0] == '"' {
		var x, y string
		ok(t, json.Unmarshal(a, &x))
		ok(t, json.Unmarshal(b, &y))
		return x == y
	}
	var compact bytes.Buffer
	ok(t, json.Compact(&compact, a))
	return bytes.Equal(compact.Bytes(), b)
}

// upload sends the files of a record.
func (e *everything) upload(path string, files map[string]string) {
	e.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, content := range files {
		file := map[string]string{"a_file": "notes ü.txt", "an_image": "dot.png"}[name]
		kind := map[string]string{"a_file": "text/plain", "an_image": "image/png"}[name]
		part, err := form.CreatePart(map[string][]string{
			"Content-Disposition": {`form-data; name="` + name + `"; filename="` + file + `"`}, "Content-Type": {kind}})
		ok(e.t, err)
		_, err = io.WriteString(part, content)
		ok(e.t, err)
	}
	ok(e.t, form.Close())
	e.send("PATCH", path, form.FormDataContentType(), body.String(), 200)
}

// fill creates records in every collection through the API.
func (e *everything) fill() {
	source, err := os.ReadFile("testdata/everything-records.json")
	ok(e.t, err)
	var records [][2]json.RawMessage
	ok(e.t, json.Unmarshal(source, &records))
	filled := map[string]bool{"users": true}
	for _, r := range records {
		var name string
		ok(e.t, json.Unmarshal(r[0], &name))
		filled[name] = true
		lookup := e.server.Store().Schema().Resource(name).Lookup.Name
		e.create("/api/"+name+"/", lookup, string(r[1]))
	}
	e.create("/api/_/records/inside/", "id", `{"name": "no public face"}`)
	filled["inside"] = true
	for _, c := range e.server.Store().Schema().Collections {
		if !filled[c.Name] {
			e.t.Errorf("testdata/everything-records.json has no record of %s", c.Name)
		}
	}
	var dot bytes.Buffer
	ok(e.t, png.Encode(&dot, image.NewGray(image.Rect(0, 0, 3, 2))))
	e.upload("/api/things/00000000-0000-4000-8000-000000000001/", map[string]string{"a_file": "text", "an_image": dot.String()})
	e.upload("/api/things/ffffffff-ffff-4fff-bfff-fffffffffffe/", map[string]string{"a_file": "another text of that name"})
}

// answers reads all that the API says: every list, record, form and document, public and full.
func (e *everything) answers() map[string]reply {
	got := map[string]reply{}
	get := func(path string) reply {
		got[path] = e.send("GET", path, "", "", 200)
		return got[path]
	}
	for _, path := range []string{"/api/", "/api/schema/?format=json", "/api/_/schema/", "/api/auth/user/"} {
		get(path)
	}
	s := e.server.Store().Schema()
	lists := map[string]string{}
	for _, r := range s.Resources {
		lists["/api/"+r.Name+"/"] = r.Lookup.Name
	}
	for _, c := range s.Collections {
		lists["/api/_/records/"+c.Name+"/"] = c.Key.Name
	}
	for list, lookup := range lists {
		got["OPTIONS "+list] = e.send("OPTIONS", list, "", "", 200)
		for page := list; page != ""; {
			page = e.readPage(get(page).body, list, lookup, get)
		}
	}
	return got
}

// readPage reads the records of a page of a list and returns the path of the next page.
func (e *everything) readPage(body, list, lookup string, get func(string) reply) string {
	e.t.Helper()
	var page struct {
		Next    *string
		Results []map[string]json.RawMessage
	}
	if body[0] == '[' {
		ok(e.t, json.Unmarshal([]byte(body), &page.Results))
	} else {
		ok(e.t, json.Unmarshal([]byte(body), &page))
	}
	for _, row := range page.Results {
		get(list + strings.Trim(string(row[lookup]), `"`) + "/")
	}
	if page.Next == nil {
		return ""
	}
	return strings.TrimPrefix(*page.Next, "http://localhost")
}

func (e *everything) dump() string {
	e.t.Helper()
	var b bytes.Buffer
	ok(e.t, fixture.Dump(e.t.Context(), e.server.Store(), &b, fixture.DumpOptions{Indent: 1}))
	return b.String()
}

// TestRoundTrip takes every type, relation and option the whole way: document, tables, API, dump, a fresh database, and
// the same bytes again, in the dump and in every answer.
func TestRoundTrip(t *testing.T) {
	first := startEverything(t)
	first.admin()
	first.login()
	first.fill()
	dump := first.dump()

	second := startEverything(t)
	_, err := fixture.Load(t.Context(), second.server.Store(), strings.NewReader(dump), fixture.LoadOptions{})
	ok(t, err)
	copyFiles(t, first.server.Store().Files.Root(), second.server.Store().Files.Root())
	if d := cmp.Diff(strings.Split(dump, "\n"), strings.Split(second.dump(), "\n")); d != "" {
		t.Errorf("the dump of a loaded dump is another one (-first +second):\n%s", d)
	}
	second.login()
	want, got := first.answers(), second.answers()
	for path, a := range want {
		b, there := got[path]
		switch {
		case !there:
			t.Errorf("%s is not there", path)
		case a != b:
			t.Errorf("%s answers otherwise (-first +second):\n%s", path, cmp.Diff(a.body+a.tag+a.contentType, b.body+b.tag+b.contentType))
		}
	}
	if len(want) != len(got) || len(want) < 100 {
		t.Errorf("%d and %d answers", len(want), len(got))
	}
	if diff, err := second.server.Store().Migrations("").Drift(t.Context()); err != nil || len(diff) > 0 {
		t.Errorf("the tables are not those of the document: %v, %v", diff, err)
	}
	loaded, err := fixture.Load(t.Context(), first.server.Store(), strings.NewReader(dump), fixture.LoadOptions{})
	ok(t, err)
	if again := first.dump(); again != dump || loaded.Total() == 0 {
		t.Error("a dump loaded over itself changes something")
	}
}

func copyFiles(t *testing.T, from, to string) {
	t.Helper()
	n := 0
	ok(t, fs.WalkDir(os.DirFS(from), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return errors.Join(err, os.MkdirAll(filepath.Join(to, name), 0o700))
		}
		n++
		data, err := os.ReadFile(filepath.Join(from, name))
		return errors.Join(err, os.WriteFile(filepath.Join(to, name), data, 0o600))
	}))
	if n != 3 {
		t.Errorf("%d files are stored", n)
	}
}

// TestEverything holds that testdata/everything.json leaves out no key and no word of the schema language.
func TestEverything(t *testing.T) {
	source, err := os.ReadFile("testdata/everything.json")
	ok(t, err)
	var language struct {
		Defs map[string]struct {
			Properties map[string]struct {
				Enum  []string
				Items struct{ Enum []string }
			}
		} `json:"$defs"`
	}
	ok(t, json.Unmarshal(schema.JSONSchema(), &language))
	for kind, def := range language.Defs {
		for key, p := range def.Properties {
			if !bytes.Contains(source, []byte(`"`+key+`":`)) {
				t.Errorf("%s: nothing uses %q", kind, key)
			}
			if kind+"."+key == "accounts.email_verification" {
				continue // one value of three for the whole document
			}
			for _, word := range slices.Concat(p.Enum, p.Items.Enum) {
				if !bytes.Contains(source, []byte(`"`+word+`"`)) {
					t.Errorf("%s.%s: nothing uses %q", kind, key, word)
				}
			}
		}
	}
}

package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store/db/dbtest"
)

// walk is somebody at a console in a project folder.
type walk struct {
	t   *testing.T
	dir string
}

func newWalk(t *testing.T) *walk {
	t.Helper()
	w := &walk{t, t.TempDir()}
	t.Chdir(w.dir)
	t.Setenv("COUPLET_DATABASE", dbtest.URL(t)) // "" is SQLite
	return w
}

// runs runs a command line with an input and returns the exit code and what was printed.
func (w *walk) runs(input string, args ...string) (code int, out string) {
	w.t.Helper()
	var b bytes.Buffer
	root := Root(nil)
	root.SetArgs(args)
	root.SetIn(strings.NewReader(input))
	root.SetOut(&b)
	root.SetErr(&b)
	code = run(context.Background(), root)
	return code, b.String()
}

// ok runs a command line, split at spaces, that must succeed and print every part.
func (w *walk) ok(line string, parts ...string) string {
	w.t.Helper()
	return w.expects(exitOK, "", line, parts...)
}

func (w *walk) expects(code int, input, line string, parts ...string) string {
	w.t.Helper()
	got, out := w.runs(input, strings.Fields(line)...)
	if got != code {
		w.t.Errorf("couplet %s exits with %d, want %d:\n%s", line, got, code, out)
	}
	for _, p := range parts {
		if !strings.Contains(out, p) {
			w.t.Errorf("couplet %s does not say %q:\n%s", line, p, out)
		}
	}
	return out
}

func (w *walk) file(name string) string {
	w.t.Helper()
	data, err := os.ReadFile(filepath.Join(w.dir, name))
	if err != nil {
		w.t.Fatal(err)
	}
	return string(data)
}

func (w *walk) write(name, text string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600); err != nil {
		w.t.Fatal(err)
	}
}

// edit replaces a part of schema.json.
func (w *walk) edit(old, new string) {
	w.t.Helper()
	text := w.file("schema.json")
	if !strings.Contains(text, old) {
		w.t.Fatalf("%s is not in %s", old, text)
	}
	w.write("schema.json", strings.Replace(text, old, new, 1))
}

const threeNotes = `[
{"model": "app.note", "pk": 1, "fields": {"title": "one", "body": "b", "done": true, "created_at": "2024-01-01T00:00:00Z"}},
{"model": "app.note", "pk": 2, "fields": {"title": "one", "body": "", "done": false, "created_at": "2024-01-02T00:00:00Z"}},
{"model": "app.note", "pk": 3, "fields": {"title": "a much longer title", "body": "x", "done": false, "created_at": "2024-01-03T00:00:00Z"}}]`

// The newcomer's path, as the README says.
func TestFirstMinutes(t *testing.T) {
	w := newWalk(t)
	nothing, quote := "there is no database in ./data", "`"
	if dbtest.Postgres() { // its database is there before anything is in it
		nothing, quote = "is still empty", `"`
	}
	w.expects(exitFailed, "", "schema plan", "there is no schema.json here; 'couplet init' writes one")
	w.ok("init", "wrote schema.json", "wrote .gitignore", "couplet user create --superuser", "couplet serve")
	w.expects(exitFailed, "", "init", "schema.json exists already; nothing was changed")
	w.ok("init other", "cd other")
	w.ok("schema check", "schema.json is valid.")
	w.expects(exitFailed, "", "dumpdata", nothing)
	w.ok("migrate status", "No migrations yet")
	w.expects(exitFailed, "", "schema pull", "is still empty; 'couplet schema apply' makes its tables")
	w.ok("schema plan", "Create collection notes.", "CREATE TABLE "+quote+"notes"+quote, "hash ")
	w.expects(exitOK, "ada-Pass-123!\n", "user create ada --superuser --email ada@example.com", "created ada")
	w.ok("migrate status", "0001_initial  applied")
	w.ok("schema plan", "Nothing to do")
	w.write("notes.json", threeNotes)
	w.ok("loaddata notes.json", "3  app.note")
	w.ok("dumpdata notes --indent 1", `"title": "a much longer title"`)
	w.ok("explain notes/1", "allowed: role anyone grants view on notes")
	w.ok("explain notes/1 --user ada --action delete", "allowed: superusers may do everything")
	w.expects(exitOK, "bob-Pass-123!\n", "user create bob --role editors", "created bob")
	w.ok("explain notes/1 --user bob --action change", "allowed: role editors grants change on notes")
	w.ok("explain notes/1 --action change", "denied: no role of anonymous users grants change on notes")
	w.ok("version", "couplet ")
	w.ok("completion bash", "complete")
	w.ok("schema json-schema", `"$schema"`)
	w.ok("gen ts", "export interface Note {", "export interface Project {")
	w.ok("gen ts --out types.ts", "wrote types.ts")
	w.ok("schema diff", "The tables are as the document says.")
	w.ok("keys rotate", "New tokens are signed with a new key.")
}

// What is wrong is said with what to do, and never with the program's own names.
func TestMistakesAtTheConsole(t *testing.T) {
	w := newWalk(t)
	w.ok("init")
	w.expects(exitOK, "bob-Pass-123!\n", "user create bob")
	w.write("bad.json", `[{"model": "app.note", "pk": 1, "fields": {"zip": 1}}]`)
	internal := regexp.MustCompile(`(store|migrate|auth|server|fixture|usage): `)
	for _, test := range []struct {
		code        int
		input, line string
		want        string
	}{
		{exitUsage, "", "nosuch", `unknown command "nosuch"`},
		{exitUsage, "", "srve", "serve"},
		{exitUsage, "", "schema aply", `there is no command "aply" below "couplet schema"; did you mean apply?`},
		{exitUsage, "", "migrate new", "something is missing; write couplet migrate new NAME"},
		{exitUsage, "", "migrate down x", `"x" is not a number of migrations`},
		{exitUsage, "", "loaddata", "write couplet loaddata FILE…"},
		{exitUsage, "", "init a b", `unexpected argument "b"`},
		{exitUsage, "", "schema plan --nope", "unknown flag: --nope"},
		{exitUsage, "", "explain notes", "name a record as COLLECTION/KEY, such as articles/3"},
		{exitUsage, "", "explain notes/x", `"x" is not a key of notes`},
		{exitUsage, "", "explain nope/1", `there is no collection "nope"`},
		{exitUsage, "", "explain notes/1 --action fly", "--action is view, add, change or delete"},
		{exitFailed, "", "explain notes/1", "there is no record notes/1"},
		{exitFailed, "", "explain notes/1 --user zoe", `there is no user "zoe"`},
		{exitUsage, "", "user create", "the account needs a username"},
		{exitUsage, "", "user create zoe", "give the password on standard input"},
		{exitUsage, "x\n", "user create a b", `unexpected argument "b"`},
		{exitFailed, "123\n", "user create zoe", "This password is too short. It must contain at least 8 characters."},
		{exitFailed, "bob-Pass-123!\n", "user create bob", `there is an account "bob" already`},
		{exitFailed, "bob-Pass-123!\n", "user create a/b", "username: Enter a valid username."},
		{exitFailed, "bob-Pass-123!\n", "user create zoe --email nomail", "email: Enter a valid email address."},
		{exitFailed, "bob-Pass-123!\n", "user create zoe --role nosuch", `the schema has no role "nosuch"; it has editors`},
		{exitFailed, "", "loaddata nofile.json", "no such file"},
		{exitFailed, "hello", "loaddata -", "expected a JSON list"},
		{exitFailed, "", "loaddata bad.json", "zip"},
		{exitFailed, "", "dumpdata nope", `there is no collection "nope"`},
		{exitUsage, "", "keys rotate --algorithm RS256", "--algorithm is ES256 or EdDSA"},
		{exitUsage, "", "serve --addr 8090", "--addr is written as 127.0.0.1:8090"},
		{exitUsage, "", "serve --addr 127.0.0.1:99999", "--addr is written as 127.0.0.1:8090"},
		{exitUsage, "", "serve --project nowhere", "there is no folder nowhere"},
		{exitUsage, "", "serve --public-url example.com", "--public-url is written as https://example.com"},
		{exitUsage, "", "serve --trusted-origins app.example.com", "--trusted-origins are written as https://app.example.com"},
		{exitUsage, "", "serve --trusted-proxies proxy", "--trusted-proxies are addresses or networks"},
		{exitUsage, "", "serve --max-upload -1", "--max-upload is a number of bytes"},
		{exitUsage, "", "serve --token-algorithm none", "--token-algorithm is ES256 or EdDSA"},
		{exitFailed, "", "serve --addr 127.0.0.1:0 --mail-server example.com", "the mail server must be written as"},
	} {
		out := w.expects(test.code, test.input, test.line, test.want)
		if found := internal.FindString(out); found != "" {
			t.Errorf("couplet %s says %q:\n%s", test.line, found, out)
		}
	}
}

// A data folder that is mistyped is not made. With PostgreSQL it need hold nothing.
func TestNoDatabaseThere(t *testing.T) {
	w := newWalk(t)
	t.Setenv("COUPLET_DATABASE", "")
	w.expects(exitFailed, "", "dumpdata --data elsewhere", "there is no database in elsewhere; give its folder with --data")
	if _, err := os.Stat("elsewhere"); err == nil {
		t.Error("a mistyped --data made a folder")
	}
}

func TestMistakesInTheSchema(t *testing.T) {
	w := newWalk(t)
	w.write("schema.json", `{"collections": {"notes": {"fields": {"title": {"type": "chr"}, "body": {"type": "text", "max_lenght": 3}}, "ordering": ["-creatd"]}},
		"roles": {"ed": {"nots": {"view": true}}}}`)
	all := []string{
		"schema.json has 4 mistakes:",
		`collections.notes.fields.title.type: Unknown type "chr". Did you mean "char"?`,
		`collections.notes.fields.body.max_lenght: Unknown key "max_lenght". Did you mean "max_length"?`,
		`collections.notes.ordering[0]: notes has no field "creatd".`,
		`roles.ed.nots: There is no collection "nots". Did you mean "notes"?`,
	}
	for _, line := range []string{"schema check", "schema plan", "schema apply", "serve --addr 127.0.0.1:0"} {
		w.expects(exitFailed, "", line, all...)
	}
	w.write("schema.json", `{"collections": }`)
	w.expects(exitFailed, "", "schema check", "schema.json has a mistake:", "This is not JSON: line 1, column 16")
	w.write("schema.json", "")
	w.expects(exitFailed, "", "serve --addr 127.0.0.1:0", "This is not JSON: line 1, column 1: unexpected end.")
	if err := errors.Join(os.Remove("schema.json"), os.Mkdir("schema.json", 0o700)); err != nil {
		t.Fatal(err)
	}
	w.expects(exitFailed, "", "schema check", "the schema cannot be read")
}

func TestDataFolderInUse(t *testing.T) {
	w := newWalk(t)
	w.ok("init")
	w.ok("schema apply", "applied 0001_initial")
	s, err := server.New(context.Background(), server.Config{Data: "data", Database: os.Getenv("COUPLET_DATABASE"), Project: "."})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"schema plan", "dumpdata", "serve --addr 127.0.0.1:0", "migrate status"} {
		w.expects(exitFailed, "", line, "the data folder is in use by another process", "stop the other couplet first")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	w.ok("migrate status", "0001_initial  applied")
}

func TestEveryCommandHelps(t *testing.T) {
	w := newWalk(t)
	for _, line := range []string{"", "schema", "migrate", "user", "keys", "serve", "init", "schema plan", "migrate new", "user create",
		"explain", "loaddata", "dumpdata", "keys rotate", "version"} {
		w.ok(line+" --help", "Usage:\n  couplet "+strings.TrimSpace(line))
	}
	w.ok("schema", "Available Commands:")
}

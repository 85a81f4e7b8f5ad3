package cli

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store/db/dbtest"
)

// asCommand makes this test binary a couplet.
const asCommand = "COUPLET_TEST_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		os.Exit(Main(os.Args[1:], nil))
	}
	os.Exit(m.Run())
}

// running is a server in a process of its own.
type running struct {
	t    *testing.T
	cmd  *exec.Cmd
	base string
	log  chan string // everything after the first line, once it has ended
}

// serves starts a server and waits until it says where it is.
func (w *walk) serves(args ...string) *running {
	w.t.Helper()
	self, err := os.Executable()
	if err != nil {
		w.t.Fatal(err)
	}
	r := &running{t: w.t, cmd: exec.Command(self, append([]string{"serve", "--addr", "127.0.0.1:0"}, args...)...), log: make(chan string, 1)}
	r.cmd.Env = append(os.Environ(), asCommand+"=1")
	errs, err := r.cmd.StderrPipe()
	if err == nil {
		err = r.cmd.Start()
	}
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = r.cmd.Process.Kill() })
	lines := bufio.NewReader(errs)
	for r.base == "" {
		line, err := lines.ReadString('\n')
		if err != nil {
			w.t.Fatalf("the server ended after %q", line)
		}
		if m := regexp.MustCompile(`couplet serves (http://\S+)/`).FindStringSubmatch(line); m != nil {
			r.base = m[1]
		}
	}
	go func() {
		rest, _ := io.ReadAll(lines)
		r.log <- string(rest)
	}()
	return r
}

// ends sends a signal, waits for the end and returns what the server has logged.
func (r *running) ends(s os.Signal) string {
	r.t.Helper()
	if err := r.cmd.Process.Signal(s); err != nil {
		r.t.Fatal(err)
	}
	log := <-r.log
	if err := r.cmd.Wait(); err != nil && s != os.Kill {
		r.t.Errorf("the server ends with %v:\n%s", err, log)
	}
	return log
}

// get decodes the JSON of an address.
func (r *running) get(path string, into any) {
	r.t.Helper()
	resp, err := http.Get(r.base + path)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(into); err != nil || resp.StatusCode != http.StatusOK {
		r.t.Fatalf("GET %s answers %d, %v", path, resp.StatusCode, err)
	}
}

// logsIn returns the status of a log-in.
func (r *running) logsIn(username, password string) int {
	r.t.Helper()
	resp, err := http.Post(r.base+"/api/token/", "application/json", strings.NewReader(`{"username":"`+username+`","password":"`+password+`"}`))
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	return resp.StatusCode
}

// The first walk: the server runs, and the account is made beside it. What a command does counts at once.
func TestCommandsBesideAServer(t *testing.T) {
	w := newWalk(t)
	w.ok("init")
	s := w.serves()
	var setup struct{ Needed bool }
	if s.get("/api/_/setup/", &setup); !setup.Needed {
		t.Error("a new server has no set-up link")
	}
	w.expects(exitOK, "ada-Pass-123!\n", "user create ada --superuser", "created ada")
	if got := s.logsIn("ada", "ada-Pass-123!"); got != http.StatusOK {
		t.Errorf("a log-in with the new account answers %d", got)
	}
	if s.get("/api/_/setup/", &setup); setup.Needed {
		t.Error("the set-up link is still good")
	}
	w.expects(exitFailed, "ada-Pass-123!\n", "user create ada", `there is an account "ada" already`)
	w.expects(exitFailed, "123\n", "user create zoe", "This password is too short.")
	w.expects(exitFailed, "bob-Pass-123!\n", "user create bob --email nomail", "email: Enter a valid email address.")

	var keys struct{ Keys []any }
	w.ok("keys rotate --algorithm EdDSA", "New tokens are signed with a new key.")
	if s.get("/.well-known/jwks.json", &keys); len(keys.Keys) != 2 {
		t.Errorf("%d keys after a rotation", len(keys.Keys))
	}
	w.write("notes.json", threeNotes)
	w.ok("loaddata notes.json", "3  app.note")
	w.expects(exitOK, strings.ReplaceAll(threeNotes, `"one"`, `"two"`), "loaddata -", "3  app.note")
	w.expects(exitFailed, "hello", "loaddata -", "expected a JSON list")
	var list struct{ Count int }
	if s.get("/api/notes/?title=two", &list); list.Count != 2 {
		t.Errorf("%d notes after loaddata", list.Count)
	}
	w.ok("dumpdata notes --indent 1", `"title": "a much longer title"`)
	w.ok("export notes -o notes.csv")
	w.write("notes.csv", w.file("notes.csv")+"9,four,,maybe,\r\n")
	w.expects(exitFailed, "", "import notes.csv --collection notes --match id --errors bad.csv", "4 rows, 1 refused: nothing was written")
	if bad := w.file("bad.csv"); !strings.Contains(bad, "Must be a valid boolean.") {
		t.Errorf("the errors are %s", bad)
	}
	w.write("notes.csv", strings.Replace(w.file("notes.csv"), "maybe", "true", 1))
	w.ok("import notes.csv --collection notes --match id --new create", "created 1, updated 3", "group ")
	w.ok("explain notes/1 --user ada --action delete", "allowed: superusers may do everything")
	w.ok("history erase --user ada notes/1", "changes have lost their values")
	w.expects(exitUsage, "", "explain nope/1", `there is no collection "nope"`, "Run 'couplet explain --help'")

	if log := s.ends(os.Interrupt); !strings.Contains(log, `name="user create" done=true`) {
		t.Errorf("the log does not name the command:\n%s", log)
	}
	w.ok("dumpdata notes", `"title": "four"`)
}

// A schema changes under a running server: what it loses is asked about, and the API is the new one at once.
func TestSchemaBesideAServer(t *testing.T) {
	w := newWalk(t)
	w.ok("init")
	s := w.serves()
	w.write("notes.json", threeNotes)
	w.ok("loaddata notes.json")
	w.edit(`"done": {`, `"rank": {"type": "integer", "default": 7}, "done": {`)
	w.ok("schema plan", "Add field rank of notes.", "hash ")
	w.ok("schema apply", "applied 0002_", "wrote "+filepath.Join(w.dir, "migrations", "sqlite", "0002_"))
	var note map[string]any
	if s.get("/api/notes/1/", &note); note["rank"] != 7.0 {
		t.Errorf("after schema apply the note is %v", note)
	}
	text := w.file("schema.json")
	w.write("schema.json", regexp.MustCompile(`\s*"rank": \{[^}]*\},`).ReplaceAllString(text, ""))
	out := w.expects(exitFailed, "", "schema apply", "LOSES DATA  Drop field rank of notes.", "this change loses data; agree to it with --consent ")
	w.expects(exitFailed, "", "schema apply --consent 123", "--consent 123 is for another plan")
	w.ok("schema apply --consent "+hashIn(t, out), "applied 0003_")
	w.ok("migrate down", "undid 0003_")
	note = nil
	if s.get("/api/notes/1/", &note); note["rank"] != 7.0 {
		t.Errorf("after migrate down the note is %v", note)
	}
	w.ok("migrate status", "0003_", "pending")
	w.ok("migrate up", "applied 0003_")
	w.ok("migrate new by_hand", "by_hand.up.sql")
	w.ok("schema diff", "The tables are as the document says.")
	w.ok("schema pull", "wrote "+filepath.Join(w.dir, "schema.json"))
	w.ok("init other")
	w.expects(exitFailed, "", "schema apply --project other", "the running server does not serve the project in "+filepath.Join(w.dir, "other"))
	w.write("schema.json", `{"collections": }`)
	w.expects(exitFailed, "", "schema plan", "This is not JSON: line 1, column 16")
	s.ends(os.Interrupt)
}

// The sample has no project folder that a command could mean.
func TestCommandsBesideTheSample(t *testing.T) {
	w := newWalk(t)
	w.ok("init")
	s := w.serves("--sample")
	w.expects(exitFailed, "", "schema apply", "the running server serves no project folder")
	w.expects(exitOK, "eve-Pass-123!\n", "user create eve", "created eve")
	w.expects(exitFailed, "", "dumpdata tags --database postgres://localhost/other", "with another database; leave --database away")
	s.ends(os.Interrupt)
}

// What a server leaves behind when it is killed misleads nobody, and a second server never takes the place of the first.
func TestServersComeAndGo(t *testing.T) {
	w := newWalk(t)
	w.ok("init")
	first := w.serves()
	files := map[string]os.FileMode{"data/control": 0o700, "data/control/socket": 0o600}
	for name, mode := range files {
		if st, err := os.Stat(name); err != nil || st.Mode().Perm() != mode {
			t.Errorf("%s is %v, %v", name, st, err)
		}
	}
	w.expects(exitFailed, "", "serve --addr 127.0.0.1:0", "the data folder is in use by another process", "stop the other couplet first")
	w.ok("migrate status", "0001_initial  applied") // the first still answers
	first.ends(os.Kill)
	if _, err := os.Stat("data/control/socket"); err != nil {
		t.Fatal("a server that is killed leaves no socket: nothing is tested", err)
	}
	w.ok("migrate status", "0001_initial  applied") // on its own
	second := w.serves()
	w.expects(exitOK, "bob-Pass-123!\n", "user create bob", "created bob")
	if got := second.logsIn("bob", "bob-Pass-123!"); got != http.StatusOK {
		t.Errorf("a log-in at the second server answers %d", got)
	}
	second.ends(os.Interrupt)
	if _, err := os.Stat("data/control"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a server that has ended leaves %v", err)
	}
}

// A path that is too long for a socket is no hindrance.
func TestServerInADeepFolder(t *testing.T) {
	w := newWalk(t)
	w.ok("init")
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	data := strings.Repeat("a-rather-long-name/", 7) + "data"
	s := w.serves("--data", data)
	w.expects(exitOK, "ada-Pass-123!\n", "user create ada --data "+data, "created ada")
	if got := s.logsIn("ada", "ada-Pass-123!"); got != http.StatusOK {
		t.Errorf("a log-in answers %d", got)
	}
	s.ends(os.Interrupt)
	left, err := os.ReadDir(temporary)
	if err != nil || len(left) > 0 {
		t.Errorf("the server leaves %v, %v", left, err)
	}
}

// Where who has the folder answers no commands, the message says what to do.
func TestNobodyAnswers(t *testing.T) {
	w := newWalk(t)
	w.ok("init")
	w.serves().ends(os.Kill) // its socket stays
	s, err := server.New(t.Context(), server.Config{Data: "data", Database: os.Getenv("COUPLET_DATABASE"), Project: "."})
	if err != nil {
		t.Fatal(err)
	}
	w.expects(exitFailed, "", "dumpdata", "the data folder is in use by another process", "stop the other couplet first")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if dbtest.Postgres() { // the database is in use, but the folder is another one
		running := w.serves()
		w.expects(exitFailed, "", "migrate status --data other", "in use by another process", "stop the other one first")
		running.ends(os.Interrupt)
	}
}

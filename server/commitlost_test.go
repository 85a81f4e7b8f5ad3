//go:build postgres

package server_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/sqlb"
)

// wire is a proxy before a database, which can cut connections while a transaction is committed.
type wire struct {
	t    *testing.T
	ln   net.Listener
	to   string
	mu   sync.Mutex
	cut  string // what happens at the next COMMIT: "before" it is passed on, "after", or "dark": after it for everybody
	dark bool
	open map[net.Conn]bool
}

// proxied returns a database's address that leads through a wire.
func proxied(t *testing.T, database string) (*wire, string) {
	t.Helper()
	u, err := url.Parse(database)
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &wire{t: t, ln: ln, to: u.Host, open: map[net.Conn]bool{}}
	t.Cleanup(func() { _ = ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go w.serve(c)
		}
	}()
	u.Host = ln.Addr().String()
	return w, u.String()
}

// cancelRequest is what the driver asks the database for where a connection breaks. It is lost here: the commit goes on.
var cancelRequest = []byte{0x04, 0xd2, 0x16, 0x2e}

func (w *wire) serve(client net.Conn) {
	defer client.Close()
	w.mu.Lock()
	dark := w.dark
	w.open[client] = true
	w.mu.Unlock()
	if dark {
		return
	}
	upstream, err := net.Dial("tcp", w.to)
	if err != nil {
		return
	}
	defer upstream.Close()
	answers := make(chan struct{})
	go func() {
		defer close(answers)
		_, _ = io.Copy(client, upstream)
		_, _ = io.Copy(io.Discard, upstream) // what a client that is gone is told
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		if n == 16 && bytes.Equal(buf[4:8], cancelRequest) {
			return
		}
		if cut := w.take(buf[:n]); cut == "before" {
			return
		} else if _, err := upstream.Write(buf[:n]); err != nil {
			return
		} else if cut != "" {
			_ = client.Close()
			<-answers // the database ends the connection once it has tried to answer
			return
		}
	}
}

// take says what to do with a chunk, and does what concerns everybody.
func (w *wire) take(chunk []byte) (cut string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.cut == "" || !bytes.Contains(chunk, []byte("COMMIT\x00")) {
		return ""
	}
	cut, w.cut = w.cut, ""
	if cut == "dark" {
		w.dark = true
		for c := range w.open {
			_ = c.Close()
		}
	}
	return cut
}

func (w *wire) arm(cut string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = cut
}

func (w *wire) light() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dark = false
}

// A connection that breaks while a write is committed: the write is answered with what became of it, and neither kept
// answers nor live clients miss it. Where that cannot be known, nothing is answered from memory until it is.
func TestCommitLost(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "schema.json"), systemSchema)
	database := dbtest.URL(t)
	wire, through := proxied(t, database)
	p := &project{t: t, config: server.Config{Data: t.TempDir(), Database: through, Project: dir, Log: slog.New(slog.DiscardHandler)}}
	p.start()
	t.Cleanup(func() { p.stop() })
	p.user(auth.NewUser{Username: "root", Superuser: true})
	w := &world{project: p}
	root := w.token("root")
	slowCommits(t, p)
	list := func() string { return root.want("GET", "/api/notes/", "", 200, "") }
	l := root.live("")
	l.subscribe("a", "/api/notes/", "")
	l.want("a: snapshot 0 []")
	list()

	wire.arm("after")
	root.want("POST", notesPath, `{"title":"made"}`, 201, "")
	if !strings.Contains(list(), `"made"`) {
		t.Error("the list does not have what was committed")
	}
	l.want("changes a created made; a=1")
	wire.arm("before")
	root.want("POST", notesPath, `{"title":"undone"}`, 503, `{"detail":"The database is busy."}`)
	if text := list(); strings.Contains(text, `"undone"`) {
		t.Errorf("the list has what was not committed: %s", text)
	}
	wire.arm("after") // a batch runs alone
	root.want("POST", "/api/_/batch/", `{"requests":[{"method":"POST","path":"`+notesPath+`","body":{"title":"in a batch"}}]}`, 200, "")
	l.want("changes a created in a batch; a=2")
	root.want("POST", notesPath, `{"title":"whole"}`, 201, "")
	l.want("changes a created whole; a=3")

	list()
	wire.arm("dark")
	status, text := root.call("POST", notesPath, `{"title":"unknown"}`)
	if status != 503 || !strings.Contains(text, "It is not known whether the change was made") {
		t.Errorf("a database that is gone: %d %s", status, text)
	}
	if status, text := root.call("GET", "/api/notes/", ""); status != 503 {
		t.Errorf("a list from memory while nobody knows: %d %s", status, text)
	}
	wire.light()
	for deadline := time.Now().Add(liveTime); ; {
		status, text := root.call("GET", "/api/notes/", "")
		if status == 200 {
			if !strings.Contains(text, `"unknown"`) {
				t.Errorf("a stale list: %s", text)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the database is not found again: %d %s", status, text)
		}
	}
	if f, text := l.next(); f.Op != "reset" && shortFrame(f) != "changes a created unknown; a=4" {
		t.Errorf("frame %s", text)
	}
}

// slowCommits makes the database take its time between COMMIT and its answer.
func slowCommits(t *testing.T, p *project) {
	t.Helper()
	table := sqlb.Quote(p.server.Store().Schema().Collection("notes").Table)
	err := p.server.Store().Engine().Exclusive(context.Background(), func(c db.Conn) error {
		return c.Script(`CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.3); RETURN NULL; END';
			CREATE CONSTRAINT TRIGGER linger AFTER INSERT ON ` + table + ` DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION linger()`)
	})
	if err != nil {
		t.Fatal(err)
	}
}

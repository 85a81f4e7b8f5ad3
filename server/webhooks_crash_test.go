package server_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/couplet/couplet/server"
)

// Where a child process serves a project until it is killed: data folder, project folder, database.
const serveVariable = "COUPLET_TEST_SERVE"

// TestServeUntilKilled is the child process of the tests that kill one; without its variable it has nothing to do.
func TestServeUntilKilled(t *testing.T) {
	at := strings.Split(os.Getenv(serveVariable), "\n")
	if len(at) != 3 {
		return
	}
	s, err := newServer(server.Config{Data: at[0], Project: at[1], Database: at[2], WebhookPrivate: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("http://" + ln.Addr().String())
	t.Fatal(s.Serve(context.Background(), ln))
}

// serveApart serves the project, which is stopped, in a process of its own, and returns what kills that.
func (w *world) serveApart() (kill func()) {
	w.t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^TestServeUntilKilled$")
	child.Env = append(os.Environ(), serveVariable+"="+w.config.Data+"\n"+w.config.Project+"\n"+w.config.Database)
	out, err := child.StdoutPipe()
	if err != nil {
		w.t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		w.t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		w.t.Fatal(err)
	}
	w.root.base = strings.TrimSpace(line)
	return func() {
		if err := child.Process.Kill(); err != nil {
			w.t.Error(err)
		}
		_ = child.Wait()
	}
}

// A process that is killed after writes were acknowledged, before their messages were taken, loses none of these: they
// come again, under the same ids.
func TestWebhookAfterCrash(t *testing.T) {
	h := newHooked(t)
	h.restart(func() { h.config.Clock = nil }) // that of the child
	path, secret := h.hook(`{"collection":"tags"}`, "")
	const rounds, writes = 3, 5
	for round := range rounds {
		var cut received
		h.restart(func() {
			kill := h.serveApart()
			for n := range writes {
				h.root.want("POST", "/api/_/records/tags/", fmt.Sprintf(`{"name":"%d-%d"}`, round, n), 201, "")
			}
			cut = h.next() // and never answered
			kill()
		})
		taken := h.takeAll()
		h.state(path, "delivered", writes*(round+1))
		messages, names := taken(), map[any]bool{}
		for _, got := range messages {
			names[got.message(t).Data.Record["name"]] = true
			if !got.signedWith(secret) {
				t.Errorf("%s is not signed", got.body)
			}
		}
		if len(messages) != writes || len(names) != writes || messages[cut.id].body != cut.body {
			t.Errorf("round %d: %v came under %d ids", round, names, len(messages))
		}
	}
}

// takeAll takes every message until the function that it returns is called, which gives them by their ids.
func (r *receiver) takeAll() func() map[string]received {
	all, enough, over := map[string]received{}, make(chan struct{}), make(chan struct{})
	go func() {
		defer close(over)
		for {
			select {
			case got := <-r.come:
				all[got.id] = got
				got.answer <- func(w http.ResponseWriter) { w.WriteHeader(http.StatusNoContent) }
			case <-enough:
				return
			}
		}
	}()
	return func() map[string]received {
		close(enough)
		<-over
		return all
	}
}

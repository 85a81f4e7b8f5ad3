package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store/db/dbtest"
)

// Connections, subscriptions and frames have limits, and each says so.
func TestLiveLimits(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "schema.json"), systemSchema)
	p := &project{t: t, config: server.Config{Data: t.TempDir(), Database: dbtest.URL(t), Project: dir, NoSync: true,
		Log: slog.New(slog.DiscardHandler), LivePerUser: 2, LivePerAddress: 4}}
	p.start()
	t.Cleanup(func() { p.stop() })
	p.user(auth.NewUser{Username: "root", Superuser: true})
	w := &world{project: p}
	root, visitor := w.token("root"), p.visitor()
	a, b := root.live(""), root.live("")
	if _, status, _ := root.dialLive(""); status != 429 {
		t.Errorf("a third connection of a user: %d", status)
	}
	c, d := visitor.live(""), visitor.live("")
	if _, status, _ := visitor.dialLive(""); status != 429 {
		t.Errorf("a fifth connection of an address: %d", status)
	}
	root.want("GET", "/api/live/?subscribe=/api/notes/", "", 429, `{"detail":"There are too many live connections already. Close some of them."}`)
	if err := c.ws.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
	for { // the place is free once the server has seen the end
		if ws, _, err := visitor.dialLive(""); err == nil {
			_ = ws.CloseNow()
			break
		}
	}
	for i := range 100 {
		a.subscribe(encodedInt(i), "/api/notes/", "")
		a.want(encodedInt(i) + ": snapshot 0 []")
	}
	a.subscribe("more", "/api/notes/", "")
	a.want("more: error 429")
	ctx, cancel := context.WithTimeout(context.Background(), liveTime)
	defer cancel()
	_ = b.ws.Write(ctx, websocket.MessageText, make([]byte, 70_000)) // fails where the server ends the connection first
	if _, text, err := b.ws.Read(ctx); err == nil || ctx.Err() != nil {
		t.Errorf("a large frame is answered with %s, %v", text, err)
	}
	// A server that stops tells its clients, and does not wait for connections on which nobody asked anything.
	unused, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer unused.Close()
	d.subscribe("users", "/api/_/records/tags/", "")
	d.want("users: snapshot []")
	codes := make(chan websocket.StatusCode, 2)
	for _, l := range []*live{a, d} {
		go func() { codes <- l.closed() }()
	}
	began := time.Now()
	p.stop()
	for range 2 {
		if code := <-codes; code != 1012 {
			t.Errorf("closed by a server that stops with %d", code)
		}
	}
	if took := time.Since(began); took > 15*time.Second {
		t.Errorf("stopping took %s", took)
	}
}

// A client that does not read is dropped, and what it missed is told when it comes back; others are not kept waiting.
func TestLiveSlowReader(t *testing.T) {
	p := startProject(t, `{"collections": {"notes": {"fields": {"title": {"type": "text"}}}}, "resources": {"notes": {}}, "roles": {"anyone": {"notes": {"view": true}}}}`)
	root, _ := p.user(auth.NewUser{Username: "root", Superuser: true})
	slow, quick := p.visitor().live(""), p.visitor().live("")
	for _, l := range []*live{slow, quick} {
		l.subscribe("a", "/api/notes/", "")
		l.want("a: snapshot 0 []")
	}
	body := encoded(t, map[string]string{"title": strings.Repeat("x", 100_000)})
	const records = 150
	for n := range records {
		root.want("POST", "/api/_/records/notes/", body, 201, "")
		if f, _ := quick.next(); f.Counts["a"] != n+1 {
			t.Fatalf("the count is %v after %d records", f.Counts, n+1)
		}
	}
	have := 0
	for {
		ctx, cancel := context.WithTimeout(context.Background(), liveTime)
		_, text, err := slow.ws.Read(ctx)
		cancel()
		if err != nil {
			var closed websocket.CloseError
			if !errors.As(err, &closed) || closed.Code != 1013 {
				t.Errorf("dropped with %v", err)
			}
			break
		}
		var f liveFrame
		if err := json.Unmarshal(text, &f); err != nil {
			t.Fatal(err)
		}
		have += len(f.Events)
		slow.cursor = f.Cursor
	}
	if have == 0 || have == records {
		t.Errorf("%d records were told before the client was dropped", have)
	}
	again := p.visitor().live("")
	again.subscribe("a", "/api/notes/", slow.cursor)
	if f, _ := again.next(); len(f.Events) != records-have {
		t.Errorf("%d records were told before, %d after", have, len(f.Events))
	}
}

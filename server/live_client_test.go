package server_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/couplet/couplet/server/openapi"
)

// frameSchema compiles one part of the JSON Schema of frames: client or server.
func frameSchema(t *testing.T, part string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(openapi.LiveFrames)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("https://couplet.invalid/live-1.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("https://couplet.invalid/live-1.json#/$defs/" + part)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// live is a WebSocket client, which holds every frame against the schema.
type live struct {
	t              *testing.T
	ws             *websocket.Conn
	client, server *jsonschema.Schema
	cursor         string // of the last message
}

// liveFrame is what tests look at in a frame.
type liveFrame struct {
	Op      string            `json:"op"`
	ID      string            `json:"id"`
	Cursor  string            `json:"cursor"`
	Count   *int              `json:"count"`
	Results []json.RawMessage `json:"results"`
	Events  []liveEvent       `json:"events"`
	Counts  map[string]int    `json:"counts"`
	Status  int               `json:"status"`
	Full    bool              `json:"full"`
	Records []livePresent     `json:"records"`
	Topic   string            `json:"topic"`
	Data    json.RawMessage   `json:"data"`
}

type livePresent struct {
	PK     json.RawMessage `json:"pk"`
	People []struct {
		User   struct{ ID, Username, Display string }
		Fields []string
		Tabs   int
	} `json:"people"`
}

// String tells who is at a record: "3=wendy(title)*2 stan", with the number of tabs where there are several.
func (p livePresent) String() string {
	var people []string
	for _, u := range p.People {
		text := u.User.Username
		if len(u.Fields) > 0 {
			text += "(" + strings.Join(u.Fields, " ") + ")"
		}
		if u.Tabs > 1 {
			text += "*" + encodedInt(u.Tabs)
		}
		people = append(people, text)
	}
	return string(p.PK) + "=" + strings.Join(people, " ")
}

type liveEvent struct {
	ID     string          `json:"id"`
	Op     string          `json:"op"`
	PK     json.RawMessage `json:"pk"`
	Record json.RawMessage `json:"record"`
}

// dialLive opens a WebSocket, or returns the status with which that is refused.
func (a *account) dialLive(query string) (*websocket.Conn, int, error) {
	header := http.Header{}
	for k, v := range a.header {
		header.Set(k, v)
	}
	ctx, cancel := context.WithTimeout(context.Background(), liveTime)
	defer cancel()
	ws, res, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(a.base, "http")+"/api/live/"+query,
		&websocket.DialOptions{HTTPHeader: header, HTTPClient: a.client})
	if res == nil {
		return nil, 0, err
	}
	if res.Body != nil {
		_ = res.Body.Close()
	}
	return ws, res.StatusCode, err
}

// liveTime is how long a test waits for a frame.
const liveTime = 15 * time.Second

func (a *account) live(query string) *live {
	a.t.Helper()
	ws, status, err := a.dialLive(query)
	if err != nil {
		a.t.Fatalf("live: %d %v", status, err)
	}
	ws.SetReadLimit(64 << 20)
	l := &live{t: a.t, ws: ws, client: frameSchema(a.t, "client"), server: frameSchema(a.t, "server")}
	a.t.Cleanup(l.drop)
	return l
}

// drop ends the connection as a lost network does.
func (l *live) drop() { _ = l.ws.CloseNow() }

func (l *live) valid(s *jsonschema.Schema, text string) {
	l.t.Helper()
	v, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err == nil {
		err = s.Validate(v)
	}
	if err != nil {
		l.t.Errorf("frame %s: %v", text, err)
	}
}

// send sends a frame, which the schema allows.
func (l *live) send(frame string) {
	l.t.Helper()
	l.valid(l.client, frame)
	l.sendRaw(frame)
}

func (l *live) sendRaw(frame string) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), liveTime)
	defer cancel()
	if err := l.ws.Write(ctx, websocket.MessageText, []byte(frame)); err != nil {
		l.t.Fatalf("send: %v", err)
	}
}

func (l *live) subscribe(id, path, from string) {
	l.t.Helper()
	frame := map[string]string{"op": "subscribe", "id": id, "path": path}
	if from != "" {
		frame["from"] = from
	}
	l.send(encoded(l.t, frame))
}

// next returns the next frame.
func (l *live) next() (liveFrame, string) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), liveTime)
	defer cancel()
	_, text, err := l.ws.Read(ctx)
	if err != nil {
		l.t.Fatalf("no frame: %v", err)
	}
	l.valid(l.server, string(text))
	var f liveFrame
	if err := json.Unmarshal(text, &f); err != nil {
		l.t.Fatal(err)
	}
	if f.Cursor != "" {
		l.cursor = f.Cursor
	}
	return f, string(text)
}

// want compares the next frame, told in short: see shortFrame. One that only moves the cursor may come at any time.
func (l *live) want(short string) {
	l.t.Helper()
	f, text := l.next()
	for shortFrame(f) == "changes" && short != "changes" {
		f, text = l.next()
	}
	if diff := cmp.Diff(short, shortFrame(f)); diff != "" {
		l.t.Errorf("frame %s (-want +got):\n%s", text, diff)
	}
}

// shortFrame tells a frame as "a: snapshot 2 [one,two]", "changes a created three, b gone 3; a=3", "a: reset", "a:
// error 404", "a: presence full 1=wendy, 2=stan" or "a: topic build".
func shortFrame(f liveFrame) string {
	name := func(raw json.RawMessage) string {
		var r struct{ Title, Name, Text string }
		_ = json.Unmarshal(raw, &r)
		return r.Title + r.Name + r.Text
	}
	var parts []string
	switch f.Op {
	case "snapshot":
		for _, r := range f.Results {
			parts = append(parts, name(r))
		}
		count := ""
		if f.Count != nil {
			count = encodedInt(*f.Count) + " "
		}
		return f.ID + ": snapshot " + count + "[" + strings.Join(parts, ",") + "]"
	case "changes":
		for _, e := range f.Events {
			what := string(e.PK)
			if e.Record != nil {
				what = name(e.Record)
			}
			parts = append(parts, e.ID+" "+e.Op+" "+what)
		}
		out := strings.TrimSpace("changes " + strings.Join(parts, ", "))
		lead := "; "
		for _, id := range sortedKeys(f.Counts) {
			out += lead + id + "=" + encodedInt(f.Counts[id])
			lead = " "
		}
		return out
	case "presence":
		for _, r := range f.Records {
			parts = append(parts, r.String())
		}
		slices.Sort(parts)
		lead := ": presence "
		if f.Full {
			lead += "full "
		}
		return strings.TrimSpace(f.ID + lead + strings.Join(parts, ", "))
	case "topic":
		return f.ID + ": topic " + f.Topic
	case "error":
		return f.ID + ": error " + encodedInt(f.Status)
	}
	return f.ID + ": " + f.Op
}

// closed waits for the connection to be closed and returns the code.
func (l *live) closed() websocket.StatusCode {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), liveTime)
	defer cancel()
	for {
		_, _, err := l.ws.Read(ctx)
		if err == nil {
			continue
		}
		var closed websocket.CloseError
		if !errors.As(err, &closed) {
			l.t.Errorf("the connection ended without a close frame: %v", err)
		}
		return closed.Code
	}
}

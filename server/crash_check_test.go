package server_test

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

// check looks, after a restart, at all that is stored, and at what the live client knows of it.
func (c *crash) check() {
	c.t.Helper()
	c.checkStored()
	c.checkReader()
}

func (c *crash) checkStored() {
	c.t.Helper()
	found := c.found()
	c.settle(found)
	c.compare(c.t, found)
	c.checkLog(found)
	if out, err := c.command("doctor").CombinedOutput(); err != nil {
		c.t.Errorf("the doctor: %v\n%s", err, out)
	}
}

// found is the state of every order, and of the schema.
func (c *crash) found() map[string]string {
	c.t.Helper()
	document, err := c.document()
	if err != nil {
		c.t.Fatal(err)
	}
	states, lines := map[string]string{"schema": schemaState(document)}, map[string]int{}
	for _, row := range c.exported("lines") {
		lines[row["order"]]++
	}
	for _, row := range c.exported("orders") {
		paper := ""
		if row["paper"] != "" {
			paper = c.content(row["paper"])
		}
		states[row["id"]] = orderState(row["note"], lines[row["id"]], paper)
		delete(lines, row["id"])
	}
	if len(lines) > 0 {
		c.t.Errorf("lines without their orders: %v", lines)
	}
	return states
}

// exported is a whole collection, the texts of its records.
func (c *crash) exported(collection string) (rows []map[string]string) {
	c.t.Helper()
	text := c.root.want("GET", "/api/_/records/"+collection+"/?export=ndjson", "", 200, "")
	for line := range strings.Lines(text) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			c.t.Fatalf("%v: %s", err, line)
		}
		texts := map[string]string{}
		for name, v := range row {
			texts[name], _ = v.(string)
		}
		rows = append(rows, texts)
	}
	return rows
}

// content is what a file holds.
func (c *crash) content(at string) string {
	c.t.Helper()
	u, err := url.Parse(at)
	if err != nil {
		c.t.Fatal(err)
	}
	path := u.Path
	if !strings.HasPrefix(path, "/") {
		path = "/media/" + path
	}
	return c.root.want("GET", path, "", 200, "")
}

// checkLog holds that every order was made by a changeset that is logged as a whole.
func (c *crash) checkLog(found map[string]string) {
	c.t.Helper()
	sizes, makers := map[string]int{}, map[string]string{}
	for cursor, more := "", true; more; more = cursor != "" {
		page := c.root.page("/api/_/changes/?limit=1000&cursor=" + cursor)
		for _, row := range page.Results {
			sizes[row.Changeset]++
			if row.Op == "create" && text(row.Collection) == "orders" {
				makers[text(row.Key)] = row.Changeset
			}
		}
		cursor = text(page.Next)
	}
	for key, changeset := range makers {
		if sizes[changeset] != c.rows[key] {
			c.t.Errorf("the changeset of %s has %d rows in the log, want %d", key, sizes[changeset], c.rows[key])
		}
	}
	for key := range found {
		if key != "schema" && makers[key] == "" {
			c.t.Errorf("%s is stored, and its creation is not logged", key)
		}
	}
}

// checkReader lets the live client go on until it knows a new order, and compares what it knows with the list.
func (c *crash) checkReader() {
	c.t.Helper()
	marker := c.id()
	if !c.do(single("POST", ordersPath, `{"id":"`+marker+`","note":"marker"}`, marker, absent, orderState("marker", 0, ""))) {
		c.t.Fatal("nothing can be written")
	}
	c.reader.follow(c.t, c.root, marker)
	c.reader.mayReset = false
	var list struct{ Results []struct{ ID, Note string } }
	if err := json.Unmarshal([]byte(c.root.want("GET", "/api/orders/", "", 200, "")), &list); err != nil {
		c.t.Fatal(err)
	}
	if len(list.Results) != len(c.reader.notes) {
		c.t.Errorf("the live client knows %d orders of %d", len(c.reader.notes), len(list.Results))
	}
	for _, order := range list.Results {
		if got, ok := c.reader.notes[order.ID]; !ok || got != order.Note {
			c.t.Errorf("the live client knows %q of %s, want %q", got, order.ID, order.Note)
		}
	}
}

// crashReader is a live client, which keeps what it knows while no server is there.
type crashReader struct {
	cursor   string
	notes    map[string]string // by order
	mayReset bool              // the schema changed
}

// follow goes on from the cursor until it knows an order, or for "" until the connection is lost.
func (r *crashReader) follow(t *testing.T, a *account, until string) {
	ws, _, err := a.dialLive("")
	if err != nil {
		if until != "" {
			t.Errorf("live: %v", err)
		}
		return
	}
	defer func() { _ = ws.CloseNow() }()
	ws.SetReadLimit(64 << 20)
	ctx, cancel := context.WithTimeout(context.Background(), 2*liveTime)
	defer cancel()
	for begin := true; until == "" || r.notes[until] == ""; {
		if begin {
			frame := encoded(t, map[string]string{"op": "subscribe", "id": "a", "path": "/api/orders/", "from": r.cursor})
			if ws.Write(ctx, websocket.MessageText, []byte(frame)) != nil {
				return
			}
		}
		_, text, err := ws.Read(ctx)
		if err != nil {
			if until != "" || ctx.Err() != nil {
				t.Errorf("the live client is told no more: %v", err)
			}
			return
		}
		begin = r.take(t, text)
	}
}

// take takes a frame. It reports whether the client has to begin anew.
func (r *crashReader) take(t *testing.T, text []byte) (anew bool) {
	var f liveFrame
	if err := json.Unmarshal(text, &f); err != nil {
		t.Error(err)
	}
	switch f.Op {
	case "snapshot":
		r.notes = map[string]string{}
		for _, raw := range f.Results {
			r.set(raw)
		}
	case "changes":
		for _, e := range f.Events {
			r.event(t, e)
		}
	case "reset":
		if !r.mayReset {
			t.Errorf("the live client has to begin anew at %s", r.cursor)
		}
		r.cursor = ""
		return true
	default:
		t.Errorf("frame %s", text)
	}
	r.cursor = f.Cursor
	return false
}

func (r *crashReader) event(t *testing.T, e liveEvent) {
	var key string
	if e.Op == "gone" {
		_ = json.Unmarshal(e.PK, &key)
	} else {
		var record struct{ ID string }
		_ = json.Unmarshal(e.Record, &record)
		key = record.ID
	}
	if _, knows := r.notes[key]; knows == (e.Op == "created") {
		t.Errorf("the live client is told %s of %s, known before: %v", e.Op, key, knows)
	}
	if e.Op == "gone" {
		delete(r.notes, key)
		return
	}
	r.set(e.Record)
}

func (r *crashReader) set(raw json.RawMessage) {
	var record struct{ ID, Note string }
	_ = json.Unmarshal(raw, &record)
	r.notes[record.ID] = record.Note
}

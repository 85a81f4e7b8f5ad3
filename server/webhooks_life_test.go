package server_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// A webhook outlives a rename of what it is told of; one whose filter no longer fits is turned off and says why.
func TestWebhookThroughSchemaChanges(t *testing.T) {
	h := newHooked(t)
	broken, _ := h.hook(`{"collection":"notes","filter":"stars > 0"}`, "")
	lasting, _ := h.hook(`{"collection":"notes","operations":["create"],"fields":["stars","title"]}`, "")
	text, etag := h.root.tagged("/api/_/schema/")
	renamed := strings.NewReplacer("stars", "points", `"notes"`, `"memos"`).Replace(document(t, text))
	h.root.with("If-Match", etag).want("PUT", "/api/_/schema/", `{"document":`+renamed+`}`, 200, "")
	h.root.want("POST", "/api/_/records/memos/", `{"title":"four","points":4}`, 201, "")
	m := h.take(200).message(t)
	if m.Type != "memos.created" || len(m.Data.Record) != 2 || m.Data.Record["points"] != 4.0 {
		t.Errorf("after the rename it is sent %+v", m)
	}
	contains(t, h.root.want("GET", lasting, "", 200, ""), `"collection":"memos"`, `"fields":["title","points"]`, `"enabled":true`)
	contains(t, h.root.want("GET", broken, "", 200, ""), `"enabled":false`,
		`"notice":"Turned off: its filter on memos no longer fits the schema: 1:1: memos has no field stars.`)
	h.state(lasting, "delivered", 1)
	h.root.want("PATCH", broken, `{"enabled":true}`, 400, `{"events":{"0":{"filter":["1:1: memos has no field stars. Did you mean \"tags\"?"]}}}`)
	contains(t, h.root.want("PATCH", broken, `{"enabled":true,"events":[{"collection":"memos","filter":"points > 0"}]}`, 200, ""), `"enabled":true`, `"notice":""`)
}

// The delivery log keeps 30 days, of a webhook that is off what waits, too.
func TestDeliveryLogEnds(t *testing.T) {
	h := newHooked(t)
	path, _ := h.hook(`{"collection":"tags"}`, "")
	h.root.want("POST", "/api/_/records/tags/", `{"name":"taken"}`, 201, "")
	h.take(200)
	h.state(path, "delivered", 1)
	h.root.want("POST", "/api/_/records/tags/", `{"name":"waits"}`, 201, "")
	h.take(500)
	h.waitsFor(path)
	h.root.want("PATCH", path, `{"enabled":false}`, 200, "")
	clean := func(days int, message string) {
		t.Helper()
		h.clock.move(time.Duration(days) * 24 * time.Hour)
		s := &scheduled{project: h.project, root: h.root}
		h.root.want("POST", jobsPath+"webhooks/run/", "", 202, "")
		n := map[int]int{29: 1, 2: 2}[days]
		if r := s.runs("webhooks", n)[0]; r.Message != message {
			t.Errorf("after %d days more: %s", days, r.Message)
		}
	}
	clean(29, "0 deliveries left the log.")
	h.state(path, "waiting", 1)
	clean(2, "2 deliveries left the log.")
	h.state(path, "", 0)
}

// What is erased from the change log is erased from the delivery log, and not sent any more.
func TestErasedDeliveries(t *testing.T) {
	h := newHooked(t)
	path, _ := h.hook(`{"collection":"tags"}`, "")
	for _, status := range []int{200, 500} {
		h.root.want("POST", "/api/_/records/tags/", fmt.Sprintf(`{"name":"%d"}`, status), 201, "")
		h.take(status)
	}
	h.state(path, "delivered", 1)
	h.waitsFor(path)
	h.root.want("POST", "/api/_/changes/erase/", `{"records":[{"collection":"tags","key":"3"},{"collection":"tags","key":"4"}]}`, 200, "")
	h.state(path, "", 0)
	h.clock.move(time.Hour)
	h.root.want("POST", "/api/_/records/tags/", `{"name":"next"}`, 201, "")
	if m := h.take(200).message(t); m.Data.Record["name"] != "next" {
		t.Errorf("after the erasure came %+v", m)
	}
}

// Pages of the delivery log miss and repeat nothing.
func TestDeliveryPages(t *testing.T) {
	h := newHooked(t)
	path, _ := h.hook(`{"collection":"tags"}`, "")
	all := h.takeAll()
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		h.root.want("POST", "/api/_/records/tags/", `{"name":"`+name+`"}`, 201, "")
	}
	h.state(path, "delivered", 5)
	sent, seen, after := all(), map[string]bool{}, ""
	for range 3 {
		text := h.root.want("GET", path+"deliveries/?limit=2"+after, "", 200, "")
		for _, id := range strings.Fields(valuesOf(t, text, "id")) {
			if seen[id] || sent[id].id != id {
				t.Errorf("%s came twice or was never sent", id)
			}
			seen[id] = true
		}
		after = "&after=" + member(t, text, "next")
	}
	if len(seen) != 5 || after != "&after=" {
		t.Errorf("the pages hold %d deliveries and end with %q", len(seen), after)
	}
	h.root.want("GET", path+"deliveries/?after=msg_x", "", 400, `{"after":["This is not the next of a page."]}`)
	h.root.want("GET", path+"deliveries/?state=lost", "", 400, `{"state":["This is waiting, delivered or failed."]}`)
}

package server_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/value"
)

// hooked is a world whose webhooks may lead to loopback, with a clock of its own and a log that can be read.
type hooked struct {
	*world
	*receiver
	clock *movedClock
	log   *logged
}

// logged is what a server logs.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func newHooked(t *testing.T) *hooked {
	t.Helper()
	w := newWorld(t)
	h := &hooked{world: w, receiver: newReceiver(t), clock: newMovedClock(time.Now()), log: &logged{}}
	h.restart(func() {
		w.config.WebhookPrivate, w.config.Clock, w.config.Log = true, h.clock, slog.New(slog.NewTextHandler(h.log, nil))
	})
	return h
}

// restart stops the server, lets something happen, and starts it again.
func (w *world) restart(between func()) {
	w.t.Helper()
	w.stop()
	between()
	w.start()
	for _, a := range []*account{w.root, w.staff, w.wendy, w.nobody} {
		a.base = w.base
	}
}

const hooksPath = "/api/_/webhooks/"

// hook makes a webhook that leads to the receiver and returns its path and secret.
func (h *hooked) hook(events, more string) (path, secret string) {
	h.world.t.Helper()
	body := fmt.Sprintf(`{"name":"a","url":%q,"events":[%s]%s}`, h.url, events, more)
	text := h.root.want("POST", hooksPath, body, 201, "")
	return hooksPath + member(h.world.t, text, "id") + "/", member(h.world.t, text, "secret")
}

// state waits until a webhook's deliveries in a state are so many, and returns them.
func (h *hooked) state(path, state string, n int) []map[string]any {
	h.world.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		var page struct{ Results []map[string]any }
		if err := json.Unmarshal([]byte(h.root.want("GET", path+"deliveries/?state="+state, "", 200, "")), &page); err != nil {
			h.world.t.Fatal(err)
		}
		if len(page.Results) == n {
			return page.Results
		}
		if time.Now().After(deadline) {
			h.world.t.Fatalf("%d deliveries are %s, not %d", len(page.Results), state, n)
		}
	}
}

// A create, an update and a delete arrive in order, signed, with what the webhook asked for and no more.
func TestWebhookDelivers(t *testing.T) {
	h := newHooked(t)
	path, secret := h.hook(`{"collection":"notes","filter":"stars > 0","fields":["id","title","stars","tags"]}`, "")
	note := h.root.want("POST", notesPath, `{"title":"new","stars":2,"tags":[2]}`, 201, "")
	var made struct{ ID int64 }
	if err := json.Unmarshal([]byte(note), &made); err != nil {
		t.Fatal(err)
	}
	one := fmt.Sprintf("%s%d/", notesPath, made.ID)
	h.root.want("POST", notesPath, `{"title":"without stars"}`, 201, "")
	h.clock.move(time.Second)
	h.root.want("PATCH", one, `{"stars":4,"tags":[1,2],"memo":"not sent"}`, 200, "")
	h.clock.move(time.Second)
	h.root.want("DELETE", one, "", 204, "")
	key := float64(made.ID)
	for i, want := range []message{
		{Type: "notes.created"}, {Type: "notes.updated"}, {Type: "notes.deleted"},
	} {
		got := h.take(200)
		if !got.signedWith(secret) || got.signedWith("whsec_"+strings.Repeat("A", 44)) {
			t.Errorf("message %d is not signed with its secret: %s", i, got.signature)
		}
		want.Data.Collection, want.Data.Key = "notes", key
		want.Data.Record = map[string]any{"id": key, "title": "new", "stars": 4.0, "tags": []any{1.0, 2.0}}
		switch i {
		case 0:
			want.Data.Record["stars"], want.Data.Record["tags"] = 2.0, []any{2.0}
		case 1:
			want.Data.Before = map[string]any{"stars": 2.0, "tags": []any{2.0}}
		}
		if diff := cmp.Diff(want, got.message(t)); diff != "" {
			t.Errorf("message %d (-want +got):\n%s", i, diff)
		}
	}
	done := h.state(path, "delivered", 3)
	whole := h.root.want("GET", path+"deliveries/"+done[0]["id"].(string)+"/", "", 200, "")
	contains(t, whole, `"status":200`, `"webhook-id":"msg_`, `"type":"notes.deleted"`)
	for _, text := range []string{whole, h.root.want("GET", path, "", 200, ""), h.root.want("GET", hooksPath, "", 200, ""), h.log.String()} {
		if strings.Contains(text, strings.TrimPrefix(secret, "whsec_")) || strings.Contains(text, "v1,") {
			t.Errorf("a secret or signature shows in %s", text)
		}
	}
	h.none()
}

// What a webhook is sent is what its user may see: rows, fields, and never a secret.
func TestWebhookSeesAsItsUser(t *testing.T) {
	h := newHooked(t)
	_, _ = h.hook(`{"collection":"notes","operations":["create"]}`, `,"user":"`+h.wendyKey+`"`)
	h.root.want("POST", notesPath, `{"title":"of nobody"}`, 201, "")
	h.root.want("POST", notesPath, `{"title":"mine","owner":`+h.wendyKey+`,"memo":"psst"}`, 201, "")
	got := h.take(204).message(t)
	if _, there := got.Data.Record["memo"]; there || got.Data.Record["title"] != "mine" {
		t.Errorf("wendy's webhook is sent %v", got.Data.Record)
	}
	users, _ := h.hook(`{"collection":"users"}`, "")
	h.user(auth.NewUser{Username: "victor"})
	got = h.take(200).message(t)
	if _, there := got.Data.Record["password"]; there || got.Data.Record["username"] != "victor" {
		t.Errorf("a new user is sent as %v", got.Data.Record)
	}
	h.root.want("PATCH", users, `{"events":[{"collection":"users","fields":["password"]}]}`, 400,
		`{"events":{"0":{"fields":["There is no field that the webhook's user may read \"password\"."]}}}`)
	h.root.want("PATCH", "/api/_/records/users/"+h.wendyKey+"/", `{"is_active":false}`, 200, "")
	h.take(200)
	h.root.want("POST", notesPath, `{"title":"for nobody","stars":1}`, 201, "")
	h.user(auth.NewUser{Username: "walter"}) // comes after it in the log
	if got := h.take(200).message(t); got.Data.Record["username"] != "walter" {
		t.Errorf("somebody who is not active is told of %v", got.Data.Record)
	}
	contains(t, h.root.want("GET", hooksPath, "", 200, ""), `"notice":"Turned off: its user is gone or not active."`)
}

// A message that fails is sent again at the times of the guide; after the last one its webhook is turned off. It can be
// sent again then, under the same id.
func TestWebhookRetries(t *testing.T) {
	h := newHooked(t)
	path, secret := h.hook(`{"collection":"tags"}`, "")
	h.root.want("POST", "/api/_/records/tags/", `{"name":"green"}`, 201, "")
	first := h.take(503)
	var passed time.Duration
	for _, pause := range []time.Duration{5 * time.Second, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour,
		14 * time.Hour, 20 * time.Hour, 24 * time.Hour} {
		before := h.waitsFor(path)
		if wait := before.Sub(h.clock.Now()); wait < pause || wait > pause+pause/10 {
			t.Errorf("after %s it waits %s, not %s", passed, wait, pause)
		}
		h.clock.move(pause - time.Second)
		h.none()
		h.clock.move(pause/10 + time.Second)
		passed += pause
		got := h.take(503)
		if got.id != first.id || got.body != first.body || got.timestamp == first.timestamp || !got.signedWith(secret) {
			t.Errorf("after %s: %+v, first it was %+v", passed, got, first)
		}
	}
	failed := h.state(path, "failed", 1)
	contains(t, h.root.want("GET", path, "", 200, ""), `"enabled":false`, `"notice":"Turned off: message `+first.id+` failed for three days. It answered 503."`)
	contains(t, h.log.String(), "a webhook was turned off")
	whole := h.root.want("GET", path+"deliveries/"+first.id+"/", "", 200, "")
	if n := strings.Count(whole, `"error":"It answered 503."`); n != 10 {
		t.Errorf("%d attempts are logged, not 10: %s", n, whole)
	}
	h.root.want("POST", "/api/_/records/tags/", `{"name":"told to nobody"}`, 201, "")
	h.root.want("POST", path+"replay/", `{"from":"2020-01-01T00:00:00Z","to":"2020-01-02T00:00:00Z"}`, 200, `{"deliveries":0}`)
	h.root.want("POST", path+"replay/", `{"from":"2020-01-01T00:00:00Z"}`, 200, `{"deliveries":1}`)
	h.root.want("POST", path+"deliveries/"+failed[0]["id"].(string)+"/replay/", "", 409, `{"detail":"This delivery waits to be sent already."}`)
	h.none()
	h.root.want("PATCH", path, `{"enabled":true}`, 200, "")
	if got := h.take(200); got.id != first.id {
		t.Errorf("%s came again, not %s", got.id, first.id)
	}
	h.state(path, "delivered", 1)
	h.root.want("POST", path+"deliveries/"+first.id+"/replay/", "", 200, "")
	if got := h.take(200); got.id != first.id {
		t.Errorf("%s came a third time, not %s", got.id, first.id)
	}
}

// waitsFor returns when the only delivery of a webhook is tried again, once that is known.
func (h *hooked) waitsFor(path string) time.Time {
	h.world.t.Helper()
	deadline := time.Now().Add(patience)
	for {
		at, err := time.Parse(time.RFC3339Nano, fmt.Sprint(h.state(path, "waiting", 1)[0]["next"]))
		if err != nil {
			h.world.t.Fatal(err)
		}
		if at.After(h.clock.Now()) {
			return at
		}
		if time.Now().After(deadline) {
			h.world.t.Fatal("the delivery is not tried again")
		}
	}
}

// 410 turns a webhook off at once, a redirect is not followed, and what the receiver asks for is kept to.
func TestWebhookAnswers(t *testing.T) {
	h := newHooked(t)
	path, _ := h.hook(`{"collection":"tags"}`, "")
	h.root.want("POST", "/api/_/records/tags/", `{"name":"a"}`, 201, "")
	got := h.next()
	got.answer <- func(w http.ResponseWriter) {
		w.Header().Set("Location", h.url+"/elsewhere")
		w.Header().Set("Set-Cookie", "a=b")
		w.WriteHeader(307)
	}
	h.waitsFor(path)
	contains(t, h.root.want("GET", path+"deliveries/"+got.id+"/", "", 200, ""), "It answered 307: redirects are not followed.", h.url+"/elsewhere")
	h.clock.move(6 * time.Second)
	got = h.next()
	got.answer <- func(w http.ResponseWriter) {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(429)
		_, _ = w.Write([]byte(strings.Repeat("x", 100_000)))
	}
	if wait := h.waitsFor(path).Sub(h.clock.Now()); wait < time.Hour-time.Second || wait > time.Hour+time.Minute {
		t.Errorf("it waits %s, not the hour that was asked for", wait)
	}
	whole := h.root.want("GET", path+"deliveries/"+got.id+"/", "", 200, "")
	if n := strings.Count(whole, "x"); n < 4096 || n > 5000 || strings.Contains(whole, "a=b") {
		t.Errorf("of a long answer %d bytes are kept", n)
	}
	h.clock.move(time.Hour + time.Minute)
	h.take(410)
	h.state(path, "failed", 1)
	contains(t, h.root.want("GET", path, "", 200, ""), `"enabled":false`, `"notice":"Turned off: it answered 410 Gone."`)
}

// Changes of one record arrive in their order, however often the first fails; other records do not wait for it.
func TestWebhookOrder(t *testing.T) {
	h := newHooked(t)
	path, _ := h.hook(`{"collection":"notes","operations":["update"],"fields":["id","stars"]}`, "")
	h.root.want("PATCH", notesPath+"1/", `{"stars":2}`, 200, "")
	if got := h.take(500).message(t); got.Data.Record["stars"] != 2.0 {
		t.Fatalf("first came %v", got)
	}
	h.waitsFor(path)
	h.root.want("PATCH", notesPath+"1/", `{"stars":3}`, 200, "")
	h.root.want("PATCH", notesPath+"2/", `{"stars":4}`, 200, "")
	if got := h.take(200).message(t); got.Data.Key != 2.0 {
		t.Errorf("before its turn came %v", got)
	}
	h.state(path, "waiting", 2)
	h.none()
	h.clock.move(6 * time.Second)
	for _, stars := range []float64{2, 3} {
		if got := h.take(200).message(t); got.Data.Record["stars"] != stars || got.Data.Key != 1.0 {
			t.Errorf("came %v, not %v stars", got, stars)
		}
	}
}

// While secrets rotate, a message is signed with both; a test shows it, and that a webhook need not be on for it.
func TestWebhookSecrets(t *testing.T) {
	h := newHooked(t)
	path, first := h.hook(`{"collection":"tags"}`, `,"enabled":false`)
	try := func() received {
		answered := make(chan string)
		go func() { answered <- h.root.want("POST", path+"test/", "", 200, "") }()
		got := h.take(200)
		contains(t, <-answered, `"type":"webhook.test"`, `"state":"delivered"`)
		return got
	}
	if got := try(); !got.signedWith(first) {
		t.Error("the first secret does not sign")
	}
	text := h.root.want("POST", path+"secret/", `{"overlap":2}`, 200, "")
	second := member(t, text, "secret")
	if got := try(); !got.signedWith(first) || !got.signedWith(second) || first == second {
		t.Errorf("while secrets rotate the signature is %s", got.signature)
	}
	contains(t, h.root.want("GET", path, "", 200, ""), `"old_secret_until":"20`)
	h.clock.move(2*time.Hour + time.Second)
	if got := try(); got.signedWith(first) || !got.signedWith(second) {
		t.Error("the first secret signs for too long")
	}
	third := member(t, h.root.want("POST", path+"secret/", `{"overlap":0}`, 200, ""), "secret")
	if got := try(); got.signedWith(second) || !got.signedWith(third) {
		t.Error("a secret without overlap signs on")
	}
	h.root.want("POST", path+"secret/", `{"overlap":200}`, 400, `{"overlap":["This must be 0 to 168 hours."]}`)
}

// Nothing private is reached, by address, by name, or through a redirect.
func TestWebhookPrivateAddresses(t *testing.T) {
	w := newWorld(t)
	r := newReceiver(t)
	create := func(url string) string {
		return fmt.Sprintf(`{"name":"a","url":%q,"events":[{"collection":"tags"}]}`, url)
	}
	for _, host := range []string{"127.0.0.1", "10.1.2.3", "[::1]", "[fe80::1]", "[::ffff:192.168.0.1]", "169.254.169.254", "[64:ff9b::7f00:1]", "0.0.0.0"} {
		contains(t, w.root.want("POST", hooksPath, create("http://"+host+":80/"), 400, ""), `{"url":["`, "is not a public address; couplet serve --webhook-private allows it.")
	}
	for _, wrong := range []string{"ftp://example.com/", "example.com", "http://a:b@example.com/", "https://example.com/#x"} {
		contains(t, w.root.want("POST", hooksPath, create(wrong), 400, ""), `{"url":["`)
	}
	local := strings.Replace(r.url, "127.0.0.1", "localhost", 1)
	path := hooksPath + member(t, w.root.want("POST", hooksPath, create(local), 201, ""), "id") + "/"
	text := w.root.want("POST", path+"test/", "", 200, "")
	contains(t, text, "is not a public address; couplet serve --webhook-private allows it", `"state":"failed"`, `"status":null`)
	r.none()
}

func TestWebhooksAreManaged(t *testing.T) {
	h := newHooked(t)
	path, _ := h.hook(`{"collection":"notes"}`, "")
	for _, who := range []*account{h.staff, h.wendy} {
		who.want("GET", hooksPath, "", 403, "")
		who.want("PATCH", path, `{"enabled":false}`, 403, "")
		who.want("POST", path+"secret/", `{}`, 403, "")
	}
	h.visitor().want("GET", hooksPath, "", 401, "")
	for body, want := range map[string]string{
		`{"events":[]}`:                      `{"events":["Name 1 to 100 collections."]}`,
		`{"name":""}`:                        `{"name":["Give it a name of 1 to 100 characters."]}`,
		`{"user":"99"}`:                      `{"user":["There is no active user with this key."]}`,
		`{"secret":"mine"}`:                  `{"secret":["There is no such field."]}`,
		`{"events":[{"collection":"nots"}]}`: `{"events":{"0":{"collection":["There is no collection \"nots\". Did you mean \"notes\"?"]}}}`,
		`{"events":[{"collection":"notes","operations":["updte"]}]}`: `{"events":{"0":{"operations":["There is no operation \"updte\". Did you mean \"update\"?"]}}}`,
		`{"events":[{"collection":"notes","filter":"starz > 1"}]}`:   `{"events":{"0":{"filter":["1:1: notes has no field starz. Did you mean \"stars\"?"]}}}`,
		`{"events":[{"collection":"notes","fields":["titel"]}]}`:     `{"events":{"0":{"fields":["There is no field that the webhook's user may read \"titel\". Did you mean \"title\"?"]}}}`,
		`{"events":[{"collection":"notes"},{"collection":"notes"}]}`: `{"events":{"1":{"collection":["This collection is there twice."]}}}`,
	} {
		h.root.want("PATCH", path, body, 400, want)
	}
	contains(t, h.root.want("PATCH", path, `{"name":"b","events":[{"collection":"tags","fields":["name"]}]}`, 200, ""),
		`"events":[{"collection":"tags","operations":["create","update","delete"],"filter":"","fields":["name"]}]`)
	h.root.want("DELETE", path, "", 204, "")
	h.root.want("GET", path, "", 404, "")
	h.root.want("GET", path+"deliveries/", "", 404, "")
	h.root.want("GET", hooksPath, "", 200, "[]")
}

// What was stored while no webhook could be served is told of once the server is back.
func TestWebhookAfterRestart(t *testing.T) {
	h := newHooked(t)
	path, secret := h.hook(`{"collection":"tags"}`, "")
	h.restart(func() { h.writeBeside() })
	if got := h.take(200); got.message(t).Data.Record["name"] != "meanwhile" || !got.signedWith(secret) {
		t.Errorf("came %s", got.body)
	}
	h.state(path, "delivered", 1)
}

// writeBeside stores a tag while the server is stopped, as the command line does.
func (p *project) writeBeside() {
	p.t.Helper()
	s, err := store.Open(p.t.Context(), store.Options{Dir: p.config.Data, Database: p.config.Database, NoSync: true})
	if err != nil {
		p.t.Fatal(err)
	}
	tags := s.Schema().Collection("tags")
	in := store.NewInput(tags)
	in.Values[tags.Field("name")] = value.Text("meanwhile")
	_, err = s.Write(p.t.Context(), store.Origin{Scope: access.System(s.State().Policy), Via: "cli"}, func(tx *store.Tx) error {
		_, err := tx.Create(in)
		return err
	})
	if err := errors.Join(err, s.Close()); err != nil {
		p.t.Fatal(err)
	}
}

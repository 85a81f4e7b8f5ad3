package server_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/couplet/couplet/server/auth"
)

// hits holds how many of some requests were answered from memory.
func (b *boxes) hits(want int, what string, ask func()) {
	b.t.Helper()
	before := b.server.Answers()
	ask()
	after := b.server.Answers()
	if got := int(after.Hits - before.Hits); got != want {
		b.t.Errorf("%s: %d answers came from memory, want %d (%d did not)", what, got, want, after.Misses-before.Misses)
	}
}

// TestKeptAnswers: who shares an answer, and what ends it. What is asked for a first time is not kept yet.
func TestKeptAnswers(t *testing.T) {
	b := startBoxes(t)
	get := func(path string, who ...*account) func() {
		return func() {
			for _, a := range who {
				a.want("GET", path, "", 200, "")
			}
		}
	}
	patch := func(path, body string) { t.Helper(); b.root.want("PATCH", path, body, 200, "") }
	all := []*account{b.ann, b.ben, b.kim}
	b.hits(0, "asked for the first time, and the second", get("/api/tags/", b.ann, b.ann))
	b.hits(1, "asked for the third time", get("/api/tags/", b.ann))
	get("/api/shelves/", b.ann)()
	b.hits(2, "users with the same rights", get("/api/shelves/", all...))
	b.hits(0, "another class", get("/api/shelves/", b.visitor(), b.root, b.mia))
	get(boxesPath, b.ann)()
	b.hits(0, "a rule that reads the user", get(boxesPath, all...))
	b.hits(3, "again", get(boxesPath, all...))
	b.hits(0, "the other order, first", get(boxesPath+"?n__gte=0&ordering=id", b.ann, b.ann))
	b.hits(1, "parameters in another order", get(boxesPath+"?ordering=id&n__gte=0", b.ann))
	b.hits(1, "one of two filters", func() {
		get(boxesPath+"?ordering=id&ordering=n", b.ann, b.ann)()
		get(boxesPath+"?ordering=n&ordering=id", b.ann, b.ann, b.ann)()
	})
	three := func() {
		for _, n := range "123" {
			get("/api/shelves/"+string(n)+"/", b.ann)()
		}
	}
	three()
	three()
	patch("/api/_/records/shelves/1/", `{"title":"new"}`)
	b.hits(2, "other records", three)
	b.hits(0, "their list", get("/api/shelves/", b.ann))
	get(boxesPath, b.ann)()
	for n := range 2 {
		b.root.want("POST", "/api/_/records/items/", fmt.Sprintf(`{"box":%d,"name":"i"}`, n+1), 201, "")
		get(fmt.Sprintf(boxesPath+"%d/items/", n+1), b.ann, b.ann)()
	}
	patch("/api/_/records/items/1/", `{"name":"new"}`)
	b.hits(1, "a list of records with another value", get(boxesPath+"2/items/", b.ann))
	b.hits(0, "with this one", get(boxesPath+"1/items/", b.ann))
	get(boxesPath, b.ann)()
	patch("/api/_/records/users/"+b.kimKey+"/", `{"first_name":"Kim"}`)
	b.hits(1, "a column that is not read", get(boxesPath, b.ann))
	patch("/api/_/records/vault/1/", `{"name":"silver"}`)
	b.hits(3, "another collection", get("/api/shelves/", all...))
	anything := b.ann.with("Accept", "*/*")
	patch("/api/_/records/users/"+b.kimKey+"/", `{"roles":["keepers"]}`)
	b.hits(2, "a role more", get("/api/shelves/", all...))
	b.hits(1, "the page of the browsable API has its own answer", func() {
		get("/api/shelves/?format=api", anything, anything, anything)()
	})
	b.hits(1, "HEAD", func() { b.ann.want("HEAD", "/api/shelves/", "", 200, "") })
	b.hits(1, "OPTIONS", func() {
		for range 3 {
			b.ann.want("OPTIONS", "/api/shelves/", "", 200, "")
		}
	})
	b.hits(0, "errors", func() {
		for range 2 {
			b.ann.want("GET", "/api/shelves/99/", "", 404, "")
			b.ann.want("GET", "/api/vault/", "", 403, "")
			b.ann.want("GET", boxesPath+"?page=9", "", 404, "")
		}
	})
	b.hits(0, "exports", func() {
		for range 2 {
			get("/api/shelves/?export=csv", b.ann)()
		}
	})
	b.hits(3, "documents and the root", func() {
		for _, path := range []string{"/api/schema/?format=json", "/api/schema/?format=yaml", "/api/"} {
			get(path, anything, anything, b.ben.with("Accept", "*/*"))()
		}
	})
	for _, form := range []string{"application/yaml", "application/json"} {
		_, text := b.ann.with("Accept", form).call("GET", "/api/schema/", "")
		if isJSON := strings.HasPrefix(text, "{"); isJSON != (form == "application/json") {
			t.Errorf("%s: %.20s", form, text)
		}
	}
	b.hits(0, "a rule that reads the request", get("/api/door/", b.ann, b.ann))
}

// TestKeptUntilTheSecondEnds: what reads now is kept no longer than now is the same.
func TestKeptUntilTheSecondEnds(t *testing.T) {
	b := startBoxes(t)
	b.root.want("POST", "/api/_/records/clock/", `{"at":"2020-01-01T00:00:00Z"}`, 201, "")
	for until := 0; ; until++ { // three requests of one second, if it does not end between them
		before := b.server.Answers().Hits
		b.ann.want("GET", "/api/clock/", "", 200, "")
		b.ann.want("GET", "/api/clock/", "", 200, "")
		b.ann.want("GET", "/api/clock/", "", 200, "")
		if b.server.Answers().Hits > before {
			break
		}
		if until == 100 {
			t.Fatal("never from memory")
		}
	}
	start := b.server.Store().Now().Unix()
	hits := b.server.Answers().Hits
	for b.server.Store().Now().Unix() < start+2 {
		b.ann.want("GET", "/api/clock/", "", 200, "")
	}
	misses := b.server.Answers().Misses
	b.ann.want("GET", "/api/clock/", "", 200, "")
	if s := b.server.Answers(); s.Hits == hits || misses < 2 {
		t.Errorf("%d hits and %d misses", s.Hits, s.Misses)
	}
}

// TestKeptConditionally: 304 comes from the kept answer, and the same headers as without it.
func TestKeptConditionally(t *testing.T) {
	b := startBoxes(t)
	for _, path := range []string{boxesPath, boxesPath + "1/", fullBoxes, fullBoxes + "1/", "/api/schema/"} {
		first, again := b.header(b.root, path, ""), b.header(b.root, path, "")
		if tag := first.Get("ETag"); tag == "" || tag != again.Get("ETag") || first.Get("Vary") != again.Get("Vary") || first.Get("Allow") != again.Get("Allow") {
			t.Errorf("%s: %v, then %v", path, first, again)
		}
		b.hits(1, path, func() {
			if h := b.header(b.root, path, first.Get("ETag")); h.Get("status") != "304" || h.Get("ETag") != first.Get("ETag") {
				t.Errorf("%s: %v", path, h)
			}
		})
		if h := b.header(b.root, path, `"other"`); h.Get("status") != "200" {
			t.Errorf("%s after a 304: %v", path, h)
		}
	}
}

// header returns an answer's headers, with its status.
func (b *boxes) header(who *account, path, tag string) http.Header {
	b.t.Helper()
	req, err := http.NewRequest("GET", b.base+path, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	for k, v := range who.header {
		req.Header.Set(k, v)
	}
	if tag != "" {
		req.Header.Set("If-None-Match", tag)
	}
	resp, err := who.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	resp.Body.Close()
	resp.Header.Set("status", fmt.Sprint(resp.StatusCode))
	return resp.Header
}

// TestKeptWithinBounds: memory is bounded whatever is asked, and what is asked again and again stays.
func TestKeptWithinBounds(t *testing.T) {
	b := &boxes{project: startProject(t, keptSchema)}
	b.stop()
	b.config.CacheSize = 1 << 20
	b.start()
	b.root, _ = b.user(auth.NewUser{Username: "root", Superuser: true})
	for i := range 9 {
		b.root.want("POST", fullBoxes, fmt.Sprintf(`{"label":"b%d","memo":%q}`, i, strings.Repeat("m", 40)), 201, "")
	}
	for i := range 3000 {
		b.root.want("GET", fmt.Sprintf(boxesPath+"?n__gte=-%d", i+1), "", 200, "")
		if i%50 == 0 {
			b.root.want("GET", boxesPath, "", 200, "")
		}
	}
	b.hits(1, "asked often", func() { b.root.want("GET", boxesPath, "", 200, "") })
	if s := b.server.Answers(); s.Entries > 1 {
		t.Errorf("%d answers of %d bytes, most of them asked for once", s.Entries, s.Bytes)
	}
	for i := range 3000 {
		for range 2 {
			b.root.want("GET", fmt.Sprintf(boxesPath+"?n__gte=-%d", i+1), "", 200, "")
		}
		if i%50 == 0 {
			b.root.want("GET", boxesPath, "", 200, "")
		}
	}
	b.hits(1, "asked often, among others that are kept", func() { b.root.want("GET", boxesPath, "", 200, "") })
	b.hits(0, "asked twice, long ago", func() { b.root.want("GET", boxesPath+"?n__gte=-2", "", 200, "") })
	if s := b.server.Answers(); s.Bytes > 1<<20 || s.Bytes < 1<<19 || s.Entries > 1500 {
		t.Errorf("%d answers of %d bytes", s.Entries, s.Bytes)
	}
	b.stop()
	b.config.CacheSize = -1
	b.start()
	for range 2 {
		b.root.base = b.base
		b.root.want("GET", boxesPath, "", 200, "")
	}
	if s := b.server.Answers(); s.Hits+s.Misses > 0 {
		t.Errorf("switched off: %v", s)
	}
}

package server_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/couplet/couplet/server/auth"
)

// Every write names its changeset, and a page of another origin may read that.
func TestWritesNameTheirChangeset(t *testing.T) {
	p := startProject(t, strings.Replace(systemSchema, `"resources": {`, `"settings": {"authentication": ["basic"], "cors": {"allowed_origins": ["https://app.example"]}}, "resources": {`, 1))
	root, _ := p.user(auth.NewUser{Username: "root", Superuser: true})
	send := func(method, path, body string) http.Header {
		t.Helper()
		req, err := http.NewRequest(method, p.base+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Origin", "https://app.example")
		for k, v := range root.header {
			req.Header.Set(k, v)
		}
		resp, err := root.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := resp.Body.Close(); err != nil || resp.StatusCode >= 300 {
			t.Errorf("%s %s: %d %v", method, path, resp.StatusCode, err)
		}
		return resp.Header
	}
	first := ""
	for _, w := range [][3]string{
		{"POST", "/api/_/records/notes/", `{"title":"one"}`}, {"POST", "/api/notes/", `{"title":"two"}`}, {"PATCH", "/api/notes/1/", `{"stars":1}`},
		{"POST", "/api/notes/bulk/", `[{"title":"three"}]`}, {"POST", "/api/_/records/notes/bulk/", `{"ids":[2],"set":{"stars":2}}`},
		{"POST", "/api/_/batch/", `{"requests":[{"method":"PATCH","path":"/api/notes/1/","body":{"stars":3}}]}`},
		{"DELETE", "/api/_/records/notes/3/", ""}, {"POST", "/api/_/history/notes/3/restore/", `{}`},
	} {
		h := send(w[0], w[1], w[2])
		if id := h.Get("Couplet-Changeset"); id == "" || !strings.Contains(h.Get("Access-Control-Expose-Headers"), "couplet-changeset") {
			t.Errorf("%s %s: changeset %q, exposed %q", w[0], w[1], id, h.Get("Access-Control-Expose-Headers"))
		} else if first == "" {
			first = id
		}
	}
	if h := send("POST", "/api/_/changesets/"+first+"/revert/", `{"mode":"overwrite"}`); h.Get("Couplet-Changeset") == "" {
		t.Error("the revert names no changeset")
	}
	if h := send("GET", "/api/_/records/notes/", ""); h.Get("Access-Control-Expose-Headers") != "" {
		t.Error("an answer to a read exposes headers")
	}
}

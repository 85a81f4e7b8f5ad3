package server_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/couplet/couplet/server"
)

// Every fixed route of the API is in one of its two OpenAPI documents.
func TestRoutesAreDocumented(t *testing.T) {
	base, routes := startServer(t, server.Config{Sample: true, TestReset: true})
	documented := map[string]bool{}
	for _, path := range []string{"/api/schema/?format=json", "/api/_/openapi/?format=json"} {
		var doc struct {
			Paths map[string]map[string]json.RawMessage `json:"paths"`
		}
		if err := json.Unmarshal(get(t, base+path), &doc); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		for p := range doc.Paths {
			documented[p] = true
		}
	}
	// What shows documents, and what browsers open: pages, not operations.
	pages := []string{"/api/schema/", "/api/schema/swagger-ui/", "/api/schema/redoc/", "/api/_/openapi/"}
	for _, route := range routes {
		route = strings.ReplaceAll(route, ":id", "{id}")
		if !documented[route] && !slices.Contains(pages, route) {
			t.Errorf("%s is in no OpenAPI document", route)
		}
	}
	if len(routes) < 20 {
		t.Fatalf("only %d routes: %s", len(routes), strings.Join(routes, " "))
	}
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	res, err := http.Get(url) //nolint:gosec // the test's own server
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s", url, res.StatusCode, body)
	}
	return body
}

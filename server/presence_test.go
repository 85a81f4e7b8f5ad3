package server_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/couplet/couplet/server"
)

// TestEmptyIsNotAbsent holds that a header or parameter without content counts as Django counts it: as given.
func TestEmptyIsNotAbsent(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	origin := []string{"http://localhost:3000"}
	tests := []struct {
		name, method, path string
		header             http.Header
		status             int
		methods            string // Access-Control-Allow-Methods
		body               string
	}{
		{"no Accept", "GET", "/api/tags/rest/", nil, 200, "", `{"id":4,"slug":"rest","name":"REST APIs"}`},
		{"NUL in a text key", "GET", "/api/tags/rest%00/", nil, 404, "", `{"detail":"No Tag matches the given query."}`},
		{"NUL in a number", "GET", "/api/articles/1%00/", nil, 404, "", `{"detail":"Not found."}`},
		{"empty Accept", "GET", "/api/tags/rest/", http.Header{"Accept": {""}}, 406, "",
			`{"detail":"Could not satisfy the request Accept header."}`},
		{"preflight", "OPTIONS", "/api/tags/", http.Header{"Origin": origin, "Access-Control-Request-Method": {"POST"}}, 200,
			"DELETE, GET, OPTIONS, PATCH, POST, PUT", ""},
		{"preflight without a method", "OPTIONS", "/api/tags/", http.Header{"Origin": origin, "Access-Control-Request-Method": {""}}, 200,
			"DELETE, GET, OPTIONS, PATCH, POST, PUT", ""},
		{"preflight of a stranger", "OPTIONS", "/api/tags/", http.Header{"Origin": {"null"}, "Access-Control-Request-Method": {""}}, 200, "", ""},
		{"OPTIONS that is no preflight", "OPTIONS", "/api/tags/rest/", http.Header{"Origin": origin}, 200,
			"DELETE, GET, OPTIONS, PATCH, POST, PUT", `{"name":"Tag Instance"`},
		{"GET", "GET", "/api/tags/rest/", http.Header{"Origin": origin}, 200, "", `{"id":4`},
		{"format in links", "GET", "/api/?format=json", nil, 200, "", `{"authors":"` + a.base + `/api/authors/?format=json"`},
		{"empty format in links", "GET", "/api/?format=", nil, 200, "", `{"authors":"` + a.base + `/api/authors/?format="`},
		{"parsers in their order", "OPTIONS", "/api/token-auth/", nil, 200, "",
			`{"name":"Obtain Auth Token","description":"","renders":["application/json"],"parses":["application/x-www-form-urlencoded",`},
	}
	for _, test := range tests {
		req, err := http.NewRequestWithContext(t.Context(), test.method, a.base+test.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if test.header != nil {
			req.Header = test.header
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != test.status || !strings.HasPrefix(string(body), test.body) || test.body == "" && len(body) > 0 {
			t.Errorf("%s: %d %s %v", test.name, res.StatusCode, body, err)
		}
		if got := res.Header.Get("Access-Control-Allow-Methods"); got != test.methods {
			t.Errorf("%s: methods %q, want %q", test.name, got, test.methods)
		}
	}
}

// TestDeleteInBrowser holds that the browsable API shows a page for a delete, which therefore is no 204.
func TestDeleteInBrowser(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	login := a.want("POST", "/api/token/", `{"username":"admin","password":"admin-Pass-123"}`, 200, "")
	var pair struct{ Access string }
	if err := json.Unmarshal([]byte(login), &pair); err != nil {
		t.Fatal(err)
	}
	admin := a.with("Authorization", "Bearer "+pair.Access)
	if text := admin.with("Accept", "text/html").want("DELETE", "/api/tags/unused/", "", 200, ""); !strings.Contains(text, "HTTP 204 No Content") {
		t.Errorf("page: %s", text)
	}
	admin.want("DELETE", "/api/tags/unicode/", "", 204, "")
	a.want("GET", "/api/tags/unused/", "", 404, "")
}

// TestEveryOrigin holds that a project with "*" among its origins answers every page, and without credentials.
func TestEveryOrigin(t *testing.T) {
	schema := `{"settings": {"cors": {"allowed_origins": ["*"]}}}`
	project := t.TempDir()
	if err := os.WriteFile(filepath.Join(project, "schema.json"), []byte(schema), 0o600); err != nil {
		t.Fatal(err)
	}
	base, _ := startServer(t, server.Config{Data: t.TempDir(), Project: project, NoSync: true, Log: slog.New(slog.DiscardHandler)})
	for origin, want := range map[string]string{"https://any.example": "*", "null": "*", "http://[x": "", "": ""} {
		req, err := http.NewRequestWithContext(t.Context(), "GET", base+"/api/", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Origin", origin)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		allowed, credentials := res.Header.Get("Access-Control-Allow-Origin"), res.Header.Get("Access-Control-Allow-Credentials")
		if res.StatusCode != 200 || allowed != want || credentials != "" {
			t.Errorf("Origin %q: %d, allowed %q, credentials %q", origin, res.StatusCode, allowed, credentials)
		}
	}
}

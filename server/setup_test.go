package server_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/couplet/couplet/server/auth"
)

// An empty folder is served, and its first account made with the link on the console: once.
func TestSetup(t *testing.T) {
	p := startProject(t, "")
	visitor := p.visitor()
	visitor.want("GET", "/api/_/setup/", "", 200, `{"needed":false,"sample":false,"site":"Couplet","mail":false,"version":"development"}`) // nobody was given a link yet
	link, err := p.server.SetupLink(context.Background())
	path, token, ok := strings.Cut(link, "#t=")
	if err != nil || !ok || path != "/admin/setup" || len(token) < 20 {
		t.Fatalf("link %q, error %v", link, err)
	}
	visitor.want("GET", "/api/_/setup/", "", 200, `{"needed":true,"sample":false,"site":"Couplet","mail":false,"version":"development"}`)

	used := `{"detail":"The set-up link is not valid, or was used already. Restart the server for a new one."}`
	body := func(token, username, password string) string {
		return encoded(t, map[string]string{"token": token, "username": username, "password": password})
	}
	for _, test := range []struct {
		body   string
		status int
		want   string
	}{
		{body("", "ada", "ada-Pass-123!"), 403, used},
		{body(token[1:], "ada", "ada-Pass-123!"), 403, used},
		{body(token, "", ""), 400, `{"username":["This field may not be blank."],"password":["This field may not be blank."]}`},
		{body(token, "ada", "1234"), 400, ""},
		{body(token, "a da", "ada-Pass-123!"), 400, `{"username":["Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters."]}`},
		{`{"token":1}`, 400, `{"token":["This cannot be a number."]}`},
		{body(token, "ada", "ada-Pass-123!"), 200, ""},
		{body(token, "bob", "bob-Pass-123!"), 403, used},
	} {
		visitor.want("POST", "/api/_/setup/", test.body, test.status, test.want)
	}
	visitor.want("GET", "/api/_/setup/", "", 200, `{"needed":false,"sample":false,"site":"Couplet","mail":false,"version":"development"}`)
	ada := visitor.with("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("ada:ada-Pass-123!")))
	contains(t, ada.want("GET", "/api/_/me/", "", 200, ""), `"username":"ada"`, `"is_superuser":true`)
	if link, err := p.server.SetupLink(context.Background()); link != "" || err != nil {
		t.Errorf("a second link %q, error %v", link, err)
	}
}

// After a rotation new tokens have a new key, old ones stay valid, and both keys are published.
func TestKeysRotate(t *testing.T) {
	p := startProject(t, systemSchema)
	p.user(auth.NewUser{Username: "root", Superuser: true})
	keys := func() (out []string) {
		var set struct{ Keys []struct{ Kid string } }
		if err := json.Unmarshal([]byte(p.visitor().want("GET", "/.well-known/jwks.json", "", 200, "")), &set); err != nil {
			t.Fatal(err)
		}
		for _, k := range set.Keys {
			out = append(out, k.Kid)
		}
		return out
	}
	obtain := func() string {
		return member(t, p.visitor().want("POST", "/api/token/", `{"username":"root","password":"a-good-Pass-123"}`, 200, ""), "access")
	}
	old, before := obtain(), keys()
	p.stop()
	s, err := newServer(p.config)
	if err != nil {
		t.Fatal(err)
	}
	service, err := auth.New(context.Background(), s.Store(), auth.Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := service.RotateKeys(context.Background(), jose.ES256); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	p.start()
	after := keys()
	if len(before) != 1 || len(after) != 2 || after[0] != before[0] && after[1] != before[0] {
		t.Errorf("keys %v before, %v after", before, after)
	}
	for _, token := range []string{old, obtain()} {
		p.visitor().with("Authorization", "Bearer "+token).want("GET", "/api/_/me/", "", 200, "")
	}
}

package auth

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
)

func basicHeader(name, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// TestHeaders: what each class says to each Authorization header (corpus, group auth).
func TestHeaders(t *testing.T) {
	a, _ := newTestService(t, Config{Secret: referenceSecret})
	only := func(c string) []string { return []string{c} }
	both := []string{JWT, Session}
	cases := []struct {
		name    string
		classes []string
		header  string
		want    string // the username, "" anonymous, or "status code detail"
	}{
		{"nothing", both, "", ""},
		{"another scheme", both, "bearer x", ""},
		{"no scheme", both, "x", ""},
		{"no token", both, "Bearer ", "401 bad_authorization_header Authorization header must contain two space-delimited values"},
		{"two tokens", both, "Bearer a b", "401 bad_authorization_header Authorization header must contain two space-delimited values"},
		{"garbage", both, "Bearer garbage", "401 token_not_valid Given token not valid for any token type"},
		{"huge", both, "Bearer " + strings.Repeat("x", MaxToken+1), "401 token_not_valid Given token not valid for any token type"},
		{"tab", both, "Bearer\tgarbage", "401 token_not_valid Given token not valid for any token type"},
		{"garbage, session first", []string{Session, JWT}, "Bearer garbage", "403 token_not_valid Given token not valid for any token type"},
		{"basic", only(Basic), basicHeader("user", "user-Pass-123"), "user"},
		{"basic, any case", only(Basic), "bAsIc" + basicHeader("user", "user-Pass-123")[5:], "user"},
		{"basic, wrong", only(Basic), basicHeader("user", "x"), "401 authentication_failed Invalid username/password."},
		{"basic, inactive", only(Basic), basicHeader("inactive", "inactive-Pass-123"), "401 authentication_failed Invalid username/password."},
		{"basic, unknown", only(Basic), basicHeader("nobody", "x"), "401 authentication_failed Invalid username/password."},
		{"basic, unusable", only(Basic), basicHeader("alice", "!unusable"), "401 authentication_failed Invalid username/password."},
		{"basic, NUL", only(Basic), basicHeader("user\x00", "x"), "401 authentication_failed Invalid username/password."},
		{"basic, empty", only(Basic), "Basic", "401 authentication_failed Invalid basic header. No credentials provided."},
		{"basic, two", only(Basic), "Basic a b", "401 authentication_failed Invalid basic header. Credentials string should not contain spaces."},
		{"basic, no base64", only(Basic), "Basic !!!", "401 authentication_failed Invalid basic header. Credentials not correctly base64 encoded."},
		{"basic, no colon", only(Basic), "Basic " + base64.StdEncoding.EncodeToString([]byte("user")), "401 authentication_failed Invalid basic header. Credentials not correctly base64 encoded."},
		{"basic at a bearer", only(Basic), "Bearer x", ""},
		{"token", only(Token), "Token 00000000000000000000000000000000000000b2", "user"},
		{"token, any case", only(Token), "tOKEN 00000000000000000000000000000000000000b2", "user"},
		{"token, inactive", only(Token), "Token 00000000000000000000000000000000000000c3", "401 authentication_failed User inactive or deleted."},
		{"token, unknown", only(Token), "Token nope", "401 authentication_failed Invalid token."},
		{"token, none", only(Token), "Token", "401 authentication_failed Invalid token header. No credentials provided."},
		{"token, two", only(Token), "Token a b", "401 authentication_failed Invalid token header. Token string should not contain spaces."},
		{"token, bytes", only(Token), "Token \xff", "401 authentication_failed Invalid token header. Token string should not contain invalid characters."},
		{"token at a bearer", only(Token), "Bearer 00000000000000000000000000000000000000b2", ""},
		{"api key, unknown", only(APIKey), "Api-Key abcdefgh.secret", "401 authentication_failed Invalid API key."},
		{"api key, malformed", only(APIKey), "Api-Key secret", "401 authentication_failed Invalid API key."},
	}
	for _, c := range cases {
		id, err := a.Authenticate(context.Background(), &Request{Method: "GET", Authorization: c.header, HasAuth: c.header != "", IP: "192.0.2.1"}, c.classes)
		got := ""
		var e *rest.APIError
		switch {
		case errors.As(err, &e):
			got = strings.Join([]string{map[int]string{401: "401", 403: "403"}[e.Status], e.Code, e.Detail}, " ")
			if want := Challenge(c.classes); e.Status == 401 && (len(e.Headers) != 1 || e.Headers[0][1] != want) {
				t.Errorf("%s: headers %v, want the challenge %s", c.name, e.Headers, want)
			}
		case err != nil:
			t.Errorf("%s: %v", c.name, err)
		case !id.Anonymous():
			got = id.User.Username
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestBasicIsRememberedUntilTheUserChanges(t *testing.T) {
	a, clock := newTestService(t, Config{})
	ctx := context.Background()
	try := func(password string) error {
		_, err := a.Authenticate(ctx, &Request{Method: "GET", Authorization: basicHeader("user", password), HasAuth: true}, []string{Basic})
		return err
	}
	if err := try("user-Pass-123"); err != nil {
		t.Fatal(err)
	}
	if hash := a.user(t, "2").Password; NeedsUpgrade(hash) {
		t.Errorf("the old hash was not renewed: %s", hash)
	}
	for len(a.Passwords.Hasher.slots) < cap(a.Passwords.Hasher.slots) { // no password can be checked now
		a.Passwords.Hasher.slots <- struct{}{}
	}
	waiting := a.Passwords.Hasher.queue
	a.Passwords.Hasher.queue = 0
	if err := try("user-Pass-123"); err != nil {
		t.Errorf("not remembered: %v", err)
	}
	clock.advance(basicMemory + time.Second)
	var e *rest.APIError
	if err := try("user-Pass-123"); !errors.As(err, &e) || e.Status != 429 {
		t.Errorf("remembered too long: %v", err)
	}
	for range cap(a.Passwords.Hasher.slots) {
		a.Passwords.Hasher.leave()
	}
	a.Passwords.Hasher.queue = waiting
	if err := try("user-Pass-123"); err != nil {
		t.Fatal(err)
	}
	if _, err := a.SetPassword(ctx, a.user(t, "2"), "another Password 2", "2", ""); err != nil {
		t.Fatal(err)
	}
	if try("user-Pass-123") == nil {
		t.Error("the old password is remembered")
	}
}

func TestSessions(t *testing.T) {
	a, clock := newTestService(t, Config{TrustedOrigins: []string{"https://app.example.org"}})
	ctx := context.Background()
	var cookie string
	var login *store.Login
	start := func(id string) {
		a.must(t, func(c db.Conn) (err error) {
			cookie, login, err = a.StartSession(c, a.user(t, id), Client{})
			return err
		})
	}
	start("2")
	secret := NewCSRFSecret()
	request := func(method string, secure bool) *Request {
		return &Request{Method: method, Secure: secure, Host: "localhost", Cookie: func(name string) string {
			return map[string]string{"sessionid": cookie, "__Host-sessionid": cookie, "csrftoken": secret}[name]
		}}
	}
	who := func(r *Request) string {
		id, err := a.Authenticate(ctx, r, []string{JWT, Session})
		if err != nil {
			return err.Error()
		}
		if id.Anonymous() {
			return ""
		}
		return id.User.Username
	}
	if got := who(request("GET", false)); got != "user" {
		t.Errorf("GET: %q", got)
	}
	if got := who(request("POST", false)); got != "CSRF Failed: CSRF token missing." {
		t.Errorf("POST without a token: %q", got)
	}
	good := request("POST", true)
	good.CSRFToken, good.Origin = MaskCSRF(secret), "https://app.example.org"
	if got := who(good); got != "user" {
		t.Errorf("POST with a token: %q", got)
	}
	good.Origin = "https://evil.example"
	if got := who(good); !strings.HasPrefix(got, "CSRF Failed: Origin checking failed") {
		t.Errorf("POST from elsewhere: %q", got)
	}
	if _, err := a.SetPassword(ctx, a.user(t, "2"), "another Password 2", "2", login.ID); err != nil {
		t.Fatal(err)
	}
	if got := who(request("GET", false)); got != "user" {
		t.Errorf("the session that changed the password: %q", got)
	}
	if _, err := a.SetPassword(ctx, a.user(t, "2"), "another Password 3", "1", ""); err != nil {
		t.Fatal(err)
	}
	if got := who(request("GET", false)); got != "" {
		t.Errorf("a session after a foreign password change: %q", got)
	}
	start("1")
	if got := who(request("GET", true)); got != "admin" {
		t.Errorf("a new session: %q", got)
	}
	clock.advance(SessionLifetime)
	if got := who(request("GET", true)); got != "" {
		t.Errorf("an old session: %q", got)
	}
}

func TestAPIKeys(t *testing.T) {
	a, clock := newTestService(t, Config{})
	ctx := context.Background()
	key, text := NewAPIKey("2", "ci", []string{"articles:read", "tags:*"}, a.Now(), a.Now().Add(time.Hour))
	a.must(t, func(c db.Conn) error { return store.InsertAPIKey(c, key) })
	try := func() (Identity, error) {
		return a.Authenticate(ctx, &Request{Method: "POST", Authorization: "Api-Key " + text, HasAuth: true}, []string{APIKey})
	}
	id, err := try()
	if err != nil || id.User.Username != "user" {
		t.Fatalf("%+v, %v", id, err)
	}
	for _, c := range []struct {
		collection string
		action     schema.Action
		want       bool
	}{{"articles", schema.View, true}, {"articles", schema.Change, false}, {"tags", schema.Delete, true}, {"comments", schema.View, false}} {
		if got := id.Allows(c.collection, c.action); got != c.want {
			t.Errorf("%s of %s: %v", c.action, c.collection, got)
		}
	}
	if id.AllowsAccount() {
		t.Error("a key without the scope reaches the account")
	}
	if a.Touches.Empty() {
		t.Error("the use of the key was not noted")
	}
	if _, err := a.Maintain(ctx); err != nil {
		t.Fatal(err)
	}
	a.must(t, func(c db.Conn) error {
		k, err := store.APIKeyByID(c, key.ID)
		if err == nil && !k.Used.Equal(a.Now()) {
			t.Errorf("used %v", k.Used)
		}
		return err
	})
	clock.advance(time.Hour)
	if _, err := try(); err == nil {
		t.Error("the key is good after its expiry")
	}
	for _, scope := range []string{"", "articles", "articles:fly", ":view", strings.Repeat("x", 200) + ":view"} {
		if CheckScope(scope) == nil {
			t.Errorf("%q is a scope", scope)
		}
	}
}

// BenchmarkBearer: a token in memory costs neither database nor signature.
func BenchmarkBearer(b *testing.B) {
	a, _ := newTestService(b, Config{})
	pair := a.login(b, "2")
	r := &Request{Method: "GET", Authorization: "Bearer " + pair.Access, HasAuth: true}
	classes := []string{JWT, Session}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := a.Authenticate(context.Background(), r, classes); err != nil {
			b.Fatal(err)
		}
	}
}

package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/mail"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/fixture"
	"github.com/couplet/couplet/store/sample"
)

// outbox keeps the mails that a server sends.
type outbox struct {
	mu   sync.Mutex
	sent []mail.Message
	more chan struct{}
}

func newOutbox() *outbox { return &outbox{more: make(chan struct{}, 100)} }

// Send keeps the mail.
func (o *outbox) Send(_ context.Context, m mail.Message) error {
	o.mu.Lock()
	o.sent = append(o.sent, m)
	o.mu.Unlock()
	o.more <- struct{}{}
	return nil
}

// next waits for the next mail, which goes out behind the answer.
func (o *outbox) next(t *testing.T) mail.Message {
	t.Helper()
	<-o.more
	o.mu.Lock()
	defer o.mu.Unlock()
	m := o.sent[0]
	o.sent = o.sent[1:]
	return m
}

// account is a client of a server, with or without a browser's cookies.
type account struct {
	t      *testing.T
	base   string
	client *http.Client
	header map[string]string
}

// startAccounts serves the sample with these account settings (JSON) and returns a client and the outbox.
func startAccounts(t *testing.T, settings string, change ...func(*server.Config)) (*account, *outbox) {
	t.Helper()
	out, dir := newOutbox(), t.TempDir()
	schema := bytes.Replace(sample.Schema, []byte(`"settings": {`), []byte(`"settings": {"accounts": `+settings+`,`), 1)
	if err := os.WriteFile(filepath.Join(dir, "schema.json"), schema, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	config := server.Config{Data: t.TempDir(), Database: dbtest.URL(t), Project: dir, NoSync: true, Mailer: out, PublicURL: "https://magazine.example",
		Log: slog.New(slog.DiscardHandler)}
	for _, c := range change {
		c(&config)
	}
	s, err := server.New(ctx, config)
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	if _, err := fixture.Load(ctx, s.Store(), bytes.NewReader(sample.Fixtures), fixture.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	t.Cleanup(func() {
		cancel()
		if err := errors.Join(<-done, s.Close()); err != nil {
			t.Error(err)
		}
	})
	return &account{t: t, base: "http://" + ln.Addr().String(), client: newClient(nil)}, out
}

func newClient(jar http.CookieJar) *http.Client {
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// browser returns a client with cookies of its own.
func (a *account) browser() *account {
	jar, err := cookiejar.New(nil)
	if err != nil {
		a.t.Fatal(err)
	}
	return &account{t: a.t, base: a.base, client: newClient(jar)}
}

// with returns a client that sends one more header.
func (a *account) with(name, value string) *account {
	b := *a
	b.header = map[string]string{name: value}
	for k, v := range a.header {
		b.header[k] = v
	}
	return &b
}

func (a *account) cookie(name string) string {
	u, err := url.Parse(a.base)
	if err != nil {
		a.t.Fatal(err)
	}
	for _, c := range a.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// call sends a request (body: JSON text, or a form where it begins with "form:") and returns status and body.
func (a *account) call(method, path, body string) (int, string) {
	a.t.Helper()
	form, isForm := strings.CutPrefix(body, "form:")
	req, err := http.NewRequest(method, a.base+path, strings.NewReader(form))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	if body != "" {
		req.Header.Set("Content-Type", map[bool]string{false: "application/json", true: "application/x-www-form-urlencoded"}[isForm])
	}
	for k, v := range a.header {
		req.Header.Set(k, v)
	}
	resp, err := a.client.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// want sends a request and compares the answer; body "" compares the status only.
func (a *account) want(method, path, body string, status int, answer string) string {
	a.t.Helper()
	code, text := a.call(method, path, body)
	if code != status {
		a.t.Errorf("%s %s %s: %d %s, want %d", method, path, body, code, text, status)
	} else if answer != "" {
		if diff := cmp.Diff(answer, text); diff != "" {
			a.t.Errorf("%s %s %s (-want +got):\n%s", method, path, body, diff)
		}
	}
	return text
}

// member returns a member of a JSON object, as text.
func member(t *testing.T, text, name string) string {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	s, _ := m[name].(string)
	return s
}

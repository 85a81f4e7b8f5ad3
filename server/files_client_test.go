package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/fixture"
	"github.com/couplet/couplet/store/sample"
)

// desk is a client that sends and takes files, with the store of the server it talks to.
type desk struct {
	t     *testing.T
	base  string
	store *store.Store
	token string // "" is anonymous
}

// answered is an answer, read to its end.
type answered struct {
	status int
	header http.Header
	body   string
}

// startDesk serves the sample's records under a schema document and returns its administrator's desk.
func startDesk(t *testing.T, schema []byte) *desk {
	t.Helper()
	return startWith(t, schema, fixture.LoadOptions{})
}

// startUsers serves a schema document of its own with the sample's users and returns the administrator's desk.
func startUsers(t *testing.T, schema []byte) *desk {
	t.Helper()
	return startWith(t, schema, fixture.LoadOptions{IgnoreUnknown: true})
}

func startWith(t *testing.T, schema []byte, load fixture.LoadOptions) *desk {
	t.Helper()
	dir, data := t.TempDir(), t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "schema.json"), schema, 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s, err := server.New(ctx, server.Config{Data: data, Database: dbtest.URL(t), Project: dir, NoSync: true, TestReset: true, MaxUpload: 24 << 20, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		cancel()
		t.Fatal(err)
	}
	if _, err := fixture.Load(ctx, s.Store(), bytes.NewReader(sample.Fixtures), load); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	d := &desk{t: t, base: "http://" + ln.Addr().String(), store: s.Store()}
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		cancel()
		err := <-done
		if staged, err := os.ReadDir(filepath.Join(data, "staged")); err != nil || len(staged) > 0 {
			t.Errorf("files are left in the staging folder: %v, %v", staged, err)
		}
		if err := errors.Join(err, s.Close()); err != nil {
			t.Error(err)
		}
	})
	return d.as("admin")
}

// as returns the desk of somebody else, who has a password in the fixtures; "" is anonymous.
func (d *desk) as(who string) *desk {
	d.t.Helper()
	other := *d
	if other.token = ""; who == "" {
		return &other
	}
	body, err := json.Marshal(map[string]string{"username": who, "password": credentials[who]})
	if err != nil {
		d.t.Fatal(err)
	}
	a := other.do(other.request(http.MethodPost, "/api/token/", "application/json", bytes.NewReader(body)))
	if other.token = member(d.t, a.body, "access"); other.token == "" {
		d.t.Fatalf("log in as %s: %d %s", who, a.status, a.body)
	}
	return &other
}

func (d *desk) request(method, path, contentType string, body io.Reader) *http.Request {
	d.t.Helper()
	req, err := http.NewRequest(method, d.base+path, body)
	if err != nil {
		d.t.Fatal(err)
	}
	if d.token != "" {
		req.Header.Set("Authorization", "Bearer "+d.token)
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	return req
}

func (d *desk) do(req *http.Request) answered {
	d.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return answered{resp.StatusCode, resp.Header, string(text)}
}

func (d *desk) get(path string) answered {
	d.t.Helper()
	return d.do(d.request(http.MethodGet, path, "", nil))
}

// export returns a list as a file.
func (d *desk) export(path string) string {
	d.t.Helper()
	a := d.get(path)
	if a.status != http.StatusOK {
		d.t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	return a.body
}

// post imports a body with its parameters in the query.
func (d *desk) post(query, contentType, body string) answered {
	d.t.Helper()
	return d.do(d.request(http.MethodPost, "/api/_/imports/?"+query, contentType, bytes.NewReader([]byte(body))))
}

// upload imports a file of a form, beside fields given as names and values.
func (d *desk) upload(query, name, content string, fields ...string) answered {
	d.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	for i := 0; i+1 < len(fields) && err == nil; i += 2 {
		err = form.WriteField(fields[i], fields[i+1])
	}
	if err = errors.Join(err, form.Close()); err != nil {
		d.t.Fatal(err)
	}
	return d.do(d.request(http.MethodPost, "/api/_/imports/?"+query, form.FormDataContentType(), &b))
}

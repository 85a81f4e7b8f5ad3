package admin_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/admin"
)

const script = "console.log('a script that is worth compressing, a script that is worth compressing')"

// serve runs an app with nothing but the admin and asks it.
func serve(t *testing.T, path string, headers ...string) (*http.Response, string) {
	t.Helper()
	a, err := admin.New(fstest.MapFS{
		"index.html":        {Data: []byte(`<meta name="csp-nonce" content="__NONCE__">`)},
		"assets/a-1.js":     {Data: []byte(script)},
		"assets/t.woff2":    {Data: []byte("font")},
		"assets/d/mark.svg": {Data: []byte("<svg/>")},
	})
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New()
	app.Get("/admin/*", a.Serve)
	req, err := http.NewRequest(http.MethodGet, "http://couplet.example:8090"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	res, err := app.Test(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// Every address is the page, with a nonce of its own that its policy names.
func TestPage(t *testing.T) {
	nonces := map[string]bool{}
	for _, path := range []string{"/admin/", "/admin/login", "/admin/data/articles/3"} {
		res, body := serve(t, path)
		m := regexp.MustCompile(`content="([A-Z0-9]{20,})"`).FindStringSubmatch(body)
		policy := res.Header.Get("Content-Security-Policy")
		if m == nil || !strings.Contains(policy, "'nonce-"+m[1]+"'") || !strings.Contains(policy, "connect-src 'self' ws://couplet.example:8090;") {
			t.Fatalf("%s: %s %s", path, policy, body)
		}
		if res.Header.Get("Cache-Control") != "no-cache" || nonces[m[1]] {
			t.Errorf("%s: %v", path, res.Header)
		}
		nonces[m[1]] = true
	}
}

// Files come in the best form that the client takes, and may be kept; one of another build is not there.
func TestFiles(t *testing.T) {
	for encoding, open := range map[string]func(io.Reader) (io.Reader, error){
		"":     func(r io.Reader) (io.Reader, error) { return r, nil },
		"br":   func(r io.Reader) (io.Reader, error) { return brotli.NewReader(r), nil },
		"gzip": func(r io.Reader) (io.Reader, error) { return gzip.NewReader(r) },
	} {
		res, body := serve(t, "/admin/assets/a-1.js", "Accept-Encoding", encoding)
		r, err := open(strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || string(text) != script || res.Header.Get("Content-Encoding") != encoding || res.Header.Get("Content-Type") != "text/javascript; charset=utf-8" {
			t.Errorf("%q: %v %s %v", encoding, res.Header, text, err)
		}
		if !strings.Contains(res.Header.Get("Cache-Control"), "immutable") || res.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("%q: %v", encoding, res.Header)
		}
	}
	if res, body := serve(t, "/admin/assets/t.woff2", "Accept-Encoding", "br"); body != "font" || res.Header.Get("Content-Type") != "font/woff2" {
		t.Errorf("%v %s", res.Header, body)
	}
	if res, _ := serve(t, "/admin/assets/of-another-build.js"); res.StatusCode != http.StatusNotFound {
		t.Error(res.Status)
	}
}

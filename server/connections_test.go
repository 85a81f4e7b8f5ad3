package server_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/server"
)

// restart serves the project again with another configuration.
func (p *project) restart(change func(*server.Config)) {
	p.t.Helper()
	p.stop()
	change(&p.config)
	p.start()
}

// One address has so many connections and no more; what a proxy sends counts for nobody.
func TestConnectionsPerAddress(t *testing.T) {
	p := startProject(t, systemSchema)
	p.restart(func(c *server.Config) { c.MaxConnections = 3 })
	addr := strings.TrimPrefix(p.base, "http://")
	dial := func() net.Conn {
		t.Helper()
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	answers := func(c net.Conn) bool {
		t.Helper()
		if _, err := io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
			return false
		}
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return false
		}
		defer res.Body.Close()
		_, err = io.Copy(io.Discard, res.Body)
		return err == nil && res.StatusCode == 200
	}
	var open []net.Conn
	for range 3 {
		c := dial()
		if !answers(c) {
			t.Fatal("one of three connections is refused")
		}
		open = append(open, c)
	}
	if answers(dial()) {
		t.Error("a fourth connection is answered")
	}
	if _, err := io.WriteString(open[0], "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, open[0]); err != nil { // until the server has closed it
		t.Fatal(err)
	}
	for !answers(dial()) { // the place is free as soon as the server has noted it
		if t.Context().Err() != nil {
			t.Fatal("the place of a closed connection is never free again")
		}
	}
	p.restart(func(c *server.Config) { c.MaxConnections, c.TrustedProxies = 1, []string{"127.0.0.0/8"} })
	addr = strings.TrimPrefix(p.base, "http://")
	for range 3 {
		if !answers(dial()) {
			t.Error("a trusted proxy's connection is refused")
		}
	}
}

// A client that does not send its header in time is hung up on, however many bytes come now and then.
func TestSlowHeaders(t *testing.T) {
	t.Parallel()
	p := startProject(t, systemSchema)
	c, err := net.Dial("tcp", strings.TrimPrefix(p.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	start := time.Now()
	if _, err := io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: "); err != nil {
		t.Fatal(err)
	}
	go func() {
		tick := time.NewTicker(500 * time.Millisecond)
		defer tick.Stop()
		for range tick.C {
			if _, err := io.WriteString(c, "x"); err != nil {
				return
			}
		}
	}()
	_, _ = io.ReadAll(c) // an answer or not: until the connection is closed
	if took := time.Since(start); took < 9*time.Second || took > 20*time.Second {
		t.Errorf("the connection was closed after %s, want 10 s", took)
	}
}

// The server speaks TLS with its own certificate, and takes a renewed one without a restart.
func TestTLS(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	writeCertificate(t, cert, key, 1)
	p := startProject(t, systemSchema)
	p.restart(func(c *server.Config) { c.TLSCert, c.TLSKey = cert, key })
	base := "https://" + strings.TrimPrefix(p.base, "http://")
	serial := func() (*http.Response, int64) {
		t.Helper()
		client := &http.Client{Transport: &http.Transport{
			TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true, //nolint:gosec // the test's own server
		}}
		res, err := client.Get(base + "/api/")
		if err != nil {
			t.Fatal(err)
		}
		return res, res.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	res, n := serial()
	body, err := io.ReadAll(res.Body)
	res.Body.Close()
	if err != nil || n != 1 || !strings.Contains(string(body), base+"/api/notes/") {
		t.Errorf("certificate %d, error %v, links %s", n, err, body)
	}
	if _, err := tls.Dial("tcp", strings.TrimPrefix(p.base, "http://"), &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11}); err == nil { //nolint:gosec // that it is refused
		t.Error("TLS 1.1 is spoken")
	}
	writeCertificate(t, cert, key, 2)
	p.server.Reload()
	if res, n := serial(); n != 2 {
		t.Errorf("certificate %d after a renewal", n)
	} else {
		res.Body.Close()
	}
	write(t, key, "not a key")
	p.server.Reload()
	if res, n := serial(); n != 2 {
		t.Errorf("certificate %d after a failed renewal", n)
	} else {
		res.Body.Close()
	}
	if _, err := newServer(server.Config{Data: t.TempDir(), TLSCert: cert, TLSKey: key}); err == nil || !strings.Contains(err.Error(), "TLS certificate") {
		t.Errorf("a server starts with a certificate that has no key: %v", err)
	}
}

func writeCertificate(t *testing.T, cert, key string, serial int64) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(
		os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600),
	)
	if err != nil {
		t.Fatal(err)
	}
}

// Every answer has the headers that keep browsers from doing harm with it; pages allow what they need and no more.
func TestSecurityHeaders(t *testing.T) {
	base := startSample(t)
	for path, policy := range map[string]string{
		"/api/articles/": "default-src 'none'; frame-ancestors 'none'", "/nowhere": "default-src 'none'; frame-ancestors 'none'",
		"/healthz": "default-src 'none'; frame-ancestors 'none'", "/api/_/browse/browse.js": "default-src 'none'; frame-ancestors 'none'",
		"/api/articles/?format=api": "default-src 'none'; script-src 'self';", "/api-auth/login/": "default-src 'none'; script-src 'self';",
		"/api/schema/swagger-ui/":   "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'",
		"/media/covers/fixture.png": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; sandbox",
	} {
		res, err := http.Get(base + path) //nolint:gosec // the test's own server
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		got := fmt.Sprint(res.Header.Get("X-Content-Type-Options"), res.Header.Get("X-Frame-Options"), res.Header.Get("Referrer-Policy"))
		if csp := res.Header.Values("Content-Security-Policy"); len(csp) != 1 || !strings.HasPrefix(csp[0], policy) || got != "nosniffDENYsame-origin" {
			t.Errorf("%s (%d): %q, %s", path, res.StatusCode, csp, got)
		}
	}
}

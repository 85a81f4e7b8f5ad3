package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// A request in the body of a refused one is never answered.
func TestBodyIsNoRequest(t *testing.T) {
	base := startSample(t)
	const hidden = "GET /hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
	for name, size := range map[string]int{"small": 0, "large": 100 << 10, "huge": 1 << 20} {
		body := strings.Repeat("x", size) + strings.Repeat(hidden, 300)
		framings := map[string]string{
			name:               fmt.Sprintf("Content-Length: %d\r\n\r\n%s", len(body), body),
			name + ", chunked": fmt.Sprintf("Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body),
		}
		for name, framing := range framings {
			for _, path := range []string{"/api/_/imports/", "/api/_/batch/", "/nowhere"} {
				conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
				if err != nil {
					t.Fatal(err)
				}
				go func() { // the server may stop to read before the end
					fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/csv\r\n%s", path, framing)
					fmt.Fprint(conn, "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
				}()
				in := bufio.NewReader(conn)
				var answers []int
				for {
					resp, err := http.ReadResponse(in, nil)
					if err != nil {
						break
					}
					_, _ = io.Copy(io.Discard, resp.Body)
					answers = append(answers, resp.StatusCode)
					resp.Body.Close()
				}
				conn.Close()
				if len(answers) > 2 || len(answers) == 2 && answers[1] != http.StatusOK {
					t.Errorf("%s %s: %v", name, path, answers)
				}
			}
		}
	}
}

// Who sends more than is taken reads why it was refused, though it is still sending.
func TestRefusedWhileSending(t *testing.T) {
	base := startSample(t)
	for range 20 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		const size = 16 << 20
		fmt.Fprintf(conn, "POST /api/token/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n", size)
		if n, err := conn.Write(make([]byte, size)); err != nil { // the answer is read only after all was sent
			t.Fatalf("after %d bytes: %v", n, err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 400 || !strings.Contains(string(body), "DATA_UPLOAD_MAX_MEMORY_SIZE") {
			t.Fatalf("%d %s %v", resp.StatusCode, body, err)
		}
		resp.Body.Close()
		conn.Close()
	}
}

// TestCutBodies holds that what a client had sent before it went away is never taken for the whole of what it meant.
func TestCutBodies(t *testing.T) {
	a, _ := startAccounts(t, `{}`)
	admin := "Bearer " + member(t, a.want("POST", "/api/token/", `{"username":"admin","password":"admin-Pass-123"}`, 200, ""), "access")
	const form, csv = "application/x-www-form-urlencoded", "text/csv"
	long := "name=cut&x=" + strings.Repeat("a", 100<<10)
	tests := []struct{ name, method, path, kind, framing string }{
		{"form", "PATCH", "/api/tags/rest/", form, "Content-Length: 200\r\n\r\nname=cut"},
		{"long form", "PATCH", "/api/tags/rest/", form, fmt.Sprintf("Content-Length: %d\r\n\r\n%s", 2*len(long), long)},
		{"form, no last chunk", "PATCH", "/api/tags/rest/", form, "Transfer-Encoding: chunked\r\n\r\n8\r\nname=cut\r\n"},
		{"form, half a chunk", "PATCH", "/api/tags/rest/", form, "Transfer-Encoding: chunked\r\n\r\n20\r\nname=cut"},
		{"new record, no last chunk", "POST", "/api/tags/", form, "Transfer-Encoding: chunked\r\n\r\n11\r\nslug=cut&name=cut\r\n"},
		{"import", "POST", "/api/_/imports/?collection=tags", csv,
			fmt.Sprintf("Content-Length: %d\r\n\r\nslug,name\n%s", 100<<10, strings.Repeat("cut,cut\n", 2<<10))},
		{"import, no last chunk", "POST", "/api/_/imports/?collection=tags", csv,
			"Transfer-Encoding: chunked\r\n\r\n12\r\nslug,name\ncut,cut\n\r\n"},
	}
	for _, test := range tests {
		conn, err := net.Dial("tcp", strings.TrimPrefix(a.base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Type: %s\r\n%s",
			test.method, test.path, admin, test.kind, test.framing)
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", test.name, err)
		}
		body, _ := io.ReadAll(resp.Body)
		conn.Close()
		if resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "could not be read") {
			t.Errorf("%s: %d %.300s", test.name, resp.StatusCode, body)
		}
	}
	a.want("GET", "/api/tags/rest/", "", 200, `{"id":4,"slug":"rest","name":"REST APIs"}`)
	a.want("GET", "/api/tags/cut/", "", 404, "")
}

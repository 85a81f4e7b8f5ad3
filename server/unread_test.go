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

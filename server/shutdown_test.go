package server_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store/db/dbtest"
)

// A client that sends a long import byte by byte does not keep the server from stopping, nor from stopping well.
func TestStopCutsOffSlowClients(t *testing.T) {
	data := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s, err := server.New(ctx, server.Config{
		Data: data, Database: dbtest.URL(t), Sample: true, NoSync: true, TestReset: true, Grace: 50 * time.Millisecond, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, ln) }()
	d := &desk{t: t, base: "http://" + ln.Addr().String()}
	d.need("POST", "/__reset__/", "", 200, "")
	d = d.as("admin")

	conn, err := net.Dial("tcp", ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, err = fmt.Fprintf(conn, "POST /api/_/imports/?collection=tags HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"+
		"Authorization: Bearer %s\r\nContent-Type: text/csv\r\nContent-Length: 900000\r\n\r\n", d.token)
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("%q %v", line, err)
	}
	if _, err := io.WriteString(conn, "name,slug\n"+strings.Repeat("a,a\n", 10_000)); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := errors.Join(<-done, s.Close()); err != nil {
		t.Errorf("the server stopped with %v", err)
	}
	if staged, err := os.ReadDir(filepath.Join(data, "staged")); err != nil || len(staged) > 0 {
		t.Errorf("files are left in the staging folder: %v %v", staged, err)
	}
}

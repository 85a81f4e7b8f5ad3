package server_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"testing"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store/db/dbtest"
)

// startSample serves the sample project with its test reset until the test ends and returns its base URL.
// COUPLET_CONFORMANCE_URL names a server that runs already, such as the reference that the corpus was recorded from.
func startSample(t *testing.T) string {
	t.Helper()
	if base := os.Getenv("COUPLET_CONFORMANCE_URL"); base != "" {
		return base
	}
	base, _ := startServer(t, server.Config{Sample: true, TestReset: true})
	return base
}

// startServer serves a project on a port of its own until the test ends. It returns the base URL and the fixed routes.
func startServer(t *testing.T, c server.Config) (base string, routes []string) {
	t.Helper()
	c.Data, c.Database, c.NoSync, c.Log = t.TempDir(), dbtest.URL(t), true, slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(context.Background())
	s, err := server.New(ctx, c)
	if err != nil {
		cancel()
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
	return "http://" + ln.Addr().String(), s.Routes()
}

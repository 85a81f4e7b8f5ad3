package control

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// serving answers commands for a data folder until the test ends.
func serving(t *testing.T, handle Handler) (data string, s *Server) {
	t.Helper()
	data = t.TempDir()
	s, err := Serve(data, handle, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return data, s
}

// What goes in comes out, however large it is, and nothing stays behind.
func TestInputAndOutput(t *testing.T) {
	data, s := serving(t, func(_ context.Context, request json.RawMessage, in io.Reader, out io.Writer) any {
		var twice int
		if err := json.Unmarshal(request, &twice); err != nil {
			return err.Error()
		}
		for range twice { // an input is a file: it can be read again
			if _, err := io.Copy(out, in); err != nil {
				return err.Error()
			}
			if _, err := in.(io.Seeker).Seek(0, io.SeekStart); err != nil {
				return err.Error()
			}
		}
		return "done"
	})
	sent := strings.Repeat("0123456789abcdef\r\n--boundary\n", 1<<17)
	var out bytes.Buffer
	var outcome string
	if err := Ask(t.Context(), data, 2, strings.NewReader(sent), &out, &outcome); err != nil || outcome != "done" {
		t.Fatalf("%v, %q", err, outcome)
	}
	if out.String() != sent+sent {
		t.Errorf("%d bytes came back of %d", out.Len(), 2*len(sent))
	}
	if left, err := filepath.Glob(filepath.Join(data, folderName, "input-*")); err != nil || len(left) > 0 {
		t.Errorf("inputs are left: %v, %v", left, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if err := Ask(t.Context(), data, 1, nil, &out, &outcome); !errors.Is(err, ErrNoServer) {
		t.Errorf("after the end: %v", err)
	}
}

// A server that stops ends what is under way and lets its command know.
func TestCloseCancels(t *testing.T) {
	started := make(chan struct{})
	data, s := serving(t, func(ctx context.Context, _ json.RawMessage, _ io.Reader, _ io.Writer) any {
		close(started)
		<-ctx.Done()
		return "cancelled"
	})
	closed := make(chan error)
	go func() {
		<-started
		closed <- s.Close()
	}()
	var outcome string
	if err := Ask(t.Context(), data, 1, nil, io.Discard, &outcome); err != nil || outcome != "cancelled" {
		t.Errorf("%v, %q", err, outcome)
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
}

// A command that is interrupted ends its request, too.
func TestCommandEnds(t *testing.T) {
	ended, started := make(chan struct{}), make(chan struct{})
	data, s := serving(t, func(ctx context.Context, _ json.RawMessage, _ io.Reader, _ io.Writer) any {
		close(started)
		<-ctx.Done()
		close(ended)
		return nil
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-started
		cancel()
	}()
	if err := Ask(ctx, data, 1, nil, io.Discard, new(any)); !errors.Is(err, context.Canceled) {
		t.Errorf("the command ends with %v", err)
	}
	<-ended
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// Half an answer is never taken for a whole one.
func TestServerBreaksOff(t *testing.T) {
	data, s := serving(t, func(_ context.Context, _ json.RawMessage, _ io.Reader, out io.Writer) any {
		_, _ = io.WriteString(out, strings.Repeat("row\n", 1<<16))
		panic(http.ErrAbortHandler)
	})
	err := Ask(t.Context(), data, 1, nil, io.Discard, new(any))
	if err == nil || !strings.Contains(err.Error(), "went away before this was done") {
		t.Errorf("got %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// A failure of who writes the output is that, and not the server's.
func TestOutputFails(t *testing.T) {
	data, s := serving(t, func(_ context.Context, _ json.RawMessage, _ io.Reader, out io.Writer) any {
		_, _ = io.WriteString(out, "row\n")
		return nil
	})
	f, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	f.Close()
	if err := Ask(t.Context(), data, 1, nil, f, new(any)); !errors.Is(err, os.ErrClosed) {
		t.Errorf("got %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

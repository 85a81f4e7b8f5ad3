package control

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"
)

// The times that a request has to come, and to end once it was cancelled.
const (
	headerTime = 10 * time.Second
	endTime    = 10 * time.Second
)

// Handler does what a command asks. It may read the input that the command sends along, nil where it sends none, writes
// what the command shall print, and returns what became of it, which is sent as JSON. The context ends with the command
// and with the server.
type Handler func(ctx context.Context, request json.RawMessage, in io.Reader, out io.Writer) (outcome any)

// Server answers commands. Close of a nil Server does nothing.
type Server struct {
	http   *http.Server
	cancel context.CancelFunc
	done   chan error
}

// Serve answers commands on the socket of a data folder, which the caller has locked, until Close.
func Serve(data string, handle Handler, log *slog.Logger) (*Server, error) {
	ln, err := listen(data)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", func(w http.ResponseWriter, r *http.Request) { answer(w, r, data, handle) })
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{cancel: cancel, done: make(chan error, 1), http: &http.Server{
		Handler: mux, ReadHeaderTimeout: headerTime, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelError),
		BaseContext: func(net.Listener) context.Context { return ctx },
	}}
	go func() { s.done <- s.http.Serve(ln) }()
	return s, nil
}

// Close cancels what is under way, waits until it has ended and its command knows, and removes the socket.
func (s *Server) Close() error {
	if s == nil {
		return nil
	}
	s.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), endTime)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("control: a command did not end within %s: %w", endTime, err), s.http.Close())
	}
	if ended := <-s.done; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}

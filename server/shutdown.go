package server

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

// cutTime is how long requests have to end once their connections were closed.
const cutTime = 10 * time.Second

// connections is a listener that knows what it has open, so that a server that shall stop need not wait for a client
// that sends or takes its bytes slowly.
type connections struct {
	net.Listener
	mu   sync.Mutex
	open map[*connection]struct{}
}

func newConnections(ln net.Listener) *connections {
	return &connections{Listener: ln, open: map[*connection]struct{}{}}
}

type connection struct {
	net.Conn
	of *connections
}

// Accept implements net.Listener.
func (l *connections) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	tracked := &connection{c, l}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[tracked] = struct{}{}
	return tracked, nil
}

// Close implements net.Conn.
func (c *connection) Close() error {
	c.of.mu.Lock()
	delete(c.of.open, c)
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// cut closes every open connection and returns how many there were.
func (l *connections) cut() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		_ = c.Conn.Close()
	}
	return len(l.open)
}

// stop lets requests under way finish, as long as one may take. What goes on for longer, imports and slow clients, is
// cut off then: an import undoes or keeps whole changesets.
func (s *Server) stop(open *connections) error {
	err := s.shutdown(s.config.Grace)
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	s.api.Stop()
	s.config.Log.Warn("requests were cut off, since the server stops", "connections", open.cut())
	return s.shutdown(cutTime)
}

func (s *Server) shutdown(within time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), within)
	defer cancel()
	return s.app.ShutdownWithContext(ctx)
}

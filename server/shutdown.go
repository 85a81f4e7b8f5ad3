package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// How long requests have to end once their connections were closed, and how often that is looked at.
const (
	cutTime    = 10 * time.Second
	settleTick = 5 * time.Millisecond
)

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
	of   *connections
	used atomic.Bool // something was received
}

// Read implements net.Conn.
func (c *connection) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.used.Store(true)
	}
	return n, err
}

// Accept implements net.Listener.
func (l *connections) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	tracked := &connection{Conn: c, of: l}
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

// cutUnused closes the connections on which nothing was asked, as browsers open them in advance, until the context ends:
// the HTTP server closes those between two requests only.
func (l *connections) cutUnused(ctx context.Context) {
	tick := time.NewTicker(settleTick)
	defer tick.Stop()
	for ctx.Err() == nil {
		l.mu.Lock()
		for c := range l.open {
			if !c.used.Load() {
				_ = c.Conn.Close()
			}
		}
		l.mu.Unlock()
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
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

// stop sends live clients away, since the HTTP server neither waits for them nor ends them, and then lets requests under
// way finish, as long as one may take. What goes on for longer, imports and slow clients, is
// cut off then: an import undoes or keeps whole changesets.
func (s *Server) stop(open *connections) error {
	s.live.Close()
	ctx, cancel := context.WithTimeout(context.Background(), s.config.Grace)
	defer cancel()
	go open.cutUnused(ctx)
	err := s.app.ShutdownWithContext(ctx)
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	s.api.Stop()
	s.config.Log.Warn("requests were cut off, since the server stops", "connections", open.cut())
	return s.settle()
}

// settle waits until the handlers of connections that were cut off have ended. A second Shutdown would not wait for
// them: its listeners are closed already.
func (s *Server) settle() error {
	deadline := time.Now().Add(cutTime)
	for s.app.Server().GetOpenConnectionsCount() > 0 {
		if time.Now().After(deadline) {
			return fmt.Errorf("server: requests did not end within %s of their connections being closed", cutTime)
		}
		time.Sleep(settleTick)
	}
	return nil
}

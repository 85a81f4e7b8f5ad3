package server

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// How long requests have to end once their connections were closed, and how often that is looked at.
const (
	cutTime    = 10 * time.Second
	settleTick = 5 * time.Millisecond
)

// stop sends live clients away, since the HTTP server neither waits for them nor ends them, and then lets requests under
// way finish, as long as one may take. What goes on for longer, imports and slow clients, is cut off then: an import
// undoes or keeps whole changesets.
func (s *Server) stop() error {
	s.stopping.Store(true)
	defer s.connections.cut() // those that have asked for nothing yet
	s.live.Close()
	ctx, cancel := context.WithTimeout(context.Background(), s.config.Grace)
	defer cancel()
	go s.connections.cutUnused(ctx)
	err := s.app.ShutdownWithContext(ctx)
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	s.api.Stop()
	s.config.Log.Warn("requests were cut off, since the server stops", "connections", s.connections.cut())
	return s.settle()
}

// settle waits until the handlers of connections that were cut off have ended, which close them once more. A second
// Shutdown would not wait for them, since its listeners are closed already, and the HTTP server counts one too few now.
func (s *Server) settle() error {
	deadline := time.Now().Add(cutTime)
	for s.connections.count() > 0 {
		if time.Now().After(deadline) {
			return fmt.Errorf("server: requests did not end within %s of their connections being closed", cutTime)
		}
		time.Sleep(settleTick)
	}
	return nil
}

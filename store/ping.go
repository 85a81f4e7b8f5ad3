package store

import (
	"context"

	"github.com/couplet/couplet/store/db"
)

// Ping reports whether the database can be read.
func (s *Store) Ping(ctx context.Context) error {
	return s.engine.Read(ctx, func(c db.Conn) error {
		return c.Query("SELECT 1", nil, func(db.Row) error { return nil })
	})
}

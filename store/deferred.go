package store

import (
	"context"
	"errors"

	"github.com/google/uuid"

	"github.com/couplet/couplet/store/db"
)

// WriteDeferred is Write for work with forward references (fixtures, batches): it runs alone, and foreign keys are
// looked at when it ends. fn runs once.
func (s *Store) WriteDeferred(ctx context.Context, o Origin, fn func(*Tx) error) (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	st, end, err := s.begin(o)
	if err != nil {
		return "", err
	}
	defer end()
	var tx *Tx
	err = s.engine.Exclusive(ctx, func(c db.Conn) error {
		d := s.engine.Dialect()
		if err := c.Script(d.BeginWrite()); err != nil {
			return err
		}
		tx = &Tx{
			Reader: Reader{Conn: c, State: st, Scope: o.Scope, dialect: d},
			store:  s, origin: o, changeset: id.String(), now: s.Now(), deferred: true,
		}
		_, err := c.Exec(d.DeferForeignKeys())
		if err == nil {
			err = fn(tx)
		}
		if err == nil {
			err = tx.skipGiven()
		}
		if err == nil {
			_, err = c.Exec("COMMIT")
		}
		if err != nil {
			_, undo := c.Exec("ROLLBACK")
			return errors.Join(err, undo)
		}
		s.committed(tx)
		return nil
	})
	if err != nil {
		s.failed(st, err)
		return "", err
	}
	return id.String(), nil
}

package store

import (
	"context"
	"errors"
	"os"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// wiped are the system tables that hold what users made: log-ins, keys and their history, but no signing keys.
var wiped = []string{"couplet_changes", "couplet_logins", "couplet_tokens", "couplet_api_keys",
	"couplet_auth_tokens", "couplet_emails", "couplet_invitations", "couplet_idempotency", "couplet_webhook_deliveries",
	"couplet_webhook_attempts", "couplet_job_runs", "couplet_owned"}

// Wipe deletes every record, file, log-in and the whole history, and starts automatic keys anew: for putting a sample
// back to its fixtures. The schema stays.
func (s *Store) Wipe(ctx context.Context) error {
	s.schema.RLock()
	defer s.schema.RUnlock()
	st := s.State()
	err := s.engine.Exclusive(ctx, func(c db.Conn) error {
		d := s.engine.Dialect()
		if err := c.Script(d.BeginWrite()); err != nil {
			return err
		}
		if err := wipe(c, d, st.Schema); err != nil {
			_, undo := c.Exec("ROLLBACK")
			return errors.Join(err, undo)
		}
		_, err := c.Exec("COMMIT")
		if err == nil {
			s.rewritten("wipe", Cursor{})
		}
		return err
	})
	if err != nil {
		return err
	}
	if err := os.RemoveAll(s.Files.media); err != nil {
		return err
	}
	return s.Files.prepare()
}

func wipe(c db.Conn, d sqlb.Dialect, s *schema.Schema) error {
	if _, err := c.Exec(d.DeferForeignKeys()); err != nil {
		return err
	}
	tables := append([]string(nil), wiped...)
	for _, coll := range s.Collections {
		for _, f := range coll.ManyToMany {
			tables = append(tables, f.Through.Table)
		}
	}
	for _, coll := range s.Collections {
		tables = append(tables, coll.Table)
	}
	for _, name := range tables {
		if _, err := c.Exec("DELETE FROM " + sqlb.Quote(name)); err != nil {
			return err
		}
		if err := d.RestartKeys(c.Exec, name); err != nil {
			return err
		}
	}
	return nil
}

package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"

	"zombiezen.com/go/sqlite"

	"github.com/couplet/couplet/store/db"
)

// copyPages is how many pages are copied before the context is looked at.
const copyPages = 2048

// beside calls fn with a connection of its own that only reads, so that long work takes no reader from others. The
// context's end interrupts it.
func (e *Engine) beside(ctx context.Context, fn func(*conn) error) error {
	c, err := openConn(e.path)
	if err != nil {
		return err
	}
	c.sqlite.SetInterrupt(ctx.Done())
	err = c.Script("PRAGMA query_only=ON")
	if err == nil {
		err = fn(c)
	}
	c.sqlite.SetInterrupt(nil)
	if err != nil && ctx.Err() != nil {
		err = ctx.Err()
	}
	return errors.Join(err, c.close())
}

// Copy implements db.Copier. It reads one snapshot, so nobody waits for it; the write-ahead log grows meanwhile.
func (e *Engine) Copy(ctx context.Context, path string, at func(done, total int64)) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("sqlite: the copy cannot be made: %w", err)
	}
	err = e.beside(ctx, func(from *conn) error {
		if err := from.Script("BEGIN; SELECT 1 FROM sqlite_schema"); err != nil { // the snapshot begins with the first read
			return err
		}
		return errors.Join(copyInto(ctx, from, path, at), from.Script("COMMIT"))
	})
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		_ = os.Remove(path)
	}
	return err
}

func copyInto(ctx context.Context, from *conn, path string, at func(done, total int64)) error {
	var page int64
	if err := from.Query("PRAGMA page_size", nil, func(r db.Row) error {
		page = r.Int(0)
		return nil
	}); err != nil {
		return err
	}
	to, err := openConn(path)
	if err != nil {
		return err
	}
	b, err := sqlite.NewBackup(to.sqlite, "main", from.sqlite, "main")
	if err != nil {
		return errors.Join(wrap(err), to.close())
	}
	for more := true; more && err == nil; {
		if err = ctx.Err(); err == nil {
			more, err = b.Step(copyPages)
			err = wrap(err)
			at(page*int64(b.PageCount()-b.Remaining()), page*int64(b.PageCount()))
		}
	}
	err = errors.Join(err, b.Close())
	if err == nil {
		err = to.Script("PRAGMA journal_mode=DELETE") // one file, with no log beside it
	}
	return errors.Join(err, to.close())
}

// Check implements db.Engine with SQLite's integrity check and its check of foreign keys.
func (e *Engine) Check(ctx context.Context) ([]string, error) {
	var found []string
	err := e.beside(ctx, func(c *conn) error {
		err := c.Query("PRAGMA integrity_check(100)", nil, func(r db.Row) error {
			if text := r.Text(0); text != "ok" {
				found = append(found, text)
			}
			return nil
		})
		return errors.Join(err, c.Query("PRAGMA foreign_key_check", nil, func(r db.Row) error {
			if len(found) < 100 {
				found = append(found, fmt.Sprintf("row %s of table %s refers to a row of %s that is not there", r.Text(1), r.Text(0), r.Text(2)))
			}
			return nil
		}))
	})
	if db.CodeOf(err) == db.Corrupt {
		return append(found, err.Error()), nil
	}
	return found, err
}

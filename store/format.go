package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"github.com/couplet/couplet/store/db"
)

// format is the form of a data folder. It grows when an older Couplet would damage or misread what a newer one wrote.
const format = 1

// formatKey is under which name the database keeps the format of its folder.
const formatKey = "format"

// checkFormat refuses a data folder that a newer Couplet wrote, and marks one without a format as ours.
func (s *Store) checkFormat(ctx context.Context) error {
	text, err := s.Meta(ctx, formatKey)
	if err != nil {
		return err
	}
	if text == "" {
		return s.SetMeta(ctx, formatKey, strconv.Itoa(format))
	}
	if n, err := strconv.Atoi(text); err != nil || n > format {
		return fmt.Errorf("%w: %s has format %s, and this one knows %d; start the newer executable", ErrNewer, s.dir, text, format)
	}
	return nil
}

// makePrivate makes the database file before the engine does, so that only its owner can read it in a folder that
// others may enter: it holds password hashes and signing keys. The engine gives its other files the same mode.
func makePrivate(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("store: the database cannot be made: %w", err)
	}
	return f.Close()
}

// openError says what can be done about a data folder that cannot be opened.
func openError(dir string, err error) error {
	path := filepath.Join(dir, databaseFile)
	switch db.CodeOf(err) {
	case db.Corrupt:
		return fmt.Errorf("store: %s is damaged, or no database: put a copy of it in its place, and leave the -wal and -shm files beside it out (%w)", path, err)
	case db.ReadOnly:
		return fmt.Errorf("store: %s cannot be written: look at the permissions of the file and its folder (%w)", path, err)
	case db.Full:
		return fmt.Errorf("store: there is no space left for %s (%w)", path, err)
	}
	return err
}

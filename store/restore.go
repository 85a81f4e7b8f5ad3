package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// A restore leaves what it has verified in the folder restored, in one rename. From then on the data folder is that of
// the backup: whoever opens it next finishes the move, whatever became of the process that began it.
const (
	restoredDir  = "restored"
	replacesFile = "replaces" // in restored: the name of the folder that takes what was there before
)

// Lock keeps every other process out of a data folder, which is made where there is none, until release is called.
// Error: ErrLocked.
func Lock(dir string) (release func() error, err error) {
	s := &Store{dir: dir}
	if err := s.take(); err != nil {
		return nil, err
	}
	return s.lock.release, nil
}

// PutInPlace makes a folder with a database and media the data folder's content. What was there goes into a folder
// of the name aside below the data folder, and is kept. The caller holds the Lock; from lies in the data folder.
func PutInPlace(dir, from, aside string) error {
	if err := os.WriteFile(filepath.Join(from, replacesFile), []byte(aside), 0o600); err != nil {
		return err
	}
	if err := os.Rename(from, filepath.Join(dir, restoredDir)); err != nil {
		return err
	}
	return finishRestore(dir)
}

// finishRestore goes on with a restore where it was left. Every step may run again.
func finishRestore(dir string) error {
	from := filepath.Join(dir, restoredDir)
	name, err := os.ReadFile(filepath.Join(from, replacesFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("store: a restore into %s cannot be finished: %w", dir, err)
	}
	aside := filepath.Join(dir, filepath.Base(strings.TrimSpace(string(name))))
	for _, parts := range [][]string{{databaseFile + "-wal", databaseFile + "-shm", databaseFile}, {mediaDir}} {
		if err := putInPlace(dir, from, aside, parts); err != nil {
			return fmt.Errorf("store: a restore into %s cannot be finished: %w", dir, err)
		}
	}
	return errors.Join(syncDir(dir), os.RemoveAll(from))
}

// putInPlace moves the last of parts from the restored folder into place, after all of them have gone aside.
func putInPlace(dir, from, aside string, parts []string) error {
	last := parts[len(parts)-1]
	if _, err := os.Lstat(filepath.Join(from, last)); errors.Is(err, fs.ErrNotExist) {
		return nil // it is in place already
	}
	for _, name := range parts {
		err := os.MkdirAll(aside, 0o700)
		if err == nil {
			err = os.Rename(filepath.Join(dir, name), filepath.Join(aside, name))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return errors.Join(os.Rename(filepath.Join(from, last), filepath.Join(dir, last)), syncDir(dir), removeEmpty(aside))
}

// removeEmpty deletes a folder in which nothing is.
func removeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 0 {
		return err
	}
	return os.Remove(dir)
}

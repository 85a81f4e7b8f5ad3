package store_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/couplet/couplet/store"
)

func TestFolderOfANewerCouplet(t *testing.T) {
	at := place(t)
	open := func() (*store.Store, error) { return store.Open(t.Context(), at) }
	s, err := open()
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(at.Dir, "couplet.db")); at.Database == "" && (err != nil || info.Mode().Perm()&0o077 != 0) {
		t.Errorf("the database can be read by others: %v %v", info.Mode(), err)
	}
	if err := errors.Join(s.SetMeta(t.Context(), "format", "2"), s.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := open(); !errors.Is(err, store.ErrNewer) || !strings.Contains(err.Error(), "newer executable") {
		t.Errorf("a folder of a newer format: %v", err)
	}
}

func TestDamagedDatabase(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "couplet.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := store.Open(t.Context(), store.Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("a damaged database: %v", err)
	}
	if text, err := os.ReadFile(path); err != nil || !strings.HasPrefix(string(text), "no database") {
		t.Errorf("it was written over: %q %v", text[:20], err)
	}
}

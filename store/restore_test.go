package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/couplet/couplet/store"
)

// Whenever a restore is interrupted, whoever opens the folder next finds the restored state, and the old one beside it.
func TestInterruptedRestore(t *testing.T) {
	ctx := context.Background()
	mark := func(dir, text string) {
		t.Helper()
		st, err := store.Open(ctx, store.Options{Dir: dir, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		err = errors.Join(st.SetMeta(ctx, "mark", text), os.WriteFile(filepath.Join(st.Files.Root(), "f"), []byte(text), 0o600), st.Close())
		if err != nil {
			t.Fatal(err)
		}
	}
	read := func(dir string) string {
		t.Helper()
		st, err := store.Open(ctx, store.Options{Dir: dir, NoSync: true})
		if err != nil {
			t.Fatal(err)
		}
		text, err := st.Meta(ctx, "mark")
		file, failed := os.ReadFile(filepath.Join(st.Files.Root(), "f"))
		if err := errors.Join(err, failed, st.Close()); err != nil {
			t.Fatal(err)
		}
		return text + " " + string(file)
	}
	moves := [][2]string{
		{}, {"couplet.db", "aside/couplet.db"}, {"restored/couplet.db", "couplet.db"}, {"media", "aside/media"}, {"restored/media", "media"},
	}
	for done := range moves {
		dir := t.TempDir()
		mark(dir, "old")
		mark(filepath.Join(dir, "restored"), "new")
		if err := os.WriteFile(filepath.Join(dir, "restored", "replaces"), []byte("aside"), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, m := range moves[1 : done+1] {
			err := errors.Join(os.MkdirAll(filepath.Join(dir, "aside"), 0o700), os.Rename(filepath.Join(dir, m[0]), filepath.Join(dir, m[1])))
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := read(dir); got != "new new" {
			t.Errorf("after %d moves the folder holds %q", done, got)
		}
		if got := read(filepath.Join(dir, "aside")); got != "old old" {
			t.Errorf("after %d moves the folder aside holds %q", done, got)
		}
		if _, err := os.Lstat(filepath.Join(dir, "restored")); err == nil {
			t.Errorf("after %d moves the restored folder is left", done)
		}
	}
}

// A folder that is open elsewhere can be read, and never written.
func TestReadOnlyBesideTheOwner(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	owner, err := store.Open(ctx, store.Options{Dir: dir, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = owner.Close() }()
	reader, err := store.Open(ctx, store.Options{Dir: dir, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reader.Close() }()
	if err := owner.SetMeta(ctx, "mark", "seen"); err != nil {
		t.Fatal(err)
	}
	if text, err := reader.Meta(ctx, "mark"); text != "seen" || err != nil {
		t.Errorf("%q %v", text, err)
	}
	if err := reader.SetMeta(ctx, "mark", "changed"); err == nil {
		t.Error("a reader wrote")
	}
	if _, err := store.Open(ctx, store.Options{Dir: t.TempDir(), ReadOnly: true}); err == nil {
		t.Error("an empty folder was opened for reading")
	}
}

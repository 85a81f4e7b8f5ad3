package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/storetest"
)

// open opens a data folder that is closed when the test ends.
func open(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), store.Options{Dir: dir, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestSQLite is the conformance suite on the embedded engine.
func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store { return open(t, t.TempDir()) })
}

// TestReopen finds after a restart what competing writers were told was stored.
func TestReopen(t *testing.T) {
	dir := t.TempDir()
	s, err := store.Open(t.Context(), store.Options{Dir: dir, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), "", []byte(storetest.CounterDocument), migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	mine := storetest.Compete(t, s, 32, 60)
	if _, err := store.Open(t.Context(), store.Options{Dir: dir}); !errors.Is(err, store.ErrLocked) {
		t.Errorf("the folder was opened twice: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, dir)
	storetest.CheckClaims(t, again, mine)
	if again.Schema().Collection("claims") == nil {
		t.Error("the schema is lost")
	}
}

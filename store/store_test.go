package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/storetest"
)

// place is an empty data folder, with a database on the engine that tests run on.
func place(t *testing.T) store.Options {
	return store.Options{Dir: t.TempDir(), Database: dbtest.URL(t), NoSync: true}
}

// open opens a data folder that is closed when the test ends.
func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), o)
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

// TestEngine is the conformance suite on the engine that tests run on.
func TestEngine(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store { return open(t, place(t)) })
}

// TestReopen finds after a restart what competing writers were told was stored.
func TestReopen(t *testing.T) {
	at := place(t)
	s, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), "", []byte(storetest.CounterDocument), migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	mine := storetest.Compete(t, s, 32, 60)
	if _, err := store.Open(t.Context(), at); !errors.Is(err, store.ErrLocked) {
		t.Errorf("the folder was opened twice: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again := open(t, at)
	storetest.CheckClaims(t, again, mine)
	if again.Schema().Collection("claims") == nil {
		t.Error("the schema is lost")
	}
}

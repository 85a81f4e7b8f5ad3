package store_test

import (
	"context"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/value"
)

// A version is the same after a restart, and nothing that can be computed outside of the database.
func TestVersionIsSealed(t *testing.T) {
	ctx := context.Background()
	version := func(at store.Options, n int64) uint64 {
		s, err := store.Open(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		return s.State().Version([]value.Value{value.Int(n), value.Text("a")}, nil)
	}
	one, other := place(t), place(t)
	a, b := version(one, 1), version(one, 2)
	if again := version(one, 1); again != a {
		t.Errorf("the version of the same values is %x, after a restart %x", a, again)
	}
	if a == b {
		t.Error("other values have the same version")
	}
	if version(other, 1) == a {
		t.Error("another database gives the same values the same version")
	}
}

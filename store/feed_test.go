package store_test

import (
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/storetest"
)

// A log that was restored into another cluster, where fewer transactions have been, is in the feed all the same.
func TestFeedOfAnotherCluster(t *testing.T) {
	at := place(t)
	s, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), "", []byte(storetest.CounterDocument), migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	storetest.Compete(t, s, 1, 3)
	if dbtest.Postgres() {
		err := s.Engine().Exclusive(t.Context(), func(c db.Conn) error {
			return c.Script("UPDATE couplet_changes SET xid = '9000000000000'")
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	list, err := open(t, at).Feed(t.Context(), store.Cursor{}, 100)
	if err != nil || len(list) < 6 {
		t.Errorf("the feed has %d changes, %v", len(list), err)
	}
}

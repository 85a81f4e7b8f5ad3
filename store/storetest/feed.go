package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/sqlb"
)

const (
	feedWriters = 20
	feedWrites  = 25 // of each writer
)

// feed holds that a reader who follows the feed from cursor to cursor, while many write and some take their time over a
// transaction, sees every changeset once, whole, and what one writer did in the order in which he did it.
func feed(t *testing.T, open Open) {
	w := newWorld(t, open, CounterDocument)
	first, err := w.s.Feed(t.Context(), store.Cursor{}, 10)
	w.must(err)
	if len(first) != 0 {
		t.Fatalf("the feed of an empty store has %d changes", len(first))
	}
	var writers sync.WaitGroup
	for by := range feedWriters {
		writers.Go(func() { w.feedFrom(by) })
	}
	long, longOnes := w.longWrite(), 0
	written := make(chan struct{})
	go func() { writers.Wait(); longOnes = long(); close(written) }()
	seen := w.follow(written)
	if want := feedWriters*feedWrites + longOnes; len(seen) != want {
		t.Errorf("%d of %d changesets were seen", len(seen), want)
	}
	held, err := w.s.FeedHeldBack(t.Context())
	w.must(err)
	if held.Changes > 0 && held.Holder == "" { // by another test on the same server
		t.Errorf("%d changes are held back since %s by nobody", held.Changes, held.Since)
	}
}

// longWrite begins a transaction that stays open until end is called, which returns how many changesets it was. Where
// writes follow one another there is none: it would keep the others waiting.
func (w *world) longWrite() (end func() int) {
	if w.s.Engine().Dialect() == sqlb.SQLite {
		return func() int { return 0 }
	}
	release, written := make(chan struct{}), make(chan error, 1)
	begun := make(chan struct{}, 1)
	origin := store.Origin{Scope: w.system(), Via: "test", Actor: "long"}
	go func() {
		_, err := w.s.Write(context.Background(), origin, func(tx *store.Tx) error {
			for n := range 2 {
				if _, err := tx.Create(w.input("claims", fmt.Sprintf(`{"name": "long %d", "by": 0}`, n))); err != nil {
					return err
				}
			}
			begun <- struct{}{}
			<-release
			return nil
		})
		written <- err
	}()
	<-begun
	return func() int {
		close(release)
		if err := <-written; err != nil {
			w.t.Error(err)
		}
		return 1
	}
}

// feedFrom writes changesets of two records each; every fifth writer keeps his transactions open for a while.
func (w *world) feedFrom(by int) {
	origin := store.Origin{Scope: w.system(), Via: "test", Actor: fmt.Sprint(by)}
	for i := range feedWrites {
		_, err := w.s.Write(context.Background(), origin, func(tx *store.Tx) error {
			for n := range 2 {
				if _, err := tx.Create(w.input("claims", fmt.Sprintf(`{"name": "%d.%d.%d", "by": %d}`, by, i, n, by))); err != nil {
					return err
				}
				if by%5 == 0 {
					time.Sleep(time.Duration(i%4) * time.Millisecond)
				}
			}
			return nil
		})
		if err != nil {
			w.t.Error(err)
		}
	}
}

// follow reads the feed until everything that was written before done is in it, and returns how many changes each
// changeset had.
func (w *world) follow(done <-chan struct{}) map[string]int {
	seen, last := map[string]int{}, map[string]string{}
	var at store.Cursor
	patience := time.Now().Add(time.Minute)
	for complete := false; ; {
		select {
		case <-done:
			complete = true
		default:
		}
		held, err := w.s.FeedHeldBack(context.Background()) // before: what it no longer holds is in the feed then
		w.must(err)
		list, err := w.s.Feed(context.Background(), at, 7)
		w.must(err)
		here := map[string]int{}
		for _, ch := range list {
			if seen[ch.Changeset] > 0 {
				w.t.Errorf("changeset %s came twice", ch.Changeset)
			}
			if here[ch.Changeset] == 0 && last[ch.Actor] > ch.Changeset { // ids of version 7 are in the order of their making
				w.t.Errorf("writer %s: %s came after %s", ch.Actor, ch.Changeset, last[ch.Actor])
			}
			here[ch.Changeset]++
			last[ch.Actor], at = ch.Changeset, ch.Cursor
		}
		for id, n := range here {
			if seen[id] = n; n != 2 {
				w.t.Errorf("changeset %s came with %d changes of 2", id, n)
			}
		}
		if complete && len(list) == 0 && (held.Changes == 0 || time.Now().After(patience)) {
			return seen
		}
	}
}

// cursors holds what a cursor is: it survives being written down, and one whose row is another or gone is refused.
func cursors(t *testing.T, open Open) {
	w := newWorld(t, open, CounterDocument)
	w.create("claims", `{"name": "a", "by": 1}`)
	list, err := w.s.Feed(t.Context(), store.Cursor{}, 10)
	for w.must(err); len(list) == 0; w.must(err) { // another test's transaction may hold it back
		list, err = w.s.Feed(t.Context(), store.Cursor{}, 10)
	}
	at, err := store.ParseCursor(list[len(list)-1].Cursor.String())
	w.must(err)
	if at != list[len(list)-1].Cursor {
		t.Errorf("%v was read as %v", list[len(list)-1].Cursor, at)
	}
	for _, made := range []string{"", "x", "AAAA", at.String() + "AA"} {
		_, err := store.ParseCursor(made)
		wantError(t, "a made-up cursor", store.ErrCursor, err)
	}
	w.must(w.s.Wipe(t.Context()))
	w.create("claims", `{"name": "b", "by": 1}`)
	_, err = w.s.Feed(t.Context(), at, 10)
	wantError(t, "a cursor of what is gone", store.ErrCursorGone, err)
}

package storetest

import (
	"context"
	"sync"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/value"
)

// places holds that what commits told and what is read from the log after a place make up every change once, wherever
// the place is taken while many write, and that a place survives being written and read.
func places(t *testing.T, open Open) {
	w := newWorld(t, open, CounterDocument)
	told := w.listen()
	w.fill(`claims {"name": "first", "by": 0}`)
	var writers sync.WaitGroup
	for by := range feedWriters {
		writers.Go(func() { w.feedFrom(by) })
	}
	var taken []store.Place
	done := make(chan struct{})
	go func() { writers.Wait(); close(done) }()
	for n := 0; n < 40; n++ {
		w.read(func(r *store.Reader) error {
			p, err := r.Place()
			taken = append(taken, p)
			return err
		})
	}
	<-done
	commits := told()
	if want := feedWriters*feedWrites + 1; len(commits) != want {
		t.Fatalf("%d commits were told, not %d", len(commits), want)
	}
	for _, p := range taken {
		again, err := store.ReadPlace(p.Append(nil))
		w.must(err)
		seen := map[string]bool{}
		w.read(func(r *store.Reader) error {
			list, err := r.Since(again, 5000)
			for _, ch := range list {
				seen[ch.Changeset] = true
			}
			return err
		})
		for _, c := range commits {
			if again.Includes(c.Cursor) == seen[c.Changeset] {
				t.Fatalf("%s: included %v, read after the place %v", c.Changeset, again.Includes(c.Cursor), seen[c.Changeset])
			}
			if p = p.With(c.Cursor); !p.Includes(c.Cursor) {
				t.Fatalf("With does not include %s", c.Changeset)
			}
		}
	}
	for _, bad := range []string{"", "x", "\x00\x02abc", "\x00\x02abcd\x00"} {
		_, err := store.ReadPlace([]byte(bad))
		wantError(t, bad, store.ErrCursor, err)
	}
}

// images holds that the log since a place gives back what records were then.
func images(t *testing.T, open Open) {
	w := newWorld(t, open, commitDocument)
	w.fill(`tags {}`, `tags {}`, `posts {"title": "kept", "price": "1.5", "tags": [1]}`, `posts {"title": "goes", "tags": [2]}`, `posts {"title": "still"}`)
	var at store.Place
	w.read(func(r *store.Reader) (err error) {
		at, err = r.Place()
		return err
	})
	posts := w.collection("posts")
	for _, do := range []func(tx *store.Tx) error{
		func(tx *store.Tx) error {
			return tx.Update(value.Int(1), w.input("posts", `{"title": "b", "tags": [1, 2]}`), store.Condition{})
		},
		func(tx *store.Tx) error {
			return tx.Update(value.Int(1), w.input("posts", `{"title": "c", "price": null, "tags": []}`), store.Condition{})
		},
		func(tx *store.Tx) error {
			return tx.Update(value.Int(2), w.input("posts", `{"title": "going"}`), store.Condition{})
		},
		func(tx *store.Tx) error { return tx.Delete(posts, value.Int(2), store.Condition{}) },
		func(tx *store.Tx) error {
			key, err := tx.Create(w.input("posts", `{"title": "new"}`))
			if err == nil {
				err = tx.Update(key, w.input("posts", `{"title": "newer"}`), store.Condition{})
			}
			return err
		},
		func(tx *store.Tx) error {
			key, err := tx.Create(w.input("posts", `{"title": "short"}`))
			if err == nil {
				err = tx.Delete(posts, key, store.Condition{})
			}
			return err
		},
	} {
		_, err := w.s.Write(context.Background(), store.Origin{Scope: w.system(), Via: "test"}, do)
		w.must(err)
	}
	w.read(func(r *store.Reader) error {
		list, err := r.Since(at, 100)
		if err != nil {
			return err
		}
		changes, err := r.Images(list)
		want(t, "images", `update posts 1: 1,"kept","1.50","draft",null -> 1,"c",null,"draft",null tags [1] -> []
delete posts 2: 2,"goes",null,"draft",null -> - tags [2] -> []
create posts 4: - -> 4,"newer",null,"draft",null
create posts 5: - -> - tags [] -> []`, tell(&store.Commit{Changes: changes}))
		_, few := r.Since(at, 3)
		wantError(t, "too many", store.ErrCursorGone, few)
		return err
	})
	w.must(w.s.Wipe(t.Context()))
	w.read(func(r *store.Reader) error {
		_, err := r.Since(at, 100)
		wantError(t, "another log", store.ErrCursorGone, err)
		return nil
	})
}

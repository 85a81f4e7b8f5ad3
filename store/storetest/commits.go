package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

const commitDocument = `{"collections": {
  "tags": {"fields": {"name": {"type": "char", "blank": true}}},
  "posts": {"fields": {"title": {"type": "char"}, "price": {"type": "decimal", "max_digits": 5, "decimal_places": 2, "null": true},
    "state": {"type": "char", "default": "draft"}, "parent": {"type": "foreign_key", "to": "posts", "null": true, "on_delete": "cascade"},
    "tags": {"type": "many_to_many", "to": "tags", "blank": true, "related_name": "posts"}}}
}}`

// listen collects the commits that follow; told returns those since it was last called.
func (w *world) listen() (told func() []*store.Commit) {
	var mu sync.Mutex
	var list []*store.Commit
	w.t.Cleanup(w.s.OnCommit(func(c *store.Commit) {
		mu.Lock()
		defer mu.Unlock()
		list = append(list, c)
	}))
	return func() []*store.Commit {
		mu.Lock()
		defer mu.Unlock()
		out := list
		list = nil
		return out
	}
}

func tellImage(c *schema.Collection, values []value.Value) string {
	if values == nil {
		return "-"
	}
	var parts []string
	for i, f := range c.Columns {
		parts = append(parts, string(f.Type.AppendJSON(nil, values[i])))
	}
	return strings.Join(parts, ",")
}

func tell(c *store.Commit) string {
	var lines []string
	for _, ch := range c.Changes {
		line := fmt.Sprintf("%s %s %s: %s -> %s", ch.Op, ch.Collection.Name, ch.Collection.Key.Type.String(ch.Key),
			tellImage(ch.Collection, ch.Before), tellImage(ch.Collection, ch.After))
		for _, l := range ch.Links {
			line += fmt.Sprintf(" %s %s -> %s", l.Field.Name, tellKeys(l.Before), tellKeys(l.After))
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func tellKeys(keys []value.Value) string {
	var parts []string
	for _, k := range keys {
		parts = append(parts, fmt.Sprint(k.Int()))
	}
	return "[" + strings.Join(parts, " ") + "]"
}

// commits holds what a commit tells of each kind of write, before the writer is answered, and that its cursor is the
// place of its rows in the feed.
func commits(t *testing.T, open Open) {
	w := newWorld(t, open, commitDocument)
	w.fill(`tags {}`, `tags {}`)
	told := w.listen()
	posts := w.collection("posts")
	for _, c := range []struct {
		name string
		do   func(tx *store.Tx) error
		want string
	}{
		{"create", func(tx *store.Tx) error {
			_, err := tx.Create(w.input("posts", `{"title": "a", "price": "1.5", "tags": [2, 1, 2]}`))
			return err
		}, `create posts 1: - -> 1,"a","1.50","draft",null tags [] -> [1 2]`},
		{"update", func(tx *store.Tx) error {
			return tx.Update(value.Int(1), w.input("posts", `{"title": "b", "-tags": [1]}`), store.Condition{})
		}, `update posts 1: 1,"a","1.50","draft",null -> 1,"b","1.50","draft",null tags [1 2] -> [2]`},
		{"update to the same", func(tx *store.Tx) error {
			return tx.Update(value.Int(1), w.input("posts", `{"title": "b", "tags": [2]}`), store.Condition{})
		}, ``},
		{"several in one transaction", func(tx *store.Tx) error {
			key, err := tx.Create(w.input("posts", `{"title": "child", "parent": 1}`))
			if err == nil {
				err = tx.Update(key, w.input("posts", `{"state": "x"}`), store.Condition{})
			}
			return err
		}, "create posts 2: - -> 2,\"child\",null,\"draft\",1\nupdate posts 2: 2,\"child\",null,\"draft\",1 -> 2,\"child\",null,\"x\",1"},
		{"a linked record goes", func(tx *store.Tx) error { return tx.Delete(w.collection("tags"), value.Int(2), store.Condition{}) },
			"update posts 1: 1,\"b\",\"1.50\",\"draft\",null -> 1,\"b\",\"1.50\",\"draft\",null tags [2] -> []\ndelete tags 2: 2,\"\" -> -"},
		{"cascade", func(tx *store.Tx) error { return tx.Delete(posts, value.Int(1), store.Condition{}) },
			"delete posts 2: 2,\"child\",null,\"x\",1 -> -\ndelete posts 1: 1,\"b\",\"1.50\",\"draft\",null -> -"},
	} {
		id, err := w.s.Write(context.Background(), store.Origin{Scope: w.system(), Via: "test", Actor: "7", Group: "g"}, c.do)
		w.must(err)
		list := told()
		if c.want == "" && len(list) == 0 {
			continue // nothing changed, nothing is told
		}
		if len(list) != 1 {
			t.Fatalf("%s: %d commits were told", c.name, len(list))
		}
		got := list[0]
		want(t, c.name, c.want, tell(got))
		want(t, c.name+": origin", id+" g 7 test", strings.Join([]string{got.Changeset, got.Group, got.Actor, got.Via}, " "))
		rows, err := w.s.Feed(t.Context(), got.Cursor, 10)
		w.must(err)
		if len(rows) != 0 {
			t.Errorf("%s: %d rows are after the cursor", c.name, len(rows))
		}
	}
	_, err := w.write(w.system(), func(tx *store.Tx) error {
		if _, err := tx.Create(w.input("posts", `{"title": "undone"}`)); err != nil {
			return err
		}
		return store.ErrConflict
	})
	wantError(t, "a write that fails", store.ErrConflict, err)
	if list := told(); len(list) > 0 {
		t.Errorf("what was undone is told: %s", tell(list[0]))
	}
}

// commitOrder holds that commits of one record are told in the order in which they were made, however many write.
func commitOrder(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {"counters": {"fields": {"n": {"type": "integer", "default": 0}}}}}`)
	w.fill(`counters {}`, `counters {}`)
	told := w.listen()
	c := w.collection("counters")
	var writers sync.WaitGroup
	for by := range 16 {
		writers.Go(func() {
			for range 20 {
				in := store.NewInput(c)
				in.Increment = map[*schema.Field]value.Value{c.Field("n"): value.Int(1)}
				_, err := w.write(w.system(), func(tx *store.Tx) error { return tx.Update(value.Int(int64(1+by%2)), in, store.Condition{}) })
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	writers.Wait()
	at := map[value.Value]int64{}
	for _, commit := range told() {
		ch := commit.Changes[0]
		if ch.Before[1].Int() != at[ch.Key] || ch.After[1].Int() != at[ch.Key]+1 {
			t.Fatalf("after %d came %d -> %d", at[ch.Key], ch.Before[1].Int(), ch.After[1].Int())
		}
		at[ch.Key]++
	}
	if at[value.Int(1)] != 160 || at[value.Int(2)] != 160 {
		t.Errorf("told were %v", at)
	}
}

// otherCommits holds that changes of the schema, wipes and very large transactions tell of collections, in the schema
// in force, and that a listener that stopped hears nothing.
func otherCommits(t *testing.T, open Open) {
	w := newWorld(t, open, commitDocument)
	told := w.listen()
	names := func(what, via string, want ...string) {
		t.Helper()
		list := told()
		if len(list) != 1 || list[0].Via != via || list[0].State != w.s.State() {
			t.Fatalf("%s: %d commits were told", what, len(list))
		}
		var got []string
		for _, ch := range list[0].Changes {
			if ch.Op != store.OpRewritten {
				t.Errorf("%s: %s", what, ch.Op)
			}
			got = append(got, ch.Collection.Name)
		}
		for _, name := range want {
			if !slices.Contains(got, name) {
				t.Errorf("%s: %v without %s", what, got, name)
			}
		}
	}
	w.apply(strings.Replace(commitDocument, `"title": {"type": "char"}`, `"title": {"type": "text"}`, 1))
	names("a schema", "schema", "tags", "posts", "users")
	_, err := w.s.WriteDeferred(t.Context(), store.Origin{Scope: w.system(), Via: "fixture"}, func(tx *store.Tx) error {
		for range 10_001 {
			if err := tx.Load(w.collection("tags"), []value.Value{value.Null, value.Text("")}, nil); err != nil {
				return err
			}
		}
		return nil
	})
	w.must(err)
	names("a crowd", "fixture", "tags")
	_, err = w.write(w.system(), func(tx *store.Tx) error {
		for range 3 {
			in := w.input("posts", `{}`)
			in.Values[w.field("posts", "title")] = value.Text(strings.Repeat("x", 6<<20))
			if _, err := tx.Create(in); err != nil {
				return err
			}
		}
		return nil
	})
	w.must(err)
	names("large records", "test", "posts")
	w.must(w.s.Wipe(t.Context()))
	names("a wipe", "wipe", "tags", "posts", "users")
	n := 0
	stop := w.s.OnCommit(func(*store.Commit) { n++ })
	w.fill(`tags {}`)
	stop()
	w.fill(`tags {}`)
	if n != 1 {
		t.Errorf("a listener that stopped after one commit heard %d", n)
	}
}

package storetest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

const pastDocument = `{"collections": {
  "tags": {"fields": {"name": {"type": "char"}}},
  "posts": {"fields": {
    "title": {"type": "char"}, "price": {"type": "decimal", "max_digits": 6, "decimal_places": 2, "null": true},
    "tags": {"type": "many_to_many", "to": "tags", "blank": true, "related_name": "posts"}}}
}}`

// feedAfter reads at least n changes of the feed after a kept place; another test's transaction may hold them back.
func (w *world) feedAfter(at store.Cursor, n int) []store.Change {
	for {
		list, _, err := w.s.FeedKept(w.t.Context(), store.Place{At: at}, 100)
		w.must(err)
		if len(list) >= n {
			return list
		}
	}
}

// past holds that the log gives a record as it was before and after each of its changes, deleted or not.
func past(t *testing.T, open Open) {
	w := newWorld(t, open, pastDocument)
	w.create("tags", `{"name": "a"}`)
	w.create("tags", `{"name": "b"}`)
	end := w.feedAfter(store.Cursor{}, 2)[1].Cursor
	key := w.create("posts", `{"title": "one", "price": "1.50", "tags": [1]}`)
	w.update("posts", key, `{"title": "two"}`)
	w.update("posts", key, `{"price": null, "tags": [1, 2]}`)
	told := "nothing > one 1.50 [1], one 1.50 [1] > two 1.50 [1], two 1.50 [1] > two null [1 2]"
	want(t, "a record's past", told, w.transitions(end, 3))
	w.delete("posts", key)
	want(t, "a deleted record's past", told+", two null [1 2] > nothing", w.transitions(end, 4))
}

// transitions tells what the changes of one record since a place made of it, which are so many.
func (w *world) transitions(since store.Cursor, n int) string {
	posts := w.collection("posts")
	list := w.feedAfter(since, n)
	var told []string
	w.read(func(r *store.Reader) error {
		all, err := r.Transitions(posts, list, []*schema.Field{posts.Field("tags")})
		for _, ch := range list {
			one := all[ch.Cursor.Seq()]
			told = append(told, told1(posts, one.Before)+" > "+told1(posts, one.After))
		}
		return err
	})
	return strings.Join(told, ", ")
}

func told1(c *schema.Collection, p *store.Past) string {
	if p == nil {
		return "nothing"
	}
	text := func(f *schema.Field) string { return f.Type.String(p.Values[f.Position]) }
	price := text(c.Field("price"))
	if p.Values[c.Field("price").Position].IsNull() {
		price = "null"
	}
	keys := []string{}
	for _, k := range p.Links[c.Field("tags")] {
		keys = append(keys, value.Type{Kind: value.BigInteger}.String(k))
	}
	return fmt.Sprintf("%s %s %v", text(c.Field("title")), price, keys)
}

// keptPlaces holds that a place that is kept in the database leads on, whatever happens to the log.
func keptPlaces(t *testing.T, open Open) {
	w := newWorld(t, open, CounterDocument)
	w.create("claims", `{"name": "a", "by": 1}`)
	w.create("claims", `{"name": "b", "by": 1}`)
	list := w.feedAfter(store.Cursor{}, 2)
	at := list[1].Cursor
	if got := w.feedAfter(list[0].Cursor, 1); len(got) != 1 || got[0].Cursor != at {
		t.Errorf("behind the first change are %v", got)
	}
	w.shorten()
	w.create("claims", `{"name": "c", "by": 1}`)
	if got := w.feedAfter(at, 1); len(got) != 1 || got[0].Key != "3" {
		t.Errorf("where the log was shortened comes %v", got)
	}
	w.must(w.s.Wipe(t.Context()))
	w.create("claims", `{"name": "d", "by": 1}`)
	if got := w.feedAfter(at, 1); len(got) != 1 || got[0].Key != "1" {
		t.Errorf("where the log began anew comes %v", got)
	}
	w.create("claims", `{"name": "e", "by": 1}`)
	w.create("claims", `{"name": "f", "by": 1}`)
	if got := w.feedAfter(at, 3); got[0].Key != "1" {
		t.Errorf("where the place is another one's comes %v", got)
	}
}

// beyondTheFeed holds that what somebody had seen, before an older transaction ended, does not come again.
func beyondTheFeed(t *testing.T, open Open) {
	w := newWorld(t, open, CounterDocument)
	long := w.longWrite()
	w.create("claims", `{"name": "before", "by": 1}`)
	var at store.Place
	_, err := w.write(w.system(), func(tx *store.Tx) (err error) {
		at, err = tx.Place()
		return err
	})
	w.must(err)
	at, err = store.ParsePlace(at.String())
	w.must(err)
	after := w.create("claims", `{"name": "after", "by": 1}`)
	want := 1 + 2*long()
	got := map[string]int{}
	for n := 0; n < want; {
		list, next, err := w.s.FeedKept(t.Context(), at, 2)
		w.must(err)
		for _, ch := range list {
			got[ch.Actor]++
			n++
			if ch.Actor != "long" && ch.Key != after {
				t.Errorf("the change of %s comes again", ch.Key)
			}
		}
		at = next
	}
	if got["long"] != want-1 {
		t.Errorf("came %v of %d", got, want)
	}
}

// shorten takes every row out of the log, as its retention does.
func (w *world) shorten() {
	_, err := w.s.Write(w.t.Context(), store.Origin{Scope: access.System(w.s.State().Policy), Via: "test"}, func(tx *store.Tx) error {
		return tx.Query("DELETE FROM couplet_changes RETURNING seq", nil, func(db.Row) error { return nil })
	})
	w.must(err)
}

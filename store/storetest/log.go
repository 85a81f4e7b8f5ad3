package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

const logDocument = `{"collections": {
  "tags": {"fields": {"name": {"type": "char", "blank": true}}},
  "posts": {"fields": {"title": {"type": "char"}, "pin": {"type": "char", "blank": true, "secret": true}, "price": {"type": "decimal", "max_digits": 5, "decimal_places": 2, "null": true},
    "at": {"type": "datetime", "null": true}, "meta": {"type": "json", "null": true},
    "tags": {"type": "many_to_many", "to": "tags", "blank": true, "related_name": "posts"}}}
}}`

// changeLog holds one row for each changed record, in one changeset for each transaction.
func changeLog(t *testing.T, open Open) {
	w := newWorld(t, open, logDocument)
	w.fill(`tags {}`, `posts {"title": "kept", "pin": "1234"}`)
	posts := w.collection("posts")
	for _, c := range []struct {
		name string
		do   func(tx *store.Tx) error
		want string
	}{
		{"create", func(tx *store.Tx) error {
			_, err := tx.Create(w.input("posts", `{"title": "a", "pin": "s3cret", "tags": [1]}`))
			return err
		}, `create posts 2`},
		{"update", func(tx *store.Tx) error {
			return tx.Update(value.Int(2), w.input("posts", `{"title": "é\"b", "price": "1.5", "at": "2024-05-01T12:00:00Z", "meta": {"k": [1]}}`), store.Condition{})
		}, `update posts 2 {title:["a","é\"b"],price:[null,"1.50"],at:[null,"2024-05-01T12:00:00Z"],meta:[null,{"k":[1]}]}`},
		{"update to the same", func(tx *store.Tx) error {
			return tx.Update(value.Int(2), w.input("posts", `{"title": "é\"b", "price": "1.50", "tags": [1]}`), store.Condition{})
		}, ``},
		{"update of a secret", func(tx *store.Tx) error {
			return tx.Update(value.Int(2), w.input("posts", `{"pin": "n3w"}`), store.Condition{})
		}, `update posts 2 {pin:null}`},
		{"delete", func(tx *store.Tx) error { return tx.Delete(posts, value.Int(2), store.Condition{}) },
			`delete posts 2 {id:2,title:"é\"b",price:"1.50",at:"2024-05-01T12:00:00Z",meta:{"k":[1]},tags:[1]}`},
		{"several", func(tx *store.Tx) error {
			key, err := tx.Create(w.input("posts", `{"title": "c"}`))
			if err == nil {
				err = tx.Update(key, w.input("posts", `{"title": "d"}`), store.Condition{})
			}
			if err == nil {
				err = tx.Delete(posts, key, store.Condition{})
			}
			return err
		}, "create posts 3\nupdate posts 3 {title:[\"c\",\"d\"]}\ndelete posts 3 {id:3,title:\"d\",price:null,at:null,meta:null,tags:[]}"},
	} {
		var inside string
		id, err := w.write(w.system(), func(tx *store.Tx) error {
			inside = tx.Changeset()
			return c.do(tx)
		})
		w.must(err)
		want(t, c.name, c.want, w.log(id))
		want(t, c.name+": id", inside, id)
	}
	if all := w.dumpLog(); strings.Contains(all, "1234") || strings.Contains(all, "s3cret") || strings.Contains(all, "n3w") {
		t.Errorf("a secret is in the log: %s", all)
	}
	w.origins()
}

// dumpLog returns every column of every row as it is kept.
func (w *world) dumpLog() string {
	w.t.Helper()
	var out strings.Builder
	w.read(func(r *store.Reader) error {
		return r.Query("SELECT changeset, grp, at, actor, via, cause, collection, key, op, diff FROM couplet_changes ORDER BY seq", nil, func(row db.Row) error {
			for i := range 10 {
				if row.IsNull(i) {
					out.WriteString("null|")
				} else {
					out.WriteString(row.Text(i) + "|")
				}
			}
			out.WriteByte('\n')
			return nil
		})
	})
	return out.String()
}

// origins holds what a row says of who and when, and that changesets of one group share its id.
func (w *world) origins() {
	c := w.collection("tags")
	var ids []string
	var at []int64
	for _, o := range []store.Origin{{Via: "cli"}, {Actor: "7", Via: "import", Group: "g1"}, {Actor: "7", Via: "import", Group: "g1"}} {
		o.Scope = w.system()
		id, err := w.s.Write(context.Background(), o, func(tx *store.Tx) error {
			at = append(at[:len(ids)], tx.Now().UnixMicro())
			_, err := tx.Create(w.input("tags", `{}`))
			return err
		})
		w.must(err)
		ids = append(ids, id)
	}
	if ids[0] == ids[1] || ids[1] == ids[2] {
		w.t.Errorf("changesets share an id: %v", ids)
	}
	want(w.t, "rows", fmt.Sprintf("%s|null|%d|null|cli|null|%s|2|create|null|\n%s|g1|%d|7|import|null|%s|3|create|null|\n%s|g1|%d|7|import|null|%s|4|create|null|\n",
		ids[0], at[0], c.ID, ids[1], at[1], c.ID, ids[2], at[2], c.ID), w.dumpLog()[strings.Index(w.dumpLog(), ids[0]):])
}

// logOfFailure holds that what fails leaves neither records nor rows, whatever it did before.
func logOfFailure(t *testing.T, open Open) {
	w := newWorld(t, open, logDocument)
	w.fill(`tags {}`, `posts {"title": "kept"}`)
	before := w.all("posts") + w.all("tags") + w.dumpLog()
	failed := errors.New("failed on purpose")
	good, linked := w.input("posts", `{"title": "a", "tags": [1]}`), w.input("posts", `{"title": "b", "tags": [9]}`)
	for name, do := range map[string]func(*store.Tx) error{
		"an error of the caller": func(tx *store.Tx) error {
			if _, err := tx.Create(good); err != nil {
				return err
			}
			if err := tx.Delete(good.Collection, value.Int(1), store.Condition{}); err != nil {
				return err
			}
			return failed
		},
		"a refusal after a write": func(tx *store.Tx) error {
			if _, err := tx.Create(good); err != nil {
				return err
			}
			_, err := tx.Create(linked)
			if err != nil {
				return failed
			}
			return nil
		},
		"a panic": func(tx *store.Tx) error {
			if _, err := tx.Create(good); err != nil {
				return err
			}
			panic(failed)
		},
	} {
		id, err := w.write(w.system(), do)
		if err == nil || id != "" || name != "a panic" && !errors.Is(err, failed) {
			t.Errorf("%s: %q, %v", name, id, err)
		}
		want(t, name, before, w.all("posts")+w.all("tags")+w.dumpLog())
	}
	w.fill(`posts {"title": "the writer goes on"}`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := w.s.Write(ctx, store.Origin{Scope: w.system()}, func(*store.Tx) error { return nil })
	wantError(t, "a write whose client has gone", context.Canceled, err)
}

// loading holds Load: rows as they are given, over what is there, and logged like any other write.
func loading(t *testing.T, open Open) {
	w := newWorld(t, open, logDocument)
	w.fill(`tags {}`, `tags {}`)
	c := w.collection("posts")
	row := func(object string) ([]value.Value, map[*schema.Field][]value.Value) {
		in := w.input("posts", object)
		values := make([]value.Value, len(c.Columns))
		for f, v := range in.Values {
			values[f.Position] = v
		}
		return values, in.Keys
	}
	for _, step := range []struct{ object, record, log string }{
		{`{"id": 40, "title": "a", "pin": "p", "tags": [2, 1, 2]}`, `{"title":"a","pin":"p","price":null,"at":null,"meta":null,"tags":[1,2]}`, "create posts 40"},
		{`{"id": 40, "title": "a", "pin": "p", "tags": [1, 2]}`, `{"title":"a","pin":"p","price":null,"at":null,"meta":null,"tags":[1,2]}`, ""},
		{`{"id": 40, "title": "b", "pin": "q", "price": "1.00"}`, `{"title":"b","pin":"q","price":"1.00","at":null,"meta":null,"tags":[1,2]}`,
			`update posts 40 {title:["a","b"],pin:null,price:[null,"1.00"]}`},
		{`{"id": 40, "title": "b", "pin": "q", "price": "1.00", "tags": [2]}`, `{"title":"b","pin":"q","price":"1.00","at":null,"meta":null,"tags":[2]}`,
			`update posts 40 {tags:[[1,2],[2]]}`},
	} {
		values, links := row(step.object)
		id, err := w.s.WriteDeferred(t.Context(), store.Origin{Scope: w.system(), Via: "fixture"}, func(tx *store.Tx) error { return tx.Load(c, values, links) })
		w.must(err)
		want(t, step.object, step.record, w.record("posts", "40"))
		want(t, step.object, step.log, w.log(id))
	}
	want(t, "the next key", "41", w.create("posts", `{"title": "c"}`))
	if !json.Valid([]byte(w.record("posts", "41"))) {
		t.Error("not JSON")
	}
}

package storetest

import (
	"context"
	"errors"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/value"
)

// deferred holds WriteDeferred: references to what comes later, and that one which never comes fails everything.
func deferred(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {
		"authors": {"fields": {"best": {"type": "foreign_key", "to": "books", "null": true, "on_delete": "cascade", "related_name": "+"}}},
		"books": {"fields": {"author": {"type": "foreign_key", "to": "authors", "on_delete": "cascade", "related_name": "books"},
			"like": {"type": "many_to_many", "to": "self", "blank": true, "related_name": "+"}}}
	}}`)
	run := func(lines ...[2]string) (string, error) {
		return w.s.WriteDeferred(t.Context(), store.Origin{Scope: w.system(), Via: "batch"}, func(tx *store.Tx) error {
			for _, l := range lines {
				if _, err := tx.Create(w.input(l[0], l[1])); err != nil {
					return err
				}
			}
			return nil
		})
	}
	id, err := run([2]string{"books", `{"author": 1, "like": [2]}`}, [2]string{"authors", `{"best": 2}`}, [2]string{"books", `{"author": 1}`})
	w.must(err)
	want(t, "books", `1 {"author":1,"like":[2]}`+"\n"+`2 {"author":1,"like":[]}`, w.all("books"))
	want(t, "authors", `1 {"best":2}`, w.all("authors"))
	want(t, "one changeset", "create books 1\ncreate authors 1\ncreate books 2", w.log(id))

	before := w.all("books") + w.all("authors") + w.log("")
	_, err = run([2]string{"books", `{"author": 1}`}, [2]string{"books", `{"author": 9}`})
	if db.CodeOf(err) != db.ForeignKeyViolation {
		t.Errorf("a reference to nothing: %v", err)
	}
	failed := errors.New("failed on purpose")
	_, err = w.s.WriteDeferred(t.Context(), store.Origin{Scope: w.system()}, func(tx *store.Tx) error {
		if _, err := tx.Create(w.input("books", `{"author": 9}`)); err != nil {
			return err
		}
		return failed
	})
	wantError(t, "an error of the caller", failed, err)
	want(t, "nothing is left", before, w.all("books")+w.all("authors")+w.log(""))

	_, err = w.tryCreate(w.system(), "books", `{"author": 9}`)
	want(t, "the next write looks at once", "author: does_not_exist", problems(err))
	_, err = w.s.WriteDeferred(t.Context(), store.Origin{Scope: w.system()}, func(tx *store.Tx) error {
		if _, err := tx.Create(w.input("books", `{"id": 3, "author": 2}`)); err != nil {
			return err
		}
		if err := tx.Delete(w.collection("authors"), value.Int(1), store.Condition{}); err != nil { // a circle
			return err
		}
		_, err := tx.Create(w.input("authors", `{}`))
		return err
	})
	w.must(err)
	want(t, "a delete of a circle among forward references", `3 {"author":2,"like":[]}`, w.all("books"))
	_, err = w.s.WriteDeferred(t.Context(), store.Origin{Scope: w.system()}, func(tx *store.Tx) error {
		if _, err := tx.Create(w.input("books", `{"author": 77}`)); err != nil {
			return err
		}
		if _, err := tx.Create(w.input("authors", `{"id": 5, "best": 50}`)); err != nil {
			return err
		}
		if _, err := tx.Create(w.input("books", `{"id": 50, "author": 5}`)); err != nil {
			return err
		}
		return tx.Delete(w.collection("authors"), value.Int(5), store.Condition{})
	})
	if db.CodeOf(err) != db.ForeignKeyViolation {
		t.Errorf("a delete of a circle hid a reference to nothing: %v", err)
	}
}

// once holds idempotency keys: the same request makes one record.
func once(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {"things": {"fields": {"id": {"type": "uuid", "primary_key": true}, "name": {"type": "char"}}}}}`)
	c := w.collection("things")
	in := w.input("things", `{"name": "a"}`)
	call := func(owner, name, request string, fail error) (key value.Value, again bool, err error) {
		_, err = w.write(w.system(), func(tx *store.Tx) (err error) {
			key, again, err = tx.Once(owner, name, request, c.Key.Type, func() (value.Value, error) {
				k, err := tx.Create(in)
				return k, errors.Join(err, fail)
			})
			return err
		})
		return key, again, err
	}
	failed := errors.New("failed on purpose")
	_, _, err := call("1", "k", "hash", failed)
	wantError(t, "a create that fails", failed, err)
	first, again, err := call("1", "k", "hash", nil)
	if err != nil || again {
		t.Fatalf("first: %v, %v", again, err)
	}
	if key, again, err := call("1", "k", "hash", nil); key != first || !again || err != nil {
		t.Errorf("again: %v, %v, %v", key, again, err)
	}
	_, _, err = call("1", "k", "another hash", nil)
	wantError(t, "another request", store.ErrKeyReused, err)
	if key, again, err := call("2", "k", "hash", nil); key == first || again || err != nil {
		t.Errorf("another owner: %v, %v", again, err)
	}
	if key, again, err := call("1", "k2", "hash", nil); key == first || again || err != nil {
		t.Errorf("another key: %v, %v", again, err)
	}
	want(t, "records", "3", c.Key.Type.String(value.Int(int64(w.count("things")))))
}

func (w *world) count(coll string) (n int) {
	w.t.Helper()
	w.read(func(r *store.Reader) error {
		return r.Query(`SELECT COUNT(*) FROM "`+w.collection(coll).Table+`"`, nil, func(row db.Row) error {
			n = int(row.Int(0))
			return nil
		})
	})
	return n
}

// readOwnWrites holds that a transaction reads what it has written, and nobody else before it ends.
func readOwnWrites(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {
		"towns": {"fields": {"name": {"type": "char", "unique": true}}},
		"houses": {"fields": {"town": {"type": "foreign_key", "to": "towns", "on_delete": "cascade", "related_name": "houses"}}}
	}}`)
	towns := w.collection("towns")
	name := w.field("towns", "name")
	seen := make(chan bool, 1)
	_, err := w.write(w.system(), func(tx *store.Tx) error {
		key, err := tx.Create(w.input("towns", `{"name": "a"}`))
		if err != nil {
			return err
		}
		err = w.s.Read(context.Background(), w.system(), func(r *store.Reader) error {
			there, err := r.Exists(towns, key)
			seen <- there
			return err
		})
		if err != nil {
			return err
		}
		if ok, err := tx.Exists(towns, key); !ok || err != nil {
			t.Errorf("Exists: %v, %v", ok, err)
		}
		if ok, err := tx.Taken(towns, towns.Columns[1:], []value.Value{value.Text("a")}, value.Null); !ok || err != nil {
			t.Errorf("Taken: %v, %v", ok, err)
		}
		if ok, err := tx.Taken(towns, towns.Columns[1:], []value.Value{value.Text("a")}, key); ok || err != nil {
			t.Errorf("Taken but for itself: %v, %v", ok, err)
		}
		if got, ok, err := tx.ByField(name, value.Text("a")); got != key || !ok || err != nil {
			t.Errorf("ByField: %v, %v", ok, err)
		}
		house, err := tx.Create(w.input("houses", `{"town": `+towns.Key.Type.String(key)+`}`))
		if err != nil {
			return err
		}
		if err := tx.Delete(towns, key, store.Condition{}); err != nil {
			return err
		}
		_, err = tx.Record(w.collection("houses"), house)
		wantError(t, "a record that the transaction deleted", store.ErrNotFound, err)
		return nil
	})
	w.must(err)
	if <-seen {
		t.Error("another reader saw a write that was not committed")
	}
}

// wipe holds that nothing of the records stays and that keys begin anew; the schema stays.
func wipe(t *testing.T, open Open) {
	w := newWorld(t, open, deletesDocument)
	w.fill(`artists {}`, `albums {"artist": 1}`, `songs {"artist": 1, "album": 1}`, `tags {}`, `plays {"song": 1, "tags": [1]}`, `contracts {"artist": 1}`,
		`fans {}`, `followings {"fan": 1, "artist": 1}`)
	key := w.user("ada")
	w.as(key)
	w.must(w.s.Wipe(t.Context()))
	for _, c := range w.s.Schema().Collections {
		want(t, c.Name, "", w.all(c.Name))
	}
	want(t, "log", "", w.dumpLog())
	_, err := w.s.User(t.Context(), w.key("users", key))
	wantError(t, "a user of before", store.ErrNotFound, err)
	want(t, "first key", "1", w.create("artists", `{}`))
	_, err = w.tryCreate(w.system(), "albums", `{"artist": 9}`)
	want(t, "foreign keys are looked at again", "artist: does_not_exist", problems(err))
}

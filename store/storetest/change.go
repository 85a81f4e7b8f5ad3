package storetest

import (
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// increments holds that numbers are added to in the writer, and what is refused.
func increments(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {"things": {"fields": {
		"n": {"type": "integer", "null": true}, "p": {"type": "positive_integer", "null": true}, "limited": {"type": "integer", "default": 3, "min_value": 0, "max_value": 5},
		"one_of": {"type": "integer", "default": 1, "choices": [[1, "a"], [2, "b"]]},
		"f": {"type": "float", "null": true}, "d": {"type": "decimal", "max_digits": 4, "decimal_places": 2, "null": true},
		"wide": {"type": "decimal", "max_digits": 25, "decimal_places": 2, "null": true},
		"span": {"type": "duration", "null": true}, "c": {"type": "char"}}}}}`)
	w.create("things", `{"n": 9223372036854775806, "p": 1, "f": 0.5, "d": "99.98", "wide": "-0.01", "span": "1 00:00:00", "c": "x"}`)
	const refused = "The result is out of range."
	for _, c := range []struct{ field, by, want, problem string }{
		{"n", `1`, `9223372036854775807`, ""}, {"n", `1`, `9223372036854775807`, refused}, {"n", `-9223372036854775807`, `0`, ""},
		{"p", `-1`, `0`, ""}, {"p", `-1`, `0`, refused}, {"limited", `2`, `5`, ""}, {"limited", `1`, `5`, refused}, {"limited", `-6`, `5`, refused},
		{"one_of", `1`, `2`, ""}, {"one_of", `1`, `2`, refused},
		{"f", `0.25`, `0.75`, ""}, {"d", `"0.01"`, `"99.99"`, ""}, {"d", `"0.01"`, `"99.99"`, refused}, {"d", `"-99.98"`, `"0.01"`, ""},
		{"wide", `"12345678901234567890123.01"`, `"12345678901234567890123.00"`, ""},
		{"span", `"-2 00:00:00"`, `"-1 00:00:00"`, ""}, {"c", `"y"`, `"x"`, refused},
	} {
		f := w.field("things", c.field)
		by, err := f.Type.FromJSON([]byte(c.by))
		w.must(err)
		in := store.NewInput(f.Collection)
		in.Increment = map[*schema.Field]value.Value{f: by}
		_, err = w.write(w.system(), func(tx *store.Tx) error { return tx.Update(value.Int(1), in, store.Condition{}) })
		problem := problems(err)
		if c.problem != "" {
			c.problem = c.field + ": invalid " + c.problem
		}
		want(t, c.field+" "+c.by, c.problem, problem)
		want(t, c.field+" "+c.by, `{"`+c.field+`":`+c.want+`}`, w.record("things", "1", c.field))
	}
	w.update("things", "1", `{"n": null}`)
	in := store.NewInput(w.collection("things"))
	in.Increment = map[*schema.Field]value.Value{w.field("things", "n"): value.Int(1)}
	_, err := w.write(w.system(), func(tx *store.Tx) error { return tx.Update(value.Int(1), in, store.Condition{}) })
	w.must(err)
	want(t, "null stays null, as in SQL", `{"n":null}`, w.record("things", "1", "n"))
}

// versions holds that a version changes with the record's values and pairs, and only with those.
func versions(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {
		"tags": {"fields": {"name": {"type": "char", "blank": true}}},
		"posts": {"fields": {"title": {"type": "char", "null": true}, "n": {"type": "integer", "null": true},
			"tags": {"type": "many_to_many", "to": "tags", "blank": true, "related_name": "posts"}}}
	}}`)
	w.fill(`tags {}`, `tags {}`, `posts {"title": "a"}`, `posts {"title": "a"}`)
	c := w.collection("posts")
	version := func() (v uint64) {
		w.read(func(r *store.Reader) error {
			rec, err := r.Record(c, value.Int(1))
			if err == nil {
				v, err = r.Version(rec)
			}
			return err
		})
		return v
	}
	seen := map[uint64]string{}
	first := version()
	for _, object := range []string{`{"title": "b"}`, `{"title": ""}`, `{"title": null}`, `{"n": 0}`, `{"n": 1}`, `{"tags": [1]}`, `{"tags": [2]}`, `{"tags": [1, 2]}`} {
		before := version()
		in := w.input("posts", object)
		update := func(versions ...uint64) error {
			_, err := w.write(w.system(), func(tx *store.Tx) error { return tx.Update(value.Int(1), in, store.Condition{Versions: versions}) })
			return err
		}
		wantError(t, object+" under another version", store.ErrPrecondition, update(before+1))
		wantError(t, object+" under its version", nil, update(before+1, before))
		if before == version() {
			t.Errorf("%s left the version", object)
		}
		wantError(t, object+" under the version before", store.ErrPrecondition, update(before))
		if other, again := seen[version()]; again {
			t.Errorf("%s has the version of %s", object, other)
		}
		seen[version()] = object
		v := version()
		w.update("posts", "1", object)
		w.update("posts", "2", object)
		if v != version() {
			t.Errorf("%s again moved the version", object)
		}
	}
	w.update("posts", "1", `{"title": "a", "n": null, "tags": []}`)
	if version() != first {
		t.Error("the same record has another version")
	}
	_, err := w.write(w.system(), func(tx *store.Tx) error {
		return tx.Delete(c, value.Int(1), store.Condition{Versions: []uint64{first + 1}})
	})
	wantError(t, "delete under another version", store.ErrPrecondition, err)
	_, err = w.write(w.system(), func(tx *store.Tx) error {
		return tx.Delete(c, value.Int(1), store.Condition{Versions: []uint64{first}})
	})
	wantError(t, "delete under its version", nil, err)
}

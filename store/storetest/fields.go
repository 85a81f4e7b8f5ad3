package storetest

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/value"
)

const typesDocument = `{"collections": {
  "targets": {"fields": {"name": {"type": "char"}}},
  "things": {"fields": {
    "a_char": {"type": "char", "max_length": 40, "null": true}, "a_text": {"type": "text", "null": true},
    "a_slug": {"type": "slug", "null": true}, "an_email": {"type": "email", "null": true}, "a_url": {"type": "url", "null": true},
    "a_uuid": {"type": "uuid", "null": true}, "an_ip": {"type": "ip", "null": true},
    "a_small": {"type": "small_integer", "null": true}, "an_int": {"type": "integer", "null": true},
    "a_big": {"type": "big_integer", "null": true}, "a_pos_small": {"type": "positive_small_integer", "null": true},
    "a_pos": {"type": "positive_integer", "null": true}, "a_pos_big": {"type": "positive_big_integer", "null": true},
    "a_float": {"type": "float", "null": true},
    "a_decimal": {"type": "decimal", "max_digits": 18, "decimal_places": 4, "null": true},
    "a_wide": {"type": "decimal", "max_digits": 30, "decimal_places": 10, "null": true},
    "a_bool": {"type": "boolean", "null": true}, "a_date": {"type": "date", "null": true}, "a_time": {"type": "time", "null": true},
    "a_moment": {"type": "datetime", "null": true}, "a_span": {"type": "duration", "null": true},
    "a_json": {"type": "json", "null": true}, "a_file": {"type": "file", "null": true}, "an_image": {"type": "image", "null": true},
    "a_target": {"type": "foreign_key", "to": "targets", "on_delete": "cascade", "null": true},
    "a_twin": {"type": "one_to_one", "to": "targets", "on_delete": "cascade", "null": true, "related_name": "twin"}
  }}
}}`

// fieldTypes holds what every type stores and gives back: the wire form of a value, the form it is kept in, and that it
// survives an update to it from null and back.
func fieldTypes(t *testing.T, open Open) {
	w := newWorld(t, open, typesDocument)
	w.create("targets", `{"name": "x"}`)
	for _, c := range []struct {
		field, wire string
		stored      value.Value
	}{
		{"a_char", `"é\"\\ 日本語 😀"`, value.Text("é\"\\ 日本語 😀")}, {"a_char", `""`, value.Text("")},
		{"a_text", `"a\r\nb\t"`, value.Text("a\r\nb\t")}, {"a_slug", `"a-b_C1"`, value.Text("a-b_C1")},
		{"an_email", `"a@b.example"`, value.Text("a@b.example")}, {"a_url", `"https://b.example/?q=ü"`, value.Text("https://b.example/?q=ü")},
		{"a_uuid", `"12345678-1234-5678-1234-56781234567a"`, value.Text("1234567812345678123456781234567a")},
		{"an_ip", `"2001:db8::1"`, value.Text("2001:db8::1")}, {"an_ip", `"192.0.2.1"`, value.Text("192.0.2.1")},
		{"a_small", `-32768`, value.Int(-32768)}, {"an_int", `0`, value.Int(0)},
		{"a_big", `-9223372036854775808`, value.Int(math.MinInt64)}, {"a_big", `9223372036854775807`, value.Int(math.MaxInt64)},
		{"a_pos_small", `0`, value.Int(0)}, {"a_pos", `2147483647`, value.Int(2147483647)}, {"a_pos_big", `9223372036854775807`, value.Int(math.MaxInt64)},
		{"a_float", `1e-05`, value.Float(1e-5)}, {"a_float", `0.1`, value.Float(0.1)}, {"a_float", `1e+300`, value.Float(1e300)}, {"a_float", `3.0`, value.Float(3)},
		{"a_decimal", `"-99999999999999.9999"`, value.Int(-999999999999999999)}, {"a_decimal", `"0.0001"`, value.Int(1)},
		{"a_bool", `true`, value.Int(1)}, {"a_bool", `false`, value.Int(0)},
		{"a_date", `"0001-01-01"`, value.Text("0001-01-01")}, {"a_date", `"9999-12-31"`, value.Text("9999-12-31")},
		{"a_time", `"23:59:59.000001"`, value.Text("23:59:59.000001")}, {"a_time", `"00:00:00"`, value.Text("00:00:00")},
		{"a_moment", `"2024-02-29T23:59:59.999999Z"`, value.Text("2024-02-29 23:59:59.999999")},
		{"a_moment", `"1970-01-01T00:00:00Z"`, value.Text("1970-01-01 00:00:00")},
		{"a_span", `"-1 23:59:59.999999"`, value.Int(-1)}, {"a_span", `"10 00:00:00"`, value.Int(864000000000)},
		{"a_json", `{"b":[1.50,{},[]],"a":null,"é":"\u2028"}`, value.Text(`{"b":[1.50,{},[]],"a":null,"é":"\u2028"}`)},
		{"a_json", `"text"`, value.Text(`"text"`)}, {"a_json", `123456789012345678901234567890`, value.Text("123456789012345678901234567890")},
		{"a_file", `"f/x.txt"`, value.Text("f/x.txt")}, {"an_image", `"f/x.png"`, value.Text("f/x.png")},
		{"a_target", `1`, value.Int(1)}, {"a_twin", `1`, value.Int(1)},
	} {
		f := w.field("things", c.field)
		key := w.create("things", `{"`+c.field+`": `+c.wire+`}`)
		for _, step := range []string{"created", "set to null", "set again"} {
			wire, stored := c.wire, c.stored
			switch step {
			case "set to null":
				wire, stored = "null", value.Null
				w.update("things", key, `{"`+c.field+`": null}`)
			case "set again":
				w.update("things", key, `{"`+c.field+`": `+c.wire+`}`)
			}
			want(t, c.field+" "+step, `{"`+c.field+`":`+wire+`}`, w.record("things", key, c.field))
			w.read(func(r *store.Reader) error {
				rec, err := r.Record(f.Collection, w.key("things", key))
				if err == nil && rec.Values[f.Position] != stored {
					t.Errorf("%s %s is kept as %+v, not %+v", c.field, step, rec.Values[f.Position], stored)
				}
				return err
			})
		}
		w.delete("things", key)
		want(t, c.field+" deleted", "", w.record("things", key))
	}
	wideDecimals(w)
}

// wideDecimals holds that decimals beyond 18 digits keep every digit and are kept in the order of their numbers.
func wideDecimals(w *world) {
	sorted := []string{"-99999999999999999999.9999999999", "-1.0000000000", "-0.0000000001", "0.0000000000", "0.0000000001",
		"9.0000000000", "10.0000000000", "99999999999999999999.9999999999"}
	f := w.field("things", "a_wide")
	var kept []value.Value
	for _, d := range sorted {
		key := w.create("things", `{"a_wide": "`+d+`"}`)
		want(w.t, "wide decimal", `{"a_wide":"`+d+`"}`, w.record("things", key, "a_wide"))
		w.read(func(r *store.Reader) error {
			rec, err := r.Record(f.Collection, w.key("things", key))
			if err == nil {
				kept = append(kept, rec.Values[f.Position])
			}
			return err
		})
	}
	for i := 1; i < len(kept); i++ {
		if value.Compare(kept[i-1], kept[i]) >= 0 {
			w.t.Errorf("%s does not sort before %s", sorted[i-1], sorted[i])
		}
	}
}

// defaults holds what a create puts where nothing is given, and what of it an update moves.
func defaults(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {"things": {"fields": {
		"a": {"type": "char", "default": "x"}, "b": {"type": "char", "blank": true}, "c": {"type": "char", "null": true},
		"n": {"type": "integer", "default": 7}, "d": {"type": "decimal", "max_digits": 5, "decimal_places": 2, "default": "1.5"},
		"j": {"type": "json", "default": {"k": []}}, "on": {"type": "boolean", "default": true},
		"span": {"type": "duration", "default": "1 00:00:00"},
		"made": {"type": "datetime", "auto_now_add": true}, "made_on": {"type": "date", "auto_now_add": true},
		"moved": {"type": "datetime", "auto_now": true}, "moved_at": {"type": "time", "auto_now": true}
	}}}}`)
	var made, moved string
	c := w.collection("things")
	in, change := w.input("things", `{}`), w.input("things", `{"n": 8}`)
	var key value.Value
	_, err := w.write(w.system(), func(tx *store.Tx) (err error) {
		made = value.FormatDateTime(tx.Now()).Text()
		key, err = tx.Create(in)
		return err
	})
	w.must(err)
	k := c.Key.Type.String(key)
	want(t, "defaults", `{"a":"x","b":"","c":null,"n":7,"d":"1.50","j":{"k":[]},"on":true,"span":"1 00:00:00"}`,
		w.record("things", k, "a", "b", "c", "n", "d", "j", "on", "span"))
	_, err = w.write(w.system(), func(tx *store.Tx) error {
		moved = value.FormatDateTime(tx.Now()).Text()
		return tx.Update(key, change, store.Condition{})
	})
	w.must(err)
	w.read(func(r *store.Reader) error {
		rec, err := r.Record(c, key)
		if err != nil {
			return err
		}
		got := []string{rec.Get("made").Text(), rec.Get("made_on").Text(), rec.Get("moved").Text(), rec.Get("moved_at").Text()}
		if d := cmp.Diff([]string{made, made[:10], moved, moved[11:]}, got); d != "" {
			t.Errorf("automatic times: %s", d)
		}
		return nil
	})
	given := w.create("things", `{"a": "", "c": "", "n": 0, "on": false, "j": []}`)
	want(t, "given values win over defaults", `{"a":"","c":"","n":0,"on":false,"j":[]}`, w.record("things", given, "a", "c", "n", "on", "j"))
}

// keys holds how keys are given out: an integer is one higher than ever before, a uuid is new.
func keys(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {
		"numbered": {"fields": {"name": {"type": "char"}}},
		"bare": {"fields": {}},
		"named": {"fields": {"id": {"type": "uuid", "primary_key": true}, "name": {"type": "char"}}},
		"given": {"fields": {"code": {"type": "big_integer", "primary_key": true, "auto": false}}}
	}}`)
	for i, step := range []struct{ object, want string }{
		{`{"name": "a"}`, "1"}, {`{"name": "b"}`, "2"}, {`{"id": 90, "name": "c"}`, "90"}, {`{"name": "d"}`, "91"},
	} {
		if got := w.create("numbered", step.object); got != step.want {
			t.Errorf("create %d got the key %s, not %s", i, got, step.want)
		}
	}
	w.delete("numbered", "91")
	want(t, "key after a delete", "92", w.create("numbered", `{"name": "e"}`))
	_, err := w.write(w.system(), func(tx *store.Tx) error {
		if _, err := tx.Create(w.input("numbered", `{"name": "lost"}`)); err != nil {
			return err
		}
		return store.ErrConflict
	})
	wantError(t, "a failing transaction", store.ErrConflict, err)
	if next := w.key("numbered", w.create("numbered", `{"name": "f"}`)); next.Int() < 93 {
		t.Errorf("key %d after a failure", next.Int())
	}
	want(t, "a collection of keys only", "1 {}\n2 {}", func() string { w.create("bare", `{}`); w.create("bare", `{}`); return w.all("bare") }())
	a, b := w.create("named", `{"name": "a"}`), w.create("named", `{"name": "b"}`)
	if len(a) != 36 || a == b {
		t.Errorf("uuid keys %s and %s", a, b)
	}
	want(t, "given uuid", "12345678-1234-5678-1234-567812345678", w.create("named", `{"id": "12345678123456781234567812345678", "name": "c"}`))
	want(t, "given key", "-5", w.create("given", `{"code": -5}`))
	_, err = w.tryCreate(w.system(), "given", `{}`)
	want(t, "no key given", "code: null", problems(err))
	_, err = w.tryCreate(w.system(), "given", `{"code": -5}`)
	want(t, "key taken", "code: unique", problems(err))
	want(t, "a key does not change", "id: invalid The key cannot be changed.", problems(w.tryUpdate(w.system(), "numbered", "1", `{"id": 5}`)))
	w.update("numbered", "1", `{"id": 1, "name": "same key"}`)
	want(t, "same key", `{"name":"same key"}`, w.record("numbered", "1"))
}

// update holds that an update touches what it is given only, and that there must be something to update.
func update(t *testing.T, open Open) {
	w := newWorld(t, open, typesDocument)
	key := w.create("things", `{"a_char": "a", "an_int": 1, "a_text": "t"}`)
	w.update("things", key, `{"an_int": null, "a_text": ""}`)
	want(t, "after", `{"a_char":"a","an_int":null,"a_text":""}`, w.record("things", key, "a_char", "an_int", "a_text"))
	wantError(t, "update of nothing", store.ErrNotFound, w.tryUpdate(w.system(), "things", "99", `{"an_int": 1}`))
	wantError(t, "delete of nothing", store.ErrNotFound, w.tryDelete(w.system(), "things", "99"))
}

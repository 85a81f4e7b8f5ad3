package storetest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// world is a store under a schema, with the words in which the cases are told: records are JSON objects by field name.
type world struct {
	t *testing.T
	s *store.Store
}

func newWorld(t *testing.T, open Open, document string) *world {
	t.Helper()
	w := &world{t, open(t)}
	w.apply(document)
	return w
}

func (w *world) apply(document string) {
	w.t.Helper()
	_, err := w.s.Apply(context.Background(), "", []byte(document), migrate.Options{Consent: migrate.Consent{All: true}})
	w.must(err)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) collection(name string) *schema.Collection { return w.s.Schema().Collection(name) }

func (w *world) field(coll, name string) *schema.Field { return w.collection(coll).Field(name) }

// key reads a key as a path would name it.
func (w *world) key(coll, text string) value.Value {
	w.t.Helper()
	v, err := w.collection(coll).Key.Type.Parse(text)
	w.must(err)
	return v
}

// input makes an Input of a JSON object: columns as in a request body, lists of keys for many-to-many fields, which
// may have a "+" or "-" before their name to add or remove.
func (w *world) input(coll, object string) *store.Input {
	w.t.Helper()
	c := w.collection(coll)
	in := store.NewInput(c)
	in.AddKeys, in.RemoveKeys = map[*schema.Field][]value.Value{}, map[*schema.Field][]value.Value{}
	var members map[string]json.RawMessage
	w.must(json.Unmarshal([]byte(object), &members))
	for name, raw := range members {
		f := c.Field(strings.TrimLeft(name, "+-"))
		if f == nil {
			w.t.Fatalf("%s has no field %s", coll, name)
		}
		if f.Relation != schema.ManyToMany {
			v, err := f.Type.FromJSON(raw)
			w.must(err)
			in.Values[f] = v
			continue
		}
		var items []json.RawMessage
		w.must(json.Unmarshal(raw, &items))
		keys := make([]value.Value, len(items))
		for i, item := range items {
			v, err := f.To.Key.Type.FromJSON(item)
			w.must(err)
			keys[i] = v
		}
		switch name[0] {
		case '+':
			in.AddKeys[f] = keys
		case '-':
			in.RemoveKeys[f] = keys
		default:
			in.Keys[f] = keys
		}
	}
	return in
}

func (w *world) system() *access.Scope { return access.System(w.s.State().Policy) }

// write runs fn as one transaction in a scope and returns its changeset.
func (w *world) write(scope *access.Scope, fn func(*store.Tx) error) (string, error) {
	return w.s.Write(context.Background(), store.Origin{Scope: scope, Via: "test"}, fn)
}

// tryCreate creates a record in a scope and returns its key as text.
func (w *world) tryCreate(scope *access.Scope, coll, object string) (string, error) {
	w.t.Helper()
	in := w.input(coll, object)
	var key value.Value
	_, err := w.write(scope, func(tx *store.Tx) (err error) {
		key, err = tx.Create(in)
		return err
	})
	return w.collection(coll).Key.Type.String(key), err
}

func (w *world) create(coll, object string) string {
	w.t.Helper()
	key, err := w.tryCreate(w.system(), coll, object)
	w.must(err)
	return key
}

func (w *world) tryUpdate(scope *access.Scope, coll, key, object string) error {
	w.t.Helper()
	in, k := w.input(coll, object), w.key(coll, key)
	_, err := w.write(scope, func(tx *store.Tx) error { return tx.Update(k, in, store.Condition{}) })
	return err
}

func (w *world) update(coll, key, object string) {
	w.t.Helper()
	w.must(w.tryUpdate(w.system(), coll, key, object))
}

func (w *world) tryDelete(scope *access.Scope, coll, key string) error {
	w.t.Helper()
	c, k := w.collection(coll), w.key(coll, key)
	_, err := w.write(scope, func(tx *store.Tx) error { return tx.Delete(c, k, store.Condition{}) })
	return err
}

func (w *world) delete(coll, key string) {
	w.t.Helper()
	w.must(w.tryDelete(w.system(), coll, key))
}

func (w *world) read(fn func(*store.Reader) error) {
	w.t.Helper()
	w.must(w.s.Read(context.Background(), w.system(), fn))
}

// record returns a record with its many-to-many keys as one line of JSON without its key, "" where there is none;
// fields names some fields, none all.
func (w *world) record(coll, key string, fields ...string) string {
	w.t.Helper()
	var out []byte
	w.read(func(r *store.Reader) error {
		rec, err := r.Record(w.collection(coll), w.key(coll, key))
		if errors.Is(err, store.ErrNotFound) {
			return nil
		}
		if err == nil {
			out, err = w.render(r, rec, fields)
		}
		return err
	})
	return string(out)
}

func (w *world) render(r *store.Reader, rec *store.Record, names []string) ([]byte, error) {
	fields := rec.Collection.Fields[1:]
	if len(names) > 0 {
		fields = nil
		for _, name := range names {
			fields = append(fields, rec.Collection.Field(name))
		}
	}
	out := []byte{'{'}
	for i, f := range fields {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(value.AppendJSONString(out, f.Name), ':')
		if f.Relation != schema.ManyToMany {
			out = f.Type.AppendJSON(out, rec.Values[f.Position])
			continue
		}
		n := len(out)
		sql := "SELECT " + sqlb.Quote(f.Through.ToColumn) + " FROM " + sqlb.Quote(f.Through.Table) + " WHERE " +
			sqlb.Quote(f.Through.FromColumn) + " = $1 ORDER BY 1"
		err := r.Query(sql, []sqlb.Arg{{Type: rec.Collection.Key.Type, Value: rec.Key()}}, func(row db.Row) error {
			out = f.To.Key.Type.AppendJSON(append(out, ','), row.Value(0, f.To.Key.Type))
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(out) == n {
			out = append(out, ' ')
		}
		out[n] = '['
		out = append(out, ']')
	}
	return append(out, '}'), nil
}

// all returns the records of a collection, one line each with the key before it.
func (w *world) all(coll string, fields ...string) string {
	w.t.Helper()
	c := w.collection(coll)
	var keys []string
	w.read(func(r *store.Reader) error {
		return r.Query("SELECT "+sqlb.Quote(c.Key.Column)+" FROM "+sqlb.Quote(c.Table)+" ORDER BY 1", nil, func(row db.Row) error {
			keys = append(keys, c.Key.Type.String(row.Value(0, c.Key.Type)))
			return nil
		})
	})
	var lines []string
	for _, k := range keys {
		lines = append(lines, k+" "+w.record(coll, k, fields...))
	}
	return strings.Join(lines, "\n")
}

// log returns the log rows of a changeset, "" for all: op, collection, key and diff by field name, in order.
func (w *world) log(changeset string) string {
	w.t.Helper()
	var lines []string
	w.read(func(r *store.Reader) error {
		return r.Query("SELECT changeset, op, collection, key, diff FROM couplet_changes ORDER BY seq", nil, func(row db.Row) error {
			if changeset != "" && row.Text(0) != changeset {
				return nil
			}
			name, diff := w.named(row.Text(2), row.Text(4))
			lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s %s %s %s", row.Text(1), name, row.Text(3), diff)))
			return nil
		})
	})
	return strings.Join(lines, "\n")
}

// named puts names in the place of ids.
func (w *world) named(collection, diff string) (string, string) {
	for _, c := range w.s.Schema().Collections {
		if c.ID != collection {
			continue
		}
		text := []byte(diff)
		for _, f := range c.Fields {
			text = bytes.ReplaceAll(text, []byte(`"`+f.ID+`":`), []byte(f.Name+":"))
		}
		return c.Name, string(text)
	}
	return "?" + collection, diff
}

// user makes a user with roles and returns their key.
func (w *world) user(name string, roles ...string) string {
	w.t.Helper()
	list, err := json.Marshal(append([]string{}, roles...))
	w.must(err)
	return w.create("users", fmt.Sprintf(`{"username": %q, "password": "!", "roles": %s}`, name, list))
}

// as returns the scope of the user with a key as the store knows them now, "" for an anonymous one.
func (w *world) as(key string) *access.Scope {
	w.t.Helper()
	var u *access.User
	if key != "" {
		var err error
		u, err = w.s.User(context.Background(), w.key("users", key))
		w.must(err)
	}
	return w.s.State().Policy.Scope(u, time.Now(), expr.Request{})
}

// want compares texts.
func want(t *testing.T, what, want, got string) {
	t.Helper()
	if want != got {
		t.Errorf("%s:\nwant %s\ngot  %s", what, want, got)
	}
}

// wantError compares an error by errors.Is; nil wants success.
func wantError(t *testing.T, what string, want, got error) {
	t.Helper()
	if !errors.Is(got, want) || want == nil && got != nil {
		t.Errorf("%s: want %v, got %v", what, want, got)
	}
}

// problems returns what an *Invalid says as "field,field: code message" lines, "" for no error, the error otherwise.
func problems(err error) string {
	var invalid *store.Invalid
	switch {
	case err == nil:
		return ""
	case !errors.As(err, &invalid):
		return "not invalid: " + err.Error()
	}
	var lines []string
	for _, p := range invalid.Problems {
		var names []string
		for _, f := range p.Fields {
			names = append(names, f.Name)
		}
		lines = append(lines, strings.TrimSpace(strings.Join(names, ",")+": "+p.Code+" "+p.Message))
	}
	return strings.Join(lines, "\n")
}

func systemOf(st *store.State) *access.Scope { return access.System(st.Policy) }

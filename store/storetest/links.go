package storetest

import (
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/value"
)

// manyToMany holds setting, adding and removing pairs, from both sides and among one's own kind.
func manyToMany(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {
		"tags": {"fields": {"name": {"type": "char", "blank": true}}},
		"posts": {"fields": {
			"tags": {"type": "many_to_many", "to": "tags", "blank": true, "related_name": "posts"},
			"like": {"type": "many_to_many", "to": "self", "blank": true, "related_name": "liked_by"}
		}}
	}}`)
	w.fill(`tags {}`, `tags {}`, `tags {}`, `posts {"tags": [3, 1, 3]}`, `posts {"like": [1]}`)
	for _, c := range []struct{ object, want, log string }{
		{`{}`, `[1,3]`, ``},
		{`{"tags": [3, 1]}`, `[1,3]`, ``},
		{`{"+tags": [1]}`, `[1,3]`, ``},
		{`{"+tags": [2, 2], "-tags": [9]}`, `[1,2,3]`, `update posts 1 {tags:[[1,3],[1,2,3]]}`},
		{`{"-tags": [1, 3]}`, `[2]`, `update posts 1 {tags:[[1,2,3],[2]]}`},
		{`{"+tags": [3], "-tags": [2]}`, `[3]`, `update posts 1 {tags:[[2],[3]]}`},
		{`{"+tags": [1], "-tags": [1]}`, `[3]`, ``},
		{`{"tags": []}`, `[]`, `update posts 1 {tags:[[3],[]]}`},
		{`{"tags": [2, 1], "like": [1, 2]}`, `[1,2]`, `update posts 1 {tags:[[],[1,2]],like:[[],[1,2]]}`},
	} {
		in := w.input("posts", c.object)
		id, err := w.write(w.system(), func(tx *store.Tx) error { return tx.Update(value.Int(1), in, store.Condition{}) })
		w.must(err)
		want(t, c.object, `{"tags":`+c.want+`}`, w.record("posts", "1", "tags"))
		want(t, c.object+" logs", c.log, w.log(id))
	}
	w.delete("posts", "1")
	want(t, "the other end", `2 {"tags":[],"like":[]}`, w.all("posts"))
}

const nestedDocument = `{
"collections": {
  "orders": {"fields": {"name": {"type": "char"}, "owner": {"type": "foreign_key", "to": "users", "null": true, "on_delete": "cascade", "related_name": "orders"}}},
  "lines": {
    "fields": {
      "order": {"type": "foreign_key", "to": "orders", "on_delete": "cascade", "related_name": "lines"},
      "what": {"type": "char"}, "under": {"type": "foreign_key", "to": "self", "null": true, "on_delete": "cascade", "related_name": "below"},
      "paid": {"type": "boolean", "default": false}
    },
    "rules": {"delete": "!paid"}
  }
},
"roles": {
  "clerks": {"orders": true, "lines": {"view": "what != 'hidden'", "add": "what != 'dear'", "change": "what != 'dear'", "delete": true}},
  "heads": {"orders": true, "lines": {"view": true}}
}}`

// children makes a nested list of "key: object" pairs; a key of "" is a new record.
func (w *world) children(replace bool, items ...[2]string) *store.Children {
	w.t.Helper()
	ch := &store.Children{Reverse: w.collection("orders").ReverseRelation("lines"), Replace: replace}
	for _, item := range items {
		var key *value.Value
		if item[0] != "" {
			k := w.key("lines", item[0])
			key = &k
		}
		ch.Keys = append(ch.Keys, key)
		ch.Items = append(ch.Items, w.input("lines", item[1]))
	}
	return ch
}

// writeNested creates an order (key "") or updates one with a nested list.
func (w *world) writeNested(scope *access.Scope, key, object string, ch *store.Children) (string, error) {
	w.t.Helper()
	in := w.input("orders", object)
	in.Children = []*store.Children{ch}
	return w.write(scope, func(tx *store.Tx) error {
		if key == "" {
			_, err := tx.Create(in)
			return err
		}
		return tx.Update(w.key("orders", key), in, store.Condition{})
	})
}

// nested holds lists that are written with their parent: created, replaced, merged.
func nested(t *testing.T, open Open) {
	w := newWorld(t, open, nestedDocument)
	id, err := w.writeNested(w.system(), "", `{"name": "a"}`, w.children(true, [2]string{"", `{"what": "x"}`}, [2]string{"", `{"what": "y"}`}))
	w.must(err)
	want(t, "created", "1 {\"order\":1,\"what\":\"x\"}\n2 {\"order\":1,\"what\":\"y\"}", w.all("lines", "order", "what"))
	want(t, "one changeset", "create orders 1\ncreate lines 1\ncreate lines 2", w.log(id))
	w.fill(`orders {"name": "b"}`, `lines {"order": 2, "what": "other's"}`)

	id, err = w.writeNested(w.system(), "1", `{"name": "a2"}`, w.children(false, [2]string{"2", `{"what": "y2"}`}, [2]string{"", `{"what": "z"}`}))
	w.must(err)
	want(t, "merged", "2 {\"order\":1,\"what\":\"y2\"}\n3 {\"order\":2,\"what\":\"other's\"}\n4 {\"order\":1,\"what\":\"z\"}", w.all("lines", "order", "what"))
	want(t, "merge logs", "update orders 1 {name:[\"a\",\"a2\"]}\ndelete lines 1 {id:1,order:1,what:\"x\",under:null,paid:false}\n"+
		"update lines 2 {what:[\"y\",\"y2\"]}\ncreate lines 4", w.log(id))

	id, err = w.writeNested(w.system(), "1", `{}`, w.children(false, [2]string{"2", `{}`}, [2]string{"4", `{}`}))
	w.must(err)
	want(t, "nothing to merge", "", w.log(id))

	before := w.all("lines")
	_, err = w.writeNested(w.system(), "1", `{}`, w.children(false, [2]string{"3", `{"what": "stolen"}`}))
	want(t, "another parent's child", "id: does_not_exist", problems(err))
	_, err = w.writeNested(w.system(), "", `{"name": "c"}`, w.children(false, [2]string{"3", `{"what": "stolen"}`}))
	want(t, "another parent's child for a new parent", "id: does_not_exist", problems(err))
	_, err = w.writeNested(w.system(), "1", `{"name": "lost"}`, w.children(true, [2]string{"", `{"what": "new"}`}, [2]string{"", `{"what": "q", "under": 99}`}))
	want(t, "a child that cannot be stored", "under: does_not_exist", problems(err))
	want(t, "all or nothing", before, w.all("lines"))
	want(t, "parent", `{"name":"a2"}`, w.record("orders", "1", "name"))

	w.update("lines", "4", `{"under": 2}`)
	_, err = w.writeNested(w.system(), "1", `{}`, w.children(true, [2]string{"", `{"what": "only"}`}))
	w.must(err)
	want(t, "replaced, where one child goes with another", "other's\nonly", w.whats())
	_, err = w.writeNested(w.system(), "1", `{}`, w.children(true))
	w.must(err)
	want(t, "emptied", "other's", w.whats())
}

func (w *world) whats() string {
	w.t.Helper()
	out := ""
	w.read(func(r *store.Reader) error {
		for key := int64(1); key < 50; key++ {
			rec, err := r.Record(w.collection("lines"), value.Int(key))
			if err != nil {
				continue
			}
			if out != "" {
				out += "\n"
			}
			out += rec.Get("what").Text()
		}
		return nil
	})
	return out
}

// nestedPermissions holds that each child passes its own rights, and that a refusal of one is a refusal of all.
func nestedPermissions(t *testing.T, open Open) {
	w := newWorld(t, open, nestedDocument)
	clerk, head := w.as(w.user("clerk", "clerks")), w.as(w.user("head", "heads"))
	w.fill(`orders {"name": "a"}`, `lines {"order": 1, "what": "x"}`, `orders {"name": "paid"}`, `lines {"order": 2, "what": "p", "paid": true}`,
		`orders {"name": "with a hidden line"}`, `lines {"order": 3, "what": "hidden"}`)
	for _, c := range []struct {
		name string
		who  *access.Scope
		key  string
		ch   *store.Children
		want error
	}{
		{"no right to add", head, "", w.children(true, [2]string{"", `{"what": "n"}`}), store.ErrForbidden},
		{"no child to add", head, "", w.children(true), nil},
		{"the rule for add", clerk, "", w.children(true, [2]string{"", `{"what": "n"}`}, [2]string{"", `{"what": "dear"}`}), store.ErrForbidden},
		{"the rule for change, after", clerk, "1", w.children(false, [2]string{"1", `{"what": "dear"}`}), store.ErrForbidden},
		{"no right to change", head, "1", w.children(false, [2]string{"1", `{"what": "n"}`}), store.ErrForbidden},
		{"no right to delete", head, "1", w.children(false), store.ErrForbidden},
		{"the rule for delete", clerk, "2", w.children(true), store.ErrForbidden},
		{"a hidden child is not deleted", clerk, "3", w.children(true), store.ErrForbidden},
		{"a hidden child is not changed", clerk, "3", w.children(false, [2]string{"3", `{"what": "seen"}`}), store.ErrForbidden},
		{"allowed", clerk, "1", w.children(false, [2]string{"1", `{"what": "m"}`}, [2]string{"", `{"what": "n"}`}), nil},
	} {
		before := w.all("orders") + w.all("lines")
		_, err := w.writeNested(c.who, c.key, `{"name": "new"}`, c.ch)
		wantError(t, c.name, c.want, err)
		if (w.all("orders")+w.all("lines") == before) != (c.want != nil) {
			t.Errorf("%s: %s", c.name, w.all("lines"))
		}
	}
}

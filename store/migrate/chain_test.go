package migrate

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
)

// The documents of the property test, as data that edits can change.
type (
	chainDoc  struct{ collections []*chainColl }
	chainColl struct {
		id, name string
		uuid     bool
		fields   []*chainField
		unique   []string // names of the fields that are unique together
	}
	chainField struct {
		id, name, kind string
		options        map[string]any
	}
)

func (d *chainDoc) clone() *chainDoc {
	out := &chainDoc{}
	for _, c := range d.collections {
		n := *c
		n.fields, n.unique = nil, slices.Clone(c.unique)
		for _, f := range c.fields {
			g := *f
			g.options = map[string]any{}
			for k, v := range f.options {
				g.options[k] = v
			}
			n.fields = append(n.fields, &g)
		}
		out.collections = append(out.collections, &n)
	}
	return out
}

func (d *chainDoc) json() []byte {
	var b strings.Builder
	b.WriteString(`{"collections": {`)
	for i, c := range d.collections {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `%q: {"id": %q, "fields": {`, c.name, c.id)
		if c.uuid {
			fmt.Fprintf(&b, `"id": {"id": "f_%s_key", "type": "uuid", "primary_key": true},`, c.id[2:])
		} else {
			fmt.Fprintf(&b, `"id": {"id": "f_%s_key", "type": "big_integer", "primary_key": true},`, c.id[2:])
		}
		for j, f := range c.fields {
			if j > 0 {
				b.WriteString(",")
			}
			o := map[string]any{"id": f.id, "type": f.kind}
			for k, v := range f.options {
				o[k] = v
			}
			raw, _ := json.Marshal(o)
			fmt.Fprintf(&b, "%q: %s", f.name, raw)
		}
		b.WriteString("}")
		if len(c.unique) > 0 {
			raw, _ := json.Marshal([][]string{c.unique})
			fmt.Fprintf(&b, `, "unique_together": %s`, raw)
		}
		b.WriteString("}")
	}
	b.WriteString("}}")
	return []byte(b.String())
}

// chain is one run of the property test.
type chain struct {
	t      *testing.T
	r      *rand.Rand
	engine db.Engine
	runner *Runner
	doc    *chainDoc
	schema *schema.Schema
	ids    int
	edits  []string
}

func (c *chain) id() string {
	c.ids++
	return itoa(c.ids)
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

var chainKinds = []string{"char", "text", "slug", "email", "url", "small_integer", "integer", "big_integer", "positive_integer", "float",
	"decimal", "decimal", "boolean", "date", "time", "datetime", "duration", "uuid", "ip", "json"}

func (c *chain) newField(d *chainDoc) *chainField {
	f := &chainField{id: "f_" + c.id(), options: map[string]any{}}
	f.name = pick(c.r, []string{"title", "body", "price", "due", "state", "note", "rank"}) + f.id[2:]
	switch n := c.r.IntN(10); {
	case n < 2:
		f.kind = pick(c.r, []string{"foreign_key", "foreign_key", "one_to_one"})
		f.options["null"] = true
		f.options["to"] = pick(c.r, d.collections).name
		f.options["on_delete"] = pick(c.r, []string{"cascade", "protect", "set_null"})
		f.options["related_name"] = "+"
	case n < 4:
		f.kind = "many_to_many"
		f.options["to"] = pick(c.r, d.collections).name
		f.options["related_name"] = "+"
	default:
		c.setKind(f)
		if c.r.IntN(3) > 0 {
			f.options["null"] = true
		} else {
			c.setDefault(f)
		}
		if c.r.IntN(4) == 0 && f.kind != "json" {
			f.options["index"] = true
		}
	}
	return f
}

func (c *chain) setKind(f *chainField) {
	f.kind = pick(c.r, chainKinds)
	for _, k := range []string{"max_digits", "decimal_places", "default", "max_length"} {
		delete(f.options, k)
	}
	if f.kind == "decimal" {
		digits := pick(c.r, []int{4, 8, 12, 18, 22})
		f.options["max_digits"], f.options["decimal_places"] = digits, c.r.IntN(4)
	}
}

func (c *chain) setDefault(f *chainField) {
	f.options["default"] = map[string]any{"char": "d", "text": "d", "slug": "d", "email": "a@b.de", "url": "http://a.de", "small_integer": 1,
		"integer": 2, "big_integer": 3, "positive_integer": 4, "float": 1.5, "decimal": "1", "boolean": true, "date": "2020-01-02",
		"time": "10:00:00", "datetime": "2020-01-02T10:00:00Z", "duration": "00:00:05", "uuid": "00000000-0000-0000-0000-000000000001",
		"ip": "127.0.0.1", "json": map[string]any{}}[f.kind]
}

func relation(kind string) bool {
	return strings.HasSuffix(kind, "_key") || strings.HasPrefix(kind, "one_") || kind == "many_to_many"
}

// edit changes the document in one random way and says what it did.
func (c *chain) edit(d *chainDoc) string {
	col := pick(c.r, d.collections)
	var f *chainField
	if len(col.fields) > 0 {
		f = pick(c.r, col.fields)
	}
	switch n := c.r.IntN(13); {
	case n == 0 && len(d.collections) < 5:
		d.collections = append(d.collections, &chainColl{id: "c_" + c.id(), name: "coll" + itoa(c.ids), uuid: c.r.IntN(3) == 0})
		return "add collection"
	case n == 1 && len(d.collections) > 2:
		c.dropCollection(d, col)
		return "drop collection " + col.name
	case n == 2:
		return c.renameCollection(d, col)
	case n <= 4 || f == nil:
		col.fields = slices.Insert(col.fields, c.r.IntN(len(col.fields)+1), c.newField(d))
		return "add field"
	case n == 5:
		col.fields = slices.DeleteFunc(col.fields, func(x *chainField) bool { return x == f })
		col.unique = nil
		return "drop field " + f.name
	case n == 6:
		if other := pick(c.r, col.fields); other != f && c.r.IntN(2) == 0 {
			f.name, other.name = other.name, f.name
		} else {
			f.name = "re" + c.id()
		}
		col.unique = nil
		return "rename a field to " + f.name
	case n <= 9 && !relation(f.kind):
		was := f.kind
		c.setKind(f)
		if f.options["null"] == nil {
			c.setDefault(f)
		}
		return "change " + f.name + " from " + was + " to " + f.kind
	case n == 10 && !relation(f.kind):
		if f.options["null"] == nil {
			f.options["null"] = true
		} else {
			delete(f.options, "null")
			c.setDefault(f)
		}
		return "null of " + f.name
	case n == 11 && !relation(f.kind):
		f.options[pick(c.r, []string{"unique", "index"})] = c.r.IntN(2) == 0
		return "index of " + f.name
	}
	return c.editRelation(d, col, f)
}

func (c *chain) editRelation(d *chainDoc, col *chainColl, f *chainField) string {
	switch {
	case f.kind == "many_to_many":
		f.options["to"] = pick(c.r, d.collections).name
		return "retarget links " + f.name
	case f.kind == "foreign_key" && c.r.IntN(2) == 0:
		f.kind = "many_to_many"
		delete(f.options, "null")
		delete(f.options, "on_delete")
		col.unique = nil
		return "links from " + f.name
	case relation(f.kind):
		f.options["to"] = pick(c.r, d.collections).name
		f.options["on_delete"] = pick(c.r, []string{"cascade", "protect", "set_null"})
		return "retarget " + f.name
	}
	var names []string
	for _, x := range col.fields {
		if x.kind != "many_to_many" && len(names) < 2 {
			names = append(names, x.name)
		}
	}
	if col.unique = nil; len(names) == 2 {
		col.unique = names
	}
	return "unique together"
}

func (c *chain) dropCollection(d *chainDoc, col *chainColl) {
	d.collections = slices.DeleteFunc(d.collections, func(x *chainColl) bool { return x == col })
	for _, x := range d.collections {
		x.fields = slices.DeleteFunc(x.fields, func(f *chainField) bool { return f.options["to"] == col.name })
		x.unique = nil
	}
}

func (c *chain) renameCollection(d *chainDoc, col *chainColl) string {
	was, now := col.name, "named"+c.id()
	other := pick(c.r, d.collections)
	if c.r.IntN(2) == 0 && other != col {
		now = other.name
	}
	for _, x := range d.collections {
		for _, f := range x.fields {
			switch f.options["to"] {
			case was:
				f.options["to"] = now
			case now:
				f.options["to"] = was
			}
		}
	}
	if other.name == now {
		other.name = was
	}
	col.name = now
	return "rename " + was + " to " + now
}

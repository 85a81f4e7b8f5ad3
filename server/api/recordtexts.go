package api

import (
	"slices"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// wantedTexts are the records of which it is to be found out what they call themselves.
type wantedTexts map[*schema.Collection]*wantedKeys

type wantedKeys struct {
	keys []value.Value
	seen map[value.Value]bool
}

func (w wantedTexts) add(c *schema.Collection, key value.Value) {
	k := w[c]
	if k == nil {
		k = &wantedKeys{seen: map[value.Value]bool{}}
		w[c] = k
	}
	if !k.seen[key] {
		k.seen[key] = true
		k.keys = append(k.keys, key)
	}
}

// load reads the texts, in the caller's sight: one statement for each collection, and each thousand of its records.
func (w wantedTexts) load(c *Call, rd *store.Reader) (map[*schema.Collection]texts, error) {
	out := make(map[*schema.Collection]texts, len(w))
	for coll, k := range w {
		found, err := c.textsOf(rd, coll, k.keys)
		if err != nil {
			return nil, err
		}
		out[coll] = found
	}
	return out, nil
}

// textsPage is how many records' texts one statement reads.
const textsPage = 1000

func (c *Call) textsOf(rd *store.Reader, coll *schema.Collection, keys []value.Value) (texts, error) {
	d, out := c.compiled.displays[coll], make(texts, len(keys))
	for some := range slices.Chunk(keys, textsPage) {
		list := query.List{Shape: d.Shape(), Scope: c.Scope, Where: []query.Cond{query.Keys(coll, some)}, Order: byKey(coll)}
		rows, err := list.Run(rd)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			if text, ok := d.Text(row, sightOf(c.Scope)); ok {
				out[row.Key()] = text
			}
		}
	}
	return out, nil
}

// byKey is the order of the keys.
func byKey(c *schema.Collection) []schema.Order {
	return []schema.Order{{Path: []*schema.Field{c.Key}}}
}

// displaysOf compiles how the records of each collection call themselves.
func displaysOf(s *schema.Schema, links *rest.Links) map[*schema.Collection]*rest.Display {
	out := make(map[*schema.Collection]*rest.Display, len(s.Collections))
	for _, c := range s.Collections {
		out[c] = rest.CompileDisplay(c, links)
	}
	return out
}

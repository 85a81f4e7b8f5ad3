package api

import (
	"net/http"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// coming are the records that a batch says it will create, so that what comes before them may refer to them. The
// database looks at the end whether they came.
type coming map[*schema.Collection]map[value.Value]bool

// announced reads the keys that a batch gives its new records itself.
func (c *Call) announced(items []batchItem) coming {
	out := coming{}
	for _, item := range items {
		r, _, ok := c.batchTarget(item.Path)
		if !ok || item.Method != http.MethodPost {
			continue
		}
		node, err := rest.ParseBody("application/json", item.Body)
		if err != nil || node.Kind != rest.ObjectNode {
			continue // its own turn says what is wrong with it
		}
		for _, f := range r.def.Serializer.Fields {
			sent := node.Get(f.Name)
			if f.Column() != r.def.Collection.Key || f.ReadOnly || sent == nil {
				continue
			}
			if key, err := r.def.Collection.Key.Type.Parse(sent.Text); err == nil {
				out.add(r.def.Collection, key)
			}
		}
	}
	return out
}

func (k coming) add(c *schema.Collection, key value.Value) {
	if k[c] == nil {
		k[c] = map[value.Value]bool{}
	}
	k[c][key] = true
}

// comingLookups finds records that are still to come, too.
type comingLookups struct {
	rest.Lookups
	coming coming
}

// Exists implements rest.Lookups.
func (l comingLookups) Exists(c *schema.Collection, key value.Value) (bool, error) {
	if l.coming[c][key] {
		return true, nil
	}
	return l.Lookups.Exists(c, key)
}

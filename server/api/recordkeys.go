package api

import (
	"encoding/json"
	"strconv"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// keys reads keys, each once.
func (r *resource) keys(given []json.RawMessage) ([]value.Value, error) {
	errs := &rest.Errors{}
	seen := map[value.Value]bool{}
	var keys []value.Value
	for _, raw := range given {
		text := keyText(raw)
		key, err := r.def.Collection.Key.Type.Parse(text)
		if err != nil {
			errs.Put("ids", rest.Fail(strconv.Quote(text)+" is not a key of "+r.def.Collection.Name+".", "invalid"))
			continue
		}
		if !seen[key] {
			seen[key] = true
			keys = append(keys, key)
		}
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	return keys, nil
}

// wireKey is a key as JSON.
func wireKey(c *schema.Collection, key value.Value) json.RawMessage {
	return c.Key.Type.AppendJSON(nil, key)
}

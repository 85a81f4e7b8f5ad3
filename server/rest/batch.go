package rest

import (
	"strings"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
)

// checkBatch finds records of one bulk create that claim the same unique values: the later one is refused. DRF leaves
// that to the database.
func (s *Serializer) checkBatch(inputs []*store.Input, errs *Errors) {
	seen := map[string]bool{}
	for i, in := range inputs {
		if in == nil {
			continue
		}
		for _, f := range s.fields {
			if f.unique && !f.readOnly && claimed(seen, in, []*schema.Field{f.model}) {
				errs.PutIndex(i, FieldError(f.name, f.uniqueMessage(), "unique"))
			}
		}
		for j := range s.sets {
			if u := &s.sets[j]; claimed(seen, in, u.model) {
				errs.PutIndex(i, NonField(u.message(), "unique"))
			}
		}
	}
}

// claimed reports whether an earlier record has the same values in these fields, and notes them.
func claimed(seen map[string]bool, in *store.Input, fields []*schema.Field) bool {
	var id strings.Builder
	for _, f := range fields {
		v, ok := in.Values[f]
		if !ok || v.IsNull() {
			return false
		}
		id.WriteString(f.Name + "\x00" + f.Type.String(v) + "\x00")
	}
	if seen[id.String()] {
		return true
	}
	seen[id.String()] = true
	return false
}

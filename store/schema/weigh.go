package schema

// maxExpanded bounds the fields that one answer of a resource is made of, nested ones counted wherever they appear.
const maxExpanded = 5000

// weight is what a serializer amounts to with everything nested in it.
type weight struct{ depth, fields int }

// weigh reports resources that nest too deeply or too much, by references to each other.
func (r *resourceBuilder) weigh() {
	known := map[*Serializer]weight{}
	for _, res := range r.s.Resources {
		if res.Serializer == nil {
			continue
		}
		switch w := weighSerializer(res.Serializer, known); {
		case w.depth > maxNesting:
			r.places[res].fail("", "Serializers are nested %d levels deep; at most %d are allowed.", w.depth, maxNesting)
		case w.fields > maxExpanded:
			r.places[res].fail("", "With all that is nested there are over %d fields.", maxExpanded)
		}
	}
}

func weighSerializer(s *Serializer, known map[*Serializer]weight) weight {
	if w, ok := known[s]; ok {
		return w
	}
	w := weight{fields: len(s.Fields)}
	for _, f := range s.Fields {
		if f.Nested != nil {
			inner := weighSerializer(f.Nested, known)
			w.depth = max(w.depth, inner.depth+1)
			w.fields = min(w.fields+inner.fields, maxExpanded+1)
		}
	}
	known[s] = w
	return w
}

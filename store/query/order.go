package query

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// term is one term of a complete ordering: a forward path that ends with a plain column or a key.
type term struct {
	path     []*schema.Field
	desc     bool
	nullable bool
}

func (t term) field() *schema.Field { return t.path[len(t.path)-1] }

// orderTerms completes an ordering: the collection's default one where none is given, a relation replaced by the
// default ordering of what it leads to (as Django does), the key at the end.
func orderTerms(c *schema.Collection, order []schema.Order) []term {
	if len(order) == 0 {
		order = c.Ordering
	}
	terms := make([]term, 0, len(order)+1)
	for _, o := range order {
		terms = expandOrder(terms, o.Path, o.Desc, 0)
	}
	for i, t := range terms {
		if len(t.path) == 1 && t.path[0] == c.Key {
			return terms[:i+1] // nothing after the key can matter
		}
	}
	return append(terms, term{path: []*schema.Field{c.Key}})
}

// maxOrderDepth ends orderings that lead round in a circle.
const maxOrderDepth = 8

func expandOrder(terms []term, path []*schema.Field, desc bool, depth int) []term {
	if len(path) == 0 {
		return terms
	}
	last := path[len(path)-1]
	if last.Relation == schema.NoRelation {
		return appendTerm(terms, path, desc)
	}
	if last.Relation == schema.ManyToMany {
		return terms
	}
	if len(last.To.Ordering) == 0 || depth >= maxOrderDepth {
		return appendTerm(terms, path, desc)
	}
	for _, o := range last.To.Ordering {
		whole := append(path[:len(path):len(path)], o.Path...)
		terms = expandOrder(terms, whole, desc != o.Desc, depth+1)
	}
	return terms
}

func appendTerm(terms []term, path []*schema.Field, desc bool) []term {
	t := term{path: path, desc: desc}
	for _, f := range path {
		t.nullable = t.nullable || f.Null
	}
	for _, have := range terms {
		if samePath(have.path, path) {
			return terms
		}
	}
	return append(terms, t)
}

// turned returns the opposite order. Nulls come first ascending and last descending, so they are turned round, too.
func turned(terms []term) []term {
	out := slices.Clone(terms)
	for i := range out {
		out[i].desc = !out[i].desc
	}
	return out
}

func samePath(a, b []*schema.Field) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// served reports whether an index begins with the first term of an ordering.
func served(c *schema.Collection, first term) bool {
	f := first.path[0]
	if len(first.path) > 1 {
		return false
	}
	for index := range indexes(c) {
		if len(index) > 0 && index[0] == f {
			return true
		}
	}
	return false
}

// Served reports whether an index serves lists in the order of a field.
func Served(c *schema.Collection, f *schema.Field) bool {
	return served(c, term{path: []*schema.Field{f}})
}

// orderBy returns the ORDER BY clause of terms.
func orderBy(d sqlb.Dialect, from *sqlb.From, terms []term) string {
	var s strings.Builder
	for i, t := range terms {
		if i == 0 {
			s.WriteString(" ORDER BY ")
		} else {
			s.WriteString(", ")
		}
		s.WriteString(from.Column(t.path))
		if t.desc {
			s.WriteString(" DESC")
		}
		s.WriteString(d.NullsOrder(t.desc, t.nullable))
	}
	return s.String()
}

package schema

import "github.com/couplet/couplet/store/value"

// FullResource is the face that a collection always has, for the admin and for tools: every field under its own name,
// relations as keys, filtered by expressions only, in any order. A password is not among the fields: it has endpoints
// of its own. Roles decide what may be done, whatever the public resources allow.
func FullResource(c *Collection) *Resource {
	s := &Serializer{Name: c.Name, Collection: c, Checks: c.Checks}
	r := &Resource{
		Name: c.Name, Collection: c, ViewName: c.Label, Serializer: s, Lookup: c.Key, Permission: PolicyRoles,
		Backends: Backends{Filter: true, Search: true, Ordering: true},
	}
	for _, f := range c.Fields {
		if f.Secret {
			continue
		}
		s.Fields = append(s.Fields, fullField(f))
		if f.Relation != ManyToMany {
			r.OrderingFields = append(r.OrderingFields, OrderName{f.Name, []*Field{f}})
		}
		if f.Type.IsText() && f.Relation == NoRelation && f.Type.Kind != value.File && f.Type.Kind != value.Image {
			r.Search = append(r.Search, SearchField{Path: Path{{Field: f}}})
		}
	}
	return r
}

func fullField(f *Field) *SerializerField {
	out := &SerializerField{Name: f.Name, Source: []*Field{f}, ReadOnly: !f.Editable || f.Primary && f.Auto || f.Name == "token_epoch"}
	switch f.Relation {
	case ForeignKey, OneToOne:
		out.As = PrimaryKey
	case ManyToMany:
		out.As, out.Many = PrimaryKey, true
		out.ReadOnly = out.ReadOnly || f.Through.Collection != nil
	}
	return out
}

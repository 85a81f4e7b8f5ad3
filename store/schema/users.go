package schema

import (
	_ "embed"
	"slices"
)

// usersDocument declares the built-in users collection (Django's auth.User) in the document's own words.
//
//go:embed users.json
var usersDocument []byte

// usersKeys are the keys that a document may write under "users"; its fields come after the built-in ones.
var usersKeys = []string{"fields", "label", "label_plural", "help_text", "display", "ordering", "unique_together", "indexes",
	"checks", "rules", "ui", "id", "resource"}

// withUsers returns the collection's node: what is built in, extended by what the document says.
func (b *builder) withUsers(written cursor) cursor {
	base, problems := decode(usersDocument)
	b.problems = append(b.problems, problems...)
	place := cursor{&b.report, "collections.users", base}
	if !written.here() || !written.want(ObjectNode) {
		return place
	}
	fields := base.Get("fields")
	for _, m := range written.node.Members {
		at := written.at(m.Name)
		switch {
		case !slices.Contains(usersKeys, m.Name):
			suggestion := b.nearest(m.Name, usersKeys)
			if collectionKeys.has(m.Name) {
				suggestion = "Leave it out: it is fixed."
			}
			at.fail(suggestion, "%q cannot be said of the built-in users collection.", m.Name)
		case m.Name == "fields" && at.want(ObjectNode):
			for _, f := range m.Value.Members {
				if fields.Get(f.Name) != nil {
					at.at(f.Name).fail("Choose another name.", "users.%s is built in.", f.Name)
				} else {
					fields.set(f.Name, f.Value)
				}
			}
		case m.Name != "fields" && m.Name != "id":
			base.set(m.Name, m.Value)
		}
	}
	return place
}

package schema

import (
	"slices"
	"strings"
)

// reserved are the names under /api/ that belong to Couplet.
var reserved = []string{"token", "token-auth", "auth", "schema", "docs", "live", "_"}

// collections makes the collections and their fields; relations are still unresolved.
func (b *builder) collections() {
	all := b.root.at("collections")
	if !all.here() || all.node.Get("users") == nil {
		b.collection("users", b.withUsers(all.at("users")))
	}
	if all.here() && all.want(ObjectNode) && len(all.node.Members) > MaxCollections {
		all.fail("", "There are %d collections; at most %d are allowed.", len(all.node.Members), MaxCollections)
		return
	}
	b.root.members("collections", func(name string, c cursor) {
		if name == "users" {
			c = b.withUsers(c)
		}
		b.collection(name, c)
	})
}

func (b *builder) collection(name string, c cursor) {
	if !b.validName(c, name) || !c.keys(&collectionKeys) {
		return
	}
	if slices.Contains(reserved, name) {
		c.fail("", "The name %q is reserved.", name)
	}
	words := spaced(singular(name))
	col := &Collection{
		ID: b.id(c, "c_", name), Name: name, Table: name, Help: c.text("help_text"), Owned: c.boolean("owned", true),
		System: name == "users", Label: capfirst(words), Rules: map[Action]string{},
		byName: map[string]*Field{}, reverse: map[string]*Reverse{},
	}
	b.describe(col, c)
	if n := c.at("ui"); n.here() {
		col.UI = n.node.JSON()
	}
	c.boolean("resource", true)
	b.s.byName[name] = col
	b.s.Collections = append(b.s.Collections, col)
	b.places[col] = c
	b.declareFields(col, c)
}

// describe reads the names of a collection: label, model and table.
func (b *builder) describe(col *Collection, c cursor) {
	if label := c.text("label"); label != "" {
		col.Label = label
	}
	col.VerboseName = lowerfirst(col.Label)
	col.LabelPlural = col.Label + "s"
	if !c.has("label") && singular(col.Name) != col.Name {
		col.LabelPlural = capfirst(spaced(col.Name))
	}
	if plural := c.text("label_plural"); plural != "" {
		col.LabelPlural = plural
	}
	col.ObjectName = camel(spaced(singular(col.Name)))
	col.Model = "app." + strings.ToLower(col.ObjectName)
	if model := c.text("model"); model != "" {
		if !modelPattern.MatchString(model) {
			c.at("model").fail(`Write it like "blog.article".`, "%q is not a model's label.", model)
		}
		col.Model = strings.ToLower(model)
		col.ObjectName = afterDot(model)
		if col.ObjectName == strings.ToLower(col.ObjectName) {
			col.ObjectName = camel(col.Label)
		}
	}
	if table := c.text("table"); table != "" {
		col.Table = table
	}
	b.validTable(c, col.Table)
}

// validName checks the name of a collection or field.
func (b *builder) validName(c cursor, name string) bool {
	suggestion := ""
	if fixed := identifier(name); fixed != name && namePattern.MatchString(fixed) {
		suggestion = `Write "` + fixed + `".`
	}
	switch {
	case strings.Contains(name, "__"):
		c.fail(suggestion, `The name %q contains "__", which separates the parts of a path.`, name)
	case !namePattern.MatchString(name):
		c.fail(suggestion, "%q is not a name: small letters, digits and _, beginning with a letter.", name)
	case len(name) > maxName:
		c.fail("", "The name is longer than %d characters.", maxName)
	default:
		return true
	}
	return false
}

// identifier makes a name of any text: "Blog Posts" → "blog_posts", "authorName" → "author_name".
func identifier(s string) string {
	var out []byte
	for i, r := range s {
		switch {
		case r >= 'A' && r <= 'Z':
			if i > 0 && s[i-1] >= 'a' && s[i-1] <= 'z' {
				out = append(out, '_')
			}
			out = append(out, byte(r-'A'+'a'))
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			out = append(out, byte(r))
		default:
			out = append(out, '_')
		}
	}
	parts := strings.FieldsFunc(string(out), func(r rune) bool { return r == '_' })
	return strings.Join(parts, "_")
}

// validTable checks the name of a table.
func (b *builder) validTable(c cursor, table string) {
	lower := strings.ToLower(table)
	switch {
	case strings.HasPrefix(lower, "couplet_"), strings.HasPrefix(lower, "sqlite_"), strings.HasPrefix(lower, "pg_"):
		c.at("table").fail("Choose another name.", "Table names that begin with couplet_, sqlite_ or pg_ are reserved.")
	case len(table) > maxName:
		c.at("table").fail("", "The table's name is longer than %d bytes.", maxName)
	case !printable(table):
		c.at("table").fail("", "The table's name contains a control character or a quote.")
	}
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == '"' || r == 0x7f })
}

package schema

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// details resolves what collections say about their own fields.
func (b *builder) details() {
	indexes := map[string]string{}
	for _, col := range b.s.Collections {
		b.uniqueSets(col, b.places[col])
		indexes[strings.ToLower(col.Table)] = "the table of " + col.Name
		for _, name := range col.UniqueNames {
			indexes[name] = "unique_together of " + col.Name
		}
	}
	for _, col := range b.s.Collections {
		c := b.places[col]
		b.display(col, c)
		col.Ordering = c.orders(col, "ordering")
		b.indexes(col, c)
		for _, x := range col.Indexes {
			if other, taken := indexes[x.Name]; taken {
				c.at("indexes").fail("Choose another name.", "The name %q of the index is taken by %s.", x.Name, other)
			}
			indexes[x.Name] = "an index of " + col.Name
		}
		col.Checks = c.checks(col, "checks")
		if rules := c.at("rules"); rules.here() && rules.keys(&rulesKeys) {
			for _, a := range Actions {
				if rules.has(string(a)) {
					col.Rules[a] = rules.expression(string(a))
				}
			}
		}
	}
}

func (b *builder) display(col *Collection, c cursor) {
	path := c.text("display")
	if path == "" {
		return
	}
	fields, ok := c.at("display").forward(col, path)
	if !ok {
		return
	}
	last := fields[len(fields)-1]
	if last.Secret {
		c.at("display").fail("Choose another field.", "%q is secret.", path)
	}
	if last.Relation != NoRelation {
		c.at("display").fail(`Go on to a field of `+last.To.Name+`: "`+path+`.`+last.To.Key.Name+`", for instance.`, "%q is a relation.", path)
		return
	}
	if len(fields) == 1 {
		col.Display = last
	}
	col.DisplayPath = fields
}

// ownFields returns columns of the collection by name.
func (c cursor) ownFields(col *Collection, items []cursor) []*Field {
	var out []*Field
	for _, item := range items {
		f := col.byName[item.node.Text]
		switch {
		case f == nil:
			item.noField(col, item.node.Text)
		case f.Relation == ManyToMany:
			item.fail("Leave it out.", "%q has no column.", f.Name)
		case f.Type.Kind == value.JSON:
			item.fail("Leave it out.", "%q is of type json, which has no order.", f.Name)
		case slices.Contains(out, f):
			item.fail("Leave it out.", "%q appears twice.", f.Name)
		default:
			out = append(out, f)
		}
	}
	return out
}

func (b *builder) uniqueSets(col *Collection, c cursor) {
	sets := c.at("unique_together")
	if !sets.want(ArrayNode) || !sets.bounded(MaxFields) {
		return
	}
	for i := range sets.node.Items {
		set := sets.item(i)
		if set.is(StringNode) {
			set.fail(`Write [["author", "title"]].`, "This must be a list of field names.")
			continue
		}
		fields := set.ownFields(col, set.stringItems())
		if len(set.node.Items) < 2 {
			set.fail(`Use "unique" on the field.`, "A set of fields has at least two.")
		}
		parts := []string{col.Table}
		for _, f := range fields {
			parts = append(parts, f.Column)
		}
		name := indexName(append(parts, "uniq")...)
		if slices.Contains(col.UniqueNames, name) {
			set.fail("Leave it out.", "The same set appears twice.")
		}
		col.Unique = append(col.Unique, fields)
		col.UniqueNames = append(col.UniqueNames, name)
	}
}

func (b *builder) indexes(col *Collection, c cursor) {
	list := c.at("indexes")
	if !list.want(ArrayNode) || !list.bounded(MaxFields) {
		return
	}
	for i := range list.node.Items {
		item := list.item(i)
		x := &Index{}
		terms := item
		if item.is(ObjectNode) && item.keys(&indexKeys) {
			x.Name, terms = item.text("name"), item.at("fields")
		}
		parts := []string{col.Table}
		named := terms.stringItems()
		for _, term := range named {
			desc := len(term.node.Text) > 0 && term.node.Text[0] == '-'
			name := *term.node
			if desc {
				name.Text = name.Text[1:]
			}
			fields := term.ownFields(col, []cursor{{term.report, term.path, &name}})
			if len(fields) == 1 {
				x.Fields, x.Desc = append(x.Fields, fields[0]), append(x.Desc, desc)
				parts = append(parts, fields[0].Column)
			}
		}
		if len(x.Fields) == 0 && len(named) > 0 {
			continue // it is told already that they are no fields
		}
		if len(x.Fields) == 0 {
			item.fail(`Write ["author", "-created_at"].`, "The index has no fields.")
			continue
		}
		if x.Name == "" {
			x.Name = indexName(append(parts, "idx")...)
		}
		if len(x.Name) > maxName || !namePattern.MatchString(x.Name) {
			item.fail("", "%q is no name of an index.", x.Name)
		}
		col.Indexes = append(col.Indexes, x)
	}
}

// checks reads a list of checks.
func (c cursor) checks(col *Collection, name string) []*Check {
	list := c.at(name)
	if !list.want(ArrayNode) || !list.bounded(MaxFields) {
		return nil
	}
	var out []*Check
	for i := range list.node.Items {
		item := list.item(i)
		if !item.keys(&checkKeys) {
			continue
		}
		check := &Check{Expr: item.expression("expr"), Message: item.text("message"), Field: item.text("field")}
		if !item.has("expr") {
			item.fail(`Add "expr".`, "The check has no expression.")
		}
		if check.Message == "" {
			check.Message = "Invalid data."
		}
		if check.Field != "" && col.byName[check.Field] == nil {
			item.at("field").noField(col, check.Field)
		}
		out = append(out, check)
	}
	return out
}

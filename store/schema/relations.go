package schema

import "strings"

// relations resolves the targets of relation fields, their link tables and the ways back.
func (b *builder) relations() {
	for _, col := range b.s.Collections {
		for _, f := range col.Fields {
			if f.Relation != NoRelation {
				b.target(f)
			}
		}
	}
	for _, col := range b.s.Collections {
		for _, f := range col.Fields {
			if f.To == nil {
				continue
			}
			if f.Relation == ManyToMany {
				b.link(f)
			} else {
				b.onDelete(f)
			}
			b.wayBack(f)
		}
	}
}

func (b *builder) target(f *Field) {
	c := b.fields[f]
	to := c.text("to")
	switch {
	case !c.has("to"):
		c.fail(`Add "to" with the name of a collection.`, "The relation points nowhere.")
		return
	case to == "self":
		f.To = f.Collection
	case to != "":
		f.To = b.s.byName[to]
		if f.To == nil {
			c.at("to").fail(c.nearest(to, b.collectionNames()), "There is no collection %q.", to)
			return
		}
	}
	if f.To != nil && f.To.Key != nil {
		f.Type = f.To.Key.Type
	}
}

func (b *builder) collectionNames() []string {
	names := make([]string, len(b.s.Collections))
	for i, c := range b.s.Collections {
		names[i] = c.Name
	}
	return names
}

func (b *builder) onDelete(f *Field) {
	c := b.fields[f]
	absent := Protect
	if f.Null {
		absent = SetNull
	}
	f.OnDelete = OnDelete(c.choice("on_delete", string(absent), onDeleteNames))
	if f.OnDelete == SetNull && !f.Null {
		c.at("on_delete").fail(`Add "null": true, or choose another on_delete.`, "set_null needs a field that may be null.")
	}
	if f.OnDelete == SetDefault && !c.has("default") {
		c.at("on_delete").fail(`Add "default", or choose another on_delete.`, "set_default needs a default.")
	}
}

// link finds or names the table of pairs of a many-to-many field. Django's names: <table>_<field>, <model>_id.
func (b *builder) link(f *Field) {
	c := b.fields[f]
	if c.has("through") {
		b.through(f, c)
		return
	}
	if c.has("through_fields") {
		c.at("through_fields").fail(`Add "through".`, "There are through_fields but no through.")
	}
	from, to := f.Collection.lowerModel(), f.To.lowerModel()
	if f.To == f.Collection {
		from, to = "from_"+from, "to_"+to
	}
	f.Through = &Link{Table: indexName(f.Collection.Table, f.Name), FromColumn: indexName(from, "id"), ToColumn: indexName(to, "id")}
	if table := c.text("table"); table != "" {
		f.Through.Table = table
	}
	b.linkColumn(c, "from_column", &f.Through.FromColumn)
	b.linkColumn(c, "to_column", &f.Through.ToColumn)
	if c.has("table") {
		b.validTable(c, f.Through.Table)
	}
	if strings.EqualFold(f.Through.FromColumn, f.Through.ToColumn) {
		c.fail(`Set "from_column" and "to_column".`, "Both columns of the pairs are named %q.", f.Through.ToColumn)
	}
}

func (b *builder) linkColumn(c cursor, key string, column *string) {
	name := c.text(key)
	if name == "" {
		return
	}
	*column = name
	if len(name) > maxName || !printable(name) {
		c.at(key).fail("", "%q is no name of a column.", name)
	}
}

func (c *Collection) lowerModel() string { return strings.ToLower(c.ModelName()) }

// through finds the two foreign keys of a through collection.
func (b *builder) through(f *Field, c cursor) {
	name := c.text("through")
	for _, other := range []string{"table", "from_column", "to_column"} {
		if c.has(other) {
			c.at(other).fail("Leave it out.", "The through collection has its own table and columns.")
		}
	}
	col := b.s.byName[name]
	if col == nil {
		c.at("through").fail(c.nearest(name, b.collectionNames()), "There is no collection %q.", name)
		return
	}
	chosen := c.words("through_fields", nil)
	if c.has("through_fields") && len(chosen) != 2 {
		c.at("through_fields").fail("", "These are two names: the foreign key to %s and the one to %s.", f.Collection.Name, f.To.Name)
		return
	}
	from, to := b.throughField(f, c, col, chosen, 0), b.throughField(f, c, col, chosen, 1)
	if from == nil || to == nil {
		return
	}
	if from == to {
		c.at("through").fail("It needs two foreign keys.", "%s.%s cannot be both ends of the relation.", name, from.Name)
	}
	f.Through = &Link{Table: col.Table, FromColumn: from.Column, ToColumn: to.Column, Collection: col}
}

// throughField finds the foreign key at one end: 0 is the field's own collection, 1 its target. Of two that lead to
// the same collection the first declared is end 0.
func (b *builder) throughField(f *Field, c cursor, col *Collection, chosen []string, end int) *Field {
	target := f.Collection
	if end == 1 {
		target = f.To
	}
	var found []*Field
	for _, k := range col.Fields {
		if k.Relation == ForeignKey && k.To == target && (len(chosen) == 0 || chosen[end] == k.Name) {
			found = append(found, k)
		}
	}
	switch {
	case len(found) == 1:
		return found[0]
	case len(found) == 2 && f.To == f.Collection:
		return found[end]
	case len(found) > 1:
		c.at("through").fail(`Add "through_fields".`, "%s has several foreign keys to %s.", col.Name, target.Name)
	case len(chosen) > 0:
		c.at("through_fields").fail("", "%s.%s is not a foreign key to %s.", col.Name, chosen[end], target.Name)
	default:
		c.at("through").fail("", "%s has no foreign key to %s.", col.Name, target.Name)
	}
	return nil
}

// wayBack gives the target a reverse relation.
func (b *builder) wayBack(f *Field) {
	c := b.fields[f]
	name := c.text("related_name")
	declared := c.has("related_name")
	switch {
	case name == "+":
		return
	case declared && !b.validName(c.at("related_name"), name):
		return
	case !declared && f.Relation == OneToOne:
		name = singular(f.Collection.Name)
	case !declared && f.Relation == ManyToMany && f.To == f.Collection:
		return
	case !declared:
		name = f.Collection.Name
	}
	suggestion := `Choose another "related_name", or "+" for none.`
	at := c.at("related_name")
	if !declared {
		at, suggestion = c, `Add "related_name", or "+" for none.`
	}
	if f.To.byName[name] != nil {
		at.fail(suggestion, "The way back is named %q, as is a field of %s.", name, f.To.Name)
		return
	}
	if other := f.To.reverse[name]; other != nil {
		at.fail(suggestion, "The way back from %s is named %q, as is that of %s.%s.", f.To.Name, name, other.Field.Collection.Name, other.Field.Name)
		return
	}
	f.RelatedName = name
	r := &Reverse{Name: name, Field: f}
	f.To.reverse[name] = r
	f.To.Reverse = append(f.To.Reverse, r)
}

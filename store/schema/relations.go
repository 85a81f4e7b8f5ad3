package schema

import (
	"strings"

	"github.com/couplet/couplet/store/value"
)

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
			c.at("to").fail(nearest(to, b.collectionNames()), "There is no collection %q.", to)
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
	var words []string
	for _, k := range fieldKeys.keys {
		if k.name == "on_delete" {
			words = k.enum
		}
	}
	f.OnDelete = OnDelete(c.choice("on_delete", string(absent), words))
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
	f.Through = &Link{Table: indexName(f.Collection.Table, f.Name), FromColumn: from + "_id", ToColumn: to + "_id"}
	for name, at := range map[string]*string{"table": &f.Through.Table, "from_column": &f.Through.FromColumn, "to_column": &f.Through.ToColumn} {
		if s := c.text(name); s != "" {
			*at = s
		}
	}
	b.validTable(c, f.Through.Table)
	if f.Through.FromColumn == f.Through.ToColumn {
		c.fail(`Set "from_column" and "to_column".`, "Both columns of the pairs are named %q.", f.Through.ToColumn)
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
		c.at("through").fail(nearest(name, b.collectionNames()), "There is no collection %q.", name)
		return
	}
	chosen := c.words("through_fields", nil)
	if c.has("through_fields") && len(chosen) != 2 {
		c.at("through_fields").fail("", "These are two names: the foreign key to %s and the one to %s.", f.Collection.Name, f.To.Name)
		return
	}
	from, to := b.throughField(c, col, f.Collection, chosen, 0), b.throughField(c, col, f.To, chosen, 1)
	if from == nil || to == nil {
		return
	}
	if from == to {
		c.at("through").fail(`Add "through_fields".`, "%s.%s cannot be both ends of the relation.", name, from.Name)
	}
	f.Through = &Link{Table: col.Table, FromColumn: from.Column, ToColumn: to.Column, Collection: col}
}

func (b *builder) throughField(c cursor, col, target *Collection, chosen []string, end int) *Field {
	var found []*Field
	for _, f := range col.Fields {
		if f.Relation == ForeignKey && f.To == target && (len(chosen) == 0 || chosen[end] == f.Name) {
			found = append(found, f)
		}
	}
	switch {
	case len(found) == 0 && len(chosen) > 0:
		c.at("through_fields").fail("", "%s.%s is not a foreign key to %s.", col.Name, chosen[end], target.Name)
	case len(found) == 0:
		c.at("through").fail("", "%s has no foreign key to %s.", col.Name, target.Name)
	case len(found) > 1 && !(col.Fields != nil && target == c.selfTarget(b) && len(found) == 2):
		c.at("through").fail(`Add "through_fields".`, "%s has several foreign keys to %s.", col.Name, target.Name)
	case len(found) > 1:
		return found[end]
	default:
		return found[0]
	}
	return nil
}

// selfTarget returns the collection of a many-to-many field that points to its own collection, or nil.
func (c cursor) selfTarget(b *builder) *Collection {
	for f, at := range b.fields {
		if at.path == c.path && f.To == f.Collection {
			return f.To
		}
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

// columns numbers the columns and reports names that are used twice, in a table or for tables.
func (b *builder) columns() {
	tables := map[string]string{}
	claim := func(at cursor, table, who string) {
		if other, taken := tables[strings.ToLower(table)]; taken {
			at.fail(`Set another "table".`, "%s has the table %q already.", other, table)
		}
		tables[strings.ToLower(table)] = who
	}
	for _, col := range b.s.Collections {
		claim(b.places[col].at("table"), col.Table, col.Name)
	}
	for _, col := range b.s.Collections {
		taken := map[string]string{}
		for _, f := range col.Fields {
			if f.Relation == ManyToMany {
				col.ManyToMany = append(col.ManyToMany, f)
				if f.Through != nil && f.Through.Collection == nil {
					claim(b.fields[f].at("table"), f.Through.Table, col.Name+"."+f.Name)
				}
				continue
			}
			lower := strings.ToLower(f.Column)
			if other, twice := taken[lower]; twice {
				b.fields[f].at("column").fail(`Set another "column".`, "%s has the column %q already.", other, f.Column)
			}
			taken[lower] = f.Name
			f.Position = len(col.Columns)
			col.Columns = append(col.Columns, f)
		}
	}
}

// defaults reads the defaults, bounds and choices, which need the types of the keys.
func (b *builder) defaults() {
	for _, col := range b.s.Collections {
		for _, f := range col.Fields {
			c, ok := b.fields[f]
			if !ok || f.Relation == ManyToMany || f.Type.Kind == "" {
				continue
			}
			f.Choices = b.choices(f, c)
			f.Min, f.Max = b.bound(f, c.at("min_value")), b.bound(f, c.at("max_value"))
			if f.Min != nil && f.Max != nil && value.Compare(*f.Min, *f.Max) > 0 {
				c.at("min_value").fail("", "min_value is greater than max_value.")
			}
			if d := c.at("default"); d.here() {
				b.defaultValue(f, d)
			}
		}
	}
}

func (b *builder) defaultValue(f *Field, d cursor) {
	v, ok := b.typed(f.Type, d)
	switch {
	case !ok:
		return
	case v.IsNull() && !f.Null && f.Type.Kind != value.JSON:
		d.fail(`Add "null": true, or another default.`, "The default is null, but the field may not be.")
		return
	case len(f.Choices) > 0 && !v.IsNull() && !f.allows(v):
		d.fail("", "The default is not among the choices.")
	}
	f.HasDefault, f.Default = true, v
}

func (f *Field) allows(v value.Value) bool {
	for _, c := range f.Choices {
		if value.Compare(c.Value, v) == 0 {
			return true
		}
	}
	return f.Blank && v == value.Text("")
}

func (b *builder) bound(f *Field, c cursor) *value.Value {
	if !c.here() {
		return nil
	}
	if c.is(NullNode) {
		c.fail("Leave it out.", "A bound cannot be null.")
		return nil
	}
	if v, ok := b.typed(f.Type, c); ok {
		return &v
	}
	return nil
}

// maxChoices bounds what OPTIONS and OpenAPI have to repeat.
const maxChoices = 2000

func (b *builder) choices(f *Field, c cursor) []Choice {
	list := c.at("choices")
	if !list.want(ArrayNode) {
		return nil
	}
	if n := len(list.node.Items); n == 0 || n > maxChoices {
		list.fail("", "There are %d choices; 1 to %d are allowed.", n, maxChoices)
		return nil
	}
	var out []Choice
	for i := range list.node.Items {
		choice, ok := b.choice(f, list.item(i))
		if !ok {
			continue
		}
		for _, other := range out {
			if value.Compare(other.Value, choice.Value) == 0 {
				list.item(i).fail("", "The choice appears twice.")
			}
		}
		out = append(out, choice)
	}
	return out
}

func (b *builder) choice(f *Field, c cursor) (Choice, bool) {
	if c.is(ArrayNode) {
		if len(c.node.Items) != 2 || c.node.Items[1].Kind != StringNode {
			c.fail(`Write ["draft", "Draft"].`, "A choice is a value and its label.")
			return Choice{}, false
		}
		v, ok := b.typed(f.Type, c.item(0))
		return Choice{v, c.node.Items[1].Text}, ok
	}
	v, ok := b.typed(f.Type, c)
	label := c.node.Text
	return Choice{v, capfirst(spaced(label))}, ok
}

package migrate

import (
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// table is a table as a schema wants it: of a collection, or of the pairs of a many-to-many field.
type table struct {
	id         string // of the collection; of a link its owner's and its field's, with a slash
	name       string
	collection *schema.Collection // of a link: the owner
	link       *schema.Field      // nil for a collection's own table
	columns    []*column
	key        []string
	indexes    []*index
	adopted    bool // others own it: never created, changed or dropped
}

// column is a column of a table. Its id is its field's, or "from" and "to" in a link.
type column struct {
	id    string
	name  string
	field *schema.Field // nil in a link
	typ   value.Type
	null  bool
	auto  bool // given out by the database
	ref   *reference
}

// reference is where a foreign key points.
type reference struct {
	id, table, column string // id of the collection
}

type index struct {
	name   string
	unique bool
	parts  []part
}

type part struct {
	id       string // of the column
	column   string
	desc     bool
	nullable bool
}

func (p part) String() string {
	if p.desc {
		return p.column + " desc"
	}
	return p.column
}

// tables returns the tables that a schema asks for: those of its collections in the document's order, then the links.
func tables(s *schema.Schema) []*table {
	if s == nil {
		return nil
	}
	var own, links []*table
	for _, c := range s.Collections {
		own = append(own, collectionTable(c))
		for _, f := range c.ManyToMany {
			if f.Through != nil && f.Through.Collection == nil {
				links = append(links, linkTable(f))
			}
		}
	}
	return append(own, links...)
}

func collectionTable(c *schema.Collection) *table {
	t := &table{id: c.ID, name: c.Table, collection: c, key: []string{c.Key.Column}, adopted: !c.Owned}
	for _, f := range c.Columns {
		t.columns = append(t.columns, &column{
			id: f.ID, name: f.Column, field: f, typ: f.Type, null: f.Null && !f.Primary,
			auto: f.Primary && f.Auto && f.Type.IsInteger(), ref: referenceOf(f),
		})
	}
	for _, f := range c.Columns {
		t.addFieldIndex(f)
	}
	for i, set := range c.Unique {
		x := &index{name: uniqueName(c, i), unique: true}
		for _, f := range set {
			x.parts = append(x.parts, part{f.ID, f.Column, false, f.Null})
		}
		t.addIndex(x)
	}
	for _, declared := range c.Indexes {
		x := &index{name: declared.Name}
		for i, f := range declared.Fields {
			x.parts = append(x.parts, part{f.ID, f.Column, i < len(declared.Desc) && declared.Desc[i], f.Null})
		}
		t.addIndex(x)
	}
	return t
}

func referenceOf(f *schema.Field) *reference {
	if f.To == nil || f.Relation == schema.ManyToMany {
		return nil
	}
	return &reference{f.To.ID, f.To.Table, f.To.Key.Column}
}

// addFieldIndex adds the index that a field has by itself: unique, asked for, or a foreign key (as Django does).
func (t *table) addFieldIndex(f *schema.Field) {
	if f.Primary {
		return
	}
	p := []part{{f.ID, f.Column, false, f.Null}}
	switch {
	case f.Unique || f.Relation == schema.OneToOne:
		t.addIndex(&index{name: identifier(t.name, f.Column, "uniq"), unique: true, parts: p})
	case f.Index || f.Relation == schema.ForeignKey:
		t.addIndex(&index{name: identifier(t.name, f.Column, "idx"), parts: p})
	}
}

// addIndex adds an index unless the table has one that does the same.
func (t *table) addIndex(x *index) {
	for _, have := range t.indexes {
		if have.name == x.name || have.unique == x.unique && equalParts(have.parts, x.parts) {
			return
		}
	}
	t.indexes = append(t.indexes, x)
}

func equalParts(a, b []part) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].id != b[i].id || a[i].desc != b[i].desc {
			return false
		}
	}
	return true
}

func uniqueName(c *schema.Collection, i int) string {
	if i < len(c.UniqueNames) && c.UniqueNames[i] != "" {
		return c.UniqueNames[i]
	}
	names := []string{c.Table}
	for _, f := range c.Unique[i] {
		names = append(names, f.Column)
	}
	return identifier(append(names, "uniq")...)
}

func linkTable(f *schema.Field) *table {
	l, from, to := f.Through, f.Collection, f.To
	return &table{
		id: from.ID + "/" + f.ID, name: l.Table, collection: from, link: f, key: []string{l.FromColumn, l.ToColumn}, adopted: !from.Owned,
		columns: []*column{
			{id: "from", name: l.FromColumn, typ: from.Key.Type, ref: &reference{from.ID, from.Table, from.Key.Column}},
			{id: "to", name: l.ToColumn, typ: to.Key.Type, ref: &reference{to.ID, to.Table, to.Key.Column}},
		},
		indexes: []*index{{
			name:  identifier(l.Table, l.ToColumn, "idx"),
			parts: []part{{"to", l.ToColumn, false, false}, {"from", l.FromColumn, false, false}},
		}},
	}
}

func (t *table) column(id string) *column {
	for _, c := range t.columns {
		if c.id == id {
			return c
		}
	}
	return nil
}

// keyColumn returns the key of a collection's table.
func (t *table) keyColumn() *column {
	for _, c := range t.columns {
		if c.name == t.key[0] {
			return c
		}
	}
	return t.columns[0]
}

// sameKey reports whether the key of a table is made of the same columns as another's.
func (t *table) sameKey(o *table) bool { return t.link != nil || t.keyColumn().id == o.keyColumn().id }

// positive reports whether t has a CHECK of its own: Django's positive integers are not below zero.
func positive(t value.Type) bool {
	switch t.Kind {
	case value.PositiveSmallInteger, value.PositiveInteger, value.PositiveBigInteger:
		return true
	}
	return false
}

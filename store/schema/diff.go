package schema

import "strings"

// ChangeKind is what happened to something between two schemas.
type ChangeKind string

// The kinds of changes. A renamed thing may have changed as well: Difference.What then says in what.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Renamed ChangeKind = "renamed"
	Changed ChangeKind = "changed"
)

// Subject is what a change is about.
type Subject string

// The subjects.
const (
	CollectionSubject Subject = "collection"
	FieldSubject      Subject = "field"
	IndexSubject      Subject = "index"
	UniqueSubject     Subject = "unique"
	LinkSubject       Subject = "link" // the table of pairs of a many-to-many field without a through collection
)

// UniqueSet is a unique_together with the name of its index.
type UniqueSet struct {
	Name   string
	Fields []*Field
}

// Difference is one difference between two schemas. The pair of its subject is set, Old nil for what was added and New nil
// for what was removed; OldCollection and NewCollection are always those that it belongs to.
type Difference struct {
	Kind                         ChangeKind
	Subject                      Subject
	What                         []string // changed properties, by their keys in the document
	OldCollection, NewCollection *Collection
	OldField, NewField           *Field // also of a link: the many-to-many field
	OldIndex, NewIndex           *Index
	OldUnique, NewUnique         *UniqueSet
	OldLink, NewLink             *Link
}

// Diff returns the differences in the data between two schemas, matched by id (by name where one of the two has no id
// of its own): removed collections last, so that what is added may take their place in relations. Nil for old means an
// empty database. Resources, roles and settings are not data and not compared.
func Diff(old, new *Schema) []Difference {
	var before, after []*Collection
	if old != nil {
		before = old.Collections
	}
	if new != nil {
		after = new.Collections
	}
	var changes, removed []Difference
	d := newDiffer(before, after)
	for _, p := range d.collections {
		c := d.compareCollections(p.old, p.new)
		if p.new == nil {
			removed = append(removed, c...)
		} else {
			changes = append(changes, c...)
		}
	}
	return append(changes, removed...)
}

// differ holds what of two schemas belongs together. ids names each old collection and field by the id of the new one.
type differ struct {
	collections []pair[*Collection]
	fields      map[pair[*Collection]][]pair[*Field]
	ids         map[any]string
}

func newDiffer(before, after []*Collection) *differ {
	d := &differ{fields: map[pair[*Collection]][]pair[*Field]{}, ids: map[any]string{}}
	d.collections = match(before, after, func(c *Collection) string { return c.ID }, func(c *Collection) string { return c.Name })
	for _, p := range d.collections {
		var o, n []*Field
		if p.old != nil {
			o = p.old.Fields
		}
		if p.new != nil {
			n = p.new.Fields
		}
		if p.old != nil && p.new != nil {
			d.ids[p.old] = p.new.ID
		}
		d.fields[p] = match(o, n, func(f *Field) string { return f.ID }, func(f *Field) string { return f.Name })
		for _, f := range d.fields[p] {
			if f.old != nil && f.new != nil {
				d.ids[f.old] = f.new.ID
			}
		}
	}
	return d
}

// id returns the id under which both sides know a thing.
func (d *differ) id(thing any, own string) string {
	if id, ok := d.ids[thing]; ok {
		return id
	}
	return own
}

type pair[T any] struct{ old, new T }

// match pairs things by id, then those without an id of their own by name: first as in after, then what is left.
func match[T comparable](before, after []T, id, name func(T) string) []pair[T] {
	var none T
	find := func(n T) T {
		for _, o := range before {
			if id(o) == id(n) {
				return o
			}
		}
		for _, o := range before {
			if name(o) == name(n) && !(idPattern.MatchString(id(o)) && idPattern.MatchString(id(n))) {
				return o
			}
		}
		return none
	}
	var pairs []pair[T]
	used := map[T]bool{}
	for _, n := range after {
		o := find(n)
		if used[o] {
			o = none
		}
		if o != none {
			used[o] = true
		}
		pairs = append(pairs, pair[T]{o, n})
	}
	for _, o := range before {
		if !used[o] {
			pairs = append(pairs, pair[T]{o, none})
		}
	}
	return pairs
}

func (d *differ) compareCollections(o, n *Collection) []Difference {
	fields := d.fields[pair[*Collection]{o, n}]
	c := Difference{Subject: CollectionSubject, OldCollection: o, NewCollection: n}
	var changes []Difference
	switch {
	case o == nil:
		c.Kind = Added
		o = &Collection{}
	case n == nil:
		c.Kind = Removed
		n = &Collection{}
	default:
		c.What = differing(d.collectionProperties(o), d.collectionProperties(n))
		c.Kind = kindOf(o.Name != n.Name, c.What)
	}
	if c.Kind != "" {
		changes = append(changes, c)
	}
	c = Difference{OldCollection: c.OldCollection, NewCollection: c.NewCollection}
	for _, p := range fields {
		changes = append(changes, d.compareFields(c, p.old, p.new)...)
	}
	return append(append(changes, d.compareIndexes(c, o, n)...), d.compareUnique(c, o, n)...)
}

func kindOf(renamed bool, what []string) ChangeKind {
	switch {
	case renamed:
		return Renamed
	case len(what) > 0:
		return Changed
	}
	return ""
}

func (d *differ) compareFields(c Difference, o, n *Field) []Difference {
	c.Subject, c.OldField, c.NewField = FieldSubject, o, n
	link := c
	link.Subject = LinkSubject
	link.OldLink, link.NewLink = plainLink(o), plainLink(n)
	switch {
	case o == nil:
		c.Kind = Added
	case n == nil:
		c.Kind = Removed
	default:
		c.What = differing(d.fieldProperties(o), d.fieldProperties(n))
		c.Kind = kindOf(o.Name != n.Name, c.What)
	}
	var changes []Difference
	if c.Kind != "" {
		changes = append(changes, c)
	}
	switch {
	case link.OldLink == nil && link.NewLink == nil:
		return changes
	case link.OldLink == nil:
		link.Kind = Added
	case link.NewLink == nil:
		link.Kind = Removed
	case *link.OldLink != *link.NewLink || d.id(o.To, o.To.ID) != n.To.ID:
		link.Kind = Changed
	default:
		return changes
	}
	return append(changes, link)
}

func plainLink(f *Field) *Link {
	if f == nil || f.Through == nil || f.Through.Collection != nil {
		return nil
	}
	return f.Through
}

// fieldKey names columns by their ids, so that a renamed field is the same one.
func (d *differ) fieldKey(fields []*Field, desc []bool) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = d.id(f, f.ID)
		if i < len(desc) && desc[i] {
			parts[i] = "-" + parts[i]
		}
	}
	return strings.Join(parts, ",")
}

func (d *differ) compareIndexes(c Difference, o, n *Collection) []Difference {
	c.Subject = IndexSubject
	var changes []Difference
	key := func(x *Index) string { return d.fieldKey(x.Fields, x.Desc) }
	for _, p := range match(o.Indexes, n.Indexes, func(x *Index) string { return x.Name + " " + key(x) }, key) {
		c.OldIndex, c.NewIndex = p.old, p.new
		switch {
		case p.old == nil:
			c.Kind = Added
		case p.new == nil:
			c.Kind = Removed
		case p.old.Name != p.new.Name:
			c.Kind = Renamed
		default:
			continue
		}
		changes = append(changes, c)
	}
	return changes
}

func (d *differ) compareUnique(c Difference, o, n *Collection) []Difference {
	c.Subject = UniqueSubject
	var changes []Difference
	key := func(u *UniqueSet) string { return d.fieldKey(u.Fields, nil) }
	for _, p := range match(o.uniqueSets(), n.uniqueSets(), key, key) {
		c.OldUnique, c.NewUnique = p.old, p.new
		switch {
		case p.old == nil:
			c.Kind = Added
		case p.new == nil:
			c.Kind = Removed
		case p.old.Name != p.new.Name:
			c.Kind = Renamed
		default:
			continue
		}
		changes = append(changes, c)
	}
	return changes
}

func (c *Collection) uniqueSets() []*UniqueSet {
	sets := make([]*UniqueSet, len(c.Unique))
	for i := range c.Unique {
		sets[i] = &UniqueSet{c.UniqueNames[i], c.Unique[i]}
	}
	return sets
}

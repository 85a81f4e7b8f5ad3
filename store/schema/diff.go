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

// Diff returns the differences in the data between two schemas, matched by id (by name where one of the two has no id of its
// own): removed collections last, so that what is added may take their place in relations. Nil for old means an
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
	pairs := match(before, after, func(c *Collection) string { return c.ID }, func(c *Collection) string { return c.Name })
	for _, p := range pairs {
		c := compareCollections(p.old, p.new)
		if p.new == nil {
			removed = append(removed, c...)
		} else {
			changes = append(changes, c...)
		}
	}
	return append(changes, removed...)
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

func compareCollections(o, n *Collection) []Difference {
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
		c.What = differing(collectionProperties(o), collectionProperties(n))
		c.Kind = kindOf(o.Name != n.Name, c.What)
	}
	if c.Kind != "" {
		changes = append(changes, c)
	}
	c = Difference{OldCollection: c.OldCollection, NewCollection: c.NewCollection}
	for _, p := range match(o.Fields, n.Fields, func(f *Field) string { return f.ID }, func(f *Field) string { return f.Name }) {
		changes = append(changes, compareFields(c, p.old, p.new)...)
	}
	return append(append(changes, compareIndexes(c, o, n)...), compareUnique(c, o, n)...)
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

func compareFields(c Difference, o, n *Field) []Difference {
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
		c.What = differing(fieldProperties(o), fieldProperties(n))
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
	case *link.OldLink != *link.NewLink || o.To.ID != n.To.ID:
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
func fieldKey(fields []*Field, desc []bool) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = f.ID
		if i < len(desc) && desc[i] {
			parts[i] = "-" + parts[i]
		}
	}
	return strings.Join(parts, ",")
}

func compareIndexes(c Difference, o, n *Collection) []Difference {
	c.Subject = IndexSubject
	var changes []Difference
	key := func(x *Index) string { return fieldKey(x.Fields, x.Desc) }
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

func compareUnique(c Difference, o, n *Collection) []Difference {
	c.Subject = UniqueSubject
	var changes []Difference
	key := func(u *UniqueSet) string { return fieldKey(u.Fields, nil) }
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

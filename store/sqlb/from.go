package sqlb

import (
	"strings"

	"github.com/couplet/couplet/store/schema"
)

// From is the FROM clause of a statement or subquery: a root table and the LEFT JOINs that forward paths need.
// A prefix that two paths share is joined once.
type From struct {
	b     *Builder
	alias string
	joins []join
}

type join struct {
	parent string // alias
	field  *schema.Field
	back   bool // against the direction of field: the way back of a one-to-one relation
	alias  string
}

// NewFrom returns a From over the collection under a new alias.
func NewFrom(b *Builder) *From { return &From{b: b, alias: b.Alias()} }

// Alias returns the root's alias.
func (f *From) Alias() string { return f.alias }

// Table returns the alias under which the collection at the end of a chain of foreign keys is joined.
func (f *From) Table(relations []*schema.Field) string {
	alias := f.alias
	for _, rel := range relations {
		alias = f.join(alias, rel, false)
	}
	return alias
}

// Steps returns the alias under which the collection at the end of a chain of to-one steps is joined: foreign keys and
// the ways back of one-to-one relations.
func (f *From) Steps(steps []schema.Step) string {
	alias := f.alias
	for _, s := range steps {
		if s.Reverse != nil {
			alias = f.join(alias, s.Reverse.Field, true)
		} else {
			alias = f.join(alias, s.Field, false)
		}
	}
	return alias
}

func (f *From) join(parent string, rel *schema.Field, back bool) string {
	for _, j := range f.joins {
		if j.parent == parent && j.field == rel && j.back == back {
			return j.alias
		}
	}
	j := join{parent, rel, back, f.b.Alias()}
	f.joins = append(f.joins, j)
	return j.alias
}

// Column returns the SQL of the column at the end of a forward path, joining what it needs. A path that ends with the
// key of a relation's target needs no join for it: the foreign key column holds it.
func (f *From) Column(path []*schema.Field) string {
	n := len(path) - 1
	if n > 0 && path[n].Primary && path[n-1].To.Key == path[n] {
		n--
	}
	return f.Table(path[:n]) + "." + Quote(path[n].Column)
}

// SQL returns "table alias LEFT JOIN …" as the joins stand now: write it after every Column was asked for.
func (f *From) SQL(root *schema.Collection) string {
	var s strings.Builder
	s.WriteString(Quote(root.Table) + " AS " + f.alias)
	for _, j := range f.joins {
		to, toColumn, fromColumn := j.field.To, j.field.To.Key.Column, j.field.Column
		if j.back {
			to, toColumn, fromColumn = j.field.Collection, j.field.Column, j.field.To.Key.Column
		}
		s.WriteString(" LEFT JOIN " + Quote(to.Table) + " AS " + j.alias + " ON " +
			j.alias + "." + Quote(toColumn) + " = " + j.parent + "." + Quote(fromColumn))
	}
	return s.String()
}

package query

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/schema"
)

// Missing is an index that a list would be found by and the schema does not declare.
type Missing struct {
	Collection *schema.Collection
	Fields     []*schema.Field
}

// Missing returns the index that would find the list's records in their order: the columns that it asks a value of, and
// then the one that it is sorted by first, or else one that it asks a range of. It is false where an index serves the
// list already or none could, as where the list is that of all records by their keys. It looks at the list's own
// conditions on the collection's own columns; those of row rules and along relations it does not count.
func (l *List) Missing() (Missing, bool) {
	c := l.Shape.Collection
	var w wanted
	for _, cond := range l.Where {
		w.add(cond)
	}
	fields := w.equal
	sorted, own := l.sortedBy()
	switch {
	case own && sorted != c.Key:
		if !slices.Contains(fields, sorted) {
			fields = append(fields, sorted)
		}
	case own && len(w.ranges) > 0 && !slices.Contains(fields, w.ranges[0]):
		fields = append(fields, w.ranges[0])
	}
	if len(fields) == 0 || findable(c, fields, len(w.equal)) {
		return Missing{}, false
	}
	return Missing{c, fields}, true
}

// sortedBy is the first column that the list is sorted by, where it is one of the collection's own.
func (l *List) sortedBy() (f *schema.Field, own bool) {
	terms := orderTerms(l.Shape.Collection, l.Order)
	return terms[0].field(), len(terms[0].path) == 1
}

// wanted are the columns that conditions ask a value of, and those that they ask a range of.
type wanted struct{ equal, ranges []*schema.Field }

func (w *wanted) add(c Cond) {
	switch c := c.(type) {
	case And:
		for _, one := range c {
			w.add(one)
		}
	case Rule:
		if equal, ok := c.Expr.Guard(c.Bind); ok && len(equal) == 1 {
			w.equal = appendNew(w.equal, equal[0].Field)
		}
	case Match:
		f := c.Path[0].Field
		if len(c.Path) != 1 || f == nil || f.Position < 0 {
			return
		}
		switch c.Lookup {
		case "exact", "in", "":
			w.equal = appendNew(w.equal, f)
		case "gt", "gte", "lt", "lte", "range":
			w.ranges = appendNew(w.ranges, f)
		}
	}
}

func appendNew(list []*schema.Field, f *schema.Field) []*schema.Field {
	if slices.Contains(list, f) {
		return list
	}
	return append(list, f)
}

// findable reports whether an index begins with fields, the first of which, as many as equal says, may be in any order;
// or whether a value of one of these names at most one record.
func findable(c *schema.Collection, fields []*schema.Field, equal int) bool {
	for _, f := range fields[:equal] {
		if f.Primary || f.Unique {
			return true
		}
	}
	for index := range indexes(c) {
		if begins(index, fields, equal) {
			return true
		}
	}
	return false
}

func begins(index, fields []*schema.Field, equal int) bool {
	if len(index) < len(fields) {
		return false
	}
	for _, f := range index[:equal] {
		if !slices.Contains(fields[:equal], f) {
			return false
		}
	}
	return slices.Equal(index[equal:len(fields)], fields[equal:])
}

// indexes yields the columns of every index of a collection's table.
func indexes(c *schema.Collection) iter.Seq[[]*schema.Field] {
	return func(yield func([]*schema.Field) bool) {
		for i, f := range c.Columns {
			if (f.Primary || f.Unique || f.Index || f.Relation != schema.NoRelation) && !yield(c.Columns[i:i+1]) {
				return
			}
		}
		for _, index := range c.Indexes {
			if !yield(index.Fields) {
				return
			}
		}
		for _, set := range c.Unique {
			if !yield(set) {
				return
			}
		}
	}
}

// Advice says what to write into the schema document.
func (m Missing) Advice() string {
	if len(m.Fields) == 1 {
		return fmt.Sprintf(`add "index": true to %s.%s`, m.Collection.Name, m.Fields[0].Name)
	}
	names := make([]string, len(m.Fields))
	for i, f := range m.Fields {
		names[i] = strconv.Quote(f.Name)
	}
	return fmt.Sprintf(`add [%s] to "indexes" of %s`, strings.Join(names, ", "), m.Collection.Name)
}

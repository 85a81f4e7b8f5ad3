package sqlb

import (
	"strconv"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Bind adds an argument and returns its placeholder, for text that is put together apart; the text must reach the
// statement in the order of its placeholders.
func (b *Builder) Bind(t value.Type, v value.Value) string {
	b.args = append(b.args, Arg{t, v})
	return "$" + strconv.Itoa(len(b.args))
}

// Clone returns a copy of f for another statement that begins with the same root and joins: a text made of f's aliases
// stays right in it, and what is joined to the copy does not reach f.
func (f *From) Clone(b *Builder) *From {
	if b.aliases < f.b.aliases {
		b.aliases = f.b.aliases
	}
	return &From{b: b, alias: f.alias, joins: f.joins[:len(f.joins):len(f.joins)]}
}

// Joins returns the number of joins so far.
func (f *From) Joins() int { return len(f.joins) }

// Via returns the alias of the record at the other end of a step that leads to one record: a foreign key, or the way
// back of a one-to-one relation.
func (f *From) Via(parent string, step schema.Step) string {
	if step.Reverse != nil {
		return f.join(parent, step.Reverse.Field, true)
	}
	return f.join(parent, step.Field, false)
}

// Package sqlb builds SQL for both engines: text with numbered placeholders, typed arguments, and the joins that a
// path of relations needs. Values only ever travel as arguments; names come from the schema and are quoted. What
// differs between the engines is in Dialect, and nowhere else. It may import store/schema and store/value.
package sqlb

import (
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// Arg is an argument: a stored value and the type that tells the engine how to send it.
type Arg struct {
	Type  value.Type
	Value value.Value
}

// Internal argument types, for Couplet's own tables.
var (
	TextType  = value.Type{Kind: value.Textual}
	IntType   = value.Type{Kind: value.BigInteger}
	FloatType = value.Type{Kind: value.FloatingPoint}
)

// T is a text argument.
func T(s string) Arg { return Arg{TextType, value.Text(s)} }

// I is an integer argument.
func I(n int64) Arg { return Arg{IntType, value.Int(n)} }

// Builder collects the text of one statement and its arguments.
type Builder struct {
	Dialect Dialect
	text    strings.Builder
	args    []Arg
	aliases int
}

// New returns a Builder for an engine.
func New(d Dialect) *Builder {
	b := &Builder{Dialect: d}
	b.text.Grow(usual)
	return b
}

// usual is the length of most statements, in bytes.
const usual = 256

// SQL appends literal SQL text. It must never contain a value from outside.
func (b *Builder) SQL(parts ...string) *Builder {
	for _, p := range parts {
		b.text.WriteString(p)
	}
	return b
}

// Name appends a quoted identifier.
func (b *Builder) Name(name string) *Builder {
	b.text.WriteString(Quote(name))
	return b
}

// Arg appends a placeholder for a value.
func (b *Builder) Arg(t value.Type, v value.Value) *Builder {
	b.args = append(b.args, Arg{t, v})
	b.text.WriteByte('$')
	b.text.WriteString(strconv.Itoa(len(b.args)))
	return b
}

// Alias returns a table alias not used before in this statement.
func (b *Builder) Alias() string {
	b.aliases++
	return "t" + strconv.Itoa(b.aliases)
}

// Capture returns the text that fn appends instead of appending it; its arguments stay. For a part that is known only
// after a later one is written, such as the joins before a WHERE. Engines bind by order, so the text must be appended
// before any further argument.
func (b *Builder) Capture(fn func() error) (string, error) {
	before := b.text.String()
	b.text.Reset()
	err := fn()
	got := b.text.String()
	b.text.Reset()
	b.text.WriteString(before)
	return got, err
}

// String returns the statement's text.
func (b *Builder) String() string { return b.text.String() }

// Args returns the statement's arguments, in the order of their numbers.
func (b *Builder) Args() []Arg { return b.args }

// Quote quotes an identifier for both engines.
func Quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

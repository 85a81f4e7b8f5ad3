package openapi

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// field returns the TypeScript types of a serializer's field: as it is shown, and as it is taken, "" where it is not.
func (w *typeWriter) field(f *schema.SerializerField, t traits) (shown, written string) {
	switch f.As {
	case schema.Identity, schema.StringRelated:
		shown = "string"
	case schema.Hyperlink:
		shown, written = "string", "string"
	case schema.Nested:
		shown = w.serializer(f.Nested, f.Nested.Name, false)
		written = shown + "Create"
	case schema.Aggregate:
		shown = aggregateType(f)
	case schema.SlugRelated:
		shown, written = columnType(f.SlugField), writtenType(f.SlugField)
	case schema.PrimaryKey:
		shown, written = columnType(target(f).Key), writtenType(target(f).Key)
	default:
		shown, written = columnType(f.Column()), writtenType(f.Column())
	}
	if f.Many && f.As != schema.Aggregate {
		return inList(shown) + "[]", "readonly " + inList(written) + "[]"
	}
	if t.blank && f.Column() != nil && len(f.Column().Choices) > 0 {
		shown, written = union(shown, `""`), union(written, `""`)
	}
	if mayBeNull(f, t) {
		shown = union(shown, "null")
	}
	if t.null {
		written = union(written, "null")
	}
	return shown, written
}

// mayBeNull reports whether what is shown may be null: because the field may be, or something on the way to it.
func mayBeNull(f *schema.SerializerField, t traits) bool {
	if f.As == schema.Identity || f.As == schema.Aggregate {
		return false
	}
	return t.null || isFile(f.Column()) && f.As == schema.Plain || f.Reverse != nil ||
		slices.ContainsFunc(f.Source, func(c *schema.Field) bool { return c.Null && f.As != schema.StringRelated })
}

func aggregateType(f *schema.SerializerField) string {
	switch {
	case f.Func == "count":
		return "number"
	case f.Func == "exists":
		return "boolean"
	case f.Func == "avg" && f.Over.Type.Kind != value.Decimal:
		return "number | null"
	}
	return union(columnType(f.Over), "null")
}

// columnType is the type of a column's values as they are read.
func columnType(c *schema.Field) string {
	if c.Relation != schema.NoRelation {
		return columnType(c.To.Key)
	}
	if len(c.Choices) > 0 {
		return choiceUnion(c)
	}
	return kindType(c)
}

func choiceUnion(c *schema.Field) string {
	texts := make([]string, len(c.Choices))
	for i, choice := range c.Choices {
		texts[i] = string(c.Type.AppendJSON(nil, choice.Value))
		if !slices.Contains([]value.Kind{value.Boolean, value.FloatingPoint}, c.Type.Kind) && !c.Type.IsInteger() {
			texts[i] = quoted(c.Type.String(choice.Value))
		}
	}
	return strings.Join(texts, " | ")
}

func kindType(c *schema.Field) string {
	switch k := c.Type.Kind; k {
	case value.Boolean:
		return "boolean"
	case value.BigInteger, value.PositiveBigInteger:
		if c.Primary && c.Auto { // given out one after the other
			return "number"
		}
		return "BigInteger"
	case value.FloatingPoint:
		return "number"
	case value.Decimal:
		return "Decimal"
	case value.Date:
		return "DateText"
	case value.Time:
		return "TimeText"
	case value.DateTime:
		return "DateTimeText"
	case value.Duration:
		return "DurationText"
	case value.JSON:
		return "Json"
	}
	if c.Type.IsInteger() {
		return "number"
	}
	return "string"
}

// writtenType is the type of a column's values as they are taken.
func writtenType(c *schema.Field) string {
	switch {
	case isFile(c):
		return "Upload"
	case len(c.Choices) == 0 && c.Relation == schema.NoRelation && c.Type.Kind == value.Decimal:
		return "Decimal | number"
	}
	return columnType(c)
}

// union adds a type to others, once; Json has null, "" is no type.
func union(of, more string) string {
	if of == "" || of == "Json" || slices.Contains(strings.Split(of, " | "), more) {
		return of
	}
	return of + " | " + more
}

// inList puts the type of an item in parentheses where a list needs them.
func inList(of string) string {
	if strings.Contains(of, " ") {
		return "(" + of + ")"
	}
	return of
}

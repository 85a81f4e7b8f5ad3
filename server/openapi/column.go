package openapi

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// column returns the schema of a plain column's values as DRF's field for it shows them. Of bare columns (keys that
// are pointed to, read-only fields) bounds are not said.
func column(c *schema.Field, bare bool) *Object {
	if c.Relation != schema.NoRelation {
		o := column(c.To.Key, true)
		if c.Relation == schema.ManyToMany {
			return list(o)
		}
		return o
	}
	if len(c.Choices) > 0 {
		return choices(c)
	}
	if c.Type.IsInteger() {
		return integer(c, bare)
	}
	o := plain(c.Type)
	if c.Type.Kind == value.FloatingPoint && !bare {
		if c.Max != nil {
			o.Set("maximum", literal(c.Type, *c.Max))
		}
		if c.Min != nil {
			o.Set("minimum", literal(c.Type, *c.Min))
		}
	}
	return o
}

func plain(t value.Type) *Object {
	switch t.Kind {
	case value.Boolean:
		return object("type", "boolean")
	case value.FloatingPoint:
		return object("type", "number", "format", "double")
	case value.Decimal:
		return object("type", "string", "format", "decimal", "pattern", decimalPattern(t))
	case value.JSON:
		return object()
	}
	if f := format(t.Kind); f != "" {
		return object("type", "string", "format", f)
	}
	return object("type", "string")
}

// format is the format of kinds that are texts on the wire. A duration has none: its text is Django's, not ISO 8601's.
func format(k value.Kind) string {
	switch k {
	case value.Email:
		return "email"
	case value.URL, value.File, value.Image:
		return "uri"
	case value.UUID:
		return "uuid"
	case value.Date:
		return "date"
	case value.Time:
		return "time"
	case value.DateTime:
		return "date-time"
	}
	return ""
}

func decimalPattern(t value.Type) string {
	whole := `0?`
	if n := t.Digits - t.Places; n > 0 {
		whole = `\d{0,` + strconv.Itoa(n) + `}`
	}
	return `^-?` + whole + `(?:\.\d{0,` + strconv.Itoa(t.Places) + `})?$`
}

func integer(c *schema.Field, bare bool) *Object {
	o := object("type", "integer")
	if bare || c.Primary && c.Auto || !c.Editable {
		return o
	}
	lo, hi := bounds(c)
	o.Set("maximum", hi).Set("minimum", lo)
	if far(lo) || far(hi) {
		o.Set("format", "int64")
	}
	return o
}

// bounds are those that DRF takes from the column: 64 bits, from 0 for the positive kinds, narrowed by the schema.
func bounds(c *schema.Field) (lo, hi number) {
	a, z := int64(math.MinInt64), int64(math.MaxInt64)
	switch c.Type.Kind {
	case value.PositiveSmallInteger, value.PositiveInteger, value.PositiveBigInteger:
		a = 0
	}
	if c.Min != nil {
		a = max(a, c.Min.Int())
	}
	if c.Max != nil {
		z = min(z, c.Max.Int())
	}
	return number(strconv.FormatInt(a, 10)), number(strconv.FormatInt(z, 10))
}

// far reports whether n needs more than 32 bits.
func far(n number) bool {
	_, err := strconv.ParseInt(string(n), 10, 32)
	return err != nil
}

func choices(c *schema.Field) *Object {
	o := object("enum", choiceValues(c), "type", choiceType(c), "description", choiceDescription(c))
	return o.Set(enumMark, choiceHash(c))
}

func choiceValues(c *schema.Field) []any {
	out := make([]any, len(c.Choices), len(c.Choices)+2)
	for i, ch := range c.Choices {
		out[i] = literal(c.Type, ch.Value)
	}
	return out
}

func choiceType(c *schema.Field) string {
	switch {
	case c.Type.IsInteger():
		return "integer"
	case c.Type.Kind == value.Boolean:
		return "boolean"
	case c.Type.Kind == value.FloatingPoint:
		return "number"
	}
	return "string"
}

// literal is a stored value as it stands on the wire.
func literal(t value.Type, v value.Value) any {
	raw := string(t.AppendJSON(nil, v))
	if !strings.HasPrefix(raw, `"`) {
		switch raw {
		case "null":
			return nil
		case "true", "false":
			return raw == "true"
		}
		return number(raw) // a JSON default is written as it is
	}
	var s string
	if err := json.Unmarshal([]byte(raw), &s); err != nil {
		return raw
	}
	return s
}

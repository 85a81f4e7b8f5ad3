package schema

import (
	"unicode/utf8"

	"github.com/couplet/couplet/store/value"
)

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
	case v.IsNull() && !f.Null:
		d.fail(`Add "null": true, or another default.`, "The default is null, but the field may not be.")
		return
	case v.IsNull():
	case len(f.Choices) > 0 && !f.allows(v):
		d.fail("", "The default is not among the choices.")
	case f.Min != nil && value.Compare(v, *f.Min) < 0, f.Max != nil && value.Compare(v, *f.Max) > 0:
		d.fail("", "The default is outside min_value and max_value.")
	default:
		b.fits(f, v, d)
	}
	f.HasDefault, f.Default = true, v
}

// fits reports a text that the field itself would refuse.
func (b *builder) fits(f *Field, v value.Value, c cursor) {
	n := utf8.RuneCountInString(v.Text())
	switch {
	case f.Relation != NoRelation || !f.Type.IsText() || n == 0 && f.Blank:
	case f.MaxLength > 0 && n > f.MaxLength:
		c.fail("", "The text has %d characters and max_length is %d.", n, f.MaxLength)
	case n < f.MinLength:
		c.fail("", "The text has %d characters and min_length is %d.", n, f.MinLength)
	}
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
	seen := map[value.Value]bool{}
	for i := range list.node.Items {
		item := list.item(i)
		choice, ok := b.choice(f, item)
		switch {
		case !ok:
			continue
		case choice.Value.IsNull():
			item.fail(`Use "null": true.`, "Null is not a choice.")
		case seen[choice.Value]:
			item.fail("Leave it out.", "The choice appears twice.")
		default:
			b.fits(f, choice.Value, item)
		}
		seen[choice.Value] = true
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

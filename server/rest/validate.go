package rest

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

func codePoints(s string) int { return utf8.RuneCountInString(s) - 2*surrogates(s) }

// surrogates counts lone surrogates, whose three bytes count as three runes.
func surrogates(s string) int {
	n := 0
	for i := 0; i+2 < len(s); i++ {
		if s[i] == 0xED && s[i+1] >= 0xA0 {
			n++
		}
	}
	return n
}

// modelValidators runs the validators that Django's model field has and that DRF does not make its own: the regex,
// bounds of fields that are no numbers, the shortest length of a text field.
func (f *field) modelValidators(list []Message, v value.Value) []Message {
	if v.IsNull() {
		return list
	}
	if f.regex != nil && !f.regex.MatchString(pyText(f.typ, v)) {
		text := f.model.RegexMessage
		if text == "" {
			text = "Enter a valid value."
		}
		list = append(list, Message{text, "invalid"})
	}
	if f.modelMinLength && f.minLength > 0 {
		if n := codePoints(v.Text()); n < f.minLength {
			s := "s"
			if f.minLength == 1 {
				s = ""
			}
			list = append(list, Message{
				fmt.Sprintf("Ensure this value has at least %d character%s (it has %d).", f.minLength, s, n), "min_length",
			})
		}
	}
	return list
}

// ownValidators runs the serializer field's validators, in the order in which DRF's classes add them.
func (f *field) ownValidators(list []Message, v value.Value) []Message {
	if v.IsNull() {
		return list
	}
	list = f.bounds(list, v)
	if !f.isCharField() {
		return list
	}
	s := v.Text()
	n := codePoints(s)
	if f.maxLength > 0 && n > f.maxLength {
		list = append(list, Message{fmt.Sprintf("Ensure this field has no more than %d characters.", f.maxLength), "max_length"})
	}
	if f.minLength > 0 && n < f.minLength && !f.modelMinLength {
		list = append(list, Message{fmt.Sprintf("Ensure this field has at least %d characters.", f.minLength), "min_length"})
	}
	if strings.IndexByte(s, 0) >= 0 {
		list = append(list, Message{"Null characters are not allowed.", "null_characters_not_allowed"})
	}
	if r := surrogate(s); r != 0 {
		list = append(list, Message{
			fmt.Sprintf("Surrogate characters are not allowed: U+%X.", r), "surrogate_characters_not_allowed",
		})
	}
	return f.classValidator(list, s)
}

var slugRE = regexp.MustCompile(`^[-a-zA-Z0-9_]+\n?$`)

// invalidText is the class's message for what it refuses.
func (f *field) invalidText() string {
	switch f.class {
	case emailField:
		return "Enter a valid email address."
	case urlField:
		return "Enter a valid URL."
	case slugField:
		return `Enter a valid "slug" consisting of letters, numbers, underscores or hyphens.`
	case ipField:
		return "Enter a valid IPv4 or IPv6 address."
	}
	return "Not a valid string."
}

func (f *field) classValidator(list []Message, s string) []Message {
	ok := true
	switch f.class {
	case emailField:
		ok = validEmail(s)
	case urlField:
		ok = validURL(s)
	case slugField:
		ok = slugRE.MatchString(s)
	case ipField:
		_, err := f.typ.Parse(s)
		ok = err == nil
	}
	if !ok {
		list = append(list, Message{f.invalidText(), "invalid"})
	}
	return list
}

func (f *field) bounds(list []Message, v value.Value) []Message {
	if f.max != nil && value.Compare(v, *f.max) > 0 {
		list = append(list, Message{"Ensure this value is less than or equal to " + f.limitText(*f.max) + ".", "max_value"})
	}
	if f.min != nil && value.Compare(v, *f.min) < 0 {
		list = append(list, Message{"Ensure this value is greater than or equal to " + f.limitText(*f.min) + ".", "min_value"})
	}
	return list
}

// limitText prints a bound as it is written: 0 and not 0.00, also for decimals.
func (f *field) limitText(v value.Value) string { return limitText(f.typ, v) }

func limitText(t value.Type, v value.Value) string {
	s := t.String(v)
	switch t.Kind {
	case value.Decimal:
		if strings.Contains(s, ".") {
			s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
		}
	case value.FloatingPoint:
		s = strings.TrimSuffix(s, ".0")
	}
	return s
}

func (f *field) uniqueMessage() string { return uniqueMessage(f.model) }

// uniqueMessage is Django's message for a taken value: "article with this slug already exists."
func uniqueMessage(f *schema.Field) string {
	name := strings.ToLower(f.Collection.Label)
	if name == "" {
		name = f.Collection.ModelName()
	}
	label := f.VerboseName
	if label == "" {
		label = strings.ReplaceAll(f.Name, "_", " ")
	}
	return name + " with this " + label + " already exists."
}

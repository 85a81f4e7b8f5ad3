package rest

import (
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// ViewInfo describes a view to OPTIONS.
type ViewInfo struct {
	Name        string // "Article List"
	Description string
	Action      string      // "POST" or "PUT", where the client may do it; "" otherwise
	Serializer  *Serializer // of Action
	Renderers   []Renderer  // nil: Renderers
	Parsers     []string    // nil: ParserTypes
	Actions     []byte      // in the place of Action: the members of "actions" as JSON text without braces
}

// AppendOptions appends the answer to OPTIONS (DRF: SimpleMetadata).
func (v ViewInfo) AppendOptions(dst []byte) []byte {
	dst = value.AppendJSONString(append(dst, `{"name":`...), v.Name)
	dst = value.AppendJSONString(append(dst, `,"description":`...), v.Description)
	dst = append(dst, `,"renders":[`...)
	renderers := v.Renderers
	if renderers == nil {
		renderers = Renderers
	}
	for i, r := range renderers {
		dst = appendItem(dst, i, r.MediaType)
	}
	dst = append(dst, `],"parses":[`...)
	parsers := v.Parsers
	if parsers == nil {
		parsers = ParserTypes
	}
	for i, p := range parsers {
		dst = appendItem(dst, i, p)
	}
	dst = append(dst, ']')
	if v.Action != "" && v.Serializer != nil {
		dst = value.AppendJSONString(append(dst, `,"actions":{`...), v.Action)
		dst = v.Serializer.appendMetadata(append(dst, ':'))
		dst = append(dst, '}')
	}
	if len(v.Actions) > 0 {
		dst = append(append(append(dst, `,"actions":{`...), v.Actions...), '}')
	}
	return append(dst, '}')
}

func appendItem(dst []byte, i int, s string) []byte {
	if i > 0 {
		dst = append(dst, ',')
	}
	return value.AppendJSONString(dst, s)
}

var classNames = map[fieldClass]string{
	charField: "string", uuidField: "string", ipField: "string", urlField: "url", emailField: "email", slugField: "slug",
	integerField: "integer", bigIntegerField: "integer", floatField: "float", decimalField: "decimal",
	booleanField: "boolean", dateField: "date", dateTimeField: "datetime", timeField: "time", durationField: "duration",
	choiceField: "choice", fileField: "file upload", imageField: "image upload", nestedField: "nested object",
}

// appendMetadata appends what there is to say about each field.
func (s *Serializer) appendMetadata(dst []byte) []byte {
	dst = append(dst, '{')
	for i, f := range s.fields {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(value.AppendJSONString(dst, f.name), ':')
		dst = f.appendMetadata(dst)
	}
	return append(dst, '}')
}

func (f *field) appendMetadata(dst []byte) []byte {
	name := classNames[f.class]
	if name == "" || f.class == nestedField && f.many {
		name = "field"
	}
	dst = f.appendHead(dst, name, f.label)
	if f.help != "" {
		dst = value.AppendJSONString(append(dst, `,"help_text":`...), f.help)
	}
	dst = f.appendLimits(dst)
	switch {
	case f.class == nestedField && f.nested != nil:
		dst = f.appendChildren(dst)
	case f.class == choiceField && !f.readOnly:
		dst = f.appendChoices(dst)
	}
	return append(dst, '}')
}

func (f *field) appendHead(dst []byte, name, label string) []byte {
	dst = value.AppendJSONString(append(dst, `{"type":`...), name)
	dst = strconv.AppendBool(append(dst, `,"required":`...), f.required)
	dst = strconv.AppendBool(append(dst, `,"read_only":`...), f.readOnly)
	if label != "" {
		dst = value.AppendJSONString(append(dst, `,"label":`...), label)
	}
	return dst
}

func (f *field) appendLimits(dst []byte) []byte {
	if !f.readOnly {
		if f.minLength > 0 && !f.modelMinLength {
			dst = strconv.AppendInt(append(dst, `,"min_length":`...), int64(f.minLength), 10)
		}
		if f.maxLength > 0 {
			dst = strconv.AppendInt(append(dst, `,"max_length":`...), int64(f.maxLength), 10)
		}
		switch f.class {
		case integerField, bigIntegerField, floatField, decimalField, durationField:
			dst = f.appendLimit(dst, `,"min_value":`, f.min)
			dst = f.appendLimit(dst, `,"max_value":`, f.max)
		}
	}
	if f.class == decimalField {
		t := f.typ
		if f.model == nil && f.def.Over != nil {
			t = f.def.Over.Type
		}
		dst = strconv.AppendInt(append(dst, `,"max_digits":`...), int64(t.Digits), 10)
		dst = strconv.AppendInt(append(dst, `,"decimal_places":`...), int64(t.Places), 10)
	}
	return dst
}

// appendLimit appends a bound: a number, but a string for decimals that are not whole, as Python's encoder does.
func (f *field) appendLimit(dst []byte, key string, v *value.Value) []byte {
	if v == nil {
		return dst
	}
	s := f.limitText(*v)
	dst = append(dst, key...)
	if f.class == durationField || f.class == decimalField && strings.Contains(s, ".") {
		return value.AppendJSONString(dst, s)
	}
	return append(dst, s...)
}

// appendChildren appends what nested records hold: children, below child for a list.
func (f *field) appendChildren(dst []byte) []byte {
	if !f.many {
		return f.nested.appendMetadata(append(dst, `,"children":`...))
	}
	dst = f.appendHead(append(dst, `,"child":`...), "nested object", "")
	dst = f.nested.appendMetadata(append(dst, `,"children":`...))
	return append(dst, '}')
}

func (f *field) appendChoices(dst []byte) []byte {
	dst = append(dst, `,"choices":[`...)
	for i, c := range f.choices {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = f.typ.AppendJSON(append(dst, `{"value":`...), c.Value)
		dst = value.AppendJSONString(append(dst, `,"display_name":`...), c.Label)
		dst = append(dst, '}')
	}
	return append(dst, ']')
}

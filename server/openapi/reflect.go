package openapi

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"
)

var (
	timeType = reflect.TypeFor[time.Time]()
	rawType  = reflect.TypeFor[json.RawMessage]()
	textType = reflect.TypeFor[encoding.TextMarshaler]()
)

func isSlice(v any) bool { return v != nil && reflect.TypeOf(v).Kind() == reflect.Slice }

// reflected returns the schema of a Go value's type as encoding/json writes it. Named structs become components.
// Fields may carry the tag `openapi:"readOnly,writeOnly,optional,nullable,format=…,enum=a|b"` and `doc:"…"`.
// A value that is an *Object already is the schema itself.
func (b *builder) reflected(v any) *Object {
	if o, ok := v.(*Object); ok {
		return o
	}
	return b.typeSchema(reflect.TypeOf(v))
}

func (b *builder) typeSchema(t reflect.Type) *Object {
	switch {
	case t == timeType:
		return object("type", "string", "format", "date-time")
	case t == rawType:
		return object()
	case t.Implements(textType):
		return object("type", "string")
	}
	switch t.Kind() {
	case reflect.Pointer:
		return alone(b.typeSchema(t.Elem()).Set("nullable", true))
	case reflect.Struct:
		return b.structSchema(t)
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return object("type", "string", "format", "byte")
		}
		return list(b.typeSchema(t.Elem()))
	case reflect.Map:
		return object("type", "object", "additionalProperties", b.typeSchema(t.Elem()))
	case reflect.String:
		return object("type", "string")
	case reflect.Bool:
		return object("type", "boolean")
	case reflect.Int64, reflect.Uint64:
		return object("type", "integer", "format", "int64")
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		return object("type", "integer")
	case reflect.Float32, reflect.Float64:
		return object("type", "number", "format", "double")
	}
	return object()
}

func (b *builder) structSchema(t reflect.Type) *Object {
	name := t.Name()
	if name == "" {
		return b.structObject(t)
	}
	name = strings.ToUpper(name[:1]) + name[1:]
	if owner, there := b.reflectedAs[name]; !there {
		b.reflectedAs[name] = t
		b.schemas[name] = &Object{} // a place, for types that hold themselves
		*b.schemas[name] = *b.structObject(t)
	} else if owner != t {
		return b.structObject(t)
	}
	return ref(name)
}

func (b *builder) structObject(t reflect.Type) *Object {
	props, required := &Object{}, []string{}
	b.structFields(t, props, &required)
	o := object("type", "object")
	if len(props.members) > 0 {
		o.Set("properties", props)
	}
	if len(required) > 0 {
		o.Set("required", sortedList(required))
	}
	return o
}

func (b *builder) structFields(t reflect.Type, props *Object, required *[]string) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			b.structFields(f.Type, props, required)
			continue
		}
		if name == "-" || !f.IsExported() {
			continue
		}
		name = either(name, f.Name)
		o, optional := tagged(b.typeSchema(f.Type), f.Tag.Get("openapi"))
		if doc := f.Tag.Get("doc"); doc != "" {
			o.Set("description", doc)
		}
		props.Set(name, alone(o))
		if !optional && !strings.Contains(opts, "omit") {
			*required = append(*required, name)
		}
	}
}

// tagged applies an openapi tag.
func tagged(o *Object, tag string) (*Object, bool) {
	optional := false
	for part := range strings.SplitSeq(tag, ",") {
		key, val, _ := strings.Cut(part, "=")
		switch key {
		case "readOnly", "writeOnly", "nullable":
			o.Set(key, true)
		case "optional":
			optional = true
		case "format":
			o.Set("format", val)
		case "enum":
			values := []any{}
			for v := range strings.SplitSeq(val, "|") {
				values = append(values, v)
			}
			o.Set("enum", values)
		}
	}
	return o, optional
}

func sortedList(names []string) []any {
	slices.Sort(names)
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = n
	}
	return out
}

package openapi

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// enumMark holds the hash of a choice set until its component is made.
const enumMark = "x-spec-enum-id"

// enumUse is one property of a component that has choices.
type enumUse struct {
	component, property string
	in                  *Object // the properties
	hash                string
}

// shareEnums turns every choice set into a component of its own and refers to it, with the names that
// drf-spectacular's postprocess_schema_enums gives: StatusEnum, or ArticleStatusEnum where "status" is ambiguous.
func shareEnums(schemas map[string]*Object) {
	uses := enumUses(schemas)
	names := enumNames(uses)
	for _, u := range uses {
		prop := u.in.Get(u.property).(*Object)
		items := prop
		if prop.Get("type") == "array" {
			items = prop.Get("items").(*Object)
		}
		shared := shareEnum(schemas, items, names[u.hash+" "+u.property])
		if items == prop {
			u.in.Set(u.property, shared)
		} else {
			prop.Set("items", shared)
		}
	}
}

func enumUses(schemas map[string]*Object) []enumUse {
	var out []enumUse
	for _, name := range sortedKeys(schemas) {
		props, _ := schemas[name].Get("properties").(*Object)
		if props == nil {
			continue
		}
		for _, m := range props.members {
			o, ok := m.value.(*Object)
			if ok && o.Get("type") == "array" {
				o, ok = o.Get("items").(*Object)
			}
			if !ok || !o.has("enum") {
				continue
			}
			hash, _ := o.Get(enumMark).(string)
			if hash == "" {
				sum := sha256.Sum256([]byte(fmt.Sprint(o.Get("enum"))))
				hash = hex.EncodeToString(sum[:])
			}
			out = append(out, enumUse{strings.TrimPrefix(name, "Patched"), m.key, props, hash})
		}
	}
	return out
}

// enumNames maps a hash and a property to the name of the enum.
func enumNames(uses []enumUse) map[string]string {
	hashes := map[string][]string{}     // of a property
	components := map[string][]string{} // of a hash: component and property
	for _, u := range uses {
		add(hashes, u.property, u.hash)
		add(components, u.hash, u.component+" "+u.property)
	}
	byHash, clash := map[string]string{}, map[string]bool{}
	names := map[string]string{}
	for _, u := range uses {
		name := camel(u.property)
		switch {
		case len(hashes[u.property]) == 1:
		case len(components[u.hash]) == 1:
			name = camel(u.component) + name
		default:
			name += strings.ToUpper(u.hash[:1]) + u.hash[1:3]
		}
		name += "Enum"
		names[u.hash+" "+u.property] = name
		clash[u.hash] = clash[u.hash] || byHash[u.hash] != "" && byHash[u.hash] != name
		byHash[u.hash] = name
	}
	for _, u := range uses {
		if !clash[u.hash] {
			names[u.hash+" "+u.property] = byHash[u.hash]
		}
	}
	return names
}

func add(m map[string][]string, key, v string) {
	if !slices.Contains(m[key], v) {
		m[key] = append(m[key], v)
	}
}

// shareEnum registers the enum of o under name and returns what stands in its place.
func shareEnum(schemas map[string]*Object, o *Object, name string) *Object {
	o.Take(enumMark)
	all := o.Take("enum").([]any)
	values := slices.DeleteFunc(slices.Clone(all), func(v any) bool { return v == "" || v == nil })
	enum := object("enum", values)
	if t := o.Take("type"); t != nil {
		enum.Set("type", t)
	}
	if d, _ := o.Get("description").(string); strings.HasPrefix(d, "*") {
		enum.Set("description", o.Take("description"))
	} else if _, choices, ok := strings.Cut(d, "\n\n*"); ok {
		enum.Set("description", "*"+choices)
	}
	refs := []any{ref(name)}
	register(schemas, name, enum)
	if slices.Contains(all, any("")) {
		register(schemas, "BlankEnum", object("enum", []any{""}))
		refs = append(refs, ref("BlankEnum"))
	}
	if slices.Contains(all, nil) {
		register(schemas, "NullEnum", object("enum", []any{nil}))
		refs = append(refs, ref("NullEnum"))
	}
	if len(refs) == 1 {
		return alone(o.Set("$ref", refs[0].(*Object).Get("$ref")))
	}
	return o.Set("oneOf", refs)
}

func register(schemas map[string]*Object, name string, o *Object) {
	if _, there := schemas[name]; !there {
		schemas[name] = o
	}
}

// camel is inflection's camelize: "source_kind" becomes "SourceKind".
func camel(s string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(s, "_") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

// choiceHash is drf-spectacular's list_hash of the choices: 16 hexadecimal digits of the SHA-256 of their sorted
// pairs as Python's json writes them. Three of them are part of a name where names clash.
func choiceHash(c *schema.Field) string {
	sorted := slices.Clone(c.Choices)
	slices.SortFunc(sorted, func(a, b schema.Choice) int { return value.Compare(a.Value, b.Value) })
	var b strings.Builder
	b.WriteByte('[')
	n := 0
	for _, ch := range sorted {
		v := string(c.Type.AppendJSON(nil, ch.Value))
		if v == `""` || v == "null" {
			continue
		}
		if n > 0 {
			b.WriteString(", ")
		}
		n++
		label := string(value.AppendJSONString(nil, ch.Label))
		b.WriteString("[" + ascii(v) + ", " + ascii(label) + "]")
	}
	b.WriteByte(']')
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])[:16]
}

// ascii escapes what is not ASCII in a JSON text, as Python's json does by default.
func ascii(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r < 0x10000:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
	}
	return b.String()
}

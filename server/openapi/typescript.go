package openapi

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// typescriptHead is what every generated file begins with: the types that do not depend on the schema.
//
//go:embed typescript.ts
var typescriptHead string

// TypeScript returns the types of a schema's records for programs in TypeScript: for each public and each full resource
// what is read, what POST and PATCH take and what its lists take, and an interface Project that has them all by name.
func TypeScript(s *schema.Schema) []byte {
	w := &typeWriter{names: map[*schema.Serializer]string{}, taken: map[string]bool{"Project": true}}
	for _, name := range declaredName.FindAllStringSubmatch(typescriptHead, -1) {
		w.taken[name[1]] = true
	}
	var public, full []string
	for _, r := range s.Resources {
		name := w.serializer(r.Serializer, r.Serializer.Name, false)
		public = append(public, w.entry(r, name, w.query(r), string(r.Pagination.Style)))
	}
	for _, c := range s.Collections {
		r := schema.FullResource(c)
		name := w.serializer(r.Serializer, pascal(c.Name)+"Record", true)
		full = append(full, w.entry(r, name, "RecordQuery<"+orderNames(r)+">", ""))
	}
	return []byte(typescriptHead + w.out.String() + project(public, full))
}

var declaredName = regexp.MustCompile(`(?m)^export (?:type|interface) (\w+)`)

// typeWriter writes types in the order in which they are needed.
type typeWriter struct {
	out   strings.Builder
	names map[*schema.Serializer]string
	taken map[string]bool
}

// name returns a name for types that is not taken, with those made from it.
func (w *typeWriter) name(base string) string {
	name := base
	for n := 2; w.taken[name] || w.taken[name+"Create"] || w.taken[name+"Patch"]; n++ {
		name = fmt.Sprintf("%s%d", base, n)
	}
	w.taken[name], w.taken[name+"Create"], w.taken[name+"Patch"] = true, true, true
	return name
}

// serializer writes the types of a serializer, after those of the serializers inside it, and returns their name.
func (w *typeWriter) serializer(s *schema.Serializer, base string, versioned bool) string {
	if name, there := w.names[s]; there {
		return name
	}
	name := w.name(base)
	w.names[s] = name
	var read, create []string
	for _, f := range s.Fields {
		t := deriveTraits(s, f)
		shown, written := w.field(f, t)
		if !t.writeOnly {
			read = append(read, typeMember(f.Name, hidden(f), shown))
		}
		if !t.readOnly && written != "" {
			create = append(create, typeMember(f.Name, !t.required, written))
		}
	}
	if versioned {
		read = append(read, typeMember("_v", false, "string"))
	}
	w.block(name, "", read)
	w.block(name+"Create", "", create)
	fmt.Fprintf(&w.out, "\nexport type %sPatch = Partial<%sCreate>;\n", name, name)
	return name
}

// hidden reports whether a rule may leave the field out of an answer.
func hidden(f *schema.SerializerField) bool {
	return slices.ContainsFunc(f.Source, func(c *schema.Field) bool { return c.ReadRule != "" })
}

func (w *typeWriter) block(name, extends string, members []string) {
	if len(members) == 0 && extends != "" {
		fmt.Fprintf(&w.out, "\nexport type %s = %s;\n", name, extends)
		return
	}
	if len(members) == 0 {
		fmt.Fprintf(&w.out, "\nexport type %s = Record<string, never>;\n", name)
		return
	}
	if extends != "" {
		extends = " extends " + extends
	}
	fmt.Fprintf(&w.out, "\nexport interface %s%s {\n%s}\n", name, extends, strings.Join(members, ""))
}

// typeMember is a line of an interface.
func typeMember(name string, optional bool, of string) string {
	mark := ""
	if optional {
		mark = "?"
	}
	return "  " + property(name) + mark + ": " + of + ";\n"
}

var identifier = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)

func property(name string) string {
	if identifier.MatchString(name) {
		return name
	}
	return quoted(name)
}

func quoted(text string) string { return string(value.AppendJSONString(nil, text)) }

// pascal is a name as types have it: "articles-nested" is ArticlesNested.
func pascal(name string) string {
	var out strings.Builder
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool { return r == '_' || r == '-' || r == '.' }) {
		out.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return out.String()
}

// entry is a resource in the interface Project.
func (w *typeWriter) entry(r *schema.Resource, name, query, pagination string) string {
	create, patch := name+"Create", name+"Patch"
	if r.ReadOnly {
		create, patch = "never", "never"
	}
	lines := [][2]string{{"key", columnType(r.Lookup)}, {"read", name}, {"create", create}, {"patch", patch}, {"query", query}}
	if pagination != "" {
		lines = append(lines, [2]string{"pagination", quoted(pagination)})
	}
	out := "    " + property(r.Name) + ": {\n"
	for _, l := range lines {
		out += "      " + l[0] + ": " + l[1] + ";\n"
	}
	return out + "    };\n"
}

func project(public, full []string) string {
	return "\n/** The resources of the project by name, as createClient<Project>() takes them. */\n" +
		"export interface Project {\n  /** /api/{name}/ */\n  resources: {\n" + strings.Join(public, "") +
		"  };\n  /** /api/_/records/{name}/ */\n  records: {\n" + strings.Join(full, "") + "  };\n}\n"
}

package schema

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the tables of docs/schema.md")

const docsFile = "../../docs/schema.md"

// table is the reference of one kind of object as docs/schema.md has it, between its markers.
func table(o *object) string {
	var s strings.Builder
	fmt.Fprintf(&s, "<!-- keys of %s -->\n\n| key | value | meaning |\n|---|---|---|\n", o.name)
	cell := func(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
	for _, k := range o.keys {
		doc := k.doc
		if k.enum != nil {
			doc += " One of: `" + strings.Join(k.enum, "`, `") + "`."
		}
		fmt.Fprintf(&s, "| `%s` | %s | %s |\n", k.name, cell(shapeWords(k.shape)), cell(doc))
	}
	fmt.Fprintf(&s, "\n<!-- end of %s -->", o.name)
	return s.String()
}

// shapeWords says a shape in words.
func shapeWords(shape string) string {
	if parts := alternatives(shape); len(parts) > 1 {
		for i := range parts {
			parts[i] = shapeWords(parts[i])
		}
		return strings.Join(parts, " or ")
	}
	if inner, ok := strings.CutPrefix(shape, "("); ok {
		return shapeWords(strings.TrimSuffix(inner, ")"))
	}
	if inner, ok := strings.CutPrefix(shape, "[]"); ok {
		return "list of " + shapeWords(inner)
	}
	if inner, ok := strings.CutPrefix(shape, "{}"); ok {
		return "map to " + shapeWords(inner)
	}
	return strings.ReplaceAll(shape, "_", " ")
}

// The reference in docs/schema.md is that of the parser: run with -update after a change of the keys.
func TestDocs(t *testing.T) {
	src, err := os.ReadFile(docsFile)
	if err != nil {
		t.Fatal(err)
	}
	docs := string(src)
	for _, o := range objects {
		between := regexp.MustCompile(`(?s)<!-- keys of ` + o.name + ` -->.*?<!-- end of ` + o.name + ` -->`)
		found := between.FindString(docs)
		switch {
		case found == "":
			t.Errorf("docs/schema.md has no table for %s", o.name)
		case found != table(o) && *update:
			docs = strings.Replace(docs, found, table(o), 1)
		case found != table(o):
			t.Errorf("docs/schema.md differs from the parser in %s: run go test ./store/schema -run TestDocs -update", o.name)
		}
	}
	for _, ft := range fieldTypes {
		if !strings.Contains(docs, "| `"+ft.name+"` |") {
			t.Errorf("docs/schema.md does not list the type %s", ft.name)
		}
	}
	if *update && docs != string(src) {
		if err := os.WriteFile(docsFile, []byte(docs), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

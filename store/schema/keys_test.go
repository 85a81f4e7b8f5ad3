package schema

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// visit calls each for every value of the document that a key of the key tables stands for.
func visit(o *object, path string, n *Node, each func(o *object, k key, path string, parent *Node)) {
	for _, m := range n.Members {
		for _, k := range o.keys {
			if k.name == m.Name {
				each(o, k, join(path, m.Name), n)
				descend(k.shape, join(path, m.Name), m.Value, each)
			}
		}
	}
}

func descend(shape, path string, n *Node, each func(o *object, k key, path string, parent *Node)) {
	for _, part := range alternatives(shape) {
		if inner, ok := strings.CutPrefix(part, "("); ok {
			descend(strings.TrimSuffix(inner, ")"), path, n, each)
			continue
		}
		if inner, ok := strings.CutPrefix(part, "[]"); ok && n.Kind == ArrayNode {
			for i, item := range n.Items {
				descend(inner, fmt.Sprintf("%s[%d]", path, i), item, each)
			}
		}
		if inner, ok := strings.CutPrefix(part, "{}"); ok && n.Kind == ObjectNode {
			for _, m := range n.Members {
				descend(inner, join(path, m.Name), m.Value, each)
			}
		}
		for _, o := range objects {
			if o.name == part && n.Kind == ObjectNode {
				visit(o, path, n, each)
			}
		}
	}
}

func everythingNode(t *testing.T) *Node {
	t.Helper()
	src, err := os.ReadFile("testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	n, problems := decode(src)
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return n
}

// Every key of the tables is in testdata/everything.json, so that the tests below see it.
func TestEverythingHasEveryKey(t *testing.T) {
	seen := map[string]bool{}
	visit(&documentKeys, "", everythingNode(t), func(o *object, k key, _ string, _ *Node) { seen[o.name+"."+k.name] = true })
	for _, o := range objects {
		for _, k := range o.keys {
			if !seen[o.name+"."+k.name] {
				t.Errorf("testdata/everything.json has no %s.%s", o.name, k.name)
			}
		}
	}
}

// A value of the wrong type is a problem at its own path: so the parser reads every key of the tables.
func TestEveryKeyIsRead(t *testing.T) {
	root := everythingNode(t)
	visit(&documentKeys, "", root, func(o *object, k key, path string, parent *Node) {
		if k.shape == "any" {
			return
		}
		good := parent.Get(k.name)
		parent.set(k.name, &Node{Kind: NullNode})
		_, problems := (&Document{root}).Resolve()
		parent.set(k.name, good)
		if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Path == path && strings.HasPrefix(p.Message, "This must be") }) {
			t.Errorf("%s (%s.%s): null is not reported: %v", path, o.name, k.name, problems)
		}
	})
	if _, problems := (&Document{root}).Resolve(); len(problems) > 0 {
		t.Fatal(problems)
	}
}

// A word outside an enumeration is a problem at its own path.
func TestEveryEnumIsChecked(t *testing.T) {
	root := everythingNode(t)
	visit(&documentKeys, "", root, func(o *object, k key, path string, parent *Node) {
		if k.enum == nil {
			return
		}
		good := parent.Get(k.name)
		bad := &Node{Kind: StringNode, Text: "nonsense"}
		if good.Kind == ArrayNode {
			bad, path = &Node{Kind: ArrayNode, Items: []*Node{bad}}, path+"[0]"
		}
		parent.set(k.name, bad)
		_, problems := (&Document{root}).Resolve()
		parent.set(k.name, good)
		if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Path == path && strings.Contains(p.Message, `"nonsense"`) }) {
			t.Errorf("%s (%s.%s): a word outside the enumeration is not reported: %v", path, o.name, k.name, problems)
		}
	})
}

// An unknown key is a problem in every kind of object, with the nearest key as suggestion.
func TestUnknownKeys(t *testing.T) {
	root := everythingNode(t)
	done := map[string]bool{}
	visit(&documentKeys, "", root, func(o *object, k key, path string, parent *Node) {
		if done[o.name] {
			return
		}
		done[o.name] = true
		bad := k.name + "x"
		parent.set(bad, parent.Get(k.name))
		_, problems := (&Document{root}).Resolve()
		parent.Members = parent.Members[:len(parent.Members)-1]
		delete(parent.index, bad)
		at := strings.TrimSuffix(path, k.name) + bad
		if !slices.ContainsFunc(problems, func(p Problem) bool { return p.Path == at }) {
			t.Errorf("%s: the unknown key is not reported: %v", at, problems)
		}
	})
}

func TestJSONSchema(t *testing.T) {
	var root map[string]any
	if err := json.Unmarshal(JSONSchema(), &root); err != nil {
		t.Fatal(err)
	}
	check := shapeChecker{root["$defs"].(map[string]any)}
	for _, file := range []string{"testdata/everything.json", "../sample/schema.json"} {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var doc any
		if err := json.Unmarshal(src, &doc); err != nil {
			t.Fatal(err)
		}
		if err := check.valid(root, doc, file); err != nil {
			t.Error(err)
		}
	}
	bad := map[string]any{"collections": map[string]any{"a": map[string]any{"fields": map[string]any{"b": map[string]any{"type": "chars"}}}}}
	if check.valid(root, bad, "") == nil {
		t.Error("an unknown type passes the JSON Schema")
	}
}

// shapeChecker validates what JSONSchema uses of JSON Schema, and fails on any keyword beyond it.
type shapeChecker struct{ defs map[string]any }

func (c shapeChecker) valid(s map[string]any, v any, path string) error {
	for word, arg := range s {
		var err error
		switch word {
		case "description", "title", "$schema", "$id", "$defs", "properties", "allOf":
		case "$ref":
			err = c.valid(c.defs[strings.TrimPrefix(arg.(string), "#/$defs/")].(map[string]any), v, path)
		case "type":
			if !slices.Contains(typeWords(arg), typeWord(v)) {
				err = fmt.Errorf("%s: %s, want %v", path, typeWord(v), arg)
			}
		case "enum":
			if !slices.Contains(arg.([]any), v) {
				err = fmt.Errorf("%s: %v is not in %v", path, v, arg)
			}
		case "items":
			list, _ := v.([]any)
			for i := range list {
				if err == nil {
					err = c.valid(arg.(map[string]any), list[i], fmt.Sprintf("%s[%d]", path, i))
				}
			}
		case "additionalProperties":
			err = c.members(s, arg, v, path)
		case "required":
			for _, name := range arg.([]any) {
				if m, ok := v.(map[string]any); ok && m[name.(string)] == nil {
					err = fmt.Errorf("%s: no %q", path, name)
				}
			}
		case "anyOf":
			err = c.any(arg.([]any), v, path)
		default:
			err = fmt.Errorf("unexpected keyword %q", word)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (c shapeChecker) any(schemas []any, v any, path string) error {
	var errs []string
	for _, s := range schemas {
		err := c.valid(s.(map[string]any), v, path)
		if err == nil {
			return nil
		}
		errs = append(errs, err.Error())
	}
	return fmt.Errorf("%s: none of: %s", path, strings.Join(errs, "; "))
}

func (c shapeChecker) members(s map[string]any, rest, v any, path string) error {
	m, _ := v.(map[string]any)
	properties, _ := s["properties"].(map[string]any)
	for name, value := range m {
		p, known := properties[name].(map[string]any)
		if !known {
			if p, known = rest.(map[string]any); !known {
				return fmt.Errorf("%s.%s: not allowed", path, name)
			}
		}
		if err := c.valid(p, value, path+"."+name); err != nil {
			return err
		}
	}
	return nil
}

func typeWords(arg any) []string {
	if list, ok := arg.([]any); ok {
		var words []string
		for _, w := range list {
			words = append(words, w.(string))
		}
		return words
	}
	return []string{arg.(string)}
}

func typeWord(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
		return "number"
	}
	return "object"
}

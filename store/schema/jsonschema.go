package schema

import (
	"encoding/json"
	"strings"
)

// JSONSchema returns the JSON Schema (draft 2020-12) of the document, for editors: every key with its description.
// It says less than Parse checks, and nothing that Parse refuses to be written.
func JSONSchema() []byte {
	defs := map[string]any{"role": roleSchema()}
	for _, o := range objects[1:] {
		defs[o.name] = objectSchema(o)
	}
	root := objectSchema(&documentKeys)
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["$id"] = SchemaAddress
	root["title"] = "Couplet schema document"
	root["$defs"] = defs
	out, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		panic(err) // maps, slices and strings always encode
	}
	return append(out, '\n')
}

// SchemaAddress is what a document's $schema names.
const SchemaAddress = "https://couplet.invalid/schema-1.json"

// required are the keys that an object cannot do without.
var required = map[string][]string{
	"field": {"type"}, "check": {"expr"}, "index": {"fields"}, "resource_field": {"name"}, "filter": {"type"},
	"job": {"cron", "task"},
}

func objectSchema(o *object) map[string]any {
	properties := map[string]any{}
	for _, k := range o.keys {
		p := shapeSchema(k.shape, k.enum)
		p["description"] = k.doc
		properties[k.name] = p
	}
	s := map[string]any{"type": "object", "description": o.doc, "properties": properties, "additionalProperties": false}
	if r := required[o.name]; r != nil {
		s["required"] = r
	}
	if o == &fieldKeys {
		s["allOf"] = []any{
			whenType([]string{"decimal"}, "max_digits", "decimal_places"),
			whenType([]string{"foreign_key", "one_to_one", "many_to_many"}, "to"),
		}
	}
	return s
}

// whenType requires further options of some field types.
func whenType(types []string, options ...string) map[string]any {
	return map[string]any{
		"if":   map[string]any{"properties": map[string]any{"type": map[string]any{"enum": types}}},
		"then": map[string]any{"required": options},
	}
}

// shapeSchema translates the shape of a key; the enum belongs to its strings.
func shapeSchema(shape string, enum []string) map[string]any {
	if parts := alternatives(shape); len(parts) > 1 {
		var any []any
		for _, p := range parts {
			any = append(any, shapeSchema(p, enum))
		}
		return map[string]interface{}{"anyOf": any}
	}
	if inner, ok := strings.CutPrefix(shape, "("); ok {
		return shapeSchema(strings.TrimSuffix(inner, ")"), enum)
	}
	if inner, ok := strings.CutPrefix(shape, "[]"); ok {
		return map[string]any{"type": "array", "items": shapeSchema(inner, enum)}
	}
	if inner, ok := strings.CutPrefix(shape, "{}"); ok {
		return map[string]any{"type": "object", "additionalProperties": shapeSchema(inner, enum)}
	}
	switch shape {
	case "any":
		return map[string]any{}
	case "string":
		if enum != nil {
			return map[string]any{"type": "string", "enum": enum}
		}
		return map[string]any{"type": "string"}
	case "boolean", "integer":
		return map[string]any{"type": shape}
	}
	return map[string]any{"$ref": "#/$defs/" + shape}
}

// alternatives splits a shape at the "|" that are in no parentheses.
func alternatives(shape string) []string {
	var parts []string
	depth, start := 0, 0
	for i, r := range shape {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		case '|':
			if depth == 0 {
				parts = append(parts, shape[start:i])
				start = i + 1
			}
		}
	}
	return append(parts, shape[start:])
}

// roleSchema describes roles, whose keys are collections.
func roleSchema() map[string]any {
	actions := map[string]any{}
	for _, a := range Actions {
		actions[string(a)] = map[string]any{"type": []string{"boolean", "string"},
			"description": "true: every record; false: none; an expression: where it is true."}
	}
	return map[string]any{
		"type":        "object",
		"description": "What the members of a role may do, by collection; \"*\" is every collection.",
		"properties":  map[string]any{"label": map[string]any{"description": "What the role is called."}},
		"additionalProperties": map[string]any{"anyOf": []any{
			map[string]any{"type": "boolean", "description": "All actions, or none."},
			map[string]any{"type": "object", "properties": actions, "additionalProperties": false},
		}},
	}
}

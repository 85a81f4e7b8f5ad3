package openapi_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/store/sample"
	"github.com/couplet/couplet/store/schema"
)

// projectCode are the paths of the reference that are Python functions there: Couplet does not describe them.
var projectCode = regexp.MustCompile(
	`^/api/(whoami/.*|contact/|articles/\{id\}/publish/|articles/recent/|articles/\{id\}/comments/|tags/bulk/)$`)

// TestReference compares documents with those that drf-spectacular 0.30 wrote for the same Django projects: the
// magazine, and a kitchen sink of field types, choices and defaults.
func TestReference(t *testing.T) {
	magazineDocument := func(t *testing.T, v openapi.Version) *openapi.Document {
		return openapi.Public(magazine(t), openapi.Options{Operations: openapi.Tokens()}, v)
	}
	kitchenDocument := func(t *testing.T, v openapi.Version) *openapi.Document {
		return openapi.Public(kitchen(t), openapi.Options{}, v)
	}
	for _, c := range []struct {
		file    string
		version openapi.Version
		make    func(*testing.T, openapi.Version) *openapi.Document
		accept  func(want map[string]any)
	}{
		{"openapi-3.0.json", openapi.V30, magazineDocument, dropProjectCode},
		{"openapi-3.1.json", openapi.V31, magazineDocument, func(w map[string]any) { dropProjectCode(w); mend31(w) }},
		{"kitchen-3.0.json", openapi.V30, kitchenDocument, func(map[string]any) {}},
		{"kitchen-3.1.json", openapi.V31, kitchenDocument, mend31},
	} {
		t.Run(c.file, func(t *testing.T) {
			got := decode(t, c.make(t, c.version).JSON())
			data, err := os.ReadFile("testdata/" + c.file)
			if err != nil {
				t.Fatal(err)
			}
			want := decode(t, data)
			c.accept(want)
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("-drf-spectacular +couplet:\n%s", d)
			}
		})
	}
}

// dropProjectCode takes out what only project code of the reference brings: its paths, and the authentication by
// basicAuth and tokenAuth.
func dropProjectCode(want map[string]any) {
	paths := want["paths"].(map[string]any)
	for path := range paths {
		if projectCode.MatchString(path) {
			delete(paths, path)
		}
	}
	schemes := want["components"].(map[string]any)["securitySchemes"].(map[string]any)
	delete(schemes, "basicAuth")
	delete(schemes, "tokenAuth")
}

// mend31 takes out what DRF and drf-spectacular get wrong in 3.1: "nullable" is no longer a word there, and
// oneOf [{}, null] refuses null, because both match.
func mend31(want map[string]any) {
	schemas := want["components"].(map[string]any)["schemas"].(map[string]any)
	mendEnums(want["paths"])
	for _, s := range schemas {
		props, _ := s.(map[string]any)["properties"].(map[string]any)
		for name, p := range props {
			prop := p.(map[string]any)
			if prop["nullable"] == true {
				delete(prop, "nullable")
				prop["type"] = []any{prop["type"], "null"}
			}
			if one, ok := prop["oneOf"].([]any); ok && len(one[0].(map[string]any)) == 0 {
				props[name] = map[string]any{}
			}
		}
	}
}

// mendEnums takes null out of the type of parameters with choices: no text in a URL is null.
func mendEnums(v any) {
	switch v := v.(type) {
	case map[string]any:
		if types, ok := v["type"].([]any); ok && len(types) == 2 && v["enum"] != nil {
			v["type"] = types[0]
		}
		for _, x := range v {
			mendEnums(x)
		}
	case []any:
		for _, x := range v {
			mendEnums(x)
		}
	}
}

func magazine(t *testing.T) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse(sample.Schema)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return s
}

func decode(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

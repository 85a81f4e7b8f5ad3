package openapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/store/schema"
)

type planStep struct {
	ID          string `json:"id"`
	SQL         string `json:"sql" doc:"As it will be run."`
	Destructive bool   `json:"destructive"`
	Rows        int64  `json:"rows"`
}

type plan struct {
	Hash    string         `json:"hash" openapi:"readOnly"`
	Steps   []planStep     `json:"steps"`
	Kind    string         `json:"kind,omitempty" openapi:"enum=full|partial"`
	At      time.Time      `json:"at"`
	Parent  *planStep      `json:"parent"`
	Values  map[string]any `json:"values" openapi:"optional"`
	private int
}

// operations stand for a system API.
func operations() []openapi.Operation {
	return []openapi.Operation{
		{Method: http.MethodGet, Path: "/api/_/changesets/{id}/", Response: []plan{{private: 1}}, Errors: []int{403, 404},
			Parameters: []openapi.Parameter{{Name: "limit", Type: "integer"}, {Name: "id", Type: "string", Format: "uuid"}}},
		{Method: http.MethodPost, Path: "/api/_/schema/plan/", Summary: "Plan", Request: plan{}, Response: plan{}, Errors: []int{400}},
		{Method: http.MethodDelete, Path: "/api/_/sessions/{id}/"},
		{Method: http.MethodGet, Path: "/api/_/", Response: map[string]string{}, Open: true},
	}
}

func kitchen(t *testing.T) *schema.Schema {
	t.Helper()
	src, err := os.ReadFile("testdata/kitchen.json")
	if err != nil {
		t.Fatal(err)
	}
	s, problems := schema.Parse(src)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return s
}

// documents are those that the other tests look at, by name and version.
func documents(t *testing.T, visit func(t *testing.T, v openapi.Version, d *openapi.Document)) {
	for _, v := range []openapi.Version{openapi.V30, openapi.V31} {
		m, k := magazine(t), kitchen(t)
		nested := []openapi.Nested{{Parent: m.Resource("articles"), Name: "comments", Child: m.Resource("comments"), Create: true}}
		for name, d := range map[string]*openapi.Document{
			"magazine": openapi.Public(m, openapi.Options{Operations: append(openapi.Tokens(), openapi.Accounts()...), Nested: nested}, v),
			"kitchen":  openapi.Public(k, openapi.Options{}, v),
			"system":   openapi.System(openapi.Info{Title: "System", Version: "1"}, "/api/_/", []string{"jwt"}, operations(), v),
		} {
			t.Run(name+" "+string(v), func(t *testing.T) { visit(t, v, d) })
		}
	}
}

// TestValid holds every document against the official JSON Schema of its version, and compiles every schema in those
// of 3.1, which are JSON Schema 2020-12.
func TestValid(t *testing.T) {
	documents(t, func(t *testing.T, v openapi.Version, d *openapi.Document) {
		file := "testdata/oas/3.0.json"
		if v == openapi.V31 {
			file = "testdata/oas/3.1.json"
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		c.DefaultDraft(jsonschema.Draft2020)
		official := compile(t, c, "https://example.org/oas.json", data)
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(d.JSON()))
		if err != nil {
			t.Fatal(err)
		}
		if err := official.Validate(value); err != nil {
			t.Errorf("%v\n%s", err, d.JSON())
		}
		checkReferences(t, value)
		if v == openapi.V31 {
			if err := c.AddResource("https://example.org/doc.json", value); err != nil {
				t.Fatal(err)
			}
			for name := range value.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any) {
				if _, err := c.Compile("https://example.org/doc.json#/components/schemas/" + name); err != nil {
					t.Errorf("component %s: %v", name, err)
				}
			}
		}
	})
}

func compile(t *testing.T, c *jsonschema.Compiler, url string, data []byte) *jsonschema.Schema {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.AddResource(url, v); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(url)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// checkReferences holds that every reference leads to a component, no mark of ours is left, and operation ids differ.
func checkReferences(t *testing.T, doc any) {
	t.Helper()
	schemas := doc.(map[string]any)["components"].(map[string]any)["schemas"].(map[string]any)
	ids := map[any]bool{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if r, ok := v["$ref"].(string); ok && schemas[strings.TrimPrefix(r, "#/components/schemas/")] == nil {
				t.Errorf("%s leads nowhere", r)
			}
			if _, ok := v["x-spec-enum-id"]; ok {
				t.Errorf("a mark is left in %v", v)
			}
			if id, ok := v["operationId"]; ok {
				if ids[id] {
					t.Errorf("operation id %v comes twice", id)
				}
				ids[id] = true
			}
			for _, x := range v {
				walk(x)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(doc)
}

// TestYAML holds that both forms of a document say the same.
func TestYAML(t *testing.T) {
	documents(t, func(t *testing.T, _ openapi.Version, d *openapi.Document) {
		var fromYAML, fromJSON any
		if err := yaml.Unmarshal(d.YAML(), &fromYAML); err != nil {
			t.Fatalf("%v\n%s", err, d.YAML())
		}
		// By way of JSON, so that numbers have one form.
		data, err := json.Marshal(fromYAML)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(data, &fromYAML); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(d.JSON(), &fromJSON); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(fromJSON, fromYAML); diff != "" {
			t.Errorf("-json +yaml:\n%s", diff)
		}
	})
}

// TestStable holds that a document's bytes depend on its arguments alone.
func TestStable(t *testing.T) {
	first := openapi.Public(kitchen(t), openapi.Options{}, openapi.V31)
	for range 5 {
		again := openapi.Public(kitchen(t), openapi.Options{}, openapi.V31)
		if d := cmp.Diff(string(first.JSON()), string(again.JSON())); d != "" {
			t.Fatal(d)
		}
	}
}

package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// The system API's own document is valid in both versions, and its operations answer: none is a 404 or 405.
func TestSystemDocument(t *testing.T) {
	w := newWorld(t)
	for version, file := range map[string]string{"3.1.0": "3.1.json", "3.0.3": "3.0.json"} {
		text := w.visitor().with("Accept", "application/json").want("GET", "/api/_/openapi/?openapi="+version, "", 200, "")
		official, err := jsonschema.UnmarshalJSON(strings.NewReader(read(t, "openapi/testdata/oas/"+file)))
		if err != nil {
			t.Fatal(err)
		}
		c := jsonschema.NewCompiler()
		c.DefaultDraft(jsonschema.Draft2020)
		if err := c.AddResource("https://example.org/oas.json", official); err != nil {
			t.Fatal(err)
		}
		s, err := c.Compile("https://example.org/oas.json")
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Validate(doc); err != nil {
			t.Errorf("%s: %v", version, err)
		}
		w.answers(text)
	}
}

// answers sends every operation of a document, without a body.
func (w *world) answers(document string) {
	w.t.Helper()
	var doc struct {
		Paths map[string]map[string]struct {
			Responses map[string]any
		}
	}
	if err := json.Unmarshal([]byte(document), &doc); err != nil {
		w.t.Fatal(err)
	}
	if len(doc.Paths) < 15 {
		w.t.Errorf("the document has %d paths only", len(doc.Paths))
	}
	_, made := w.root.call("POST", "/api/_/backups/", "")
	hook := member(w.t, w.root.want("POST", hooksPath, `{"name":"a","url":"http://localhost:9/","events":[{"collection":"tags"}]}`, 201, ""), "id")
	sent := member(w.t, w.root.want("POST", hooksPath+hook+"/test/", "", 200, ""), "id")
	view := member(w.t, w.root.want("POST", viewsPath, `{"collection":"tags","name":"a"}`, 201, ""), "id")
	draft := readDraft(w.t, w.root.want("POST", draftsPath, "{}", 201, "")).ID
	imported := `{"upload":"` + w.root.sent("a.csv", "name\ngreen\n") + `","collection":"tags","dry_run":true,"background":true}`
	run := w.root.ended(w.root.want("POST", importsPath, imported, 202, "")).ID
	bulked := w.root.behind(w.root.want("POST", "/api/_/records/tags/bulk/", `{"ids":[1],"set":{},"dry_run":true,"background":true}`, 202, "")).ID
	changed := w.root.bulk("/api/_/records/tags/", `{"ids":[1],"set":{"name":"`+bulked[24:]+`"}}`, 200).header
	job := member(w.t, w.root.want("POST", jobsPath+"tokens/run/", "", 202, ""), "run")
	names := strings.NewReplacer("{run}", job, "{collection}", "tags", "{key}", "1", "{name}", member(w.t, made, "name"), "{job}", "integrity",
		"webhooks/{id}", "webhooks/"+hook, "views/{id}", "views/"+view, "drafts/{id}", "drafts/"+draft, "people/{id}", "people/"+w.wendyKey,
		"imports/{id}", "imports/"+run, "bulk/{id}", "bulk/"+bulked, "background/{id}", "background/"+bulked, "changesets/{id}", "changesets/"+changed, "{upload}", w.root.sent("a.txt", "x"), "{delivery}", sent)
	for path, methods := range doc.Paths {
		at := names.Replace(path)
		for method, op := range methods {
			method = strings.ToUpper(method)
			if method == "DELETE" {
				continue // has tests of its own
			}
			status, text := w.root.call(method, at, "")
			if status == 404 || status == 405 || status >= 500 {
				w.t.Errorf("%s %s: %d %s", method, at, status, text)
			}
			if len(op.Responses) == 0 {
				w.t.Errorf("%s %s declares no answer", method, path)
			}
		}
	}
}

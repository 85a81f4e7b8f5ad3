package api

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v3"
)

// Every route of the system API is in its OpenAPI document and in docs/system-api.md, and the page names no other.
func TestSystemAPIIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../../docs/system-api.md")
	if err != nil {
		t.Fatal(err)
	}
	a := New(Config{})
	a.Mount(fiber.New())
	var documented, ids []string
	for _, op := range a.systemDocument() {
		documented = append(documented, op.Key())
		if op.Summary == "" {
			t.Errorf("%s has no summary", op.Key())
		}
		if op.ID != "" && slices.Contains(ids, op.ID) {
			t.Errorf("operation id %s comes twice", op.ID)
		}
		ids = append(ids, op.ID)
		if !strings.Contains(string(text), "`"+op.Key()+"`") {
			t.Errorf("docs/system-api.md does not have `%s`", op.Key())
		}
	}
	for path, view := range a.fixed {
		for _, method := range view.Methods {
			if strings.HasPrefix(path, systemPrefix) && !slices.Contains(documented, method+" "+path) {
				t.Errorf("%s %s is mounted and not in the OpenAPI document", method, path)
			}
		}
	}
	for i, part := range strings.Split(string(text), "`") {
		if method, path, ok := strings.Cut(part, " "); i%2 == 1 && ok && !strings.Contains(part, "\n") && strings.HasPrefix(path, systemPrefix) && !slices.Contains(documented, part) {
			t.Errorf("docs/system-api.md has %s %s, which does not exist", method, path)
		}
	}
}

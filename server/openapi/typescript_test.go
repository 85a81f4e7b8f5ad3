package openapi_test

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server/openapi"
)

var update = flag.Bool("update", false, "write the files of generated types anew")

// TestTypeScript compares generated types with those that were looked over (and compiled by `make test-clients`).
func TestTypeScript(t *testing.T) {
	for file, got := range map[string][]byte{
		"testdata/magazine.ts": openapi.TypeScript(magazine(t)), "testdata/kitchen.ts": openapi.TypeScript(kitchen(t)),
	} {
		if *update {
			if err := os.WriteFile(file, got, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(got)); d != "" {
			t.Errorf("%s: -want +got (go test -update writes it)\n%s", file, d)
		}
	}
}

package schema_test

import (
	"os"
	"testing"

	"github.com/couplet/couplet/store/schema"
)

// BenchmarkParse bounds what a start of the server spends on its document.
func BenchmarkParse(b *testing.B) {
	src, err := os.ReadFile("../sample/schema.json")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, problems := schema.Parse(src); len(problems) > 0 {
			b.Fatal(problems)
		}
	}
}

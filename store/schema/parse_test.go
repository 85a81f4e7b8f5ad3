package schema_test

import (
	"os"
	"testing"

	"github.com/couplet/couplet/store/schema"
)

func everything(t testing.TB) []byte {
	t.Helper()
	src, err := os.ReadFile("testdata/everything.json")
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func parse(t testing.TB, src string) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse([]byte(src))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestEverything(t *testing.T) {
	parse(t, string(everything(t)))
}

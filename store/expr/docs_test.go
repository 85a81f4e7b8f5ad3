package expr

import (
	"os"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/sample"
)

// TestReferenceExamples compiles every example of docs/expressions.md against the sample project. A block names its
// collection; in a block of wrong ones an arrow comes before the error.
func TestReferenceExamples(t *testing.T) {
	doc, err := os.ReadFile("../../docs/expressions.md")
	if err != nil {
		t.Fatal(err)
	}
	s := mustSchema(t, string(sample.Schema))
	examples, errors := 0, 0
	for _, block := range strings.Split(string(doc), "\n```")[1:] {
		head, body, _ := strings.Cut(block, "\n")
		kind, coll, _ := strings.Cut(head, " ")
		if kind != "expr" && kind != "wrong" {
			continue
		}
		env := Env{Collection: s.Collection(coll), Users: s.Users()}
		if env.Collection == nil {
			t.Fatalf("there is no collection %q", coll)
		}
		for _, line := range strings.Split(body, "\n") {
			src, want, wrong := strings.Cut(line, "→")
			src, want = strings.TrimSpace(src), strings.TrimSpace(want)
			_, err := Compile(src, env)
			switch {
			case kind == "expr" && err != nil:
				t.Errorf("%s: %v", src, err)
			case kind == "wrong" && (!wrong || err == nil || err.Error() != want):
				t.Errorf("%s: got %v, want %s", src, err, want)
			case kind == "expr":
				examples++
			default:
				errors++
			}
		}
	}
	if examples < 50 || errors < 5 {
		t.Errorf("%d examples and %d errors: they are no longer found", examples, errors)
	}
}

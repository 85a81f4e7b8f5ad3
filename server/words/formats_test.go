package words

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFind(t *testing.T) {
	for _, c := range []struct {
		format, message string
		want            []string
	}{
		{"%s of %s", "a of b", []string{"a", "b"}},
		{"%s of %s", "a of b of c", []string{"a", "b of c"}},
		{"%s of %s", " of  of c", []string{" of ", "c"}},
		{"%s of %s", "a of ", nil},
		{"%s of %s", " of b", nil},
		{"%s of %s", "a off b", nil},
		{"No %s here.", "No one here.\n here.", []string{"one here.\n"}},
		{"No %s here.", "No here.", nil},
		{"%s has %d records.", "b has b has 3 records.", []string{"b has b", "3"}},
		{"%s has %d records.", "b has -3 records.", []string{"b", "-3"}},
		{"%s has %d records.", "b has many records.", nil},
		{"ä%sü", "äöü", []string{"ö"}},
		{"%s.", "\xff.", []string{"\xff"}},
	} {
		if diff := cmp.Diff(c.want, newPattern(c.format, nil).find(c.message)); diff != "" {
			t.Errorf("%q in %q (-want +got):\n%s", c.format, c.message, diff)
		}
	}
}

// TestFindAsExpressions compares what is found in messages full of pieces with what an expression finds.
func TestFindAsExpressions(t *testing.T) {
	e := mustReadEntries(t, German)
	for from := range e.messages {
		p := newPattern(from, nil)
		expr := regexp.QuoteMeta(from)
		for verb, what := range map[string]string{"%s": `(.+?)`, "%w": `(.+?)`, "%d": `(-?\d+)`} {
			expr = strings.ReplaceAll(expr, verb, what)
		}
		whole := regexp.MustCompile(`(?s)^` + expr + `$`)
		for _, filling := range []string{"", "x", "7", " ", strings.Join(p.pieces, "x"), strings.Join(p.pieces, "7") + p.pieces[0], p.pieces[len(p.pieces)-1]} {
			message := place.ReplaceAllLiteralString(from, filling)
			var want []string
			if found := whole.FindStringSubmatch(message); len(found) > 1 {
				want = found[1:]
			}
			if got := p.find(message); place.MatchString(from) && !cmp.Equal(want, got) {
				t.Errorf("%q in %q: %q, not %q", from, message, got, want)
			}
		}
	}
}

package sqlb

import (
	"errors"
	"testing"
)

func TestPostgreSQLPattern(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"abc", "***:abc"},
		{"^a.c$", `***:\Aa[^\n]c\Z`},
		{"(?s)a.c", `***:a.c`},
		{"(?m)^a$", `***:(?:\A|(?<=\n))a(?:\Z|(?=\n))`},
		{"a|b|cd", `***:[\U00000061-\U00000062]|cd`},
		{"(a|bc)+?d", `***:(?:(?:a|bc))+d`},
		{"x(?:a|bc)d", `***:x(?:a|bc)d`},
		{"a{2,5}b{3}c{1,}", `***:(?:a){2,5}(?:b){3}(?:c){1,}`},
		{"(?i)k", "***:[\\U0000004b\\U0000006b\\U0000212a]"},
		{`\d-\.`, `***:[\U00000030-\U00000039]\U0000002d\U0000002e`},
		{"[^a]", `***:[\U00000001-\U00000060\U00000062-\U0010ffff]`},
		{"é😀", "***:é😀"},
		{"", "***:(?:)"},
	} {
		got, err := PostgreSQLPattern(c.in)
		if err != nil || got != c.want {
			t.Errorf("%s: got %s, %v, want %s", c.in, got, err, c.want)
		}
	}
	for _, c := range []struct {
		in      string
		unequal bool
	}{{"a{300}", true}, {"[^\\x01-\\x{10FFFF}]", true}, {"(", false}} {
		if _, err := PostgreSQLPattern(c.in); err == nil || errors.Is(err, ErrPattern) != c.unequal {
			t.Errorf("%s: got %v", c.in, err)
		}
	}
}

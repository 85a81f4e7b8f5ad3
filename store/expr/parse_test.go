package expr

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFormat(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"a==1", "a == 1"},
		{"a && (b && c) && d", "a && b && c && d"},
		{"(a || b) && c", "(a || b) && c"},
		{"a || b && c", "a || b && c"},
		{"!(a)", "!a"},
		{"!(a == b)", "!(a == b)"},
		{"!a == b", "!a == b"},
		{"a - (b - c) - d", "a - (b - c) - d"},
		{"(a - b) - c", "a - b - c"},
		{"-(-a)", "--a"},
		{"-(a + b)", "-(a + b)"},
		{"'it''s'", ""},
		{`'a"b'`, `"a\"b"`},
		{`r'\d+'`, `"\\d+"`},
		{`"\u00e9\n\x41\U0001F600\`, ""},
		{`"\u00e9\n\x41\U0001F600"`, `"é\nA😀"`},
		{`"\u200b"`, `"\u200b"`},
		{"x in [1,2,]", "x in [1, 2]"},
		{"tags . exists ( t , t . label == 'x' )", `tags.exists(t, t.label == "x")`},
		{"1.50 < x // comment", "1.50 < x"},
		{"(a == b) == c", "(a == b) == c"},
		{".5e-3 < 2E4", ".5e-3 < 2E4"},
		{"this.in == 1", "this.in == 1"},
		{"(a).b", "a.b"},
		{"(a + b).c", "(a + b).c"},
	} {
		n, err := Parse(c.src)
		if err != nil {
			if c.want != "" {
				t.Errorf("%s: %v", c.src, err)
			}
			continue
		}
		if got := Format(n); got != c.want {
			t.Errorf("%s: got %s, want %s", c.src, got, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"", "1:1: The expression ends too early."},
		{"a ==", "1:5: The expression ends too early."},
		{"a = 1", "1:3: Unexpected character \"=\". Equality is written ==."},
		{"a & b", "1:3: Unexpected character \"&\". Use && for and."},
		{"a and b", "1:3: Unexpected and. Use &&."},
		{"a\n  or b", "2:3: Unexpected or. Use ||."},
		{"é == 1", "1:1: Unexpected character \"é\"."},
		{"'é' ~ 1", "1:5: Unexpected character \"~\"."},
		{"a < b < c", "1:7: Unexpected <. Comparisons do not chain: join them by &&."},
		{"'abc", "1:1: This text has no closing quote."},
		{`"\q"`, "1:2: Unknown escape sequence \\q. Write \\\\ for a backslash, or r\"…\" for a text without escapes."},
		{`"\ud800"`, `1:2: \u needs 4 hexadecimal digits of a character other than NUL.`},
		{`"\u0000"`, `1:2: \u needs 4 hexadecimal digits of a character other than NUL.`},
		{`"\u00`, `1:2: \u needs 4 hexadecimal digits.`},
		{"12abc", "1:1: A number must not be followed by a letter."},
		{"a[0]", "1:2: Unexpected [. Elements are not taken by index; use in or .exists()."},
		{"a ? b : c", "1:3: Unexpected character \"?\". Use && and || instead of a condition with ?."},
		{"a.1", "1:2: Unexpected .1."},
		{"has(a", "1:6: The expression ends too early. Expected , or )."},
		{"(a", "1:3: The expression ends too early. Expected )."},
		{"a b", "1:3: Unexpected b."},
		{"\xff", "1:1: An expression must be valid UTF-8."},
		{"'\x00'", "1:2: Texts cannot contain NUL."},
		{strings.Repeat("(", 100) + "a", "1:65: An expression is nested at most 64 levels deep."},
		{strings.Repeat("!", 100) + "a", "1:65: An expression is nested at most 64 levels deep."},
		{"a" + strings.Repeat(" + a", 100), "1:1: An expression is nested at most 64 levels deep."},
		{"a" + strings.Repeat(".a", 100), "1:1: An expression is nested at most 64 levels deep."},
		{strings.Repeat(" ", 9000), "1:1: An expression has at most 8192 bytes."},
		{"a" + strings.Repeat("||a", 1500), "1:1: An expression has at most 1000 parts."},
		{strings.Repeat("9", 65), "1:1: This number has more than 64 characters."},
	} {
		_, err := Parse(c.src)
		if err == nil || err.Error() != c.want {
			t.Errorf("%.60q: got %v, want %s", c.src, err, c.want)
		}
	}
}

func TestTree(t *testing.T) {
	n, err := Parse(`a.b == "x"`)
	if err != nil {
		t.Fatal(err)
	}
	got, err := json.Marshal(n)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"op":"==","args":[{"op":"select","text":"b","args":[{"op":"ident","text":"a","pos":0,"end":1,"at":0}],"pos":0,"end":3,"at":2},` +
		`{"op":"string","text":"x","pos":7,"end":10,"at":7}],"pos":0,"end":10,"at":4}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestFormatTree(t *testing.T) {
	for _, c := range []struct{ tree, want string }{
		{`{"op":"==","args":[{"op":"ident","text":"a"},{"op":"string","text":"x\"y"}]}`, `a == "x\"y"`},
		{`{"op":"method","text":"exists","args":[{"op":"ident","text":"tags"},{"op":"ident","text":"t"},{"op":"bool","text":"true"}]}`, "tags.exists(t, true)"},
		{`{"op":"!"}`, ""}, {`{"op":"==","args":[{"op":"ident","text":"a"}]}`, ""}, {`{"op":"drop","args":[]}`, ""}, {`null`, ""},
		{`{"op":"ident","text":"a == 1 || b"}`, ""}, {`{"op":"int","text":"1 ||"}`, ""}, {`{"op":"&&","args":[null,null]}`, ""},
		{`{"op":"select","text":"x","args":[]}`, ""}, {`{"op":"ident","text":"a","args":[{"op":"null"}]}`, ""},
		{strings.Repeat(`{"op":"!","args":[`, 70) + `{"op":"null"}` + strings.Repeat("]}", 70), ""},
	} {
		var n *Node
		if err := json.Unmarshal([]byte(c.tree), &n); err != nil {
			t.Fatal(err)
		}
		got, err := FormatTree(n)
		if (err != nil) != (c.want == "") || c.want != "" && got != c.want {
			t.Errorf("%s: got %q, %v", c.tree, got, err)
		}
	}
}

func TestTypesInTree(t *testing.T) {
	e, err := Compile("price > 1.5 && owner == user", testEnv(t))
	if err != nil {
		t.Fatal(err)
	}
	n := e.Tree()
	got := []string{n.Type, n.Args[0].Type, n.Args[0].Args[0].Type, n.Args[0].Args[1].Type, n.Args[1].Args[0].Type}
	if d := cmp.Diff([]string{"a condition", "a condition", "a decimal with 2 places", "a number", "a record of users"}, got); d != "" {
		t.Error(d)
	}
}

// sameTree reports whether two trees are the same but for their positions.
func sameTree(a, b *Node) bool {
	return a.Op == b.Op && a.Text == b.Text && a.Type == b.Type && slices.EqualFunc(a.Args, b.Args, sameTree)
}

// FuzzParse: parsing never panics, positions stay within the source, and what Format writes parses to an equal tree.
// Compiling never panics either.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"a == 1", `tags.exists(t, t.label.lower().contains("x\n")) && !(x in [1, 2.5, -3])`, "a - (b - -c) < now - duration('1h')",
		"user.is_staff || this.user == user", `r"\d" != '\U0001F600'`, "has(a) == (b || c && d)", "price + 1e3 > wide", "((((a))))", "a.b.c(1).d(2, [3])",
		"at > '2024-05-01'", "state == 'draft'", "n in data", "size(tags) > 1", "title.matches('[a-')", "- - 1 < n", "now == now", "'' in [null]"} {
		f.Add(s)
	}
	w := mustSchema(f, worldDocument)
	env := Env{Collection: w.Collection("items"), Users: w.Users()}
	f.Fuzz(func(t *testing.T, src string) {
		n, err := Parse(src)
		if err != nil {
			var list Errors
			if !errors.As(err, &list) {
				t.Fatalf("%q: %v is no Errors", src, err)
			}
			for _, e := range list {
				if e.Pos < 0 || e.Pos > e.End || e.End > len(src) || e.Line < 1 || e.Column < 1 {
					t.Fatalf("%q: error at %d to %d, line %d column %d", src, e.Pos, e.End, e.Line, e.Column)
				}
			}
			return
		}
		text := Format(n)
		again, err := Parse(text)
		if err != nil {
			if len(text) > MaxSource {
				return
			}
			t.Fatalf("%q: Format wrote %q: %v", src, text, err)
		}
		if !sameTree(n, again) { // cmp.Diff takes twice as long for each level
			t.Fatalf("%q: Format wrote %q, another tree", src, text)
		}
		if e, err := Compile(src, env); err == nil {
			e.Explain(nil, nil)
		}
		Complete(src, len(src)/2, env)
	})
}

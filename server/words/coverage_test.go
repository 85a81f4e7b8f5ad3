package words

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// sources are where messages are made that the API shows to people.
var sources = []string{
	"../api", "../rest", "../auth", "../doctor", "../webhooks", "../live", "../jobs", "../middleware.go", "../../store",
}

// documents hold sentences that are no messages: what documents for programmers say, tests, and what was made for them.
var documents = []string{
	"../../store/schema/keys.go", "../../store/schema/jsonschema.go", "../../store/storetest", "../../store/db/dbtest", "../../store/sample",
}

// makers are functions that make a message, with the place of its text among their arguments.
var makers = map[string]int{
	"Fail": 0, "FieldError": 1, "NonField": 0, "nonField": 0, "ParseError": 0, "PermissionDenied": 0, "Conflict": 0,
	"TooLarge": 0, "failedWith": 1, "detail": 1, "unavailable": 0,
}

// programmers are the members whose texts are for OpenAPI documents, which are English. So are those of variables whose
// names end in Parameters and of arguments of ifMatch. What pages show is no message but a text (TestTexts).
var programmers = []string{"Summary", "Description", "Doc", "Help"}

var (
	sentence = regexp.MustCompile(`(?s)^[A-Z"%{].*[a-z].*[.?]$`)
	number   = regexp.MustCompile(`\d+`) // which a format may have for a place
	verb     = regexp.MustCompile(`%[-+# 0]*[0-9.]*[a-zA-Z]|\{n\}`)
)

// TestComplete walks the sources: every message in them must be in each catalogue. A message is a text that is
// handed to one of makers, or that looks like a sentence and is not among the exceptions.
func TestComplete(t *testing.T) {
	var all []message
	for _, root := range sources {
		all = append(all, messagesBelow(t, root, visit)...)
	}
	for i := range all {
		all[i].text = plain(all[i].text)
	}
	used := map[string]bool{}
	all = slices.DeleteFunc(all, func(m message) bool {
		used[m.text] = true
		return slices.Contains(exceptions, m.text)
	})
	for _, l := range languages[1:] {
		known := knownFormats(t, l)
		for _, m := range all {
			if !known[m.text] && !known[number.ReplaceAllString(m.text, "%s")] {
				t.Errorf("%s: not in server/words/%s: %q", m.at, l, m.text)
			}
		}
	}
	for _, text := range exceptions {
		if !used[text] {
			t.Errorf("exceptions has %q, which is not in the sources", text)
		}
	}
	if len(all) < 500 {
		t.Errorf("only %d messages found: the walk has lost its way", len(all))
	}
}

// knownFormats are the catalogue's, plain.
func knownFormats(t *testing.T, l Language) map[string]bool {
	e, known := mustReadEntries(t, l), map[string]bool{}
	for _, all := range []map[string]forms{e.messages, e.parts} {
		for from := range all {
			known[plain(from)] = true
		}
	}
	return known
}

func mustReadEntries(t *testing.T, l Language) entries {
	t.Helper()
	e, err := readEntries(l)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// plain is a format with every place written alike.
func plain(format string) string {
	return verb.ReplaceAllString(strings.ReplaceAll(strings.TrimSpace(format), "%q", `"%s"`), "%s")
}

type message struct {
	at   token.Position
	text string
}

// visitor tells what it looks for in a node and reports whether to look below it.
type visitor func(n ast.Node, tell func(ast.Expr, string)) bool

func messagesBelow(t *testing.T, root string, visit visitor) (out []message) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || slices.Contains(documents, filepath.ToSlash(path)) {
			if e != nil && e.IsDir() && err == nil {
				return filepath.SkipDir
			}
			return err
		}
		if e.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, nil, 0)
		if err == nil {
			ast.Inspect(file, func(n ast.Node) bool {
				return visit(n, func(e ast.Expr, text string) {
					out = append(out, message{files.Position(e.Pos()), text})
				})
			})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// visit tells the messages of a node.
func visit(n ast.Node, tell func(ast.Expr, string)) bool {
	switch n := n.(type) {
	case *ast.Field: // its tag
		return false
	case *ast.KeyValueExpr:
		key, _ := n.Key.(*ast.Ident)
		return key == nil || !slices.Contains(programmers, key.Name)
	case *ast.ValueSpec:
		return !strings.HasSuffix(n.Names[0].Name, "Parameters")
	case *ast.CallExpr:
		if name := calledName(n); name == "ifMatch" || textMakers[name] != nil {
			return false
		}
		at, makes := makers[calledName(n)]
		if makes && at < len(n.Args) {
			if text, ok := textOf(n.Args[at]); ok && text != "" && !sentence.MatchString(plain(text)) && strings.Contains(text, " ") {
				tell(n.Args[at], text)
			}
		}
	case ast.Expr:
		text, ok := textOf(n)
		if ok && sentence.MatchString(plain(text)) && strings.Contains(text, " ") {
			tell(n, text)
		}
		return !ok
	}
	return true
}

func calledName(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok && x.Name == "l" && f.Sel.Name == "Text" { // a Language's; others read forms
			return "l.Text"
		}
		return f.Sel.Name
	}
	return ""
}

// textOf is a text in the source, whose parts that are none are places.
func textOf(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(e.Value)
		return text, e.Kind == token.STRING && err == nil
	case *ast.ParenExpr:
		return textOf(e.X)
	case *ast.BinaryExpr:
		left, isLeft := textOf(e.X)
		right, isRight := textOf(e.Y)
		if e.Op != token.ADD || !isLeft && !isRight {
			return "", false
		}
		if !isLeft {
			left = "%s"
		}
		if !isRight {
			right = "%s"
		}
		return left + right, true
	}
	return "", false
}

// exceptions are formats in the sources that make no message, or whose places hold words: the catalogue has what they
// make in the end.
var exceptions = []string{
	"SELECT a.", "AS a WHERE a.", "AS b WHERE b.", "%s([T ]%s%s?)?", // SQL and a pattern
	"%s %s.", // narrowing steps: "Raise the least value of %s."
	"CSRF token from %s %s.", "Ensure this value has at least %s character%s (it has %s).",
	"This password is too short. It must contain at least %s %s.",
	"%s, none waits.", "%s tokens.", "%s missing.", "%s to earlier states of records, kept for the history.", // numbers of things
	"%s is not %s.", // a type: "%s is not a date."
	"Use %s.",       // an operator
	"Expected %s%s.",
	"Undo %s.", // the description of a change, which is data
	"%s Table %s has a column %s that the document does not know: declare it, or drop it by a migration of your own.",
}

// short are formats with few words of their own, in an unmistakable form.
var short = []string{
	`Write "%s".`, "allowed: %w", "denied: %w", "%d:%d: %w", "Use … in %s.", "Line %d: %w", "Put %s %s back.", "Use has(%s).",
	"Point %w to %s.", "rule `%s` of %s, %w", "role %s, %w", "clause `%s`: %w",
	"%w; rule `%s` of %s, %w", "%w; clause `%s`: %w", "%w; role %s, %w",
}

// TestPlaces holds the places of each format against those of its translation, and that a format is not taken for others.
func TestPlaces(t *testing.T) {
	for _, l := range languages[1:] {
		e := mustReadEntries(t, l)
		for _, all := range []map[string]forms{e.messages, e.parts} {
			for from, to := range all {
				checkPlaces(t, from, to)
				if bare := regexp.MustCompile(`%[sdw]|[^a-zA-Z]`).ReplaceAllString(from, ""); len(bare) < 8 && e.messages[from] != nil && place.MatchString(from) && !slices.Contains(short, from) {
					t.Errorf("%q says too little of its own: other messages may look like it", from)
				}
			}
		}
	}
}

func checkPlaces(t *testing.T, from string, to forms) {
	t.Helper()
	if from == "" || to[other] == "" {
		t.Errorf("%q is %q", from, to)
	}
	for category, text := range to {
		if want, got := len(place.FindAllString(from, -1)), len(regexp.MustCompile(`%(\[\d\])?s`).FindAllString(text, -1)); want != got {
			t.Errorf("%q has %d places, %q (%s) has %d", from, want, text, category, got)
		}
	}
}

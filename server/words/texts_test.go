package words

import (
	"go/ast"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// textMakers are functions whose arguments at these places are texts, or formats of texts.
var textMakers = map[string][]int{"text": {0}, "l.Text": {0}, "keyPage": {1, 2}, "formView": {0, 1}, "view": {0}}

// shownMembers are members of what pages are made of that must be made by one of textMakers.
var shownMembers = map[string][]string{
	"Account": {"Title", "Button"}, "Field": {"Label"}, "Control": {"Label", "Empty", "Help"}, "Option": {"Label"}, "Page": {"Name", "Description", "Count"},
}

// unseen are the names and descriptions of views that answer no page.
var unseen = []string{"Account", "Obtain Auth Token", "OpenAPI document. ?openapi=3.0.3 asks for the older version."}

// TestTexts holds that whatever pages and mails say themselves is in each catalogue of texts, and nothing else is.
func TestTexts(t *testing.T) {
	var all []message
	for _, root := range []string{"../api", "../browse"} {
		all = append(all, messagesBelow(t, root, func(n ast.Node, tell func(ast.Expr, string)) bool { return visitTexts(t, n, tell) })...)
	}
	used := map[string]bool{}
	for _, m := range all {
		used[m.text] = !slices.Contains(unseen, m.text)
	}
	for _, glob := range []string{"../browse/templates/*.html", "../mail/templates/*.txt"} {
		for _, text := range templateTexts(t, glob) {
			used[text] = true
		}
	}
	delete(used, "")
	if len(used) < 100 {
		t.Errorf("only %d texts found: the walk has lost its way", len(used))
	}
	for _, l := range languages {
		texts := mustReadEntries(t, l).texts
		for text, is := range used {
			if _, there := texts[text]; is && !there && (l != English || strings.Contains(text, "%d")) {
				t.Errorf("not in server/words/%s/texts: %q", l, text)
			}
		}
		for from, to := range texts {
			if !used[from] {
				t.Errorf("server/words/%s/texts has %q, which nothing says", l, from)
			}
			checkVerbs(t, from, to)
		}
	}
}

// visitTexts tells the texts of a node, and reports those that nobody translates.
func visitTexts(t *testing.T, n ast.Node, tell func(ast.Expr, string)) bool {
	switch n := n.(type) {
	case *ast.CallExpr:
		for _, at := range textMakers[calledName(n)] {
			if text, ok := literal(n.Args, at); ok {
				tell(n, text)
			}
		}
	case *ast.CompositeLit:
		kind := ""
		switch named := n.Type.(type) {
		case *ast.Ident:
			kind = named.Name
		case *ast.SelectorExpr:
			kind = named.Sel.Name
		}
		for _, e := range n.Elts {
			pair, _ := e.(*ast.KeyValueExpr)
			if pair == nil {
				continue
			}
			text, ok := textOf(pair.Value)
			name, _ := pair.Key.(*ast.Ident)
			switch {
			case !ok || name == nil:
			case kind == "View" && (name.Name == "Name" || name.Name == "Description"):
				tell(pair, text)
			case slices.Contains(shownMembers[kind], name.Name):
				t.Errorf("%s of browse.%s is %q in every language", name.Name, kind, text)
			}
		}
	}
	return true
}

func literal(args []ast.Expr, at int) (string, bool) {
	if at >= len(args) {
		return "", false
	}
	return textOf(args[at])
}

var (
	action    = regexp.MustCompile(`\{\{.*?\}\}`)
	called    = regexp.MustCompile(`\.Text ("(?:[^"\\]|\\.)*")`)
	tag       = regexp.MustCompile(`<[^>]*>`)
	attribute = regexp.MustCompile(`(?:aria-label|title|alt|placeholder|label)="([^"]*)"`)
	untold    = regexp.MustCompile(`\b(GET|OPTIONS|DELETE|HTTP|Swagger UI|Redoc)\b`) // names, not words
)

// templateTexts lists the texts of templates, and reports words that stand there untranslated.
func templateTexts(t *testing.T, glob string) (out []string) {
	t.Helper()
	names, err := filepath.Glob(glob)
	if err != nil || len(names) == 0 {
		t.Fatalf("%s: %d files, %v", glob, len(names), err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range called.FindAllStringSubmatch(string(data), -1) {
			text, err := strconv.Unquote(m[1])
			if err != nil {
				t.Errorf("%s: %s: %v", name, m[1], err)
			}
			out = append(out, text)
		}
		bare := action.ReplaceAllString(string(data), "")
		for _, m := range attribute.FindAllStringSubmatch(bare, -1) {
			bare += "\n" + m[1]
		}
		bare = untold.ReplaceAllString(tag.ReplaceAllString(bare, ""), "")
		if words := regexp.MustCompile(`.*[a-zA-Z]{2}.*`).FindString(bare); words != "" {
			t.Errorf("%s says %q in every language", name, words)
		}
	}
	return out
}

// checkVerbs holds that a translation takes what its format takes, each as what it is.
func checkVerbs(t *testing.T, from string, to forms) {
	t.Helper()
	verbs := regexp.MustCompile(`%(?:\[(\d)\])?([a-z])`)
	if to[other] == "" {
		t.Errorf("%q has no text for most counts: %q", from, to)
	}
	for _, text := range to {
		want, got := verbs.FindAllStringSubmatch(from, -1), verbs.FindAllStringSubmatch(text, -1)
		if len(want) != len(got) {
			t.Errorf("%q has %d places, %q has %d", from, len(want), text, len(got))
			continue
		}
		for i, v := range got {
			at := i
			if v[1] != "" {
				at = int(v[1][0]-'0') - 1
			}
			if at >= len(want) || want[at][2] != v[2] {
				t.Errorf("place %d of %q is another one in %q", at+1, from, text)
			}
		}
	}
}

// TestForms holds counts to the forms that a language has for them, in texts and in messages.
func TestForms(t *testing.T) {
	said := forms{"one": "%s rekord", "few": "%s rekordy", other: "%s rekordów"}
	polish := newCatalogue("pl", entries{
		messages: map[string]forms{"There are %d records of %s.": {"few": "Są %s rekordy %s.", other: "Jest %s rekordów %s."}},
		texts:    map[string]forms{"%s: %d records": {"one": "%s: %d rekord", "few": "%s: %d rekordy", other: "%s: %d rekordów"}},
	})
	for count, want := range map[int]string{1: "rekord", 2: "rekordy", 5: "rekordów", 22: "rekordy", 0: "rekordów", -1: "rekord"} {
		if got := said.of("pl", count); got != "%s "+want {
			t.Errorf("%d: %s", count, got)
		}
		if got := polish.text("%s: %d records", []any{"5", count}); got != "5: "+strconv.Itoa(count)+" "+want {
			t.Errorf("%d: %s", count, got)
		}
	}
	for message, want := range map[string]string{
		"There are 3 records of 5.":                    "Są 3 rekordy 5.",
		"There are 7 records of x.":                    "Jest 7 rekordów x.",
		"There are 99999999999999999999 records of x.": "Jest 99999999999999999999 rekordów x.",
	} {
		if got := polish.say(message); got != want {
			t.Errorf("%s: %s", message, got)
		}
	}
}

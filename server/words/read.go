package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// A language has a folder. Its files map English formats to what they become: one text, or texts by plural category.
//
// What lies in texts/ are texts (Text), found by their formats. All else are messages (Say), found by what their formats
// have made: in an English one, %s stands for any text, which is shown as it is, %d for digits, and %w for words of
// Couplet's own, which are translated in their turn. The other format takes them in the same order, or by number (%[2]s),
// and always as %s. What parts.json has are parts of sentences: they are looked for in %w only, and after everything else.
//
//go:embed de en
var files embed.FS

// entries are what the files of a language have.
type entries struct{ messages, parts, texts map[string]forms }

// forms are what one format becomes, by the category of its first count (CLDR's: "one", "few", "many", "other" …). What
// is written as one text is "other", which stands for every category that has no text of its own.
type forms map[string]string

// UnmarshalJSON reads a text, or an object of them.
func (f *forms) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*f = forms{other: one}
		return nil
	}
	return json.Unmarshal(data, (*map[string]string)(f))
}

const other = "other"

var categories = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: other,
}

// of is the form for a count.
func (f forms) of(l Language, count int) string {
	if len(f) > 1 {
		if to, ok := f[categories[plural.Cardinal.MatchPlural(language.Make(string(l)), max(count, -count), 0, 0, 0, 0)]]; ok {
			return to
		}
	}
	return f[other]
}

// readEntries reads the files of a language. A format that two of the same kind have is an error.
func readEntries(l Language) (entries, error) {
	e := entries{messages: map[string]forms{}, parts: map[string]forms{}, texts: map[string]forms{}}
	err := fs.WalkDir(files, string(l), func(name string, d fs.DirEntry, err error) error {
		into := e.messages
		switch {
		case err != nil || d.IsDir():
			return err
		case path.Base(name) == "parts.json":
			into = e.parts
		case strings.Contains(name, "/texts/"):
			into = e.texts
		}
		return readFile(name, into)
	})
	return e, err
}

func readFile(name string, into map[string]forms) error {
	data, err := files.ReadFile(name)
	if err != nil {
		return err
	}
	var some map[string]forms
	if err := json.Unmarshal(data, &some); err != nil {
		return fmt.Errorf("words: %s: %w", name, err)
	}
	for from, to := range some {
		if _, twice := into[from]; twice {
			return fmt.Errorf("words: %s: %q is there twice", name, from)
		}
		into[from] = to
	}
	return nil
}

// Package words says Couplet's messages to people in their own language: English, in which all of them are written, or
// German.
//
// A message is made where a mistake is found, which may be deep in the store, years ago (a finding that is kept in the
// database) or in another process, and nobody there knows who will read it. So what is translated is the finished
// sentence, at the moment in which an answer is written (Say): it is looked up in a catalogue by the format that it was
// made with, and what stands in the places of the format is put into the German one. What is written for a reader who is
// known, pages and mails, is looked up by its format itself (Text). Nothing but Couplet's own words is handed to this
// package; records and the labels of the document are shown as they are. It imports nothing of Couplet.
package words

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// Language is a language that messages can be had in, by its tag.
type Language string

// The languages. The zero Language is English.
const (
	English Language = "en"
	German  Language = "de"
)

// String is the language's tag.
func (l Language) String() string {
	if l == "" {
		return string(English)
	}
	return string(l)
}

// languages are all of them, the one for readers of any other first.
var languages = []Language{English, German}

var matcher = language.NewMatcher(tags(languages))

func tags(of []Language) []language.Tag {
	out := make([]language.Tag, len(of))
	for i, l := range of {
		out[i] = language.Make(string(l))
	}
	return out
}

// maxHeader is how much of a header is looked at: what is longer is no browser's.
const maxHeader = 512

// Preferred returns the language that suits a reader best, English where none does. Each wish is a list as in
// Accept-Language; what the first has comes before what the second has.
func Preferred(wishes ...string) Language {
	wishes = slices.DeleteFunc(wishes, func(w string) bool { return w == "" || len(w) > maxHeader })
	header := strings.Join(wishes, ",")
	if !mentioned(strings.ToLower(header)) {
		return English
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return English
	}
	_, at, _ := matcher.Match(tags...)
	return languages[at]
}

// mentioned reports whether a header may name another language than English; most do not.
func mentioned(header string) bool {
	return slices.ContainsFunc(languages[1:], func(l Language) bool { return strings.Contains(header, string(l)) })
}

// Say returns a message in the language. A message that the catalogue does not know stays as it is.
func (l Language) Say(message string) string {
	if l.isEnglish() || message == "" {
		return message
	}
	return l.catalogue().say(message)
}

func (l Language) isEnglish() bool { return l == English || l == "" }

// Text returns a text in the language, with args in its places as fmt.Sprintf puts them. format is the English text. Where
// it has a count (%d), that is the one for many, and the first count decides about the form.
func (l Language) Text(format string, args ...any) string { return l.catalogue().text(format, args) }

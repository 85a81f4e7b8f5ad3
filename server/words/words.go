// Package words says Couplet's messages to people in their own language: English, in which all of them are written, or
// German.
//
// A message is made where a mistake is found, which may be deep in the store, years ago (a finding that is kept in the
// database) or in another process, and nobody there knows who will read it. So what is translated is the finished
// sentence, at the moment in which an answer is written: it is looked up in a catalogue by the format that it was made
// with, and what stands in the places of the format is put into the German one. Nothing but messages is handed to this
// package; records and the labels of the document are shown as they are. It imports nothing of Couplet.
package words

import (
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

// maxHeader is how much of a header is looked at: what is longer is no browser's.
const maxHeader = 512

var (
	matcher   = language.NewMatcher([]language.Tag{language.English, language.German})
	languages = []Language{English, German} // in the matcher's order
)

// Preferred returns the language that suits an Accept-Language header best; English where none does.
func Preferred(header string) Language {
	if len(header) > maxHeader || !strings.Contains(strings.ToLower(header), "de") {
		return English
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return English
	}
	_, at, _ := matcher.Match(tags...)
	return languages[at]
}

// Say returns a message in the language. A message that the catalogue does not know stays as it is.
func (l Language) Say(message string) string {
	if l != German || message == "" {
		return message
	}
	return german().say(message)
}

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

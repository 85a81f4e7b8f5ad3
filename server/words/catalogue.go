package words

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"strings"
	"sync"
)

// catalogues are read when somebody first asks for the language.
var catalogues = func() map[Language]func() *catalogue {
	all := map[Language]func() *catalogue{}
	for _, l := range languages {
		all[l] = sync.OnceValue(func() *catalogue { return mustRead(l) })
	}
	return all
}()

// catalogue is that of the language; of one that there is none of, it is the English one.
func (l Language) catalogue() *catalogue {
	if read, ok := catalogues[l]; ok {
		return read()
	}
	return catalogues[English]()
}

// catalogue is the messages and texts of one language.
type catalogue struct {
	language        Language
	messages, parts formats
	spanning        formats // those of the messages that are several sentences
	texts           map[string]forms
}

func mustRead(l Language) *catalogue {
	e, err := readEntries(l)
	if err != nil {
		panic(err) // the files are embedded
	}
	return newCatalogue(l, e)
}

func newCatalogue(l Language, e entries) *catalogue {
	spanning := maps.Clone(e.messages)
	maps.DeleteFunc(spanning, func(from string, _ forms) bool { return !boundary.MatchString(from) })
	return &catalogue{l, newFormats(e.messages), newFormats(e.parts), newFormats(spanning), e.texts}
}

// say translates a message: as one, as its sentences where all of them are known, and otherwise as far as it goes.
func (c *catalogue) say(message string) string {
	if to, ok := c.messages.whole[message]; ok {
		return to
	}
	if to, ok := c.known(c.spanning, message); ok {
		return to
	}
	if to, ok := c.sentences(message, true); ok {
		return to
	}
	if to, ok := c.known(c.messages, message); ok {
		return to
	}
	to, _ := c.sentences(message, false)
	return to
}

// part translates a part of a message.
func (c *catalogue) part(message string) string {
	if to := c.say(message); to != message {
		return to
	}
	to, _ := c.known(c.parts, message)
	return to
}

// known translates what one of the formats has made.
func (c *catalogue) known(f formats, message string) (string, bool) {
	if to, ok := f.whole[message]; ok {
		return to, true
	}
	for _, p := range f.patterns {
		found := p.find(message)
		if found == nil {
			continue
		}
		args := make([]any, len(found))
		for i, text := range found {
			args[i] = text
			if p.words[i] {
				args[i] = c.part(text) // shorter than the message, as a pattern has more than places
			}
		}
		return fmt.Sprintf(p.to.of(c.language, p.counted(found)), args...), true
	}
	return message, false
}

// text translates a text.
func (c *catalogue) text(format string, args []any) string {
	if to, ok := c.texts[format]; ok {
		format = to.of(c.language, firstCount(args))
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

func firstCount(args []any) int {
	for _, a := range args {
		if v := reflect.ValueOf(a); v.CanInt() {
			return int(v.Int())
		}
	}
	return 0
}

// boundary ends a sentence or a line, with white space behind it.
var boundary = regexp.MustCompile(`[.?!)]\s+|\n\s*`)

// sentences translates a message sentence by sentence; with all, only if every one of them is known. What is not known
// may be a sentence with a boundary inside: it is joined to what follows until it is.
func (c *catalogue) sentences(message string, all bool) (string, bool) {
	ends := boundary.FindAllStringIndex(message, maxSentences)
	if len(ends) == 0 {
		return message, false
	}
	var out strings.Builder
	start := 0
	for start < len(message) {
		to, end, found := c.first(message, start, ends)
		if !found && all {
			return message, false
		}
		out.WriteString(to)
		start = end
	}
	return out.String(), true
}

// maxSentences bounds the work for one message.
const maxSentences = 50

// first translates what begins at start and ends at the first boundary at which it is known; the white space behind it
// belongs to it. If it is known at none, it is what ends at the first boundary.
func (c *catalogue) first(message string, start int, ends [][]int) (to string, end int, found bool) {
	next := len(message)
	for _, b := range append(ends, []int{len(message), len(message)}) {
		if b[1] <= start {
			continue
		}
		next = min(next, b[1])
		text := strings.TrimRight(message[start:b[1]], " \n\t")
		if to, ok := c.known(c.messages, text); ok {
			return to + message[start+len(text):b[1]], b[1], true
		}
	}
	return message[start:next], next, false
}

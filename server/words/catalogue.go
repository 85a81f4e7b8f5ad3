package words

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// The files of a catalogue map English formats to formats of the language. In an English one, %s stands for any text,
// which is shown as it is, %d for digits, and %w for words of Couplet's own, which are translated in their turn. The other
// format takes them in the same order, or by number (%[2]s). What parts.json has are parts of sentences: they are looked
// for in %w only, and after everything else.
//
//go:embed de/*.json
var files embed.FS

// german is the German catalogue, read when somebody first asks for it.
var german = sync.OnceValue(func() *catalogue { return mustRead("de") })

// catalogue is the messages of one language.
type catalogue struct {
	messages, parts formats
	spanning        formats // those of the messages that are several sentences
}

// formats are those of messages, or of parts of them.
type formats struct {
	whole    map[string]string // without places
	patterns []pattern         // with places, the most particular ones first
}

// pattern is a format with places.
type pattern struct {
	literal string // the longest piece between places: messages without it are no such message
	weight  int    // the length of all pieces
	match   *regexp.Regexp
	words   []bool // which places are translated
	to      string
}

func mustRead(language string) *catalogue {
	messages, parts, err := readFormats(language)
	if err != nil {
		panic(err)
	}
	spanning := maps.Clone(messages)
	maps.DeleteFunc(spanning, func(from, _ string) bool { return !boundary.MatchString(from) })
	return &catalogue{newFormats(messages), newFormats(parts), newFormats(spanning)}
}

func newFormats(entries map[string]string) formats {
	f := formats{whole: map[string]string{}}
	for from, to := range entries {
		if place.MatchString(from) {
			f.patterns = append(f.patterns, newPattern(from, to))
		} else {
			f.whole[from] = to
		}
	}
	slices.SortFunc(f.patterns, func(a, b pattern) int {
		if a.weight != b.weight {
			return b.weight - a.weight
		}
		return strings.Compare(a.match.String(), b.match.String())
	})
	return f
}

// readFormats reads the files of a language. A format that two files have is an error.
func readFormats(language string) (messages, parts map[string]string, err error) {
	list, err := files.ReadDir(language)
	if err != nil {
		return nil, nil, err
	}
	messages, parts = map[string]string{}, map[string]string{}
	for _, f := range list {
		data, err := files.ReadFile(language + "/" + f.Name())
		if err != nil {
			return nil, nil, err
		}
		var some map[string]string
		if err := json.Unmarshal(data, &some); err != nil {
			return nil, nil, fmt.Errorf("words: %s/%s: %w", language, f.Name(), err)
		}
		all := messages
		if f.Name() == "parts.json" {
			all = parts
		}
		for from, to := range some {
			if _, twice := all[from]; twice {
				return nil, nil, fmt.Errorf("words: %s/%s: %q is there twice", language, f.Name(), from)
			}
			all[from] = to
		}
	}
	return messages, parts, nil
}

var place = regexp.MustCompile(`%[sdw]`)

func newPattern(from, to string) pattern {
	p := pattern{to: to}
	expr, rest := strings.Builder{}, from
	expr.WriteString(`(?s)^`)
	for _, at := range append(place.FindAllStringIndex(from, -1), []int{len(from), len(from)}) {
		piece := from[len(from)-len(rest) : at[0]]
		expr.WriteString(regexp.QuoteMeta(piece))
		p.weight += len(piece)
		if len(piece) > len(p.literal) {
			p.literal = piece
		}
		switch from[at[0]:at[1]] {
		case "%s", "%w":
			expr.WriteString(`(.+?)`)
		case "%d":
			expr.WriteString(`(-?\d+)`)
		}
		p.words = append(p.words, from[at[0]:at[1]] == "%w")
		rest = from[at[1]:]
	}
	p.match = regexp.MustCompile(expr.String() + `$`)
	return p
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
		if !strings.Contains(message, p.literal) {
			continue
		}
		found := p.match.FindStringSubmatch(message)
		if found == nil {
			continue
		}
		args := make([]any, len(found)-1)
		for i, text := range found[1:] {
			args[i] = text
			if p.words[i] {
				args[i] = c.part(text) // shorter than the message, as a pattern has more than places
			}
		}
		return fmt.Sprintf(p.to, args...), true
	}
	return message, false
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

package words

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// formats are those of messages, or of parts of them.
type formats struct {
	whole    map[string]string // without places
	patterns []pattern         // with places, the most particular ones first
}

// pattern is a format with places.
type pattern struct {
	pieces []string       // what stands around the places
	weight int            // the length of all of them
	digits *regexp.Regexp // of a format with %d
	words  []bool         // which places are translated
	count  int            // the first place with digits; -1: there is none
	to     forms
}

func newFormats(entries map[string]forms) formats {
	f := formats{whole: map[string]string{}}
	for _, from := range slices.Sorted(maps.Keys(entries)) {
		if place.MatchString(from) {
			f.patterns = append(f.patterns, newPattern(from, entries[from]))
		} else {
			f.whole[from] = entries[from][other]
		}
	}
	slices.SortStableFunc(f.patterns, func(a, b pattern) int { return b.weight - a.weight })
	return f
}

var place = regexp.MustCompile(`%[sdw]`)

func newPattern(from string, to forms) pattern {
	places := place.FindAllString(from, -1)
	p := pattern{pieces: place.Split(from, -1), to: to, count: slices.Index(places, "%d")}
	var expr strings.Builder
	for i, piece := range p.pieces {
		if i > 0 {
			p.words = append(p.words, places[i-1] == "%w")
			expr.WriteString(map[bool]string{true: `(-?\d+)`, false: `(.+?)`}[places[i-1] == "%d"])
		}
		expr.WriteString(regexp.QuoteMeta(piece))
		p.weight += len(piece)
	}
	if p.count >= 0 {
		p.digits = regexp.MustCompile(`(?s)^` + expr.String() + `$`)
	}
	return p
}

// find returns what a message has in the places, as short as can be from the left; nil if the format has not made it.
// What somebody wrote may be of any length and full of pieces: only what has all of them in their order is held against
// an expression.
func (p pattern) find(message string) []string {
	last := len(p.pieces) - 1
	rest, starts := strings.CutPrefix(message, p.pieces[0])
	rest, ends := strings.CutSuffix(rest, p.pieces[last])
	if !starts || !ends {
		return nil
	}
	found := make([]string, 0, last)
	for _, piece := range p.pieces[1:last] {
		at := strings.Index(rest[min(1, len(rest)):], piece) // a place holds something
		if at < 0 {
			return nil
		}
		found, rest = append(found, rest[:at+1]), rest[at+1+len(piece):]
	}
	if rest == "" {
		return nil
	}
	if p.digits != nil {
		return p.withDigits(message)
	}
	return append(found, rest)
}

func (p pattern) withDigits(message string) []string {
	found := p.digits.FindStringSubmatch(message)
	if found == nil {
		return nil
	}
	return found[1:]
}

// counted is the count that decides about the form of what the places hold.
func (p pattern) counted(places []string) int {
	if p.count < 0 {
		return 0
	}
	n, _ := strconv.Atoi(places[p.count]) //nolint:errcheck // digits; of more than an int holds there are many
	return n
}

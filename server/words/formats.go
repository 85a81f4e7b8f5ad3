package words

import (
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
	literal string // the longest piece between places: messages without it are no such message
	weight  int    // the length of all pieces
	match   *regexp.Regexp
	words   []bool // which places are translated
	count   int    // the first place with digits; -1: there is none
	to      forms
}

func newFormats(entries map[string]forms) formats {
	f := formats{whole: map[string]string{}}
	for from, to := range entries {
		if place.MatchString(from) {
			f.patterns = append(f.patterns, newPattern(from, to))
		} else {
			f.whole[from] = to[other]
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

var place = regexp.MustCompile(`%[sdw]`)

func newPattern(from string, to forms) pattern {
	p := pattern{to: to, count: slices.Index(place.FindAllString(from, -1), "%d")}
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

// counted is the count that decides about the form of what the places hold.
func (p pattern) counted(places []string) int {
	if p.count < 0 {
		return 0
	}
	n, _ := strconv.Atoi(places[p.count]) //nolint:errcheck // digits; of more than an int holds there are many
	return n
}

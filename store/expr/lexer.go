package expr

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tEOF tokenKind = iota
	tIdent
	tInt
	tNumber
	tString
	tPunct // operators and brackets, in text
)

type token struct {
	kind tokenKind
	text string // decoded, for strings
	pos  int
	end  int
}

// lexer cuts a source into tokens. Errors are raised by panic(*failure), which Parse recovers.
type lexer struct {
	src string
	pos int
}

func isLetter(c byte) bool { return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }

func (l *lexer) next() token {
	l.space()
	start := l.pos
	if start == len(l.src) {
		return token{kind: tEOF, pos: start, end: start}
	}
	c := l.src[start]
	switch {
	case (c == 'r' || c == 'R') && start+1 < len(l.src) && (l.src[start+1] == '"' || l.src[start+1] == '\''):
		l.pos++
		return l.text(start, true)
	case isLetter(c):
		for l.pos < len(l.src) && (isLetter(l.src[l.pos]) || isDigit(l.src[l.pos])) {
			l.pos++
		}
		return token{tIdent, l.src[start:l.pos], start, l.pos}
	case isDigit(c) || c == '.' && start+1 < len(l.src) && isDigit(l.src[start+1]):
		return l.number()
	case c == '"' || c == '\'':
		return l.text(start, false)
	}
	return l.punct()
}

func (l *lexer) space() {
	for l.pos < len(l.src) {
		switch {
		case strings.IndexByte(" \t\r\n", l.src[l.pos]) >= 0:
			l.pos++
		case strings.HasPrefix(l.src[l.pos:], "//"):
			n := strings.IndexByte(l.src[l.pos:], '\n')
			if n < 0 {
				n = len(l.src) - l.pos
			}
			l.pos += n
		default:
			return
		}
	}
}

func (l *lexer) digits() {
	for l.pos < len(l.src) && isDigit(l.src[l.pos]) {
		l.pos++
	}
}

func (l *lexer) number() token {
	start, kind := l.pos, tInt
	l.digits()
	if l.pos+1 < len(l.src) && l.src[l.pos] == '.' && isDigit(l.src[l.pos+1]) {
		kind = tNumber
		l.pos++
		l.digits()
	}
	if rest := l.src[l.pos:]; len(rest) > 1 && (rest[0] == 'e' || rest[0] == 'E') {
		skip := 1
		if rest[1] == '+' || rest[1] == '-' {
			skip = 2
		}
		if len(rest) > skip && isDigit(rest[skip]) {
			kind = tNumber
			l.pos += skip
			l.digits()
		}
	}
	if l.pos < len(l.src) && isLetter(l.src[l.pos]) {
		panic(fail(start, l.pos+1, "A number must not be followed by a letter."))
	}
	if l.pos-start > maxNumber {
		panic(fail(start, l.pos, "This number has more than %d characters.", maxNumber))
	}
	return token{kind, l.src[start:l.pos], start, l.pos}
}

// puncts are the operators and brackets, longest first.
var puncts = []string{"==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "+", "-", "(", ")", "[", "]", ",", "."}

// mistaken are what people write instead, and what to tell them.
var mistaken = []struct{ text, suggestion string }{
	{"=", "Equality is written ==."}, {"&", "Use && for and."}, {"|", "Use || for or."},
	{"?", "Use && and || instead of a condition with ?."}, {"*", "Only + and - are computed."},
	{"/", "Only + and - are computed."}, {"%", "Only + and - are computed."},
}

func (l *lexer) punct() token {
	start, rest := l.pos, l.src[l.pos:]
	for _, p := range puncts {
		if strings.HasPrefix(rest, p) {
			l.pos += len(p)
			return token{tPunct, p, start, l.pos}
		}
	}
	_, size := utf8.DecodeRuneInString(rest)
	f := fail(start, start+size, "Unexpected character %q.", rest[:size])
	for _, m := range mistaken {
		if rest[:size] == m.text {
			f = f.suggest(m.suggestion)
		}
	}
	panic(f)
}

// text reads a string literal; the lexer stands on the opening quote.
func (l *lexer) text(start int, raw bool) token {
	quote := l.src[l.pos]
	l.pos++
	var b strings.Builder
	for {
		if l.pos == len(l.src) || l.src[l.pos] == '\n' {
			panic(fail(start, l.pos, "This text has no closing quote."))
		}
		c := l.src[l.pos]
		switch {
		case c == quote:
			l.pos++
			return token{tString, b.String(), start, l.pos}
		case c == '\\' && !raw:
			b.WriteRune(l.escape())
		case c == 0:
			panic(fail(l.pos, l.pos+1, "Texts cannot contain NUL."))
		default:
			b.WriteByte(c)
			l.pos++
		}
	}
}

var escapes = map[byte]rune{'\\': '\\', '"': '"', '\'': '\'', '`': '`', '?': '?', 'n': '\n', 'r': '\r', 't': '\t',
	'a': '\a', 'b': '\b', 'f': '\f', 'v': '\v'}

// escape reads an escape sequence: a letter, or x, u, U with 2, 4, 8 hexadecimal digits of a code point.
func (l *lexer) escape() rune {
	start := l.pos
	l.pos++
	if l.pos == len(l.src) {
		panic(fail(start, l.pos, "This text has no closing quote."))
	}
	c := l.src[l.pos]
	l.pos++
	if r, ok := escapes[c]; ok {
		return r
	}
	size := map[byte]int{'x': 2, 'X': 2, 'u': 4, 'U': 8}[c]
	if size == 0 {
		_, n := utf8.DecodeRuneInString(l.src[l.pos-1:])
		panic(fail(start, l.pos-1+n, "Unknown escape sequence %s.", l.src[start:l.pos-1+n]).
			suggest(`Write \\ for a backslash, or r"…" for a text without escapes.`))
	}
	if l.pos+size > len(l.src) {
		panic(fail(start, len(l.src), `\%c needs %d hexadecimal digits.`, c, size))
	}
	n, err := strconv.ParseUint(l.src[l.pos:l.pos+size], 16, 32)
	if err != nil || !utf8.ValidRune(rune(n)) || n == 0 {
		panic(fail(start, l.pos, `\%c needs %d hexadecimal digits of a character other than NUL.`, c, size))
	}
	l.pos += size
	return rune(n)
}

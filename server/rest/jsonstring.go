package rest

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// str parses a string; the opening quote is at p.i.
func (p *jsonParser) str() (string, error) {
	open := p.i
	p.i++
	start := p.i
	for p.i < len(p.s) { // the common case: no escapes
		c := p.s[p.i]
		if c == '"' {
			p.i++
			return p.s[start : p.i-1], nil
		}
		if c == '\\' {
			break
		}
		if c < 0x20 {
			return "", p.fail("Invalid control character at", p.i)
		}
		p.i++
	}
	b := []byte(p.s[start:p.i])
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c == '"':
			p.i++
			return string(b), nil
		case c < 0x20:
			return "", p.fail("Invalid control character at", p.i)
		case c != '\\':
			b = append(b, c)
			p.i++
		default:
			var err error
			if b, err = p.escape(b, open); err != nil {
				return "", err
			}
		}
	}
	return "", p.fail("Unterminated string starting at", open)
}

func (p *jsonParser) escape(b []byte, open int) ([]byte, error) {
	at := p.i
	if at+1 >= len(p.s) {
		return nil, p.fail("Unterminated string starting at", open)
	}
	p.i += 2
	switch c := p.s[at+1]; c {
	case '"', '\\', '/':
		return append(b, c), nil
	case 'b':
		return append(b, '\b'), nil
	case 'f':
		return append(b, '\f'), nil
	case 'n':
		return append(b, '\n'), nil
	case 'r':
		return append(b, '\r'), nil
	case 't':
		return append(b, '\t'), nil
	case 'u':
		r, ok := p.hex4(p.i)
		if !ok {
			return nil, p.fail(`Invalid \uXXXX escape`, at+1)
		}
		p.i += 4
		if utf16.IsSurrogate(r) && strings.HasPrefix(p.s[p.i:], `\u`) {
			if low, ok := p.hex4(p.i + 2); ok {
				if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
					p.i += 6
					return utf8.AppendRune(b, pair), nil
				}
			}
		}
		return appendRune(b, r), nil
	}
	return nil, p.fail(`Invalid \escape`, at)
}

func (p *jsonParser) hex4(i int) (rune, bool) {
	if i+4 > len(p.s) {
		return 0, false
	}
	for _, c := range []byte(p.s[i : i+4]) {
		if !hexDigit(c) {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(p.s[i:i+4], 16, 32)
	return rune(n), err == nil
}

// appendRune appends a code point; a surrogate takes its three-byte form, which is not UTF-8.
func appendRune(b []byte, r rune) []byte {
	if r >= 0xD800 && r <= 0xDFFF {
		return append(b, 0xE0|byte(r>>12), 0x80|byte(r>>6)&0x3F, 0x80|byte(r)&0x3F)
	}
	return utf8.AppendRune(b, r)
}

// surrogate returns the first lone surrogate of a string, or 0.
func surrogate(s string) rune {
	for i := 0; i+2 < len(s); i++ {
		if s[i] == 0xED && s[i+1] >= 0xA0 && s[i+1] <= 0xBF {
			return 0xD000 | rune(s[i+1]&0x3F)<<6 | rune(s[i+2]&0x3F)
		}
	}
	return 0
}

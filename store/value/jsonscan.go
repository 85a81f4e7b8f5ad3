package value

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// str reads the string at pos.
func (r *jsonReader) str() (string, error) {
	start := r.pos + 1
	for i := start; i < len(r.src); i++ {
		switch c := r.src[i]; {
		case c == '"':
			r.pos = i + 1
			s := string(r.src[start:i])
			if !utf8.ValidString(s) {
				return "", ErrSurrogate
			}
			return s, nil
		case c == '\\':
			return r.escaped(start, i)
		case c < ' ':
			return "", ErrSyntax
		}
	}
	return "", ErrSyntax
}

// escaped goes on with the string that began at start and has its first backslash at i.
func (r *jsonReader) escaped(start, i int) (string, error) {
	out := append([]byte(nil), r.src[start:i]...)
	for i < len(r.src) {
		switch c := r.src[i]; {
		case c == '"':
			r.pos = i + 1
			if !utf8.Valid(out) {
				return "", ErrSurrogate
			}
			return string(out), nil
		case c < ' ':
			return "", ErrSyntax
		case c != '\\':
			out = append(out, c)
			i++
		default:
			var err error
			if out, i, err = r.escape(out, i+1); err != nil {
				return "", err
			}
		}
	}
	return "", ErrSyntax
}

// escape appends the character whose escape goes on at i, and returns where the text goes on.
func (r *jsonReader) escape(out []byte, i int) ([]byte, int, error) {
	if i >= len(r.src) {
		return nil, 0, ErrSyntax
	}
	if at := strings.IndexByte(`"\/bfnrt`, r.src[i]); at >= 0 {
		return append(out, "\"\\/\b\f\n\r\t"[at]), i + 1, nil
	}
	if r.src[i] != 'u' {
		return nil, 0, ErrSyntax
	}
	c, ok := r.unit(i + 1)
	i += 5
	switch {
	case !ok:
		return nil, 0, ErrSyntax
	case c == 0:
		return nil, 0, ErrNull
	case !utf16.IsSurrogate(c):
		return utf8.AppendRune(out, c), i, nil
	}
	if i+1 < len(r.src) && r.src[i] == '\\' && r.src[i+1] == 'u' {
		if low, ok := r.unit(i + 2); ok {
			if full := utf16.DecodeRune(c, low); full != utf8.RuneError {
				return utf8.AppendRune(out, full), i + 6, nil
			}
		}
	}
	return nil, 0, ErrSurrogate
}

// unit reads four hexadecimal digits.
func (r *jsonReader) unit(i int) (rune, bool) {
	if i+4 > len(r.src) || strings.ContainsAny(string(r.src[i:i+4]), "+-_") {
		return 0, false
	}
	n, err := strconv.ParseUint(string(r.src[i:i+4]), 16, 32)
	return rune(n), err == nil
}

// UnquoteJSON reads a JSON string literal. U+0000 and halves of surrogate pairs are errors.
func UnquoteJSON(raw []byte) (string, error) {
	r := jsonReader{src: raw}
	if len(raw) < 2 || raw[0] != '"' {
		return "", ErrSyntax
	}
	s, err := r.str()
	if err == nil && r.pos != len(raw) {
		err = ErrSyntax
	}
	return s, err
}

// isJSONNumber reports whether raw is a number in JSON's grammar.
func isJSONNumber(raw []byte) bool {
	i := 0
	digits := func() bool {
		n := i
		for i < len(raw) && isDigit(raw[i]) {
			i++
		}
		return i > n
	}
	if i < len(raw) && raw[i] == '-' {
		i++
	}
	first := i
	if !digits() || raw[first] == '0' && i > first+1 {
		return false
	}
	if i < len(raw) && raw[i] == '.' {
		if i++; !digits() {
			return false
		}
	}
	if i < len(raw) && (raw[i] == 'e' || raw[i] == 'E') {
		if i++; i < len(raw) && (raw[i] == '+' || raw[i] == '-') {
			i++
		}
		if !digits() {
			return false
		}
	}
	return i == len(raw)
}

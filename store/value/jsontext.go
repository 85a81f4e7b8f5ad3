package value

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxJSONDepth is how deeply a JSON value may be nested.
const MaxJSONDepth = 200

// CompactJSON reads one JSON value and appends it re-encoded: no white space, keys in the order received, of a key
// that comes twice the last value in the first place (as Python's dict), numbers exactly as they were written, strings
// as AppendJSONString writes them. U+0000, halves of surrogate pairs, NaN and nesting beyond MaxJSONDepth are errors.
func CompactJSON(dst, src []byte) ([]byte, error) {
	r := jsonReader{src: src}
	dst, err := r.value(dst, 0)
	if err != nil {
		return nil, err
	}
	r.space()
	if r.pos != len(src) {
		return nil, ErrSyntax
	}
	return dst, nil
}

func parseJSONText(raw []byte) (Value, error) {
	out, err := CompactJSON(make([]byte, 0, len(raw)), raw)
	if err != nil {
		return Null, err
	}
	return Text(string(out)), nil
}

// jsonReader copies one JSON value from src.
type jsonReader struct {
	src []byte
	pos int
}

func (r *jsonReader) space() {
	for r.pos < len(r.src) && isJSONSpace(r.src[r.pos]) {
		r.pos++
	}
}

func isJSONSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

func trimJSON(raw []byte) []byte {
	for len(raw) > 0 && isJSONSpace(raw[0]) {
		raw = raw[1:]
	}
	for len(raw) > 0 && isJSONSpace(raw[len(raw)-1]) {
		raw = raw[:len(raw)-1]
	}
	return raw
}

// next skips white space and returns the byte there, or 0 at the end.
func (r *jsonReader) next() byte {
	r.space()
	if r.pos == len(r.src) {
		return 0
	}
	return r.src[r.pos]
}

func (r *jsonReader) value(dst []byte, depth int) ([]byte, error) {
	if depth > MaxJSONDepth {
		return nil, ErrDepth
	}
	switch c := r.next(); c {
	case '{':
		return r.object(dst, depth)
	case '[':
		return r.array(dst, depth)
	case '"':
		s, err := r.str()
		if err != nil {
			return nil, err
		}
		return AppendJSONString(dst, s), nil
	case 't':
		return r.word(dst, "true")
	case 'f':
		return r.word(dst, "false")
	case 'n':
		return r.word(dst, "null")
	}
	start := r.pos
	for r.pos < len(r.src) && strings.IndexByte("+-0123456789.eE", r.src[r.pos]) >= 0 {
		r.pos++
	}
	if !isJSONNumber(r.src[start:r.pos]) {
		return nil, ErrSyntax
	}
	return append(dst, r.src[start:r.pos]...), nil
}

func (r *jsonReader) word(dst []byte, word string) ([]byte, error) {
	if !strings.HasPrefix(string(r.src[r.pos:min(len(r.src), r.pos+len(word))]), word) {
		return nil, ErrSyntax
	}
	r.pos += len(word)
	return append(dst, word...), nil
}

func (r *jsonReader) array(dst []byte, depth int) ([]byte, error) {
	r.pos++
	dst = append(dst, '[')
	if r.next() == ']' {
		r.pos++
		return append(dst, ']'), nil
	}
	for {
		var err error
		if dst, err = r.value(dst, depth+1); err != nil {
			return nil, err
		}
		switch r.next() {
		case ',':
			dst = append(dst, ',')
		case ']':
			r.pos++
			return append(dst, ']'), nil
		default:
			return nil, ErrSyntax
		}
		r.pos++
	}
}

// member is a key of an object and where its value lies in dst.
type member struct {
	key        string
	start, end int
}

func (r *jsonReader) object(dst []byte, depth int) ([]byte, error) {
	r.pos++
	begin := len(dst)
	dst = append(dst, '{')
	var members []member
	twice := false
	for first := true; ; first = false {
		c := r.next()
		if c == '}' && first {
			r.pos++
			return append(dst, '}'), nil
		}
		if c != '"' {
			return nil, ErrSyntax
		}
		key, err := r.str()
		if err != nil {
			return nil, err
		}
		if r.next() != ':' {
			return nil, ErrSyntax
		}
		r.pos++
		dst = append(AppendJSONString(dst, key), ':')
		start := len(dst)
		if dst, err = r.value(dst, depth+1); err != nil {
			return nil, err
		}
		members = append(members, member{key, start, len(dst)})
		twice = twice || len(members) > 1 && r.seen(members)
		switch r.next() {
		case ',':
			dst = append(dst, ',')
		case '}':
			r.pos++
			dst = append(dst, '}')
			if twice {
				dst = mergeMembers(dst, begin, members)
			}
			return dst, nil
		default:
			return nil, ErrSyntax
		}
		r.pos++
	}
}

// seen reports whether the last of few members came before. With many it says yes: mergeMembers then looks by map.
func (r *jsonReader) seen(members []member) bool {
	last := len(members) - 1
	if last > 32 {
		return true
	}
	for _, m := range members[:last] {
		if m.key == members[last].key {
			return true
		}
	}
	return false
}

// mergeMembers writes the object that begins at begin anew, each key once.
func mergeMembers(dst []byte, begin int, members []member) []byte {
	place := make(map[string]int, len(members))
	var order []member
	for _, m := range members {
		if i, ok := place[m.key]; ok {
			order[i] = m
			continue
		}
		place[m.key] = len(order)
		order = append(order, m)
	}
	if len(order) == len(members) {
		return dst
	}
	old := append([]byte(nil), dst[begin:]...)
	dst = append(dst[:begin], '{')
	for i, m := range order {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(AppendJSONString(dst, m.key), ':')
		dst = append(dst, old[m.start-begin:m.end-begin]...)
	}
	return append(dst, '}')
}

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

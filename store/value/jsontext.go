package value

import "strings"

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

package query

import (
	"strings"
	"unicode/utf8"
)

// What Python's classes hold, as the inside of a class of RE2, whose own know ASCII only.
const (
	pyWord  = `\p{L}\p{N}_`
	pySpace = `\t-\r\x1c-\x20\x85\p{Z}`
)

// fromPython writes a pattern of Python's re, which Django's regex lookups take, for RE2: its classes are Unicode's,
// \Z is the end, \uXXXX a character, {,n} a repetition and a bracket within a class is itself. Negated classes within
// a class stay ASCII's. What RE2 cannot do at all stays as it is, so that it is refused.
func fromPython(pattern string) string {
	var out strings.Builder
	class := 0 // where the class that is open began, after its caret; 0: none is open
	for i := 0; i < len(pattern); i++ {
		c, rest := pattern[i], pattern[i+1:]
		switch {
		case c == '\\' && rest != "":
			text, n := pythonEscape(rest, class > 0)
			out.WriteString(text)
			i += n
		case class > 0 && c == '[':
			out.WriteString(`\[`)
		case class > 0:
			if c == ']' && i > class {
				class = 0
			}
			out.WriteByte(c)
		case c == '[':
			out.WriteByte(c)
			if strings.HasPrefix(rest, "^") {
				out.WriteByte('^')
				i++
			}
			class = i + 1
		case c == '{' && openRepeat(rest):
			out.WriteString("{0")
		default:
			out.WriteByte(c)
		}
	}
	return out.String()
}

// openRepeat reports whether what follows a brace is ",n}" or ",}".
func openRepeat(s string) bool {
	s, found := strings.CutPrefix(s, ",")
	return found && strings.HasPrefix(strings.TrimLeft(s, "0123456789"), "}")
}

// pythonEscape returns RE2's text for the escape that s is after its backslash, and how many bytes of s it took.
func pythonEscape(s string, inClass bool) (string, int) {
	_, more := utf8.DecodeRuneInString(s)
	plain := s[:more]
	if s[0] < utf8.RuneSelf {
		plain = `\` + plain
	}
	set := func(in, head string) string {
		if inClass {
			return in
		}
		return head + in + "]"
	}
	switch s[0] {
	case 'w':
		return set(pyWord, "["), 1
	case 's':
		return set(pySpace, "["), 1
	case 'd':
		return `\p{Nd}`, 1
	case 'D':
		return `\P{Nd}`, 1
	case 'u', 'U':
		if n := map[byte]int{'u': 4, 'U': 8}[s[0]]; len(s) > n && isHex(s[1:1+n]) {
			return `\x{` + s[1:1+n] + "}", 1 + n
		}
	}
	switch {
	case inClass:
	case s[0] == 'W':
		return "[^" + pyWord + "]", 1
	case s[0] == 'S':
		return "[^" + pySpace + "]", 1
	case s[0] == 'Z':
		return `\z`, 1
	}
	return plain, more
}

func isHex(s string) bool { return strings.Trim(s, "0123456789abcdefABCDEF") == "" }

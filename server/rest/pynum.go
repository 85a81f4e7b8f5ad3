package rest

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/couplet/couplet/store/value"
)

// maxIntDigits is Python's limit on the digits of an integer that it converts from text.
const maxIntDigits = 4300

// pyFloat returns Python's repr of a float.
func pyFloat(f float64) string { return string(value.AppendFloat(nil, f)) }

// asciiDigits replaces the decimal digits of other scripts by ASCII ones, as Python's number constructors do.
func asciiDigits(s string) string {
	if isASCII(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if r > 127 && unicode.Is(unicode.Nd, r) {
			r = '0' + digitValue(r)
		}
		b.WriteRune(r)
	}
	return b.String()
}

// digitValue returns the value of a decimal digit: the digits of each script are ten code points in a row.
func digitValue(r rune) rune {
	n := rune(0)
	for n < 9 && unicode.Is(unicode.Nd, r-n-1) {
		n++
	}
	if n == 9 && unicode.Is(unicode.Nd, r-10) { // adjacent runs of ten (mathematical digits)
		for _, run := range unicode.Nd.R32 {
			if rune(run.Lo) <= r && r <= rune(run.Hi) {
				return (r - rune(run.Lo)) % 10
			}
		}
	}
	return n
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// pySpace reports whether Python's str.strip() takes r away.
func pySpace(r rune) bool {
	return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f
}

// pyStrip trims as Python's str.strip() does.
func pyStrip(s string) string {
	if s == "" || s[0] > ' ' && s[0] < utf8.RuneSelf && s[len(s)-1] > ' ' && s[len(s)-1] < utf8.RuneSelf {
		return s
	}
	return strings.TrimFunc(s, pySpace)
}

// dropUnderscores removes single underscores between digits; ok is false where one stands elsewhere.
func dropUnderscores(s string, digit func(byte) bool) (string, bool) {
	if !strings.Contains(s, "_") {
		return s, true
	}
	var b []byte
	for i := 0; i < len(s); i++ {
		if s[i] != '_' {
			b = append(b, s[i])
			continue
		}
		if i == 0 || i == len(s)-1 || !digit(s[i-1]) || !digit(s[i+1]) {
			return "", false
		}
	}
	return string(b), true
}

func decimalDigit(c byte) bool { return c >= '0' && c <= '9' }

func hexDigit(c byte) bool { return decimalDigit(c) || c|32 >= 'a' && c|32 <= 'f' }

// pyInt parses as Python's int(str) does; ok is false where it raises ValueError.
func pyInt(s string) (*big.Int, bool) {
	s, ok := dropUnderscores(asciiDigits(pyStrip(s)), decimalDigit)
	if !ok {
		return nil, false
	}
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" || len(digits) > maxIntDigits {
		return nil, false
	}
	for i := 0; i < len(digits); i++ {
		if !decimalDigit(digits[i]) {
			return nil, false
		}
	}
	return new(big.Int).SetString(strings.TrimPrefix(s, "+"), 10)
}

// pyParseFloat parses as Python's float(str) does; ok is false where it raises ValueError.
func pyParseFloat(s string) (float64, bool) {
	s, ok := dropUnderscores(asciiDigits(pyStrip(s)), decimalDigit)
	if !ok || s == "" {
		return 0, false
	}
	rest := strings.TrimLeft(s, "+-")
	if len(s)-len(rest) > 1 {
		return 0, false
	}
	switch strings.ToLower(rest) {
	case "inf", "infinity":
		if s[0] == '-' {
			return math.Inf(-1), true
		}
		return math.Inf(1), true
	case "nan":
		return math.NaN(), true
	}
	if rest == "" || !decimalDigit(rest[0]) && rest[0] != '.' || strings.ContainsAny(rest, "xXpP") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return 0, false
	}
	return f, true
}

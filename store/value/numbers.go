package value

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// IntRange returns the least and the greatest integer that a field of type t may hold: Django's bounds on SQLite,
// 64 bits for all, from 0 for the positive kinds.
func (t Type) IntRange() (least, greatest int64) {
	switch t.Kind {
	case PositiveSmallInteger, PositiveInteger, PositiveBigInteger:
		return 0, math.MaxInt64
	}
	return math.MinInt64, math.MaxInt64
}

// AppendFloat appends f as Python's repr prints it: the shortest digits that read back as f, "1.0", "1e+16", "1e-05",
// and "inf", "-inf" or "nan".
func AppendFloat(dst []byte, f float64) []byte {
	switch {
	case math.IsNaN(f):
		return append(dst, "nan"...)
	case math.IsInf(f, 1):
		return append(dst, "inf"...)
	case math.IsInf(f, -1):
		return append(dst, "-inf"...)
	}
	size := math.Abs(f)
	if size != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.AppendFloat(dst, f, 'e', -1, 64)
	}
	n := len(dst)
	dst = strconv.AppendFloat(dst, f, 'f', -1, 64)
	for _, c := range dst[n:] {
		if c == '.' {
			return dst
		}
	}
	return append(dst, ".0"...)
}

// appendFloatJSON appends f, or null where JSON has no number for it.
func appendFloatJSON(dst []byte, f float64) []byte {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return append(dst, "null"...)
	}
	return AppendFloat(dst, f)
}

// maxNumberText is DRF's MAX_STRING_LENGTH: a longer text is no number.
const maxNumberText = 1000

// numberText prepares a text as Python's int and float do: outer white space and single underscores between digits
// are dropped, digits of other scripts become ASCII. It reports false when an underscore stands elsewhere.
func numberText(s string) (string, bool) {
	if len(s) > maxNumberText && utf8.RuneCountInString(s) > maxNumberText {
		return "", false
	}
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c >= 0x7f || c == '_' {
			plain = false
			break
		}
	}
	if plain {
		return s, true
	}
	s = asciiDigits(strings.TrimFunc(s, isPythonSpace))
	if !strings.Contains(s, "_") {
		return s, true
	}
	for i := 0; i < len(s); i++ {
		if s[i] == '_' && (i == 0 || i == len(s)-1 || !isDigit(s[i-1]) || !isDigit(s[i+1])) {
			return "", false
		}
	}
	return strings.ReplaceAll(s, "_", ""), true
}

// isPythonSpace is Python's str.isspace, which counts the four separators U+001C to U+001F beside Unicode's white space.
func isPythonSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// asciiDigits replaces the decimal digits of every script by 0 to 9, as Python's \d and int do.
func asciiDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf || !unicode.Is(unicode.Nd, r) {
			return r
		}
		zero := r
		for unicode.Is(unicode.Nd, zero-1) && r-zero < 9 {
			zero--
		}
		return '0' + (r-zero)%10
	}, s)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// parseInt reads an integer as DRF's IntegerField does: "42", " 42 ", "42.000", "4_2"; neither "1e2" nor "1.5".
func parseInt(s string) (Value, error) {
	s, ok := numberText(s)
	if !ok {
		return Null, ErrSyntax
	}
	if i := strings.IndexByte(s, '.'); i >= 0 && strings.Trim(s[i+1:], "0") == "" {
		s = strings.TrimRightFunc(s[:i], isPythonSpace)
	}
	if s == "" || strings.IndexFunc(strings.TrimLeft(s[:1], "+-")+s[1:], func(r rune) bool { return r < '0' || r > '9' }) >= 0 {
		return Null, ErrSyntax
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err == nil:
		return Int(n), nil
	case errors.Is(err, strconv.ErrRange):
		return Null, ErrRange
	}
	return Null, ErrSyntax
}

// parseFloat reads a float as Python does, infinities and NaN refused.
func parseFloat(s string) (Value, error) {
	s, ok := numberText(s)
	if !ok || strings.IndexFunc(s, func(r rune) bool { return !strings.ContainsRune("0123456789.+-eE", r) }) >= 0 {
		return Null, ErrSyntax
	}
	f, err := strconv.ParseFloat(s, 64)
	switch {
	case err == nil:
		return Float(f), nil
	case errors.Is(err, strconv.ErrRange):
		return Null, ErrRange
	}
	return Null, ErrSyntax
}

// fromJSONNumber reads a JSON number for t as DRF does after Python made an int or a float of it, except that
// digits which a float would lose are kept.
func (t Type) fromJSONNumber(raw string) (Value, error) {
	text := PythonNumber(raw)
	switch t.Kind {
	case Boolean:
		switch f, err := strconv.ParseFloat(raw, 64); {
		case err != nil:
			return Null, ErrSyntax
		case f == 1:
			return Bool(true), nil
		case f == 0:
			return Bool(false), nil
		}
		return Null, ErrSyntax
	case UUID:
		return uuidFromNumber(raw)
	case IP, Date, Time, DateTime, File, Image:
		return Null, ErrSyntax
	case FloatingPoint:
		return parseFloat(raw)
	}
	return t.Parse(text)
}

// PythonNumber returns a JSON number literal as Python prints the number it reads from it: "1.50" is "1.5", "1e3" is
// "1000.0". A literal with more digits than a float holds is returned as it is.
func PythonNumber(raw string) string {
	if !strings.ContainsAny(raw, ".eE") {
		if raw == "-0" {
			return "0"
		}
		return raw
	}
	f, err := strconv.ParseFloat(raw, 64)
	if err != nil {
		return raw
	}
	text := string(AppendFloat(nil, f))
	literal, err := ParseDecimal(raw)
	if err != nil {
		return raw
	}
	if read, err := ParseDecimal(text); err != nil || CompareDecimals(literal, read) != 0 {
		return raw
	}
	return text
}

// uuidFromNumber reads an integer of 128 bits (DRF: uuid.UUID(int=…)).
func uuidFromNumber(raw string) (Value, error) {
	if len(raw) > 39 {
		return Null, ErrSyntax
	}
	n, ok := new(big.Int).SetString(raw, 10)
	if !ok || n.Sign() < 0 || n.BitLen() > 128 {
		return Null, ErrSyntax
	}
	hex := n.Text(16)
	return Text(strings.Repeat("0", 32-len(hex)) + hex), nil
}

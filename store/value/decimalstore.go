package value

import (
	"strconv"
	"strings"
)

// Decimals of more than 18 digits are kept as text of one fixed width that sorts as the number does: one letter,
// "n" for negative and "p" for the others, then Digits digits, the last Places of them behind the (unwritten) point.
// The digits of a negative number are written as their nines' complement, so that a larger size sorts lower:
// with 20 digits and 2 places 1.50 is "p00000000000000000150" and -1.50 is "n99999999999999999849". There is one zero.

// wide returns that text for a string of at most width digits.
func wide(digits string, neg bool, width int) string {
	var b strings.Builder
	b.Grow(width + 1)
	neg = neg && digits != "0"
	if neg {
		b.WriteByte('n')
	} else {
		b.WriteByte('p')
	}
	for range width - len(digits) {
		b.WriteByte(complement('0', neg))
	}
	for i := range len(digits) {
		b.WriteByte(complement(digits[i], neg))
	}
	return b.String()
}

func complement(digit byte, neg bool) byte {
	if neg {
		return '0' + '9' - digit
	}
	return digit
}

// splitWide returns sign and digits of a text that wide made, leading zeros stripped down to one digit.
func splitWide(s string) (neg bool, digits string, ok bool) {
	if len(s) < 2 || s[0] != 'n' && s[0] != 'p' || leadingDigits(s[1:]) != s[1:] {
		return false, "", false
	}
	if neg = s[0] == 'n'; neg {
		plain := make([]byte, len(s)-1)
		for i := range plain {
			plain[i] = complement(s[i+1], true)
		}
		digits = string(plain)
	} else {
		digits = s[1:]
	}
	digits = strings.TrimLeft(digits, "0")
	return neg, orZero(digits), true
}

// appendWide appends the number in plain notation; a text that wide did not make is appended without its quotes
// and backslashes, so that it cannot break out of a JSON string.
func appendWide(dst []byte, s string, places int) []byte {
	neg, digits, ok := splitWide(s)
	if !ok {
		for i := range len(s) {
			if c := s[i]; c > ' ' && c < 0x7f && c != '"' && c != '\\' {
				dst = append(dst, c)
			}
		}
		return dst
	}
	if neg {
		dst = append(dst, '-')
	}
	return appendPoint(dst, digits, places)
}

// appendPoint appends digits with a point before the last places of them.
func appendPoint(dst []byte, digits string, places int) []byte {
	if places <= 0 {
		return append(dst, digits...)
	}
	if len(digits) <= places {
		dst = append(dst, '0', '.')
		for range places - len(digits) {
			dst = append(dst, '0')
		}
		return append(dst, digits...)
	}
	dst = append(dst, digits[:len(digits)-places]...)
	dst = append(dst, '.')
	return append(dst, digits[len(digits)-places:]...)
}

// appendScaled appends n / 10^places in plain notation with all its places.
func appendScaled(dst []byte, n int64, places int) []byte {
	size := uint64(n)
	if n < 0 {
		dst = append(dst, '-')
		size = -size
	}
	if places <= 0 {
		return strconv.AppendUint(dst, size, 10)
	}
	start := len(dst)
	dst = strconv.AppendUint(dst, size, 10)
	for len(dst)-start <= places { // at least one digit before the point
		dst = append(dst, 0)
		copy(dst[start+1:], dst[start:])
		dst[start] = '0'
	}
	dst = append(dst, 0)
	point := len(dst) - 1 - places
	copy(dst[point+1:], dst[point:])
	dst[point] = '.'
	return dst
}

// DecimalOf returns the number that a stored value of the decimal type t stands for; not ok for null and for what is
// no stored decimal. A float, as a table of Django's has it, is the decimal that Python prints.
func DecimalOf(t Type, v Value) (d Dec, ok bool) {
	switch v.class {
	case ClassInt:
		places := t.Places
		if t.Kind != Decimal {
			places = 0
		}
		size := uint64(v.n)
		if v.n < 0 {
			size = -size
		}
		return Dec{Neg: v.n < 0, Digits: strconv.FormatUint(size, 10), Exp: -places}, true
	case ClassFloat:
		d, err := ParseDecimal(string(AppendFloat(nil, v.Float())))
		return d, err == nil
	case ClassText:
		neg, digits, ok := splitWide(v.s)
		return Dec{Neg: neg, Digits: digits, Exp: -t.Places}, ok
	}
	return Dec{}, false
}

// Rescale returns a stored value of one decimal (or integer) type in the stored form of another decimal type, rounded
// half to even, and whether nothing was rounded away. Null stays null. It fails with ErrWhole where it does not fit.
func Rescale(v Value, from, to Type) (scaled Value, exact bool, err error) {
	if v.IsNull() {
		return Null, true, nil
	}
	d, ok := DecimalOf(from, v)
	if !ok {
		return Null, false, ErrSyntax
	}
	return d.Round(to)
}

package value

import (
	"cmp"
	"math/big"
	"strconv"
	"strings"
)

// Dec is an exact decimal number as Python's Decimal.as_tuple shows it: the digits times ten to the power Exp.
// Trailing zeros count: 1.50 has the digits 150 and the exponent -2. The zero Dec is not valid; ParseDecimal makes one.
type Dec struct {
	Neg    bool
	Digits string // at least one, without leading zeros
	Exp    int
}

// maxExponent bounds exponents, so that no text makes a number that fills memory. No type has as many digits.
const maxExponent = 1 << 15

// ParseDecimal reads a decimal number as Python's Decimal does ("1.50", "-.5", "1e3", underscores anywhere, outer
// white space), infinities and NaN refused. No float is involved.
func ParseDecimal(s string) (Dec, error) {
	if len(s) > maxNumberText*4 {
		return Dec{}, ErrSyntax
	}
	s = strings.ReplaceAll(strings.TrimFunc(asciiDigits(s), isPythonSpace), "_", "")
	var d Dec
	if s != "" && (s[0] == '+' || s[0] == '-') {
		d.Neg = s[0] == '-'
		s = s[1:]
	}
	whole := leadingDigits(s)
	rest := s[len(whole):]
	fraction := ""
	if rest != "" && rest[0] == '.' {
		fraction = leadingDigits(rest[1:])
		rest = rest[1+len(fraction):]
	}
	if whole == "" && fraction == "" {
		return Dec{}, ErrSyntax
	}
	exponent, err := parseExponent(rest)
	if err != nil {
		return Dec{}, err
	}
	d.Digits = strings.TrimLeft(whole+fraction, "0")
	if d.Digits == "" {
		d.Digits = "0"
	}
	d.Exp = exponent - len(fraction)
	return d, nil
}

func leadingDigits(s string) string {
	i := 0
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	return s[:i]
}

// parseExponent reads "" or "e…"; exponents beyond maxExponent are cut to it, which no type holds either.
func parseExponent(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	if s[0] != 'e' && s[0] != 'E' {
		return 0, ErrSyntax
	}
	s = s[1:]
	neg := false
	if s != "" && (s[0] == '+' || s[0] == '-') {
		neg = s[0] == '-'
		s = s[1:]
	}
	if s == "" || leadingDigits(s) != s {
		return 0, ErrSyntax
	}
	n, err := strconv.Atoi(s)
	if err != nil || n > maxExponent {
		n = maxExponent
	}
	if neg {
		n = -n
	}
	return n, nil
}

// IsZero reports whether d is 0, whatever its exponent.
func (d Dec) IsZero() bool { return d.Digits == "0" }

// Check reports the first of ErrDigits, ErrPlaces and ErrWhole that DRF's DecimalField would, or nil.
func (d Dec) Check(t Type) error {
	total, whole, places := len(d.Digits), 0, 0
	switch {
	case d.Exp >= 0:
		total += d.Exp
		whole = total
	case total > -d.Exp:
		whole = total + d.Exp
		places = -d.Exp
	default:
		total = -d.Exp
		places = total
	}
	switch {
	case total > t.Digits:
		return ErrDigits
	case places > t.Places:
		return ErrPlaces
	case whole > t.Digits-t.Places:
		return ErrWhole
	}
	return nil
}

// Value returns d in the stored form of t. Trailing zeros do not count here: 1.500 fits two places. It fails with
// ErrPlaces or ErrWhole where digits would be lost.
func (d Dec) Value(t Type) (Value, error) {
	v, exact, err := d.Round(t)
	if err == nil && !exact {
		return Null, ErrPlaces
	}
	return v, err
}

// Round returns d in the stored form of t, rounded half to even as Python's quantize does, and whether nothing was
// rounded away. It fails with ErrWhole when d has too many digits before the point.
func (d Dec) Round(t Type) (v Value, exact bool, err error) {
	unscaled, exact, err := d.unscaled(t)
	if err != nil {
		return Null, false, err
	}
	if len(unscaled) > t.Digits {
		return Null, false, ErrWhole
	}
	if !t.Scaled() {
		return Text(wide(unscaled, d.Neg, t.Digits)), exact, nil
	}
	n, err := strconv.ParseInt(unscaled, 10, 64)
	if err != nil {
		return Null, false, ErrWhole
	}
	if d.Neg {
		n = -n
	}
	return Int(n), exact, nil
}

// unscaled returns the digits of |d| times ten to the power Places, rounded, without leading zeros ("0" for zero).
func (d Dec) unscaled(t Type) (digits string, exact bool, err error) {
	if d.IsZero() {
		return "0", true, nil
	}
	shift := d.Exp + t.Places
	if shift >= 0 {
		if len(d.Digits)+shift > t.Digits {
			return "", false, ErrWhole
		}
		return d.Digits + strings.Repeat("0", shift), true, nil
	}
	cut := len(d.Digits) + shift
	if cut < 0 {
		return "0", false, nil
	}
	kept, lost := d.Digits[:cut], d.Digits[cut:]
	if strings.Trim(lost, "0") == "" {
		return orZero(kept), true, nil
	}
	half := lost[0] > '5' || lost[0] == '5' && strings.Trim(lost[1:], "0") != ""
	tie := lost[0] == '5' && !half
	odd := cut > 0 && (kept[cut-1]-'0')%2 == 1
	if half || tie && odd {
		return increment(kept), false, nil
	}
	return orZero(kept), false, nil
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// increment adds one to a string of digits.
func increment(s string) string {
	digits := []byte(s)
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i] != '9' {
			digits[i]++
			return string(digits)
		}
		digits[i] = '0'
	}
	return "1" + string(digits)
}

// String returns d in plain notation with all its places: "1.50", "-0.001", "1000".
func (d Dec) String() string {
	digits, sign := d.Digits, ""
	if d.Neg {
		sign = "-"
	}
	switch {
	case d.IsZero() && d.Exp >= 0:
		return sign + "0"
	case d.Exp >= 0:
		return sign + digits + strings.Repeat("0", d.Exp)
	case len(digits) <= -d.Exp:
		digits = strings.Repeat("0", -d.Exp-len(digits)+1) + digits
	}
	point := len(digits) + d.Exp
	return sign + digits[:point] + "." + digits[point:]
}

// CompareDecimals orders two decimals by number, whatever their exponents.
func CompareDecimals(a, b Dec) int {
	sa, sb := a.sign(), b.sign()
	if sa != sb || sa == 0 {
		return cmp.Compare(sa, sb)
	}
	if ma, mb := len(a.Digits)+a.Exp, len(b.Digits)+b.Exp; ma != mb {
		if ma > mb {
			return sa
		}
		return -sa
	}
	da, db := a.Digits, b.Digits
	if len(da) < len(db) {
		da += strings.Repeat("0", len(db)-len(da))
	} else {
		db += strings.Repeat("0", len(da)-len(db))
	}
	return sa * strings.Compare(da, db)
}

func (d Dec) sign() int {
	switch {
	case d.IsZero():
		return 0
	case d.Neg:
		return -1
	}
	return 1
}

// Rat returns d as an exact fraction; the exponent of a parsed decimal is bounded, so the result is, too.
func (d Dec) Rat() *big.Rat {
	n, _ := new(big.Int).SetString(d.Digits, 10)
	if d.Neg {
		n.Neg(n)
	}
	size := d.Exp
	if size < 0 {
		size = -size
	}
	power := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(size)), nil)
	if d.Exp >= 0 {
		return new(big.Rat).SetInt(n.Mul(n, power))
	}
	return new(big.Rat).SetFrac(n, power)
}

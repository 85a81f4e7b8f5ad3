package value

import (
	"math"
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// Django's three patterns for durations, tried in this order.
var (
	plainDurationRE = regexp.MustCompile(
		`^(?:(-?\d+) (?:days?, )?)?(-?)(?:(?:(\d+):)?(\d+):)?(\d+)(?:[.,](\d{1,6})\d{0,6})?\n?$`)
	isoDurationRE = regexp.MustCompile(
		`^([-+]?)P(?:(\d+(?:[.,]\d+)?)D)?(?:T(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?\n?$`)
	intervalRE = regexp.MustCompile(
		`^(?:(-?\d+) (?:days? ?))?(?:([-+])?(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?\n?$`)
)

// ParseDuration reads a duration as Django's parse_duration does ("1 02:03:04.5", "90", "P1DT2H", "3 days 04:05:06",
// and "", which is zero) and returns its microseconds. ErrRange means more than 64 bits of them, or more days
// than Python's timedelta has (DRF: code "overflow").
func ParseDuration(s string) (int64, error) {
	if len(s) > maxNumberText {
		return 0, ErrSyntax
	}
	s = asciiDigits(s)
	iso := false
	var days, sign string
	var rest [4]string // hours, minutes, seconds, microseconds
	if m := plainDurationRE.FindStringSubmatch(s); m != nil {
		days, sign, rest = m[1], m[2], [4]string{m[3], m[4], m[5], padMicros(m[6])}
	} else if m := isoDurationRE.FindStringSubmatch(s); m != nil {
		iso = true
		sign, days, rest = m[1], m[2], [4]string{m[3], m[4], m[5], ""}
	} else if m := intervalRE.FindStringSubmatch(s); m != nil {
		days, sign, rest = m[1], m[2], [4]string{m[3], m[4], m[5], padMicros(m[6])}
	} else {
		return 0, ErrSyntax
	}
	var whole, part timedelta
	whole.add(days, 86400e6)
	part.add(rest[3], 1)
	part.add(rest[2], 1e6)
	part.add(rest[1], 60e6)
	part.add(rest[0], 3600e6)
	sum, clock := whole.micros(), part.micros()
	if sign == "-" {
		clock.Neg(clock)
		if iso {
			sum.Neg(sum)
		}
	}
	sum.Add(sum, clock)
	if whole.over || part.over || !sum.IsInt64() {
		return 0, ErrRange
	}
	return sum.Int64(), nil
}

func padMicros(s string) string {
	if s == "" {
		return ""
	}
	return (s + "00000")[:6]
}

// timedelta adds up microseconds with the rounding of Python's timedelta constructor: the fractions of all parts are
// kept apart as a float and rounded half to even at the end. The whole is a big number, since the days alone may leave
// 64 bits where days and clock together do not.
type timedelta struct {
	n    big.Int
	left float64
	over bool
}

func (t *timedelta) add(s string, unit float64) {
	if s == "" {
		return
	}
	f, err := strconv.ParseFloat(strings.ReplaceAll(s, ",", "."), 64)
	whole, frac := math.Modf(f)
	if err != nil || math.Abs(whole) >= math.MaxInt64 {
		t.over = true
		return
	}
	t.n.Add(&t.n, new(big.Int).Mul(big.NewInt(int64(whole)), big.NewInt(int64(unit))))
	if frac != 0 {
		more, left := math.Modf(frac * unit)
		t.n.Add(&t.n, big.NewInt(int64(more)))
		t.left += left
	}
}

func (t *timedelta) micros() *big.Int {
	odd := float64(t.n.Bit(0))
	whole := math.Round(t.left)
	if math.Abs(whole-t.left) == 0.5 {
		whole = 2*math.Round((t.left+odd)*0.5) - odd
	}
	return t.n.Add(&t.n, big.NewInt(int64(whole)))
}

// appendDuration appends microseconds as Django's duration_string: "[D ]HH:MM:SS[.ffffff]", the days rounded down, so
// that only they are ever negative.
func appendDuration(dst []byte, us int64) []byte {
	const day = 86400e6
	days := us / day
	us -= days * day
	if us < 0 {
		us += day
		days--
	}
	if days != 0 {
		dst = append(strconv.AppendInt(dst, days, 10), ' ')
	}
	s := int(us / 1e6)
	return appendClock(dst, s/3600, s/60%60, s%60, int(us%1e6))
}

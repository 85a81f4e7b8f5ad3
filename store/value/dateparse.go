package value

import (
	"regexp"
	"strings"
	"time"
)

// Django's patterns of django.utils.dateparse. \d is any decimal digit (asciiDigits is applied before), and Python's
// $ also matches before a line feed at the end.
var (
	dateRE     = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})\n?$`)
	timeRE     = regexp.MustCompile(`^(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,6})\d{0,6})?)?\n?$`)
	dateTimeRE = regexp.MustCompile(`^(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2})` +
		`(?::(\d{1,2})(?:[.,](\d{1,6})\d{0,6})?)?[\s\x0b\x1c-\x1f\x{85}\p{Z}]*(Z|[+-]\d{2}(?::?\d{2})?)?\n?$`)
)

// maxTimeText bounds what is looked at: no accepted form is longer, white space before an offset aside.
const maxTimeText = 200

// ParseDate reads a day as Django's parse_date does and returns its midnight in UTC. Every failure is ErrSyntax.
func ParseDate(s string) (time.Time, error) {
	if t, err := isoDate(s); err == nil {
		return t, nil
	}
	m := match(dateRE, s)
	if m == nil {
		return time.Time{}, ErrSyntax
	}
	return civil(number(m[1]), number(m[2]), number(m[3]))
}

// ParseTime reads a time of day as Django's parse_time does, as the duration since midnight; an offset is read
// and ignored. Every failure is ErrSyntax.
func ParseTime(s string) (time.Duration, error) {
	if of, _, _, err := isoZoned(strings.TrimPrefix(s, "T")); err == nil {
		return of, nil
	}
	m := match(timeRE, s)
	if m == nil {
		return 0, ErrSyntax
	}
	return clock(number(m[1]), number(m[2]), number(m[3]), fraction(m[4]))
}

// ParseDateTime reads a datetime as Django's parse_datetime does and returns it in UTC; one without an offset is UTC,
// a day is its midnight. ErrRange means that it leaves the years 1 to 9999 when converted (DRF: code "overflow").
func ParseDateTime(s string) (time.Time, error) {
	local, offset, err := isoDateTime(s)
	if err != nil {
		if local, offset, err = patternDateTime(s); err != nil {
			return time.Time{}, err
		}
	}
	t := local.Add(-offset)
	if t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, ErrRange
	}
	return t, nil
}

func patternDateTime(s string) (local time.Time, offset time.Duration, err error) {
	m := match(dateTimeRE, s)
	if m == nil {
		return time.Time{}, 0, ErrSyntax
	}
	day, err := civil(number(m[1]), number(m[2]), number(m[3]))
	if err != nil {
		return time.Time{}, 0, err
	}
	of, err := clock(number(m[4]), number(m[5]), number(m[6]), fraction(m[7]))
	if err != nil {
		return time.Time{}, 0, err
	}
	if zone := m[8]; len(zone) > 1 {
		minutes := 0
		if len(zone) > 3 {
			minutes = number(zone[len(zone)-2:])
		}
		offset = time.Duration(number(zone[1:3]))*time.Hour + time.Duration(minutes)*time.Minute
		if offset >= 24*time.Hour {
			return time.Time{}, 0, ErrSyntax
		}
		if zone[0] == '-' {
			offset = -offset
		}
	}
	return day.Add(of), offset, nil
}

func match(re *regexp.Regexp, s string) []string {
	if len(s) > maxTimeText {
		return nil
	}
	return re.FindStringSubmatch(asciiDigits(s))
}

// fraction reads up to six digits behind the point as microseconds.
func fraction(s string) int { return number((s + "000000")[:6]) }

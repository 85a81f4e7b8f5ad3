package value

import (
	"strings"
	"time"
	"unicode/utf8"
)

// This file is Python 3.11's fromisoformat, which Django tries before its own patterns. Not copied are mistakes of
// CPython's parser that read a time out of damaged text ("095Z" as 09:00, "09.05" as 09:00:00.05); later versions of
// Python refuse these, too.

// isoDate reads 2024-05-01, 20240501, 2024-W18-3, 2024-W18, 2024W183 and 2024W18.
func isoDate(s string) (time.Time, error) {
	if len(s) != 7 && len(s) != 8 && len(s) != 10 || !allDigits(s[:4]) {
		return time.Time{}, ErrSyntax
	}
	year, rest := number(s[:4]), s[4:]
	dash := rest[0] == '-'
	if dash {
		rest = rest[1:]
	}
	if rest[0] == 'W' {
		return isoWeekDate(year, rest[1:], dash)
	}
	if dash {
		if len(rest) != 5 || rest[2] != '-' {
			return time.Time{}, ErrSyntax
		}
		rest = rest[:2] + rest[3:]
	}
	if len(rest) != 4 || !allDigits(rest) {
		return time.Time{}, ErrSyntax
	}
	return civil(year, number(rest[:2]), number(rest[2:]))
}

// isoWeekDate reads what follows the W: the week, and the day, Monday when it is absent.
func isoWeekDate(year int, s string, dash bool) (time.Time, error) {
	if len(s) < 2 || !allDigits(s[:2]) {
		return time.Time{}, ErrSyntax
	}
	week, day := number(s[:2]), 1
	if s = s[2:]; s != "" {
		if dash {
			if s[0] != '-' {
				return time.Time{}, ErrSyntax
			}
			s = s[1:]
		}
		if len(s) != 1 || s[0] < '1' || s[0] > '7' {
			return time.Time{}, ErrSyntax
		}
		day = number(s)
	}
	if year < 1 || week < 1 || week > 53 {
		return time.Time{}, ErrSyntax
	}
	fourth := time.Date(year, 1, 4, 0, 0, 0, 0, time.UTC)
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
	t := monday.AddDate(0, 0, (week-1)*7+day-1)
	if y, w := t.ISOWeek(); y != year || w != week || t.Year() < 1 || t.Year() > 9999 {
		return time.Time{}, ErrSyntax
	}
	return t, nil
}

// isoSeparator returns where the date of a datetime ends, or -1. Any one character may follow it.
func isoSeparator(s string) int {
	switch {
	case len(s) < 7:
		return -1
	case len(s) == 7:
		return 7
	case s[4] != '-' && s[4] != 'W':
		return 8
	case s[4] == 'W':
		return compactWeekEnd(s)
	case s[5] != 'W':
		return 10
	case len(s) == 8 || s[8] != '-':
		return 8
	case len(s) == 9:
		return -1
	case len(s) > 10 && isDigit(s[10]):
		return 8
	}
	return 10
}

// compactWeekEnd tells 2024W18 from 2024W183 by how many digits follow.
func compactWeekEnd(s string) int {
	i := 7
	for i < len(s) && isDigit(s[i]) {
		i++
	}
	switch {
	case i < 9:
		return i
	case i%2 == 0:
		return 7
	}
	return 8
}

// isoClock reads HH[:MM[:SS[.ffffff]]] or the same without colons; more than six digits are cut.
func isoClock(s string) (hour, minute, second, micros int, ok bool) {
	parts := [3]int{}
	colon := len(s) > 2 && s[2] == ':'
	for i := range parts {
		if len(s) < 2 || !allDigits(s[:2]) {
			return 0, 0, 0, 0, false
		}
		parts[i] = number(s[:2])
		if s = s[2:]; s == "" || i == 2 {
			break
		}
		if colon {
			if s[0] != ':' {
				return 0, 0, 0, 0, false
			}
			s = s[1:]
		}
	}
	if s != "" {
		if s[0] != '.' && s[0] != ',' || len(s) == 1 || !allDigits(s[1:]) {
			return 0, 0, 0, 0, false
		}
		micros = number((s[1:] + "00000")[:6])
	}
	return parts[0], parts[1], parts[2], micros, true
}

// isoZoned reads a time of day with an optional offset. aware is false when there is none.
func isoZoned(s string) (of time.Duration, offset time.Duration, aware bool, err error) {
	at := strings.IndexAny(s, "+-Z")
	text := s
	if at >= 0 {
		text = s[:at]
	}
	h, m, sec, us, ok := isoClock(text)
	if !ok {
		return 0, 0, false, ErrSyntax
	}
	if of, err = clock(h, m, sec, us); err != nil || at < 0 {
		return of, 0, false, err
	}
	offset, err = isoOffset(s[at:])
	return of, offset, true, err
}

// isoOffset reads Z, +HH, +HHMM, +HH:MM and the same with seconds.
func isoOffset(s string) (time.Duration, error) {
	if s == "Z" {
		return 0, nil
	}
	if s[0] == 'Z' || len(s) == 4 {
		return 0, ErrSyntax
	}
	h, m, sec, us, ok := isoClock(s[1:])
	offset := time.Duration(h)*time.Hour + time.Duration(m)*time.Minute +
		time.Duration(sec)*time.Second + time.Duration(us)*time.Microsecond
	if !ok || offset >= 24*time.Hour {
		return 0, ErrSyntax
	}
	if s[0] == '-' {
		offset = -offset
	}
	return offset, nil
}

// isoDateTime reads a datetime as fromisoformat does; naive ones are UTC. local is the time before its offset is
// taken off.
func isoDateTime(s string) (local time.Time, offset time.Duration, err error) {
	at := isoSeparator(s)
	if at < 0 || at > len(s) {
		return time.Time{}, 0, ErrSyntax
	}
	day, err := isoDate(s[:at])
	if err != nil || at == len(s) {
		return day, 0, err
	}
	_, size := utf8.DecodeRuneInString(s[at:])
	of, offset, _, err := isoZoned(s[at+size:])
	return day.Add(of), offset, err
}

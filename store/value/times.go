package value

import "time"

// Dates and times are kept as Django keeps them on SQLite: "2024-05-01", "09:05:00", "2024-05-01 12:00:00", the last
// two with ".123456" when the microseconds are not 0, datetimes in UTC.

// FormatDateTime returns the stored form of t, in UTC and cut to microseconds.
func FormatDateTime(t time.Time) Value {
	t = t.UTC()
	b := make([]byte, 0, 26)
	b = appendDate(b, t)
	b = append(b, ' ')
	b = appendClock(b, t.Hour(), t.Minute(), t.Second(), t.Nanosecond()/1000)
	return Text(string(b))
}

// FormatDate returns the stored form of the day of t.
func FormatDate(t time.Time) Value { return Text(string(appendDate(make([]byte, 0, 10), t))) }

// FormatTime returns the stored form of a time of day, given as the duration since midnight.
func FormatTime(d time.Duration) Value {
	us := int(d / time.Microsecond)
	s := us / 1e6
	return Text(string(appendClock(make([]byte, 0, 15), s/3600, s/60%60, s%60, us%1e6)))
}

// Now returns the present time as a datetime.
func Now() Value { return FormatDateTime(time.Now()) }

// TimeOf returns the time that a stored datetime or date stands for, in UTC; not ok for anything else.
func TimeOf(v Value) (t time.Time, ok bool) {
	s := v.s
	if v.class != ClassText || len(s) < 10 || !isDate(s[:10]) {
		return time.Time{}, false
	}
	day, err := civil(number(s[:4]), number(s[5:7]), number(s[8:10]))
	if err != nil || len(s) == 10 {
		return day, err == nil
	}
	clock, ok := ClockOf(Text(s[11:]))
	if !ok || s[10] != ' ' && s[10] != 'T' {
		return time.Time{}, false
	}
	return day.Add(clock), true
}

// ClockOf returns the time of day of a stored time, as the duration since midnight.
func ClockOf(v Value) (d time.Duration, ok bool) {
	s := v.s
	if !isClock(s) {
		return 0, false
	}
	us := 0
	if len(s) > 8 {
		us = number((s[9:] + "00000")[:6])
	}
	d, err := clock(number(s[:2]), number(s[3:5]), number(s[6:8]), us)
	return d, err == nil
}

func appendDate(b []byte, t time.Time) []byte {
	y, m, d := t.Date()
	b = append(b, byte('0'+y/1000%10), byte('0'+y/100%10))
	b = append(append2(b, y%100), '-')
	b = append(append2(b, int(m)), '-')
	return append2(b, d)
}

func appendClock(b []byte, hour, minute, second, micros int) []byte {
	b = append(append2(b, hour), ':')
	b = append(append2(b, minute), ':')
	b = append2(b, second)
	if micros == 0 {
		return b
	}
	b = append2(append(b, '.'), micros/10000)
	b = append2(b, micros/100%100)
	return append2(b, micros%100)
}

func append2(b []byte, n int) []byte { return append(b, byte('0'+n/10%10), byte('0'+n%10)) }

// isDate reports whether s has the shape 2024-05-01.
func isDate(s string) bool {
	return len(s) == 10 && s[4] == '-' && s[7] == '-' && allDigits(s[:4]) && allDigits(s[5:7]) && allDigits(s[8:])
}

// isClock reports whether s has the shape 12:00:00 or 12:00:00.123456 (one to six digits).
func isClock(s string) bool {
	if len(s) < 8 || s[2] != ':' || s[5] != ':' || !allDigits(s[:2]) || !allDigits(s[3:5]) || !allDigits(s[6:8]) {
		return false
	}
	return len(s) == 8 || len(s) > 9 && len(s) <= 15 && s[8] == '.' && allDigits(s[9:])
}

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return true
}

// number reads up to nine digits that are known to be digits.
func number(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// civil returns midnight of a day of the years 1 to 9999.
func civil(year, month, day int) (time.Time, error) {
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || t.Day() != day {
		return time.Time{}, ErrSyntax
	}
	return t, nil
}

// clock returns a time of day as the duration since midnight.
func clock(hour, minute, second, micros int) (time.Duration, error) {
	if hour > 23 || minute > 59 || second > 59 {
		return 0, ErrSyntax
	}
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute +
		time.Duration(second)*time.Second + time.Duration(micros)*time.Microsecond, nil
}

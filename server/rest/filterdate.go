package rest

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Python's strptime patterns for what Django's English input formats use.
var strptime = strings.NewReplacer(
	"%Y", `(?P<Y>[0-9]{4})`, "%y", `(?P<y>[0-9]{2})`, "%m", `(?P<m>1[0-2]|0[1-9]|[1-9])`,
	"%d", `(?P<d>3[0-1]|[1-2][0-9]|0[1-9]|[1-9]| [1-9])`,
	"%b", `(?P<b>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)`,
	"%B", `(?P<b>january|february|march|april|may|june|july|august|september|october|november|december)`,
	"%H", `(?P<H>2[0-3]|[0-1][0-9]|[0-9])`, "%M", `(?P<M>[0-5][0-9]|[0-9])`, "%S", `(?P<S>6[0-1]|[0-5][0-9]|[0-9])`,
	"%f", `(?P<f>[0-9]{1,6})`, " ", `\s+`, ".", `\.`,
)

func inputFormats(formats ...string) []*regexp.Regexp {
	out := make([]*regexp.Regexp, len(formats))
	for i, f := range formats {
		out[i] = regexp.MustCompile(`(?i)^(?:` + strptime.Replace(f) + `)`)
	}
	return out
}

// Django's DATE_INPUT_FORMATS and TIME_INPUT_FORMATS for English.
var (
	dateFormats = inputFormats("%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%b %d %Y", "%b %d, %Y", "%d %b %Y", "%d %b, %Y",
		"%B %d %Y", "%B %d, %Y", "%d %B %Y", "%d %B, %Y")
	timeFormats = inputFormats("%H:%M:%S", "%H:%M:%S.%f", "%H:%M")
)

// maxDateText bounds what is tried against the formats.
const maxDateText = 100

// parseInputDate reads a day as forms.DateField does: "2024-01-16", "01/16/2024", "Jan 16, 2024".
func parseInputDate(s string) (time.Time, bool) {
	for _, f := range dateFormats {
		if got := parseFormat(f, s); got != nil {
			if t, ok := got.date(); ok {
				return t, true
			}
		}
	}
	return time.Time{}, false
}

// parseInputTime reads a time of day as forms.TimeField does: "14:30", "14:30:59.5".
func parseInputTime(s string) (time.Duration, bool) {
	for _, f := range timeFormats {
		got := parseFormat(f, s)
		if got == nil || got.number("S") > 59 {
			continue
		}
		d := time.Duration(got.number("H"))*time.Hour + time.Duration(got.number("M"))*time.Minute +
			time.Duration(got.number("S"))*time.Second
		micros, _ := strconv.Atoi((got["f"] + "000000")[:6])
		return d + time.Duration(micros)*time.Microsecond, true
	}
	return 0, false
}

// parsed are the parts that a format found.
type parsed map[string]string

// parseFormat returns the parts of the whole of s, nil where the format does not fit.
func parseFormat(f *regexp.Regexp, s string) parsed {
	if len(s) > maxDateText {
		return nil
	}
	m := f.FindStringSubmatch(s)
	if m == nil || len(m[0]) != len(s) {
		return nil
	}
	got := parsed{}
	for i, name := range f.SubexpNames() {
		if name != "" {
			got[name] = m[i]
		}
	}
	return got
}

func (p parsed) number(part string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(p[part]))
	return n
}

const monthNames = "janfebmaraprmayjunjulaugsepoctnovdec"

func (p parsed) date() (time.Time, bool) {
	year := p.number("Y")
	if short, ok := p["y"]; ok {
		year, _ = strconv.Atoi(short)
		if year += 2000; year > 2068 {
			year -= 100
		}
	}
	month := p.number("m")
	if name, ok := p["b"]; ok {
		month = strings.Index(monthNames, strings.ToLower(name[:3]))/3 + 1
	}
	t := time.Date(year, time.Month(month), p.number("d"), 0, 0, 0, 0, time.UTC)
	return t, year >= 1 && t.Day() == p.number("d")
}

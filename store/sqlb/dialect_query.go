package sqlb

import (
	"strconv"

	"github.com/couplet/couplet/store/value"
)

// NoLimit is the clause that SQLite needs before an OFFSET without a LIMIT.
func (d Dialect) NoLimit() string {
	if d == SQLite {
		return " LIMIT -1"
	}
	return ""
}

// Contains is the condition that text holds part, case and all.
func (d Dialect) Contains(text, part string) string {
	if d == SQLite {
		return "instr(" + text + ", " + part + ") > 0"
	}
	return "strpos(" + text + ", " + part + ") > 0"
}

// HasSuffix is the condition that text ends with part, which is n > 0 code points long.
func (d Dialect) HasSuffix(text, part string, n int) string {
	if d == SQLite {
		return "substr(" + text + ", -" + strconv.Itoa(n) + ") = " + part
	}
	return "right(" + text + ", " + strconv.Itoa(n) + ") = " + part
}

// HasPrefix is the condition that text begins with part, which is n > 0 code points long.
func (d Dialect) HasPrefix(text, part string, n int) string {
	return "substr(" + text + ", 1, " + strconv.Itoa(n) + ") = " + part
}

// Fold returns the text in simple lower case, rune by rune.
func (d Dialect) Fold(text string) string {
	if d == SQLite {
		return "couplet_fold(" + text + ")"
	}
	return "lower(" + text + " COLLATE " + FoldCollation + ")"
}

// FoldCollation is the collation that the engine makes on PostgreSQL: its lower() is Fold's.
const FoldCollation = "couplet_fold"

// FoldsASCII reports whether Like ignores the case of ASCII letters, and of no others.
func (d Dialect) FoldsASCII() bool { return d == SQLite }

// Like is the condition that text has the form of a LIKE pattern whose escape is a backslash. The cast keeps SQLite from
// planning the statement anew for every pattern.
func (d Dialect) Like(text, pattern string) string {
	return text + " LIKE CAST(" + pattern + ` AS TEXT) ESCAPE '\'`
}

// Matches is the condition that a regular expression matches somewhere in text.
func (d Dialect) Matches(text, pattern string) string {
	if d == SQLite {
		return "couplet_regexp(" + pattern + ", " + text + ")"
	}
	return text + " ~ " + pattern
}

// AsText casts a column to text.
func (d Dialect) AsText(column string) string { return "CAST(" + column + " AS TEXT)" }

// TextOfUUID is the 32 hexadecimal digits of a uuid.
func (d Dialect) TextOfUUID(column string) string {
	if d == SQLite {
		return column
	}
	return "replace(CAST(" + column + " AS TEXT), '-', '')"
}

// TextOfDecimal is a decimal of up to 18 digits written with its places.
func (d Dialect) TextOfDecimal(column string, places int) string {
	switch {
	case d == PostgreSQL || places == 0:
		return "CAST(" + column + " AS TEXT)"
	}
	unit, n := "1"+zeros(places), strconv.Itoa(places)
	return "(CASE WHEN " + column + " < 0 THEN '-' ELSE '' END || (abs(" + column + ") / " + unit + ") || '.' || substr('" +
		zeros(places) + "' || (abs(" + column + ") % " + unit + "), -" + n + "))"
}

func zeros(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0'
	}
	return string(b)
}

// AverageDecimal is the average of a decimal column of up to 18 digits, rounded to its places.
func (d Dialect) AverageDecimal(column string, places int) string {
	if d == SQLite {
		return "CAST(round(avg(" + column + ")) AS INTEGER)"
	}
	return "round(avg(" + column + "), " + strconv.Itoa(places) + ")"
}

// SumUnit is what the first of the two numbers that SumExact may write counts.
const SumUnit = 1_000_000_000

// SumExact is the sum of a column of integers, of decimals of up to 18 digits or of durations as a text of digits, in
// units of the last place, however large it is; or two such numbers with a space between, the first in SumUnit.
func (d Dialect) SumExact(column string, t value.Type) string {
	switch {
	case d == SQLite:
		return "(SUM(" + column + " / 1000000000) || ' ' || SUM(" + column + " % 1000000000))"
	case t.Kind == value.Duration:
		return "CAST(TRUNC(EXTRACT(EPOCH FROM SUM(" + column + ")) * 1000000) AS TEXT)"
	case t.Scaled():
		return "CAST(TRUNC(SUM(" + column + ") * 1" + zeros(t.Places) + ") AS TEXT)"
	}
	return "CAST(SUM(" + column + ") AS TEXT)"
}

// DatePart is a part of a date, a time or a datetime as an integer. Parts are year, month, day, hour, minute, second,
// quarter, week, iso_year, week_day (Sunday is 1) and iso_week_day (Monday is 1); clock says that the column is a time
// without a date. On PostgreSQL the session's time zone is UTC.
func (d Dialect) DatePart(part, column string, clock bool) string {
	if d == SQLite {
		return sqlitePart(part, column, clock)
	}
	if pg := postgresParts[part]; pg != "" {
		column = pg + " FROM " + column
	}
	if part == "week_day" {
		return "(CAST(extract(" + column + ") AS INTEGER) + 1)"
	}
	return "CAST(trunc(extract(" + column + ")) AS INTEGER)"
}

var postgresParts = map[string]string{"year": "YEAR", "month": "MONTH", "day": "DAY", "hour": "HOUR",
	"minute": "MINUTE", "second": "SECOND", "quarter": "QUARTER", "week": "WEEK", "iso_year": "ISOYEAR",
	"week_day": "DOW", "iso_week_day": "ISODOW"}

// sqlitePart cuts the part out of Django's text form; clock says that the column is a time without a date.
func sqlitePart(part, column string, clock bool) string {
	cut := func(start, n int) string {
		if clock {
			start -= 11
		}
		return "CAST(substr(" + column + ", " + strconv.Itoa(start) + ", " + strconv.Itoa(n) + ") AS INTEGER)"
	}
	switch part {
	case "year":
		return cut(1, 4)
	case "month":
		return cut(6, 2)
	case "day":
		return cut(9, 2)
	case "hour":
		return cut(12, 2)
	case "minute":
		return cut(15, 2)
	case "second":
		return cut(18, 2)
	case "quarter":
		return "((" + cut(6, 2) + " + 2) / 3)"
	case "week_day":
		return "(CAST(strftime('%w', " + column + ") AS INTEGER) + 1)"
	case "iso_week_day":
		return "((CAST(strftime('%w', " + column + ") AS INTEGER) + 6) % 7 + 1)"
	case "iso_year":
		return "CAST(strftime('%Y', " + column + ", '-3 days', 'weekday 4') AS INTEGER)"
	}
	return "((CAST(strftime('%j', " + column + ", '-3 days', 'weekday 4') AS INTEGER) - 1) / 7 + 1)" // week
}

// DateOf is the date of a datetime.
func (d Dialect) DateOf(column string) string {
	if d == SQLite {
		return "substr(" + column + ", 1, 10)"
	}
	return "CAST(" + column + " AT TIME ZONE 'UTC' AS DATE)"
}

// TimeOf is the time of day of a datetime.
func (d Dialect) TimeOf(column string) string {
	if d == SQLite {
		return "substr(" + column + ", 12)"
	}
	return "CAST(" + column + " AT TIME ZONE 'UTC' AS TIME)"
}

package migrate

import "github.com/couplet/couplet/store/value"

const (
	dateGlob   = "'[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'"
	minuteGlob = "'[0-9][0-9]:[0-5][0-9]'"
)

// parseTime reads dates, times, datetimes and durations from a text expression: ISO 8601 with or without seconds,
// up to six decimals of them, and for datetimes Z, an offset or nothing, which is UTC.
func parseTime(text string, to value.Type) (conversion, bool) {
	v := "(SELECT trim(" + text + ") AS v)"
	switch to.Kind {
	case value.Date:
		return conversion{expr: "trim(" + text + ")", fails: "NOT (SELECT " + goodDate("v") + " FROM " + v + ")"}, true
	case value.Time:
		return conversion{
			expr:  "(SELECT " + storedClock("v") + " FROM " + v + ")",
			fails: "NOT (SELECT " + goodClock("v") + " FROM " + v + ")",
		}, true
	case value.DateTime:
		return parseDateTime(v), true
	case value.Duration:
		return parseDuration(v), true
	}
	return conversion{}, false
}

// goodDate holds where x is a day of the calendar: SQLite's date() moves the 30th of February on, so it must not.
func goodDate(x string) string {
	return "(" + x + " GLOB " + dateGlob + " AND coalesce(date(" + x + "), '') = " + x + " AND " + x + " >= '0001')"
}

func goodClock(x string) string {
	fraction := "substr(" + x + ", 9)"
	return "(substr(" + x + ", 1, 5) GLOB " + minuteGlob + " AND substr(" + x + ", 1, 2) < '24' AND (length(" + x + ") = 5 OR " +
		"substr(" + x + ", 6, 3) GLOB ':[0-5][0-9]' AND (" + fraction + " = '' OR " + fraction + " GLOB '.[0-9]*' AND length(" +
		fraction + ") <= 7 AND substr(" + fraction + ", 2) NOT GLOB '*[^0-9]*')))"
}

// storedClock is a good clock in Django's form: seconds always, microseconds in six digits or not at all.
func storedClock(x string) string {
	micros := "substr(substr(" + x + ", 10) || '000000', 1, 6)"
	return "substr(substr(" + x + ", 1, 8) || ':00', 1, 8) || CASE WHEN " + micros + " = '000000' THEN '' ELSE '.' || " +
		micros + " END"
}

// parseDateTime takes the text apart into day, clock and offset; SQLite's datetime() shifts by the offset.
func parseDateTime(v string) conversion {
	offsetLength := "CASE WHEN v GLOB '*Z' THEN 1 WHEN substr(v, -6) GLOB '[-+][0-9][0-9]:[0-5][0-9]' AND length(v) > 16 THEN 6 ELSE 0 END"
	parts := "(SELECT substr(v, 1, 10) AS d, substr(v, 11, 1) AS t, substr(v, 12, length(v) - 11 - n) AS c," +
		" CASE WHEN n = 6 THEN substr(v, -6) ELSE '' END AS z FROM (SELECT v, " + offsetLength + " AS n FROM " + v + "))"
	shifted := "datetime(d || ' ' || substr(substr(c, 1, 8) || ':00', 1, 8) || z)"
	good := goodDate("d") + " AND (t IN ('T', ' ') AND " + goodClock("c") + " AND coalesce(substr(z, 2, 2) < '24', TRUE)" +
		" AND coalesce(" + shifted + " >= '0001', FALSE) OR t = '' AND c = '')"
	stored := "CASE WHEN t = '' THEN d || ' 00:00:00' WHEN z = '' THEN d || ' ' || " + storedClock("c") +
		" ELSE " + shifted + " || substr(" + storedClock("c") + ", 9) END"
	return conversion{
		expr:  "(SELECT " + stored + " FROM " + parts + ")",
		fails: "NOT (SELECT " + good + " FROM " + parts + ")",
	}
}

// parseDuration reads Django's duration_string: "[D ]HH:MM:SS[.ffffff]", only the days below zero.
func parseDuration(v string) conversion {
	parts := "(SELECT CASE WHEN instr(v, ' ') > 0 THEN substr(v, 1, instr(v, ' ') - 1) ELSE '0' END AS d," +
		" substr(v, instr(v, ' ') + 1) AS c FROM " + v + ")"
	good := "ltrim(d, '-') <> '' AND ltrim(d, '-') NOT GLOB '*[^0-9]*' AND length(d) BETWEEN 1 AND 9" +
		" AND d NOT LIKE '--%' AND abs(CAST(d AS INTEGER)) <= " + mostDays + " AND length(c) >= 8 AND " + goodClock("c")
	micros := "CAST(d AS INTEGER) * 86400000000 + CAST(substr(c, 1, 2) AS INTEGER) * 3600000000 + " +
		"CAST(substr(c, 4, 2) AS INTEGER) * 60000000 + CAST(substr(c, 7, 2) AS INTEGER) * 1000000 + " +
		"CAST(substr(substr(c, 10) || '000000', 1, 6) AS INTEGER)"
	return conversion{
		expr:  "(SELECT " + micros + " FROM " + parts + ")",
		fails: "NOT (SELECT " + good + " FROM " + parts + ")",
	}
}

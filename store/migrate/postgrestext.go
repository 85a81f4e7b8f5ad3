package migrate

import (
	"strings"

	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Patterns of the texts that PostgreSQL's casts read as parseText does.
const (
	postgresClock = `([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?`
	postgresZone  = `(Z|[-+]([01][0-9]|2[0-3]):[0-5][0-9])`
	postgresDay   = `[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`
	postgresIP    = `((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])`
	postgresFloat = `-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?0*[0-9]{1,3})?`
)

// like is the condition that a text has the form of a pattern, as a whole.
func like(text, pattern string) string { return text + " ~ " + literal("^("+pattern+")$") }

// unless holds for texts that have not the form of a pattern, and for those that do and of which bad is true.
func unless(text, pattern, bad string) string {
	return "CASE WHEN length(" + text + ") < 2500 AND " + like(text, pattern) + " THEN " + bad + " ELSE TRUE END"
}

// parsePostgres reads the stored values of a type from an expression of text.
func parsePostgres(text string, to value.Type) (conversion, bool) {
	trimmed := "trim(" + text + ")"
	cast := conversion{expr: trimmed + "::" + sqlb.PostgreSQL.ColumnType(to)}
	number := trimmed + "::numeric"
	switch {
	case to.IsInteger():
		least := "-9223372036854775808"
		if positive(to) {
			least = "0"
		}
		cast.fails = unless(trimmed, `[-+]?0*[0-9]{1,19}`, number+" NOT BETWEEN "+least+" AND 9223372036854775807")
	case to.Kind == value.FloatingPoint:
		cast.expr = "CASE WHEN " + number + " <> 0 AND abs(" + number + ") < 5e-324 THEN 0 ELSE " + cast.expr + " END" // what is closer to zero ends the statement
		cast.fails = unless(trimmed, postgresFloat, "abs("+number+") > 1.7976931348623157e308")
	case to.Kind == value.Decimal:
		cast.fails = unless(trimmed, `[-+]?(?=\.?[0-9])[0-9]*(\.[0-9]*)?`,
			number+" <> trunc("+number+", "+itoa(to.Places)+") OR "+tooLarge(number, to))
	case to.Kind == value.Boolean:
		const yes = "('t', 'y', 'yes', 'true', 'on', '1'"
		return conversion{expr: "lower(" + text + ") IN " + yes + ")",
			fails: "lower(" + text + ") NOT IN " + yes + ", 'f', 'n', 'no', 'false', 'off', '0')"}, true
	case to.Kind == value.UUID:
		hex := "replace(" + trimmed + ", '-', '')"
		return conversion{expr: hex + "::uuid", fails: hex + " !~* '^[0-9a-f]{32}$'"}, true
	case to.Kind == value.IP:
		return conversion{expr: trimmed, fails: "NOT " + like(trimmed, postgresIP)}, true
	default:
		return parsePostgresTime(trimmed, cast, to)
	}
	return cast, true
}

func parsePostgresTime(text string, cast conversion, to value.Type) (conversion, bool) {
	switch to.Kind {
	case value.Date:
		cast.fails = unless(text, postgresDay, noSuchDay(text))
	case value.Time:
		cast.fails = "NOT " + like(text, postgresClock)
	case value.DateTime:
		zoned := text + " ~ " + literal(`[T ].*`+postgresZone+`$`)
		cast.expr = "(CASE WHEN " + zoned + " THEN " + text + " ELSE " + text + " || '+00' END)::timestamp with time zone"
		cast.fails = unless(text, postgresDay+`([T ]`+postgresClock+postgresZone+`?)?`, "CASE WHEN "+noSuchDay(text)+
			" THEN TRUE ELSE "+cast.expr+" NOT BETWEEN '0001-01-01 00:00:00+00' AND '9999-12-31 23:59:59.999999+00' END")
	case value.Duration:
		cast.fails = unless(text, `((-[0-9]{1,8}|[0-9]{1,9}) )?([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?`,
			"CASE WHEN "+text+" LIKE '% %' THEN split_part("+text+", ' ', 1)::bigint NOT BETWEEN -"+mostDays+" AND "+mostDays+" ELSE FALSE END")
	default:
		return conversion{}, false
	}
	return cast, true
}

// mostDays is how many days a duration has at most, in 64 bits of microseconds.
const mostDays = "106751990"

// noSuchDay holds for a text that looks like a day and is none: the 31st of a short month, the 29th of February in a
// common year, the year 0.
func noSuchDay(text string) string {
	year := "substr(" + text + ", 1, 4)"
	leap := "(CASE WHEN " + like(year, "[0-9]{4}") + " THEN " + year + "::integer % 4 = 0 AND (" + year + "::integer % 100 <> 0 OR " +
		year + "::integer % 400 = 0) ELSE FALSE END)"
	return "(" + strings.Join([]string{text + " LIKE '0000%'", text + ` ~ '^.{4}-(0[469]|11)-31'`, text + ` ~ '^.{4}-02-3'`,
		text + " LIKE '____-02-29%' AND NOT " + leap}, " OR ") + ")"
}

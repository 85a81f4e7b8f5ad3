package migrate

import (
	"strings"

	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Patterns of the texts that PostgreSQL's casts read as parseText does.
const (
	postgresClock = `([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?`
	postgresZone  = `(Z|[-+]([01]\d|2[0-3]):[0-5]\d)`
	postgresDay   = `\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])`
	postgresIP    = `((25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`
)

// convertPostgresText reads the stored values of a type from an expression of text.
func convertPostgresText(text string, to value.Type) conversion {
	unlike := func(pattern string) string { return text + " !~ " + literal(`^\s*`+pattern+`\s*$`) }
	trimmed := "trim(" + text + ")"
	cast := conversion{expr: trimmed + "::" + sqlb.PostgreSQL.ColumnType(to)}
	switch to.Kind {
	case value.FloatingPoint:
		cast.fails = unlike(`[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d{1,2})?`)
	case value.Decimal:
		cast.fails = unlike(`[-+]?0*\d{1,` + itoa(max(1, to.Digits-to.Places)) + `}(\.\d{0,` + itoa(to.Places) + `}0*)?`)
	case value.Boolean:
		const yes = "('t', 'y', 'yes', 'true', 'on', '1'"
		return conversion{expr: "lower(" + text + ") IN " + yes + ")",
			fails: "lower(" + text + ") NOT IN " + yes + ", 'f', 'n', 'no', 'false', 'off', '0')"}
	case value.Date:
		cast.fails = unlike(postgresDay) + " OR " + noSuchDay(trimmed)
	case value.Time:
		cast.fails = unlike(postgresClock)
	case value.DateTime:
		zoned := trimmed + " ~ " + literal(`[T ].*`+postgresZone+`$`)
		cast.expr = "(CASE WHEN " + zoned + " THEN " + trimmed + " ELSE " + trimmed + " || '+00' END)::timestamp with time zone"
		cast.fails = unlike(postgresDay+`([T ]`+postgresClock+postgresZone+`?)?`) + " OR " + noSuchDay(trimmed)
	case value.Duration:
		cast.fails = unlike(`(-?\d{1,8} )?([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?`)
	case value.UUID:
		cast.fails = "replace(" + trimmed + ", '-', '') !~* '^[0-9a-f]{32}$'"
		cast.expr = "replace(" + trimmed + ", '-', '')::uuid"
	case value.IP:
		return conversion{expr: trimmed, fails: unlike(postgresIP)}
	default:
		sign := "[-+]?"
		if positive(to) {
			sign = "[+]?"
		}
		cast.fails = unlike(sign + `0*\d{1,18}`)
	}
	return cast
}

// noSuchDay holds for a text that looks like a day and is none: the 31st of a short month, the 29th of February in a
// common year, the year 0.
func noSuchDay(text string) string {
	year := "substr(" + text + ", 1, 4)"
	leap := "(CASE WHEN " + year + " ~ '^\\d{4}$' THEN " + year + "::integer % 4 = 0 AND (" + year + "::integer % 100 <> 0 OR " +
		year + "::integer % 400 = 0) ELSE FALSE END)"
	return strings.Join([]string{text + " LIKE '0000%'", text + ` ~ '^.{4}-(0[469]|11)-31'`, text + ` ~ '^.{4}-02-3'`,
		text + " LIKE '____-02-29%' AND NOT " + leap}, " OR ")
}

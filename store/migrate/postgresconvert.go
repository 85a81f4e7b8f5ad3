package migrate

import (
	"strings"

	"github.com/couplet/couplet/store/value"
)

// convertPostgres is convert for PostgreSQL, with casts. What they would refuse, and what SQLite's conversions refuse,
// fails. Nothing in it is a subquery, which ALTER TABLE does not take, and no condition ends a statement with an error,
// whatever the value and whichever is looked at first.
func convertPostgres(column string, from, to value.Type) (conversion, bool) {
	switch {
	case identical(from, to):
		return conversion{expr: samePostgres(column, from, to)}, true
	case to.IsText():
		return conversion{expr: postgresText(column, from)}, true
	case to.Kind == value.JSON && from.IsText():
		return conversion{expr: "couplet_json(" + column + ")", fails: "couplet_json(" + column + ") IS NULL"}, true
	case to.Kind == value.JSON:
		return conversion{expr: "(" + postgresJSON(column, from) + ")::json"}, true
	case from.IsText():
		return parsePostgres(column, to)
	case from.Kind == value.JSON:
		return parsePostgres(postgresScalar(column), to)
	case from.Kind == value.Boolean:
		return convertPostgresWhole(samePostgres(column, from, value.Type{Kind: value.BigInteger}), to)
	case from.IsInteger():
		return convertPostgresWhole(column, to)
	case from.Kind == value.Decimal:
		return convertPostgresDecimal(column, from, to)
	case from.Kind == value.FloatingPoint:
		return convertPostgresFloat(column, to)
	}
	return convertPostgresTime(column, from, to)
}

// samePostgres casts what is the same value of another type.
func samePostgres(column string, from, to value.Type) string {
	switch {
	case from.Kind == value.Boolean && to.IsInteger():
		return column + "::integer::bigint"
	case from.Kind == value.JSON && to.IsText():
		return column + "::text"
	}
	return column
}

// postgresScalar is the text of a JSON column's string, number or boolean, and "" for anything else. An escape that no
// text could hold is in no value that could be read from it.
func postgresScalar(column string) string {
	return "(CASE WHEN json_typeof(" + column + ") IN ('string', 'number', 'boolean') AND " + column +
		`::text !~ '\\u(0000|[dD][89a-fA-F])' THEN ` + column + " #>> '{}' ELSE '' END)"
}

func convertPostgresWhole(column string, to value.Type) (conversion, bool) {
	float := column + "::double precision"
	switch {
	case to.IsInteger(): // only to the positive kinds: the rest is identical
		return conversion{expr: column, fails: column + " < 0"}, true
	case to.Kind == value.Boolean:
		return conversion{expr: column + " <> 0", fails: column + " NOT IN (0, 1)"}, true
	case to.Kind == value.FloatingPoint:
		return conversion{expr: float, lossy: "CASE WHEN " + column + " > " + mostFloat + " THEN TRUE ELSE (" + float + ")::bigint <> " + column + " END"}, true
	case to.Kind == value.Decimal:
		return conversion{expr: column + "::numeric", fails: tooLarge(column+"::numeric", to)}, true
	}
	return conversion{}, false
}

// mostFloat is the largest whole number below 2^63 that is a float.
const mostFloat = "9223372036854774784"

// tooLarge holds for numbers with more digits before the point than a decimal type has.
func tooLarge(number string, to value.Type) string {
	return "abs(" + number + ") >= 1e" + itoa(to.Digits-to.Places)
}

// halfEven rounds a number to so many places, half to even, as value does: round itself rounds half away from zero.
func halfEven(number string, places int) string {
	return "CASE WHEN abs(" + number + ") % 2e-" + itoa(places) + " = 5e-" + itoa(places+1) + " THEN trunc(" + number + ", " + itoa(places) +
		") ELSE round(" + number + ", " + itoa(places) + ") END"
}

// convertPostgresDecimal rounds where SQLite does: among decimals of up to 18 digits and to integers.
func convertPostgresDecimal(column string, from, to value.Type) (conversion, bool) {
	whole := value.Type{Kind: value.Decimal, Digits: 18}
	switch {
	case to.Kind == value.FloatingPoint:
		return decimalToFloat(column, from), true
	case to.IsInteger() && from.Scaled():
		rounded := halfEven(column, 0)
		c := conversion{expr: "(" + rounded + ")::bigint", lossy: column + " <> trunc(" + column + ")"}
		if positive(to) {
			c.fails = rounded + " < 0"
		}
		return c, true
	case to.IsInteger():
		c := conversion{expr: column + "::bigint", fails: column + " <> trunc(" + column + ") OR " + tooLarge(column, whole)}
		if positive(to) {
			c.fails += " OR " + column + " < 0"
		}
		return c, true
	case to.Kind != value.Decimal:
		return conversion{}, false
	}
	cut := column + " <> trunc(" + column + ", " + itoa(to.Places) + ")"
	switch {
	case !from.Scaled() || !to.Scaled():
		return conversion{expr: column, fails: cut + " OR " + tooLarge(column, to)}, true
	case from.Places <= to.Places:
		return conversion{expr: column, fails: tooLarge(column, to)}, true
	}
	rounded := halfEven(column, to.Places)
	return conversion{expr: rounded, fails: tooLarge("("+rounded+")", to), lossy: cut}, true
}

// decimalToFloat loses what the shortest text of the float does not say.
func decimalToFloat(column string, from value.Type) conversion {
	c := conversion{expr: column + "::double precision"}
	if from.Digits > 15 {
		c.lossy = column + "::double precision::text::numeric <> " + column
	}
	if from.Digits > 300 {
		c.fails = "NOT (" + floats(column) + ")"
		c.lossy = "CASE WHEN " + floats(column) + " THEN " + c.lossy + " ELSE FALSE END"
	}
	return c
}

// floats holds for numerics that a float can be: others end the statement.
func floats(number string) string {
	return number + " = 0 OR abs(" + number + ") BETWEEN 5e-324 AND 1.7976931348623157e308"
}

func convertPostgresFloat(column string, to value.Type) (conversion, bool) {
	switch {
	case to.IsInteger(): // half away from zero, as SQLite rounds
		fails := "abs(" + column + ") >= " + mostFloat
		if positive(to) {
			fails = column + " <= -0.5 OR " + fails
		}
		return conversion{"(CASE WHEN abs(" + column + ") < 4503599627370496 THEN trunc(" + column + " + sign(" + column + ") * 0.5) ELSE " + column +
			" END)::bigint", fails, column + " <> trunc(" + column + ")"}, true
	case to.Kind == value.Boolean:
		return conversion{expr: column + " <> 0", fails: column + " NOT IN (0, 1)"}, true
	case to.Kind == value.Decimal:
		rounded := "round(" + column + "::text::numeric, " + itoa(to.Places) + ")"
		return conversion{rounded, "abs(" + column + ") >= 1e30 OR " + tooLarge(rounded, to),
			"CASE WHEN abs(" + column + ") >= 1e30 THEN FALSE ELSE " + rounded + "::double precision <> " + column + " END"}, true
	}
	return conversion{}, false
}

func convertPostgresTime(column string, from, to value.Type) (conversion, bool) {
	utc := "(" + column + " AT TIME ZONE 'UTC')"
	switch {
	case from.Kind == value.Date && to.Kind == value.DateTime:
		return conversion{expr: "(" + column + "::timestamp AT TIME ZONE 'UTC')"}, true
	case from.Kind == value.DateTime && to.Kind == value.Date:
		return conversion{expr: utc + "::date", lossy: utc + "::time <> '00:00'"}, true
	case from.Kind == value.DateTime && to.Kind == value.Time:
		return conversion{expr: utc + "::time", lossy: "TRUE"}, true
	}
	return conversion{}, false
}

// postgresText is what value.Type.String returns, as PostgreSQL's SQL.
func postgresText(column string, t value.Type) string {
	micros := func(of string) string {
		return " || CASE WHEN extract(microseconds FROM " + of + ")::bigint % 1000000 <> 0 THEN to_char(" + of + ", '.US') ELSE '' END"
	}
	utc := "(" + column + " AT TIME ZONE 'UTC')"
	switch {
	case t.Kind == value.DateTime:
		return "to_char(" + utc + `, 'YYYY-MM-DD"T"HH24:MI:SS')` + micros(utc) + " || 'Z'"
	case t.Kind == value.Time:
		return "to_char(" + column + ", 'HH24:MI:SS')" + micros(column)
	case t.Kind == value.Duration:
		return postgresDuration(column)
	case t.Kind == value.FloatingPoint:
		return "CASE WHEN " + column + " = 0 THEN '0.0' WHEN abs(" + column + ") >= 1e16 OR abs(" + column + ") < 1e-4 THEN " + column +
			"::text ELSE " + column + "::text::numeric::text || CASE WHEN " + column + " = trunc(" + column + ") THEN '.0' ELSE '' END END"
	case t.IsText() || t.Kind == value.IP:
		return column
	}
	return column + "::text"
}

// postgresDuration is "[D ]HH:MM:SS[.ffffff]", of which only the days are below zero.
func postgresDuration(column string) string {
	const day = "86400000000"
	all := "round(extract(epoch FROM " + column + ") * 1000000)::bigint"
	rest := "((" + all + " % " + day + " + " + day + ") % " + day + ")"
	days := "((" + all + " - " + rest + ") / " + day + ")"
	return "CASE WHEN " + days + " <> 0 THEN " + days + "::text || ' ' ELSE '' END || to_char(" + rest +
		" * interval '1 microsecond', 'HH24:MI:SS') || CASE WHEN " + rest + " % 1000000 <> 0 THEN '.' || lpad((" + rest +
		" % 1000000)::text, 6, '0') ELSE '' END"
}

// postgresJSON is what value.Type.AppendJSON appends.
func postgresJSON(column string, t value.Type) string {
	text := postgresText(column, t)
	if t.IsInteger() || t.Kind == value.Boolean || t.Kind == value.FloatingPoint || t.Kind == value.JSON {
		return text
	}
	return "to_json(" + strings.TrimSuffix(text, "::text") + "::text)::text"
}

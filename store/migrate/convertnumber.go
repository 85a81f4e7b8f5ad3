package migrate

import (
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/value"
)

func itoa(n int) string { return strconv.Itoa(n) }

func printf(format string, args ...string) string {
	return "printf('" + format + "', " + strings.Join(args, ", ") + ")"
}

func zeros(n int) string { return literal(strings.Repeat("0", n)) }

func pow10(n int) string { return "1" + strings.Repeat("0", n) }

// with binds names to expressions, so that a long one is written (and worked out) once:
// (SELECT body FROM (SELECT expression AS name) AS bound).
func with(name, expression, body string) string {
	return "(SELECT " + body + " FROM (SELECT " + expression + " AS " + name + ") AS bound)"
}

// convertDecimal converts decimals, and integers as decimals without places. Rounding is half to even, as in value.
func convertDecimal(column string, from, to value.Type) (conversion, bool) {
	switch {
	case to.Kind == value.FloatingPoint:
		text := decimalText(column, from)
		c := conversion{expr: "CAST(" + text + " AS REAL)"}
		if from.Digits > 15 {
			c.lossy = printf("%."+itoa(from.Places)+"f", c.expr) + " <> " + text
		}
		return c, true
	case to.IsInteger() && from.Scaled():
		c := rescale(column, from.Places, 0, 0)
		if positive(to) {
			c.fails = c.expr + " < 0"
		}
		return c, true
	case to.IsInteger():
		c, ok := parseDecimal(decimalText(column, from), value.Type{Kind: value.Decimal, Digits: 18})
		if positive(to) {
			c.fails += " OR " + c.expr + " < 0"
		}
		return c, ok
	case to.Kind != value.Decimal:
		return conversion{}, false
	case from.Scaled() && to.Scaled():
		return rescale(column, from.Places, to.Places, to.Digits), true
	}
	return parseDecimal(decimalText(column, from), to)
}

// rescale moves scaled integers from one number of places to another; digits bounds the result, 0 where nothing does.
func rescale(column string, from, to, digits int) conversion {
	if to >= from {
		c := conversion{expr: column}
		if to > from {
			c.expr = column + " * " + pow10(to-from)
		}
		if digits > 0 {
			most := pow10(digits-(to-from)) + " - 1"
			c.fails = column + " NOT BETWEEN -(" + most + ") AND " + most
		}
		return c
	}
	unit := pow10(from - to)
	size := with("t", "abs("+column+") / "+unit+" AS q, abs("+column+") % "+unit,
		"q + (2 * t > "+unit+" OR (2 * t = "+unit+" AND q % 2 = 1))")
	c := conversion{
		expr:  "CASE WHEN " + column + " < 0 THEN -" + size + " ELSE " + size + " END",
		lossy: column + " % " + unit + " <> 0",
	}
	if digits > 0 {
		c.fails = size + " >= " + pow10(digits)
	}
	return c
}

// decimalText is the wire form of a decimal column: "-12.30".
func decimalText(column string, t value.Type) string {
	if t.Kind != value.Decimal || t.Scaled() && t.Places == 0 {
		return "CAST(" + column + " AS TEXT)"
	}
	if t.Scaled() {
		unit := pow10(t.Places)
		return "(CASE WHEN " + column + " < 0 THEN '-' ELSE '' END || " +
			printf("%d.%0"+itoa(t.Places)+"d", "abs("+column+") / "+unit, "abs("+column+") % "+unit) + ")"
	}
	digits := "CASE WHEN substr(" + column + ", 1, 1) = 'n' THEN " + complement("substr("+column+", 2)") +
		" ELSE substr(" + column + ", 2) END"
	body := "CASE WHEN ltrim(substr(d, 1, " + itoa(t.Digits-t.Places) + "), '0') = '' THEN '0' ELSE ltrim(substr(d, 1, " +
		itoa(t.Digits-t.Places) + "), '0') END"
	if t.Places > 0 {
		body += " || '.' || substr(d, -" + itoa(t.Places) + ")"
	}
	return "(CASE WHEN substr(" + column + ", 1, 1) = 'n' THEN '-' ELSE '' END || " + with("d", digits, body) + ")"
}

// complement replaces every digit of a text by nine less it, as value's wide decimals write negative numbers.
func complement(text string) string {
	for i := range 10 {
		text = "replace(" + text + ", '" + itoa(i) + "', '" + string(rune('a'+i)) + "')"
	}
	for i := range 10 {
		text = "replace(" + text + ", '" + string(rune('a'+i)) + "', '" + itoa(9-i) + "')"
	}
	return text
}

// parseDecimal reads "-12.30" from a text expression. A number with more places than the type has fails, unless
// they are zeros: what is to be rounded is rounded before.
func parseDecimal(text string, to value.Type) (conversion, bool) {
	const (
		sign  = "CASE WHEN substr(v, 1, 1) = '-' THEN '-' ELSE '' END"
		bare  = "CASE WHEN substr(v, 1, 1) IN ('-', '+') THEN substr(v, 2) ELSE v END"
		whole = "CASE WHEN instr(u, '.') > 0 THEN substr(u, 1, instr(u, '.') - 1) ELSE u END"
		frac  = "CASE WHEN instr(u, '.') > 0 THEN substr(u, instr(u, '.') + 1) ELSE '' END"
	)
	parts := func(body string) string {
		return "(SELECT " + body + " FROM (SELECT s, ltrim(" + whole + ", '0') AS w, " + frac + " AS f, u FROM (SELECT " +
			sign + " AS s, " + bare + " AS u FROM (SELECT trim(" + text + ") AS v))))"
	}
	digits := "w || substr(f || " + zeros(to.Places) + ", 1, " + itoa(to.Places) + ")"
	bad := parts("replace(u, '.', '') = '' OR w || f GLOB '*[^0-9]*' OR length(rtrim(f, '0')) > " + itoa(to.Places) +
		" OR length(w) > " + itoa(to.Digits-to.Places))
	if to.Scaled() {
		return conversion{expr: "CAST(" + parts("s || '0' || "+digits) + " AS INTEGER)", fails: bad}, true
	}
	padded := "substr(" + zeros(to.Digits) + " || " + digits + ", -" + itoa(to.Digits) + ")"
	wide := parts("CASE WHEN s = '-' AND " + padded + " <> " + zeros(to.Digits) +
		" THEN 'n' || " + complement(padded) + " ELSE 'p' || " + padded + " END")
	return conversion{expr: wide, fails: bad}, true
}

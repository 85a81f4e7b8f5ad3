package migrate

import "github.com/couplet/couplet/store/value"

// wireText is what value.Type.String returns for the stored values of a column, as SQL.
func wireText(column string, t value.Type) string {
	switch {
	case t.IsText() || t.Kind == value.IP || t.Kind == value.JSON || t.Kind == value.Date || t.Kind == value.Time:
		return column
	case t.Kind == value.Boolean:
		return "CASE WHEN " + column + " = 0 THEN 'false' WHEN " + column + " IS NOT NULL THEN 'true' END"
	case t.Kind == value.Decimal:
		return decimalText(column, t)
	case t.Kind == value.FloatingPoint:
		return floatText(column)
	case t.Kind == value.DateTime:
		return "substr(" + column + ", 1, 10) || 'T' || substr(" + column + ", 12) || 'Z'"
	case t.Kind == value.Duration:
		return durationText(column)
	case t.Kind == value.UUID:
		return "substr(" + column + ", 1, 8) || '-' || substr(" + column + ", 9, 4) || '-' || substr(" + column +
			", 13, 4) || '-' || substr(" + column + ", 17, 4) || '-' || substr(" + column + ", 21)"
	}
	return "CAST(" + column + " AS TEXT)"
}

// wireJSON is what value.Type.AppendJSON appends, as SQL, for values that are not null.
func wireJSON(column string, t value.Type) string {
	text := wireText(column, t)
	switch {
	case t.IsInteger() || t.Kind == value.Boolean || t.Kind == value.FloatingPoint || t.Kind == value.JSON:
		return text
	}
	return "json_quote(" + text + ")"
}

// floatText is the shortest text that reads back as the float, as Python's repr.
func floatText(column string) string {
	try := func(digits string) string { return printf("%!."+digits+"g", column) }
	long := "abs(" + column + ") >= 1e15 AND abs(" + column + ") < 1e16"
	shortest := "CASE WHEN CAST(" + try("15") + " AS REAL) = " + column + " AND " + long + " THEN " + printf("%.1f", column) + " WHEN CAST(" + try("15") + " AS REAL) = " + column + " THEN " + try("15") +
		" WHEN CAST(" + try("16") + " AS REAL) = " + column + " THEN " + try("16") + " ELSE " + try("17") + " END"
	return "replace(" + shortest + ", '.0e', 'e')"
}

func durationText(column string) string {
	const day = "86400000000"
	days := column + " / " + day + " - (" + column + " % " + day + " < 0)"
	return "(SELECT CASE WHEN d <> 0 THEN d || ' ' ELSE '' END || " +
		printf("%02d:%02d:%02d", "r / 3600000000", "r / 60000000 % 60", "r / 1000000 % 60") +
		" || CASE WHEN r % 1000000 <> 0 THEN " + printf(".%06d", "r % 1000000") + " ELSE '' END" +
		" FROM (SELECT d, c - d * " + day + " AS r FROM (SELECT " + days + " AS d, " + column + " AS c)))"
}

// parseText reads the stored values of a type from an expression of text, in the forms that the API writes and a few
// near them.
func parseText(text string, to value.Type) (conversion, bool) {
	switch {
	case to.IsInteger():
		return parseInteger(text, to), true
	case to.Kind == value.Decimal:
		return parseDecimal(text, to)
	case to.Kind == value.FloatingPoint:
		number := with("v", "trim("+text+")", "CASE WHEN json_valid(v) THEN json_type(v) IN ('integer', 'real')"+
			" AND abs(CAST(v AS REAL)) <= 1.7976931348623157e308 ELSE FALSE END")
		return conversion{expr: "CAST(trim(" + text + ") AS REAL)", fails: "NOT " + number}, true
	case to.Kind == value.Boolean:
		return conversion{
			expr:  "lower(" + text + ") IN ('t', 'y', 'yes', 'true', 'on', '1')",
			fails: "lower(" + text + ") NOT IN ('t', 'y', 'yes', 'true', 'on', '1', 'f', 'n', 'no', 'false', 'off', '0')",
		}, true
	case to.Kind == value.UUID:
		hex := "replace(lower(trim(" + text + ")), '-', '')"
		return conversion{expr: hex, fails: "(length(" + hex + ") <> 32 OR " + hex + " GLOB '*[^0-9a-f]*')"}, true
	case to.Kind == value.IP:
		return parseIP(text), true
	}
	return parseTime(text, to)
}

func parseInteger(text string, to value.Type) conversion {
	bare := "CASE WHEN substr(v, 1, 1) IN ('-', '+') THEN substr(v, 2) ELSE v END"
	good := "u <> '' AND u NOT GLOB '*[^0-9]*' AND (length(ltrim(u, '0')) < 19 OR " +
		"(length(ltrim(u, '0')) = 19 AND ltrim(u, '0') <= CASE WHEN v LIKE '-%' THEN '9223372036854775808' ELSE '9223372036854775807' END))"
	if positive(to) {
		good += " AND (v NOT LIKE '-%' OR ltrim(u, '0') = '')"
	}
	ok := "(SELECT " + good + " FROM (SELECT v, " + bare + " AS u FROM (SELECT trim(" + text + ") AS v)))"
	return conversion{expr: "CAST(trim(" + text + ") AS INTEGER)", fails: "NOT " + ok}
}

// parseIP knows IPv4 only: an IPv6 address has more than one spelling, which SQL cannot make one of.
func parseIP(text string) conversion {
	octet := "(length(value) BETWEEN 1 AND 3 AND CAST(value AS INTEGER) <= 255 AND (value = '0' OR value NOT LIKE '0%'))"
	good := with("v", "trim("+text+")", `CASE WHEN v GLOB '*[^0-9.]*' THEN FALSE ELSE (SELECT count(*) = 4 AND min(`+octet+
		`) FROM json_each('["' || replace(v, '.', '","') || '"]')) END`)
	return conversion{expr: "trim(" + text + ")", fails: "NOT " + good}
}

// parseJSON reads a value from JSON: a number, a boolean, or a string in its wire form.
func parseJSON(column string, to value.Type) (conversion, bool) {
	text := "CASE json_type(" + column + ") WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'text' THEN json_extract(" +
		column + ", '$') WHEN 'integer' THEN " + column + " WHEN 'real' THEN " + column + " ELSE '' END"
	return parseText(text, to)
}

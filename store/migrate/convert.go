package migrate

import "github.com/couplet/couplet/store/value"

// conversion is how the stored values of one type become those of another, as SQL over a column. All three see a
// value that is not null.
type conversion struct {
	expr  string // the new value, where fails does not hold
	fails string // true for values that have none; "" where all have one
	lossy string // true for values of which something is lost; "" where nothing ever is
}

// converted returns the expression with fallback (an SQL expression) for the values that fail; null stays null.
func (c conversion) converted(column, fallback string) string {
	switch {
	case c.expr == column && c.fails == "":
		return column
	case c.fails == "":
		return "CASE WHEN " + column + " IS NOT NULL THEN " + c.expr + " END"
	}
	return "CASE WHEN " + column + " IS NULL THEN NULL WHEN " + c.fails + " THEN " + fallback + " ELSE " + c.expr + " END"
}

// identical reports whether every stored value of one type is, as it stands, the same value of the other.
func identical(from, to value.Type) bool {
	switch {
	case from == to:
		return true
	case from.Kind == value.Decimal && to.Kind == value.Decimal:
		return from.Places == to.Places && from.Digits <= to.Digits && from.Scaled() == to.Scaled() &&
			(from.Scaled() || from.Digits == to.Digits)
	case from.IsInteger() && to.IsInteger():
		return positive(from) || !positive(to)
	case from.Kind == value.Boolean && to.IsInteger():
		return true
	case to.IsText():
		return from.IsText() || from.Kind == value.IP || from.Kind == value.JSON
	}
	return false
}

// convert returns the conversion of a column (a quoted name) between two types; not ok where there is none.
func convert(column string, from, to value.Type) (conversion, bool) {
	switch {
	case identical(from, to):
		return conversion{expr: column}, true
	case to.IsText():
		return conversion{expr: wireText(column, from)}, true
	case to.Kind == value.JSON:
		return convertToJSON(column, from), true
	case from.IsText():
		return parseText(column, to)
	case from.Kind == value.JSON:
		return parseJSON(column, to)
	case from.IsInteger() || from.Kind == value.Boolean:
		return convertInteger(column, to)
	case from.Kind == value.Decimal:
		return convertDecimal(column, from, to)
	case from.Kind == value.FloatingPoint:
		return convertFloat(column, to)
	}
	return convertTime(column, from, to)
}

// convertToJSON makes the wire form's JSON of a value: numbers and booleans as they are, the rest as strings.
func convertToJSON(column string, from value.Type) conversion {
	if from.IsText() {
		return conversion{expr: "json(" + column + ")", fails: "NOT json_valid(" + column + ")"}
	}
	return conversion{expr: wireJSON(column, from)}
}

func convertInteger(column string, to value.Type) (conversion, bool) {
	switch {
	case to.IsInteger(): // only to the positive kinds: the rest is identical
		return conversion{expr: column, fails: column + " < 0"}, true
	case to.Kind == value.Boolean:
		return conversion{expr: column, fails: column + " NOT IN (0, 1)"}, true
	case to.Kind == value.FloatingPoint:
		return conversion{expr: "CAST(" + column + " AS REAL)",
			lossy: "(" + column + " > " + mostFloat + " OR CAST(CAST(" + column + " AS REAL) AS INTEGER) <> " + column + ")"}, true
	case to.Kind == value.Decimal:
		return convertDecimal(column, value.Type{Kind: value.Decimal, Digits: 18}, to)
	}
	return conversion{}, false
}

func convertFloat(column string, to value.Type) (conversion, bool) {
	switch {
	case to.IsInteger():
		fails := "abs(" + column + ") >= 9223372036854774784.0"
		if positive(to) {
			fails = "(" + column + " <= -0.5 OR " + fails + ")"
		}
		return conversion{"CAST(round(" + column + ") AS INTEGER)", fails, column + " <> round(" + column + ")"}, true
	case to.Kind == value.Boolean:
		return conversion{expr: "CAST(" + column + " AS INTEGER)", fails: column + " NOT IN (0, 1)"}, true
	case to.Kind == value.Decimal:
		text := printf("%."+itoa(to.Places)+"f", column)
		parsed, ok := parseDecimal(text, to)
		parsed.fails = "abs(" + column + ") >= 1e30 OR " + parsed.fails
		parsed.lossy = "CAST(" + text + " AS REAL) <> " + column
		return parsed, ok
	}
	return conversion{}, false
}

func convertTime(column string, from, to value.Type) (conversion, bool) {
	switch {
	case from.Kind == value.Date && to.Kind == value.DateTime:
		return conversion{expr: column + " || ' 00:00:00'"}, true
	case from.Kind == value.DateTime && to.Kind == value.Date:
		return conversion{expr: "substr(" + column + ", 1, 10)", lossy: "substr(" + column + ", 11) <> ' 00:00:00'"}, true
	case from.Kind == value.DateTime && to.Kind == value.Time:
		return conversion{expr: "substr(" + column + ", 12)", lossy: "TRUE"}, true
	}
	return conversion{}, false
}

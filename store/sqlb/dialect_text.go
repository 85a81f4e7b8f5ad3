package sqlb

import (
	"fmt"
	"strings"

	"github.com/couplet/couplet/store/value"
)

// The methods below take SQL text, repeat it where they must, and return SQL text: it must not hold values, only
// columns and placeholders.

// StartsWith returns the condition that the text x begins with part as it is.
func (d Dialect) StartsWith(x, part string) string {
	if d == SQLite {
		return "substr(" + x + ", 1, length(" + part + ")) = " + part
	}
	return "left(" + x + ", length(" + part + ")) = " + part
}

// EndsWith returns the condition that the text x ends with part as it is.
func (d Dialect) EndsWith(x, part string) string {
	if d == SQLite {
		return "substr(" + x + ", length(" + x + ") - length(" + part + ") + 1) = " + part
	}
	return "right(" + x + ", length(" + part + ")) = " + part
}

// InJSON returns the condition that the JSON text list is an array that has x (text, whole number or boolean) as a
// member; null where either is null, false where list is no array.
func (d Dialect) InJSON(x string, t value.Type, list string) string {
	found := "EXISTS (SELECT 1 FROM json_each(" + list + ") WHERE " + jsonMember(x, t) + ")"
	array := "CASE WHEN json_valid(" + list + ") THEN CASE WHEN json_type(" + list + ") = 'array' THEN " + found +
		" ELSE FALSE END ELSE FALSE END"
	if d != SQLite {
		array = "CASE WHEN json_typeof(" + list + ") = 'array' THEN CAST(" + list + " AS jsonb) @> to_jsonb(CAST(" + x + " AS " + jsonScalar(t) + ")) ELSE FALSE END"
	}
	return "CASE WHEN " + x + " IS NOT NULL AND " + list + " IS NOT NULL THEN " + array + " END"
}

// jsonScalar is PostgreSQL's type of a member: a placeholder has none of its own there.
func jsonScalar(t value.Type) string {
	switch {
	case t.Kind == value.Boolean:
		return "boolean"
	case t.IsInteger():
		return "bigint"
	}
	return "text"
}

// jsonMember compares a row of SQLite's json_each.
func jsonMember(x string, t value.Type) string {
	switch {
	case t.Kind == value.Boolean:
		return "type = CASE WHEN " + x + " THEN 'true' ELSE 'false' END"
	case t.IsInteger():
		return "type IN ('integer', 'real') AND value = " + x
	}
	return "type = 'text' AND value = " + x
}

// WithinInt64 returns an exact sum of terms ("0", " + a", " - b") where no step of it leaves 64 bits, and null
// elsewhere. places are those of the decimals summed, which on SQLite are scaled integers.
func (d Dialect) WithinInt64(terms []string, places int) string {
	sum := strings.Join(terms, "")
	if d == SQLite { // an integer that leaves 64 bits goes on as a float
		return "CASE WHEN typeof(" + sum + ") = 'integer' THEN " + sum + " END"
	}
	point := func(digits string) string {
		if places == 0 {
			return digits
		}
		return digits[:len(digits)-places] + "." + digits[len(digits)-places:]
	}
	within := " BETWEEN " + point("-9223372036854775808") + " AND " + point("9223372036854775807")
	var steps []string
	first := 2
	if places == 0 && len(terms) > 2 { // a whole number alone is within 64 bits
		first = 3
	}
	for n := first; n <= len(terms); n++ {
		steps = append(steps, strings.Join(terms[:n], "")+within)
		if places > 0 && n > 2 { // the term itself, brought to the places of the sum
			steps = append(steps, terms[0]+terms[n-1]+within)
		}
	}
	return "CASE WHEN " + strings.Join(steps, " AND ") + " THEN " + sum + " END"
}

// CompareExact returns the comparison of two exact numbers (integers, decimals) of any types by value; op is one of
// =, <>, <, <=, >, >=. On SQLite, where decimals are scaled integers or texts, unlike scales are compared by quotient
// and remainder, and wide decimals by a common text form.
func (d Dialect) CompareExact(op, x string, tx value.Type, y string, ty value.Type) string {
	kx, ky := places(tx), places(ty)
	switch wx, wy := isWide(tx), isWide(ty); {
	case d != SQLite, !wx && !wy && kx == ky, wx && wy && kx == ky && tx.Digits == ty.Digits:
		return x + " " + op + " " + y
	case wx || wy:
		whole, frac := max(whole(tx), whole(ty)), max(kx, ky)
		return wideKey(x, tx, whole, frac) + " " + op + " " + wideKey(y, ty, whole, frac)
	case kx < ky:
		scale := "1" + strings.Repeat("0", ky-kx)
		return compareParts(op, x, "0", y+" / "+scale, y+" % "+scale)
	}
	scale := "1" + strings.Repeat("0", kx-ky)
	return compareParts(op, x+" / "+scale, x+" % "+scale, y, "0")
}

// compareParts compares (a, r) with (b, s), of which one of the remainders is the literal 0.
func compareParts(op, a, r, b, s string) string {
	rest := r
	if r == "0" {
		rest = s
	}
	// a comes first, so that placeholders keep their order.
	equal := "CASE WHEN " + a + " IS NULL OR " + rest + " <> 0 THEN " + a + " <> " + a + " OR " + b + " <> " + b + " ELSE " + a + " = " + b + " END"
	switch op {
	case "=":
		return equal
	case "<>":
		return "NOT (" + equal + ")"
	}
	return "(" + a + ", " + r + ") " + op + " (" + b + ", " + s + ")"
}

func places(t value.Type) int {
	if t.Kind == value.Decimal {
		return t.Places
	}
	return 0
}

// whole returns the most digits before the point.
func whole(t value.Type) int {
	if t.Kind == value.Decimal && !t.Scaled() {
		return t.Digits - t.Places
	}
	return 19 - places(t)
}

func isWide(t value.Type) bool { return t.Kind == value.Decimal && !t.Scaled() }

// wideKey returns a text that sorts as the number x and has the given digits before and after the point, in the form
// of store/value's wide decimals: "p" and the digits, or "n" and the digits' nines' complement.
func wideKey(x string, t value.Type, wholeDigits, fracDigits int) string {
	left, right := wholeDigits-whole(t), fracDigits-places(t)
	digits, complement := "substr("+x+", 2)", "substr("+x+", 2)"
	positive := x + " >= 'p'"
	if !isWide(t) {
		positive = x + " >= 0"
		digits = "printf('%019d', " + x + ")"
		complement = fmt.Sprintf("printf('%%09d%%010d', 999999999 + %s / 10000000000, 9999999999 + %s %% 10000000000)", x, x)
	}
	pad := func(digit string, body string) string {
		return "'" + strings.Repeat(digit, left) + "' || " + body + " || '" + strings.Repeat(digit, right) + "'"
	}
	return "CASE WHEN " + positive + " THEN 'p' || " + pad("0", digits) +
		" WHEN " + x + " IS NOT NULL THEN 'n' || " + pad("9", complement) + " END"
}

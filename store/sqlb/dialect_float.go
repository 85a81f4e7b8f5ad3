package sqlb

// CompareFloat returns the comparison of a float with a whole number by value, exact where no float is the number; op
// is one of =, <>, <, <=, >, >=. The float is on the left, or on the right where flipped. SQLite compares so by itself;
// PostgreSQL would make a float of the number.
func (d Dialect) CompareFloat(op, float, whole string, flipped bool) string {
	left, right := float, whole
	if d != SQLite {
		first := float // the sides' placeholders keep their order
		if flipped {
			first = whole
		}
		left, right = "CASE WHEN "+first+" IS NULL OR "+whole+" IS NULL THEN NULL WHEN "+float+" >= 9223372036854775808 THEN 1 WHEN "+float+
			" < -9223372036854775808 THEN -1 WHEN CAST(trunc("+float+") AS bigint) < "+whole+" THEN -1 WHEN CAST(trunc("+float+
			") AS bigint) > "+whole+" THEN 1 ELSE sign("+float+" - trunc("+float+")) END", "0"
	}
	if flipped {
		left, right = right, left
	}
	return left + " " + op + " " + right
}

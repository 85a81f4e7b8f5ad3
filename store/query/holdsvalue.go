package query

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/couplet/couplet/store/value"
)

// test decides the lookup for a stored value. Null meets only a test for null.
func (t tester) test(v value.Value) (bool, error) {
	if t.op == "isnull" {
		return v.IsNull() == t.values[0].Bool(), nil
	}
	if v.IsNull() {
		return false, nil
	}
	v, err := t.transformed(v)
	if err != nil {
		return false, err
	}
	switch t.op {
	case "in":
		return slices.ContainsFunc(t.values, func(w value.Value) bool { return !w.IsNull() && value.Compare(v, w) == 0 }), nil
	case "range":
		return value.Compare(v, t.values[0]) >= 0 && value.Compare(v, t.values[1]) <= 0, nil
	}
	if signs[t.op] != "" {
		return signHolds(t.op, value.Compare(v, t.values[0])), nil
	}
	text, err := t.textOf(v)
	if err != nil {
		return false, err
	}
	return t.text(text, t.values[0].Text())
}

func signHolds(op string, order int) bool {
	switch op {
	case "gt":
		return order > 0
	case "gte":
		return order >= 0
	case "lt":
		return order < 0
	case "lte":
		return order <= 0
	}
	return order == 0
}

// transformed is what the lookup's transforms make of a value: see writer.left.
func (t tester) transformed(v value.Value) (value.Value, error) {
	text := v.Text()
	switch {
	case t.column.Kind == value.JSON || t.column.Kind == value.FloatingPoint && signs[t.op] == "" && t.op != "in" && t.op != "range":
		return v, ErrUndecided
	case !t.Transformed():
		return v, nil
	case t.part != "":
		return partOf(t.part, text, t.column.Kind)
	case len(text) < len("2006-01-02 15:04:05"):
		return v, ErrUndecided
	case t.date:
		return value.Text(text[:10]), nil
	}
	return value.Text(text[11:]), nil
}

// partOf is a part of a stored date, time or datetime: see sqlb.Dialect.DatePart.
func partOf(part, text string, kind value.Kind) (value.Value, error) {
	layout := map[value.Kind]string{value.Date: time.DateOnly, value.Time: time.TimeOnly, value.DateTime: time.DateTime}[kind]
	at, err := time.Parse(layout, text)
	if layout == "" || err != nil {
		return value.Null, ErrUndecided
	}
	n := 0
	switch part {
	case "year":
		n = at.Year()
	case "month":
		n = int(at.Month())
	case "day":
		n = at.Day()
	case "hour":
		n = at.Hour()
	case "minute":
		n = at.Minute()
	case "second":
		n = at.Second()
	case "quarter":
		n = (int(at.Month()) + 2) / 3
	case "week_day":
		n = int(at.Weekday()) + 1
	case "iso_week_day":
		n = (int(at.Weekday())+6)%7 + 1
	case "iso_year":
		n, _ = at.ISOWeek()
	default:
		_, n = at.ISOWeek()
	}
	return value.Int(int64(n)), nil
}

// textOf is a value as the text that text lookups search in, where both engines agree on it: see writer.textOf.
func (t tester) textOf(v value.Value) (string, error) {
	switch {
	case t.left.IsText():
		return v.Text(), nil
	case t.left.Scaled(), t.left.IsInteger():
		return t.left.String(v), nil
	case t.left.Kind == value.UUID:
		return v.Text(), nil
	}
	return "", ErrUndecided
}

func (t tester) text(text, part string) (bool, error) {
	if t.left.Kind == value.UUID {
		part = strings.ReplaceAll(part, "-", "")
	}
	op, fold := strings.CutPrefix(t.op, "i")
	if op == "regex" {
		pattern, err := Regex(part, fold)
		if err != nil {
			return false, err
		}
		re, err := regexp.Compile(pattern)
		return err == nil && re.MatchString(text), err
	}
	switch {
	case fold && t.d.FoldsASCII() && len(part) <= maxLike && isASCII(part):
		text, part = foldASCII(text), foldASCII(part)
	case fold:
		text, part = Fold(text), Fold(part)
	}
	switch op {
	case "contains":
		return strings.Contains(text, part), nil
	case "startswith":
		return strings.HasPrefix(text, part), nil
	case "endswith":
		return strings.HasSuffix(text, part), nil
	}
	return text == part, nil
}

// foldASCII is the folding of SQLite's LIKE.
func foldASCII(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' && r < utf8.RuneSelf {
			r += 'a' - 'A'
		}
		return r
	}, s)
}

package query

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/couplet/couplet/store/value"
)

// ErrLookup says that a lookup is unknown, or does not fit the field.
var ErrLookup = errors.New("query: unknown lookup")

// Lookup is a resolved lookup: transforms such as date or year, and the comparison of what they make.
type Lookup struct {
	column value.Type // of the field
	left   value.Type // of what is compared, after the transforms
	date   bool       // the date of a datetime is compared, or a part of it
	clock  bool       // the time of a datetime is compared, or a part of it
	part   string     // year, month, …; "" none
	op     string
}

// Type is the type of the lookup's values: of the field, or what its last transform makes of it (an integer for year).
// For isnull it is boolean.
func (l Lookup) Type() value.Type {
	if l.op == "isnull" {
		return value.Type{Kind: value.Boolean}
	}
	return l.left
}

// Op is the comparison at the end: exact, gte, in, …
func (l Lookup) Op() string { return l.op }

// Transformed reports whether something made of the field is compared rather than the field.
func (l Lookup) Transformed() bool { return l.date || l.clock || l.part != "" }

// operations are the comparisons, by the number of values they take; -1 is any number.
var operations = map[string]int{"exact": 1, "iexact": 1, "contains": 1, "icontains": 1, "startswith": 1, "istartswith": 1,
	"endswith": 1, "iendswith": 1, "regex": 1, "iregex": 1, "gt": 1, "gte": 1, "lt": 1, "lte": 1, "in": -1, "range": 2,
	"isnull": 1}

var dateParts = map[string]bool{"year": true, "month": true, "day": true, "week_day": true, "iso_week_day": true,
	"quarter": true, "week": true, "iso_year": true}

var clockParts = map[string]bool{"hour": true, "minute": true, "second": true}

// ResolveLookup resolves the lookup of a field of type t: Django's names, transforms first, such as "date__gte".
// "" is exact. The error is ErrLookup.
func ResolveLookup(t value.Type, name string) (Lookup, error) {
	l := Lookup{column: t, left: t}
	for name != "" {
		word, rest, _ := strings.Cut(name, "__")
		if _, ok := operations[word]; ok && rest == "" {
			l.op = word
		} else if !l.transform(word) {
			return l, fmt.Errorf("%w %q", ErrLookup, name)
		}
		name = rest
	}
	if l.op == "" {
		l.op = "exact"
	}
	return l, nil
}

func (l *Lookup) transform(word string) bool {
	kind := l.left.Kind
	switch {
	case word == "date" && kind == value.DateTime:
		l.date, l.left = true, value.Type{Kind: value.Date}
	case word == "time" && kind == value.DateTime:
		l.clock, l.left = true, value.Type{Kind: value.Time}
	case dateParts[word] && (kind == value.Date || kind == value.DateTime),
		clockParts[word] && (kind == value.Time || kind == value.DateTime):
		l.part, l.left = word, value.Type{Kind: value.Integer}
	default:
		return false
	}
	return true
}

// compare writes the comparison of a column.
func (w writer) compare(column string, l Lookup, values []value.Value) error {
	if n := operations[l.op]; n >= 0 && n != len(values) {
		return fmt.Errorf("query: %s takes %d values, not %d", l.op, n, len(values))
	}
	if l.op == "isnull" {
		w.b.SQL(column, isNull(values[0].Bool()))
		return nil
	}
	if ok, err := w.bounds(column, l, values); ok || err != nil {
		return err
	}
	left := w.left(column, l)
	if sign := signs[l.op]; sign != "" {
		w.b.SQL(left, sign).Arg(l.left, values[0])
		return nil
	}
	switch l.op {
	case "in":
		w.in(left, l.left, values)
	case "range":
		w.b.SQL("(", left, " BETWEEN ").Arg(l.left, values[0]).SQL(" AND ").Arg(l.left, values[1]).SQL(")")
	default:
		return w.text(w.textOf(left, l.left), l, values[0])
	}
	return nil
}

var signs = map[string]string{"exact": " = ", "gt": " > ", "gte": " >= ", "lt": " < ", "lte": " <= "}

func isNull(yes bool) string {
	if yes {
		return " IS NULL"
	}
	return " IS NOT NULL"
}

func (w writer) in(left string, t value.Type, values []value.Value) {
	n := 0
	for _, v := range values {
		if v.IsNull() {
			continue // as in Django: null is in no list
		}
		if n == 0 {
			w.b.SQL(left, " IN (")
		} else {
			w.b.SQL(", ")
		}
		w.b.Arg(t, v)
		n++
	}
	if n == 0 {
		w.b.SQL(never)
		return
	}
	w.b.SQL(")")
}

// left is the SQL of what is compared.
func (w writer) left(column string, l Lookup) string {
	d := w.b.Dialect
	switch {
	case l.part != "":
		return d.DatePart(l.part, column, l.column.Kind == value.Time)
	case l.date:
		return d.DateOf(column)
	case l.clock:
		return d.TimeOf(column)
	case l.column.Kind == value.JSON:
		return d.AsText(column)
	}
	return column
}

// textOf is a value as the text that the text lookups search in.
func (w writer) textOf(left string, t value.Type) string {
	switch {
	case t.IsText() || t.Kind == value.JSON:
		return left
	case t.Scaled():
		return w.b.Dialect.TextOfDecimal(left, t.Places)
	case t.Kind == value.UUID:
		return w.b.Dialect.TextOfUUID(left)
	}
	return w.b.Dialect.AsText(left)
}

// textType is the type of the patterns of text lookups.
var textType = value.Type{Kind: value.Textual}

// text writes a lookup that reads text: it holds a part, or matches, with or without regard to case.
func (w writer) text(left string, l Lookup, v value.Value) error {
	part, d := v.Text(), w.b.Dialect
	if l.left.Kind == value.UUID {
		part = strings.ReplaceAll(part, "-", "")
	}
	op, fold := strings.CutPrefix(l.op, "i")
	if op == "regex" {
		pattern, err := Regex(part, fold)
		if err != nil {
			return err
		}
		w.b.SQL(d.Matches(left, w.b.Bind(textType, value.Text(pattern))))
		return nil
	}
	if part == "" && op != "exact" {
		w.b.SQL(left, " IS NOT NULL")
		return nil
	}
	if fold && d.FoldsASCII() && len(part) <= maxLike && isASCII(part) {
		w.b.SQL(d.Like(left, w.b.Bind(textType, value.Text(likePattern(op, part)))))
		return nil
	}
	if fold {
		left, part = d.Fold(left), Fold(part)
	}
	arg, n := w.b.Bind(textType, value.Text(part)), utf8.RuneCountInString(part)
	switch op {
	case "exact":
		w.b.SQL(left, " = ", arg)
	case "contains":
		w.b.SQL(d.Contains(left, arg))
	case "startswith":
		w.b.SQL(d.HasPrefix(left, arg, n))
	case "endswith":
		w.b.SQL(d.HasSuffix(left, arg, n))
	}
	return nil
}

// maxLike is the longest text that is looked for by LIKE, in bytes: SQLite refuses patterns from 50,000 bytes.
const maxLike = 10_000

// Fold is the case folding of lookups without regard to case: simple lower case, rune by rune.
func Fold(s string) string { return strings.Map(unicode.ToLower, s) }

var likeEscapes = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

func likePattern(op, part string) string {
	part = likeEscapes.Replace(part)
	switch op {
	case "contains":
		return "%" + part + "%"
	case "startswith":
		return part + "%"
	case "endswith":
		return "%" + part
	}
	return part
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

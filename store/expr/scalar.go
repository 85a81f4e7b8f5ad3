package expr

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// scalar is a typed expression of a value.
type scalar interface {
	typ() value.Type
	deps() uint64 // the slots that it reads
	eval(e *env) (value.Value, error)
	// reduce replaces what is known by literals; what remains can be written.
	reduce(e *env) (scalar, error)
	write(w *writer) error
}

// sLit is a known value in the stored form of its type.
type sLit struct {
	t value.Type
	v value.Value
}

func (s sLit) typ() value.Type                { return s.t }
func (s sLit) deps() uint64                   { return 0 }
func (s sLit) eval(*env) (value.Value, error) { return s.v, nil }
func (s sLit) reduce(*env) (scalar, error)    { return s, nil }
func (s sLit) write(w *writer) error {
	w.b.Arg(s.t, s.v)
	return nil
}

// known is reduce for a scalar: its value where all it reads is known, else nil.
func known(s scalar, e *env) (scalar, error) {
	if !e.static(s.deps()) {
		return nil, nil
	}
	v, err := s.eval(e)
	return sLit{s.typ(), v}, err
}

// reducedScalar is s.reduce, without a copy where there is nothing to decide.
func reducedScalar(s scalar, e *env) (scalar, error) {
	switch s.(type) {
	case sLit:
		return s, nil
	case sCol:
		if !e.static(s.deps()) {
			return s, nil
		}
	}
	return s.reduce(e)
}

// sCol is a field of the record at the end of a path.
type sCol struct {
	of    path
	field *schema.Field
}

// newCol returns a field of a record, the key of a foreign key's target being the foreign key.
func newCol(p path, f *schema.Field) sCol {
	p, f = shorten(p, f)
	return sCol{p, f}
}

func (s sCol) typ() value.Type                  { return s.field.Type }
func (s sCol) deps() uint64                     { return s.of.deps() }
func (s sCol) eval(e *env) (value.Value, error) { return e.value(s.of, s.field) }
func (s sCol) write(w *writer) error            { return w.column(s.of, s.field) }
func (s sCol) reduce(e *env) (scalar, error) {
	if x, err := known(s, e); x != nil || err != nil {
		return x, err
	}
	return s, nil
}

// sInput is a value that every request knows: now, request, is_authenticated or a variable. It is never written.
type sInput struct {
	t   value.Type
	get func(*Bindings) value.Value
}

func (s sInput) typ() value.Type                  { return s.t }
func (s sInput) deps() uint64                     { return 0 }
func (s sInput) eval(e *env) (value.Value, error) { return s.get(e.bind), nil }
func (s sInput) reduce(e *env) (scalar, error)    { return sLit{s.t, s.get(e.bind)}, nil }
func (s sInput) write(w *writer) error            { return errUnreduced }

// The bounds of datetimes, in microseconds since 1970.
var (
	firstMoment = time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()
	lastMoment  = time.Date(9999, 12, 31, 23, 59, 59, 999999000, time.UTC).UnixMicro()
)

// nowAt returns the moment of the request and an offset in microseconds, kept within the years 1 to 9999.
func nowAt(b *Bindings, offset int64) time.Time {
	at := b.now().Truncate(time.Second).UnixMicro()
	switch {
	case offset > 0 && at > lastMoment-offset:
		at = lastMoment
	case offset < 0 && at < firstMoment-offset:
		at = firstMoment
	default:
		at += offset
	}
	return time.UnixMicro(at).UTC()
}

// sNow is now ± duration, as a datetime or, compared with a date, as its day.
type sNow struct {
	offset int64
	day    bool
}

func (s sNow) typ() value.Type {
	if s.day {
		return value.Type{Kind: value.Date}
	}
	return value.Type{Kind: value.DateTime}
}
func (s sNow) deps() uint64          { return 0 }
func (s sNow) write(w *writer) error { return errUnreduced }
func (s sNow) eval(e *env) (value.Value, error) {
	t := nowAt(e.bind, s.offset)
	if s.day {
		return value.FormatDate(t), nil
	}
	return value.FormatDateTime(t), nil
}
func (s sNow) reduce(e *env) (scalar, error) { return known(s, e) }

// fold is simple per-rune lower-casing, as the SQL function couplet_fold.
func fold(s string) string { return strings.Map(unicode.ToLower, s) }

// sLower is x.lower().
type sLower struct{ x scalar }

func (s sLower) typ() value.Type { return sqlb.TextType }
func (s sLower) deps() uint64    { return s.x.deps() }
func (s sLower) eval(e *env) (value.Value, error) {
	v, err := s.x.eval(e)
	if err != nil || v.IsNull() {
		return v, err
	}
	return value.Text(fold(v.Text())), nil
}
func (s sLower) reduce(e *env) (scalar, error) {
	if x, err := known(s, e); x != nil || err != nil {
		return x, err
	}
	return s, nil
}
func (s sLower) write(w *writer) error {
	x, err := w.capture(s.x)
	w.b.SQL(w.b.Dialect.Fold(x))
	return err
}

// sLength is size(text), in code points.
type sLength struct{ x scalar }

func (s sLength) typ() value.Type { return sqlb.IntType }
func (s sLength) deps() uint64    { return s.x.deps() }
func (s sLength) eval(e *env) (value.Value, error) {
	v, err := s.x.eval(e)
	if err != nil || v.IsNull() {
		return v, err
	}
	return value.Int(int64(utf8.RuneCountInString(v.Text()))), nil
}
func (s sLength) reduce(e *env) (scalar, error) {
	if x, err := known(s, e); x != nil || err != nil {
		return x, err
	}
	return s, nil
}
func (s sLength) write(w *writer) error {
	w.b.SQL("length(")
	err := s.x.write(w)
	w.b.SQL(")")
	return err
}

// capture returns the SQL of a scalar instead of appending it. Repeating it is harmless: its placeholders are numbered.
func (w *writer) capture(s scalar) (string, error) {
	return w.b.Capture(func() error { return s.write(w) })
}

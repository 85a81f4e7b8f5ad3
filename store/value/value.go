// Package value holds the one in-memory form of field values: the form in which SQLite stores them.
//
// A Value is null, an integer, a float or a text, nothing else; a Type gives it its meaning. Booleans are 0 and 1,
// durations microseconds, uuids 32 hexadecimal digits, dates and times Django's own text, decimals of up to 18 digits
// integers scaled by their places (longer ones order-preserving text). Because every stored form sorts as the value
// it stands for, SQL, the in-memory evaluator and the cache compare alike. The package imports nothing of Couplet.
package value

import (
	"cmp"
	"math"
	"strings"
)

// Class is the storage class of a Value.
type Class uint8

// The storage classes, in SQLite's sort order. Integers and floats compare with each other by number.
const (
	ClassNull Class = iota
	ClassInt
	ClassFloat
	ClassText
)

// Value is a stored value. The zero Value is null. Values are comparable with ==, except that a float
// is never == an integer of the same size: use Compare.
type Value struct {
	class Class
	n     int64 // the integer, or the bits of the float
	s     string
}

// Null is the null value.
var Null = Value{}

// Int returns an integer value.
func Int(n int64) Value { return Value{class: ClassInt, n: n} }

// Float returns a float value.
func Float(f float64) Value { return Value{class: ClassFloat, n: int64(math.Float64bits(f))} }

// Text returns a text value.
func Text(s string) Value { return Value{class: ClassText, s: s} }

// Bool returns 1 or 0.
func Bool(b bool) Value {
	if b {
		return Int(1)
	}
	return Int(0)
}

// Class returns the storage class of v.
func (v Value) Class() Class { return v.class }

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.class == ClassNull }

// Int returns the integer in v, a float cut towards zero, or 0.
func (v Value) Int() int64 {
	if v.class == ClassFloat {
		return int64(math.Float64frombits(uint64(v.n)))
	}
	return v.n
}

// Float returns the number in v as a float, or 0.
func (v Value) Float() float64 {
	if v.class == ClassFloat {
		return math.Float64frombits(uint64(v.n))
	}
	return float64(v.n)
}

// Text returns the text in v, or "".
func (v Value) Text() string { return v.s }

// Bool reports whether v is a number other than 0.
func (v Value) Bool() bool { return v.class != ClassText && v.Float() != 0 }

// Compare orders two values as SQLite does: null, then numbers, then texts by code point.
func Compare(a, b Value) int {
	ra, rb := a.rank(), b.rank()
	switch {
	case ra != rb:
		return cmp.Compare(ra, rb)
	case ra == 0:
		return 0
	case ra == 2:
		return strings.Compare(a.s, b.s)
	case a.class == ClassInt && b.class == ClassInt:
		return cmp.Compare(a.n, b.n)
	case a.class == ClassFloat && b.class == ClassFloat:
		return cmp.Compare(a.Float(), b.Float())
	case a.class == ClassInt:
		return -compareFloatInt(b.Float(), a.n)
	}
	return compareFloatInt(a.Float(), b.n)
}

func (v Value) rank() int {
	switch v.class {
	case ClassNull:
		return 0
	case ClassText:
		return 2
	}
	return 1
}

// compareFloatInt compares exactly, also where the integer has no float of its own.
func compareFloatInt(f float64, n int64) int {
	switch {
	case f < -9223372036854775808.0:
		return -1
	case f >= 9223372036854775808.0:
		return 1
	}
	whole := int64(f)
	if c := cmp.Compare(whole, n); c != 0 {
		return c
	}
	return cmp.Compare(f-float64(whole), 0)
}

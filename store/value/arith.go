package value

import (
	"fmt"
	"math/bits"
)

// Bits returns the number in v as it is kept: an integer, or the bits of a float. It is for hashing.
func (v Value) Bits() uint64 { return uint64(v.n) }

// Add returns a + b, both stored values of type t: an integer, a duration, a float or a decimal. Null stays null.
// It fails with ErrRange where the sum does not fit, and for types that have no sum.
func (t Type) Add(a, b Value) (Value, error) {
	switch {
	case a.IsNull() || b.IsNull():
		return Null, nil
	case t.Kind == FloatingPoint:
		return Float(a.Float() + b.Float()), nil
	case t.IsInteger(), t.Kind == Duration:
		least, greatest := t.IntRange()
		return addInts(a.Int(), b.Int(), least, greatest)
	case t.Kind == Decimal:
		return t.addDecimals(a, b)
	}
	return Null, fmt.Errorf("%w: values of type %s have no sum", ErrRange, t.Kind)
}

func addInts(a, b, least, greatest int64) (Value, error) {
	sum, _ := bits.Add64(uint64(a), uint64(b), 0)
	n := int64(sum)
	if (a >= 0) == (b >= 0) && (n >= 0) != (a >= 0) || n < least || n > greatest {
		return Null, fmt.Errorf("%w: %d + %d", ErrRange, a, b)
	}
	return Int(n), nil
}

func (t Type) addDecimals(a, b Value) (Value, error) {
	x, ok1 := DecimalOf(t, a)
	y, ok2 := DecimalOf(t, b)
	if !ok1 || !ok2 {
		return Null, fmt.Errorf("%w: not a stored decimal", ErrRange)
	}
	sum := x.Rat()
	d, err := ParseDecimal(sum.Add(sum, y.Rat()).FloatString(t.Places))
	if err != nil {
		return Null, err
	}
	return d.Value(t)
}

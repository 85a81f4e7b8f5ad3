package expr

import (
	"math/big"

	"github.com/couplet/couplet/store/value"
)

// cCompare compares two values of comparable types; op is OpEq to OpGe.
type cCompare struct {
	leaf
	op   Op
	l, r scalar
}

func (c cCompare) deps() uint64 { return c.l.deps() | c.r.deps() }

func (c cCompare) eval(e *env) (Truth, error) {
	l, err := c.l.eval(e)
	if err != nil {
		return Unknown, err
	}
	r, err := c.r.eval(e)
	if err != nil || l.IsNull() || r.IsNull() {
		return Unknown, err
	}
	return truth(holds(c.op, order(c.l.typ(), l, c.r.typ(), r))), nil
}

// order compares two values of comparable types.
func order(tl value.Type, l value.Value, tr value.Type, r value.Value) int {
	if sameForm(tl, tr) {
		return value.Compare(l, r)
	}
	dl, okL := value.DecimalOf(tl, l)
	dr, okR := value.DecimalOf(tr, r)
	if !okL || !okR {
		return value.Compare(l, r)
	}
	return value.CompareDecimals(dl, dr)
}

// sameForm reports whether stored values of two comparable types compare as they are.
func sameForm(a, b value.Type) bool {
	if !isExact(a) || !isExact(b) {
		return true
	}
	if isWide(a) || isWide(b) {
		return a == b
	}
	return placesOf(a) == placesOf(b)
}

func holds(op Op, order int) bool {
	switch op {
	case OpEq:
		return order == 0
	case OpNe:
		return order != 0
	case OpLt:
		return order < 0
	case OpLe:
		return order <= 0
	case OpGt:
		return order > 0
	}
	return order >= 0
}

// flipped is the operator with its sides exchanged.
func flipped(op Op) Op {
	switch op {
	case OpLt:
		return OpGt
	case OpLe:
		return OpGe
	case OpGt:
		return OpLt
	case OpGe:
		return OpLe
	}
	return op
}

func (c cCompare) reduce(e *env, pol polarity) (cond, error) {
	if d, err := decided(c, e, pol); d != nil || err != nil {
		return d, err
	}
	l, err := reducedScalar(c.l, e)
	if err != nil {
		return nil, err
	}
	r, err := reducedScalar(c.r, e)
	if err != nil {
		return nil, err
	}
	op := c.op
	if _, ok := l.(sLit); ok {
		l, r, op = r, l, flipped(op)
	}
	lit, ok := r.(sLit)
	switch {
	case !ok:
	case lit.v.IsNull():
		return cConst{pol.settle(Unknown)}, nil
	case !sameForm(l.typ(), lit.t):
		if d, ok := value.DecimalOf(lit.t, lit.v); ok {
			return compareNumber(c.leaf, op, l, d), nil
		}
	}
	return cCompare{c.leaf, op, l, r}, nil
}

var operators = map[Op]string{OpEq: "=", OpNe: "<>", OpLt: "<", OpLe: "<=", OpGt: ">", OpGe: ">="}

func (c cCompare) write(w *writer, _ polarity) error {
	floats := c.l.typ().Kind == value.FloatingPoint
	mixed := floats != (c.r.typ().Kind == value.FloatingPoint)
	if mixed || !sameForm(c.l.typ(), c.r.typ()) {
		l, err := w.capture(c.l)
		if err != nil {
			return err
		}
		r, err := w.capture(c.r)
		switch {
		case mixed && floats:
			w.b.SQL("(", w.b.Dialect.CompareFloat(operators[c.op], l, r, false), ")")
		case mixed:
			w.b.SQL("(", w.b.Dialect.CompareFloat(operators[c.op], r, l, true), ")")
		default:
			w.b.SQL("(", w.b.Dialect.CompareExact(operators[c.op], l, c.l.typ(), r, c.r.typ()), ")")
		}
		return err
	}
	if err := c.l.write(w); err != nil {
		return err
	}
	w.b.SQL(" ", operators[c.op], " ")
	return c.r.write(w)
}

// cFixed is a comparison whose outcome depends only on its value being null: 1.5 equals no whole number.
type cFixed struct {
	leaf
	x scalar
	t bool
}

func (c cFixed) deps() uint64 { return c.x.deps() }
func (c cFixed) eval(e *env) (Truth, error) {
	v, err := c.x.eval(e)
	if err != nil || v.IsNull() {
		return Unknown, err
	}
	return truth(c.t), nil
}
func (c cFixed) reduce(e *env, pol polarity) (cond, error) {
	if d, err := decided(c, e, pol); d != nil || err != nil {
		return d, err
	}
	if !c.t && pol == positive || c.t && pol == negative {
		return cConst{truth(c.t)}, nil
	}
	x, err := c.x.reduce(e)
	return cFixed{c.leaf, x, c.t}, err
}
func (c cFixed) write(w *writer, _ polarity) error {
	x, err := w.capture(c.x)
	w.b.SQL("(", x, map[bool]string{true: " = ", false: " <> "}[c.t], x, ")")
	return err
}

// compareNumber compares an exact number with a constant that its type may not be able to hold: 1.005 against two
// places is between 1.00 and 1.01.
func compareNumber(at leaf, op Op, x scalar, d value.Dec) cond {
	v, side, fits := nearest(d, x.typ())
	switch {
	case !fits: // the constant lies beyond all values: side is where they are, seen from it
		return cFixed{at, x, holds(op, side)}
	case side == 0:
		return cCompare{at, op, x, sLit{x.typ(), v}}
	case op == OpEq || op == OpNe:
		return cFixed{at, x, op == OpNe}
	}
	less := op == OpLt || op == OpLe
	switch {
	case less && side < 0:
		op = OpLe
	case less:
		op = OpLt
	case side < 0:
		op = OpGt
	default:
		op = OpGe
	}
	return cCompare{at, op, x, sLit{x.typ(), v}}
}

// nearest returns a neighbour of d in the stored form of an exact type and the side of d on which it is (-1 below,
// 0 exactly d). Where d is beyond the type's values, fits is false and side is the side on which they are.
func nearest(d value.Dec, t value.Type) (v value.Value, side int, fits bool) {
	beyond := -1
	if d.Neg {
		beyond = 1
	}
	if isWide(t) {
		v, same, err := d.Round(t)
		if err != nil {
			return value.Null, beyond, false
		}
		if !same {
			n, _ := value.DecimalOf(t, v)
			side = value.CompareDecimals(n, d)
		}
		return v, side, true
	}
	places := placesOf(t)
	if len(d.Digits)+d.Exp+places > 20 && !d.IsZero() {
		return value.Null, beyond, false
	}
	if len(d.Digits)+d.Exp+places < -1 || d.IsZero() { // nearly 0
		return value.Int(0), value.CompareDecimals(value.Dec{Digits: "0"}, d), true
	}
	r := new(big.Rat).Mul(d.Rat(), new(big.Rat).SetInt(power10(places)))
	floor := new(big.Int).Div(r.Num(), r.Denom()) // Euclidean: floor, as denominators are positive
	if !floor.IsInt64() {
		return value.Null, beyond, false
	}
	if !r.IsInt() {
		side = -1
	}
	return value.Int(floor.Int64()), side, true
}

func power10(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// isExact reports whether values of a type are numbers that are compared exactly with any other such.
func isExact(t value.Type) bool { return t.IsInteger() || t.Kind == value.Decimal }

func isWide(t value.Type) bool { return t.Kind == value.Decimal && !t.Scaled() }

func placesOf(t value.Type) int {
	if t.Kind == value.Decimal {
		return t.Places
	}
	return 0
}

// isNumber reports whether values of a type can be added.
func isNumber(t value.Type) bool { return isExact(t) || t.Kind == value.FloatingPoint }

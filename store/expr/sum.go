package expr

import (
	"math"
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// sSum is a sum of numbers: all floats, or all exact, which are then scaled to one number of places and added as
// 64-bit integers from left to right. A sum that leaves 64 bits on its way is null.
type sSum struct {
	t     value.Type
	terms []term
}

// term is a number that is added or, negated, taken away. An exact one is multiplied by scale first.
type term struct {
	x       scalar
	negated bool
	scale   int64
}

func (s sSum) typ() value.Type { return s.t }

func (s sSum) deps() uint64 {
	var d uint64
	for _, t := range s.terms {
		d |= t.x.deps()
	}
	return d
}

func (s sSum) eval(e *env) (value.Value, error) {
	float := s.t.Kind == value.FloatingPoint
	total, exactly, ok := 0.0, int64(0), true
	null := false
	for _, t := range s.terms {
		v, err := t.x.eval(e)
		if err != nil {
			return value.Null, err
		}
		switch {
		case v.IsNull():
			null = true
		case float && t.negated:
			total -= v.Float()
		case float:
			total += v.Float()
		default:
			var fits bool
			exactly, fits = addScaled(exactly, v.Int(), t.scale, t.negated)
			ok = ok && fits
		}
	}
	switch {
	case null || !ok || math.IsNaN(total):
		return value.Null, nil
	case float:
		return value.Float(total), nil
	}
	return value.Int(exactly), nil
}

// addScaled returns sum ± n*scale and whether neither step leaves 64 bits.
func addScaled(sum, n, scale int64, negated bool) (int64, bool) {
	product := n * scale
	if n != 0 && (product/n != scale || n == -1 && scale == math.MinInt64) {
		return 0, false
	}
	if negated {
		total := sum - product
		return total, (total < sum) == (product > 0)
	}
	total := sum + product
	return total, (total > sum) == (product > 0)
}

func (s sSum) reduce(e *env) (scalar, error) {
	if x, err := known(s, e); x != nil || err != nil {
		return x, err
	}
	out := sSum{t: s.t, terms: make([]term, len(s.terms))}
	for i, t := range s.terms {
		x, err := t.x.reduce(e)
		if err != nil {
			return nil, err
		}
		if lit, ok := x.(sLit); ok && lit.v.IsNull() {
			return sLit{s.t, value.Null}, nil
		}
		out.terms[i] = term{x, t.negated, t.scale}
	}
	return out, nil
}

func (s sSum) write(w *writer) error {
	float := s.t.Kind == value.FloatingPoint
	terms := []string{"0"}
	if float {
		terms[0] = "0.0"
	}
	for _, t := range s.terms {
		text, err := w.b.Capture(func() error { return s.writeTerm(w, t, float) })
		if err != nil {
			return err
		}
		terms = append(terms, map[bool]string{false: " + ", true: " - "}[t.negated]+text)
	}
	if float {
		w.b.SQL("(", strings.Join(terms, ""), ")")
		return nil
	}
	w.b.SQL(w.b.Dialect.WithinInt64(terms, s.t.Places))
	return nil
}

func (s sSum) writeTerm(w *writer, t term, float bool) error {
	if float {
		w.b.SQL("CAST(")
		err := t.x.write(w)
		w.b.SQL(" AS DOUBLE PRECISION)")
		return err
	}
	if w.b.Dialect != sqlb.SQLite { // decimals are themselves there, and integers must not overflow
		w.b.SQL("CAST(")
		err := t.x.write(w)
		w.b.SQL(" AS numeric)")
		return err
	}
	err := t.x.write(w)
	if t.scale != 1 {
		w.b.SQL(" * ", strconv.FormatInt(t.scale, 10))
	}
	return err
}

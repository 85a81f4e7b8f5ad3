package expr

import (
	"errors"

	"github.com/couplet/couplet/store/value"
)

// cond is a condition: a typed expression of a truth value.
type cond interface {
	deps() uint64 // the slots that it reads
	eval(e *env) (Truth, error)
	// reduce decides what is known; where less than all three truths count, unknown parts are settled.
	reduce(e *env, pol polarity) (cond, error)
	write(w *writer, pol polarity) error
}

// errUnreduced is a tree that was written without being reduced: a mistake in this package.
var errUnreduced = errors.New("expr: a request's value was not put in before writing SQL")

// decided is reduce for a condition: its truth where all it reads is known, else nil.
func decided(c cond, e *env, pol polarity) (cond, error) {
	if !e.static(c.deps()) {
		return nil, nil
	}
	t, err := c.eval(e)
	return cConst{pol.settle(t)}, err
}

// leaf is what all conditions on values share: where they stand in the source.
type leaf struct{ at *Node }

// cTruth is a boolean value as a condition.
type cTruth struct {
	leaf
	x scalar
}

func (c cTruth) deps() uint64 { return c.x.deps() }
func (c cTruth) eval(e *env) (Truth, error) {
	v, err := c.x.eval(e)
	if err != nil || v.IsNull() {
		return Unknown, err
	}
	return truth(v.Bool()), nil
}
func (c cTruth) reduce(e *env, pol polarity) (cond, error) {
	if d, err := decided(c, e, pol); d != nil || err != nil {
		return d, err
	}
	return c, nil
}
func (c cTruth) write(w *writer, _ polarity) error { return c.x.write(w) }

// cIsNull tests for null, which is never unknown itself.
type cIsNull struct {
	leaf
	x       scalar
	negated bool
}

func (c cIsNull) deps() uint64 { return c.x.deps() }
func (c cIsNull) eval(e *env) (Truth, error) {
	v, err := c.x.eval(e)
	return truth(v.IsNull() != c.negated), err
}
func (c cIsNull) reduce(e *env, pol polarity) (cond, error) {
	if d, err := decided(c, e, pol); d != nil || err != nil {
		return d, err
	}
	x, err := c.x.reduce(e)
	return cIsNull{c.leaf, x, c.negated}, err
}
func (c cIsNull) write(w *writer, _ polarity) error {
	w.b.SQL("(")
	err := c.x.write(w)
	w.b.SQL(map[bool]string{false: ") IS NULL", true: ") IS NOT NULL"}[c.negated])
	return err
}

// cHas is has(x): not null and, of a text, not "".
type cHas struct {
	leaf
	x scalar
}

func (c cHas) deps() uint64 { return c.x.deps() }
func (c cHas) eval(e *env) (Truth, error) {
	v, err := c.x.eval(e)
	return truth(!v.IsNull() && !(c.x.typ().IsText() && v.Text() == "")), err
}
func (c cHas) reduce(e *env, pol polarity) (cond, error) {
	if d, err := decided(c, e, pol); d != nil || err != nil {
		return d, err
	}
	return c, nil
}
func (c cHas) write(w *writer, pol polarity) error {
	if !c.x.typ().IsText() {
		return cIsNull{c.leaf, c.x, true}.write(w, pol)
	}
	w.b.SQL("COALESCE(")
	err := c.x.write(w)
	w.b.SQL(" <> '', FALSE)")
	return err
}

// isTextual reports whether text operations apply to a type: texts and what is stored as the text that people write.
func isTextual(t value.Type) bool { return t.IsText() || t.Kind == value.IP }

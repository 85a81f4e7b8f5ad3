package expr

import (
	"bytes"
	"encoding/json"
	"strconv"

	"github.com/couplet/couplet/store/value"
)

// cIn is x in [literals of the type of x].
type cIn struct {
	leaf
	x    scalar
	list []value.Value
}

func (c cIn) deps() uint64 { return c.x.deps() }
func (c cIn) eval(e *env) (Truth, error) {
	v, err := c.x.eval(e)
	if err != nil || v.IsNull() {
		return Unknown, err
	}
	for _, item := range c.list {
		if value.Compare(v, item) == 0 {
			return True, nil
		}
	}
	return False, nil
}
func (c cIn) reduce(e *env, pol polarity) (cond, error) {
	if d, err := decided(c, e, pol); d != nil || err != nil {
		return d, err
	}
	x, err := c.x.reduce(e)
	return cIn{c.leaf, x, c.list}, err
}
func (c cIn) write(w *writer, _ polarity) error {
	if err := c.x.write(w); err != nil {
		return err
	}
	w.b.SQL(" IN (")
	for i, v := range c.list {
		if i > 0 {
			w.b.SQL(", ")
		}
		w.b.Arg(c.x.typ(), v)
	}
	w.b.SQL(")")
	return nil
}

// cInJSON is x in list, where list is a JSON value: whether it is an array that has the text, whole number or boolean
// x as a member. What is no array has none.
type cInJSON struct {
	leaf
	x, list scalar
}

func (c cInJSON) deps() uint64 { return c.x.deps() | c.list.deps() }
func (c cInJSON) eval(e *env) (Truth, error) {
	x, err := c.x.eval(e)
	if err != nil {
		return Unknown, err
	}
	list, err := c.list.eval(e)
	if err != nil || x.IsNull() || list.IsNull() {
		return Unknown, err
	}
	var items []json.RawMessage
	if json.Unmarshal([]byte(list.Text()), &items) != nil { // JSON, but no list
		return False, nil //nolint:nilerr // nothing is in what is no list
	}
	for _, raw := range items {
		if v, ok := member(raw, c.x.typ()); ok && value.Compare(v, x) == 0 {
			return True, nil
		}
	}
	return False, nil
}

// member returns a JSON literal as a value comparable with those of type t.
func member(raw []byte, t value.Type) (v value.Value, ok bool) {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0:
		return value.Null, false
	case raw[0] == '"':
		s, err := value.UnquoteJSON(raw)
		return value.Text(s), err == nil && t.Kind != value.Boolean && !t.IsInteger()
	case raw[0] == 't' || raw[0] == 'f':
		return value.Bool(raw[0] == 't'), t.Kind == value.Boolean
	case raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') || !t.IsInteger():
		return value.Null, false
	}
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return value.Int(n), true
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	return value.Float(f), err == nil
}

func (c cInJSON) reduce(e *env, pol polarity) (cond, error) {
	if d, err := decided(c, e, pol); d != nil || err != nil {
		return d, err
	}
	x, err := c.x.reduce(e)
	if err != nil {
		return nil, err
	}
	list, err := c.list.reduce(e)
	if err != nil {
		return nil, err
	}
	for _, s := range []scalar{x, list} {
		if lit, ok := s.(sLit); ok && lit.v.IsNull() {
			return cConst{pol.settle(Unknown)}, nil
		}
	}
	if lit, ok := list.(sLit); ok {
		return c.spread(x, lit.v), nil
	}
	return cInJSON{c.leaf, x, list}, nil
}

// spread is x in the members of a known list.
func (c cInJSON) spread(x scalar, list value.Value) cond {
	in := cIn{leaf: c.leaf, x: x}
	var items []json.RawMessage
	if json.Unmarshal([]byte(list.Text()), &items) == nil {
		for _, raw := range items {
			if v, ok := member(raw, x.typ()); ok {
				in.list = append(in.list, v)
			}
		}
	}
	if len(in.list) == 0 {
		return cFixed{c.leaf, x, false}
	}
	return in
}

func (c cInJSON) write(w *writer, _ polarity) error {
	x, err := w.capture(c.x)
	if err != nil {
		return err
	}
	list, err := w.capture(c.list)
	w.b.SQL("(", w.b.Dialect.InJSON(x, c.x.typ(), list), ")")
	return err
}

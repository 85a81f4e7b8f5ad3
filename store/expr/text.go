package expr

import (
	"regexp"
	"strings"

	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// cText is x.contains(part), x.startsWith(part) or x.endsWith(part): case-sensitive, character by character.
type cText struct {
	leaf
	method  string
	x, part scalar
}

func (c cText) deps() uint64 { return c.x.deps() | c.part.deps() }
func (c cText) eval(e *env) (Truth, error) {
	x, err := c.x.eval(e)
	if err != nil {
		return Unknown, err
	}
	part, err := c.part.eval(e)
	if err != nil || x.IsNull() || part.IsNull() {
		return Unknown, err
	}
	switch c.method {
	case "contains":
		return truth(strings.Contains(x.Text(), part.Text())), nil
	case "startsWith":
		return truth(strings.HasPrefix(x.Text(), part.Text())), nil
	}
	return truth(strings.HasSuffix(x.Text(), part.Text())), nil
}
func (c cText) reduce(e *env, pol polarity) (cond, error) {
	if d, err := decided(c, e, pol); d != nil || err != nil {
		return d, err
	}
	x, err := c.x.reduce(e)
	if err != nil {
		return nil, err
	}
	part, err := c.part.reduce(e)
	for _, s := range []scalar{x, part} {
		if lit, ok := s.(sLit); ok && lit.v.IsNull() {
			return cConst{pol.settle(Unknown)}, err
		}
	}
	return cText{c.leaf, c.method, x, part}, err
}
func (c cText) write(w *writer, _ polarity) error {
	x, err := w.capture(c.x)
	if err != nil {
		return err
	}
	part, err := w.capture(c.part)
	switch d := w.b.Dialect; c.method {
	case "contains":
		w.b.SQL("(", d.Contains(x, part), ")")
	case "startsWith":
		w.b.SQL("(", d.StartsWith(x, part), ")")
	default:
		w.b.SQL("(", d.EndsWith(x, part), ")")
	}
	return err
}

// cMatch is x.matches(pattern): RE2, found anywhere. postgres is the pattern as PostgreSQL writes it.
type cMatch struct {
	leaf
	x        scalar
	re       *regexp.Regexp
	postgres string
}

func (c cMatch) deps() uint64 { return c.x.deps() }
func (c cMatch) eval(e *env) (Truth, error) {
	v, err := c.x.eval(e)
	if err != nil || v.IsNull() {
		return Unknown, err
	}
	return truth(c.re.MatchString(v.Text())), nil
}
func (c cMatch) reduce(e *env, pol polarity) (cond, error) {
	if d, err := decided(c, e, pol); d != nil || err != nil {
		return d, err
	}
	return c, nil
}
func (c cMatch) write(w *writer, _ polarity) error {
	if w.b.Dialect == sqlb.SQLite {
		w.b.SQL("couplet_regexp(").Arg(sqlb.TextType, value.Text(c.re.String())).SQL(", ")
		err := c.x.write(w)
		w.b.SQL(")")
		return err
	}
	w.b.SQL("(")
	err := c.x.write(w)
	w.b.SQL(" ~ ").Arg(sqlb.TextType, value.Text(c.postgres)).SQL(")")
	return err
}

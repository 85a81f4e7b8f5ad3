package expr

// cConst is a known truth.
type cConst struct{ t Truth }

func (c cConst) deps() uint64                              { return 0 }
func (c cConst) eval(*env) (Truth, error)                  { return c.t, nil }
func (c cConst) reduce(_ *env, pol polarity) (cond, error) { return cConst{pol.settle(c.t)}, nil }
func (c cConst) write(w *writer, pol polarity) error {
	w.b.SQL([...]string{"FALSE", "NULL", "TRUE"}[pol.settle(c.t)])
	return nil
}

// cAnd and cOr join conditions.
type (
	cAnd struct{ list []cond }
	cOr  struct{ list []cond }
)

func depsOf(list []cond) uint64 {
	var d uint64
	for _, c := range list {
		d |= c.deps()
	}
	return d
}

func (c cAnd) deps() uint64                            { return depsOf(c.list) }
func (c cOr) deps() uint64                             { return depsOf(c.list) }
func (c cAnd) eval(e *env) (Truth, error)              { return evalList(c.list, e, False) }
func (c cOr) eval(e *env) (Truth, error)               { return evalList(c.list, e, True) }
func (c cAnd) reduce(e *env, p polarity) (cond, error) { return reduceList(c.list, e, p, False) }
func (c cOr) reduce(e *env, p polarity) (cond, error)  { return reduceList(c.list, e, p, True) }
func (c cAnd) write(w *writer, pol polarity) error     { return writeList(c.list, w, pol, " AND ") }
func (c cOr) write(w *writer, pol polarity) error      { return writeList(c.list, w, pol, " OR ") }

// evalList joins truths; one that equals strong decides.
func evalList(list []cond, e *env, strong Truth) (Truth, error) {
	result := strong.not()
	for _, c := range list {
		t, err := c.eval(e)
		if err != nil {
			return Unknown, err
		}
		if t == strong {
			return t, nil
		}
		if t == Unknown {
			result = t
		}
	}
	return result, nil
}

// reduced is c.reduce, without a copy where there is nothing to decide: a field against a literal.
func reduced(c cond, e *env, pol polarity) (cond, error) {
	if cmp, ok := c.(cCompare); ok {
		_, field := cmp.l.(sCol)
		if _, literal := cmp.r.(sLit); literal && field && !e.static(cmp.l.deps()) {
			return c, nil
		}
	}
	return c.reduce(e, pol)
}

func reduceList(list []cond, e *env, pol polarity, strong Truth) (cond, error) {
	rest := make([]cond, 0, len(list)+1)
	unknown := false
	for _, c := range list {
		r, err := reduced(c, e, pol)
		if err != nil {
			return nil, err
		}
		k, ok := r.(cConst)
		switch {
		case !ok:
			rest = append(rest, r)
		case k.t == strong:
			return k, nil
		case k.t == Unknown:
			unknown = true
		}
	}
	if unknown {
		rest = append(rest, cConst{Unknown})
	}
	switch {
	case len(rest) == 0:
		return cConst{strong.not()}, nil
	case len(rest) == 1:
		return rest[0], nil
	case strong == True:
		return cOr{rest}, nil
	}
	return cAnd{rest}, nil
}

// writeList joins conditions in halves, so that a long list is not a deep tree: SQLite takes 1,000 levels.
func writeList(list []cond, w *writer, pol polarity, operator string) error {
	if len(list) == 1 {
		return list[0].write(w, pol)
	}
	parts := list
	if len(list) > 8 {
		parts = nil
	}
	w.b.SQL("(")
	for i, c := range parts {
		if i > 0 {
			w.b.SQL(operator)
		}
		if err := c.write(w, pol); err != nil {
			return err
		}
	}
	if parts == nil {
		half := len(list) / 2
		if err := writeList(list[:half], w, pol, operator); err != nil {
			return err
		}
		w.b.SQL(operator)
		if err := writeList(list[half:], w, pol, operator); err != nil {
			return err
		}
	}
	w.b.SQL(")")
	return nil
}

// cNot negates a condition.
type cNot struct{ x cond }

func (c cNot) deps() uint64 { return c.x.deps() }
func (c cNot) eval(e *env) (Truth, error) {
	t, err := c.x.eval(e)
	return t.not(), err
}
func (c cNot) reduce(e *env, pol polarity) (cond, error) {
	x, err := reduced(c.x, e, -pol)
	if k, ok := x.(cConst); ok {
		return cConst{k.t.not()}, err
	}
	return cNot{x}, err
}
func (c cNot) write(w *writer, pol polarity) error {
	w.b.SQL("NOT (")
	err := c.x.write(w, -pol)
	w.b.SQL(")")
	return err
}

// cIsTrue is true where its condition is, and else false.
type cIsTrue struct{ x cond }

func (c cIsTrue) deps() uint64 { return c.x.deps() }
func (c cIsTrue) eval(e *env) (Truth, error) {
	t, err := c.x.eval(e)
	return truth(t == True), err
}
func (c cIsTrue) reduce(e *env, _ polarity) (cond, error) {
	x, err := c.x.reduce(e, positive)
	if k, ok := x.(cConst); ok {
		return k, err
	}
	return cIsTrue{x}, err
}
func (c cIsTrue) write(w *writer, pol polarity) error {
	if pol == positive {
		return c.x.write(w, positive)
	}
	w.b.SQL("((")
	err := c.x.write(w, positive)
	w.b.SQL(") IS TRUE)")
	return err
}

// cIff compares two conditions.
type cIff struct {
	leaf
	l, r    cond
	negated bool
}

func (c cIff) deps() uint64 { return c.l.deps() | c.r.deps() }
func (c cIff) eval(e *env) (Truth, error) {
	l, err := c.l.eval(e)
	if err != nil {
		return Unknown, err
	}
	r, err := c.r.eval(e)
	if err != nil || l == Unknown || r == Unknown {
		return Unknown, err
	}
	return truth((l == r) != c.negated), nil
}
func (c cIff) reduce(e *env, pol polarity) (cond, error) {
	l, err := c.l.reduce(e, exact)
	if err != nil {
		return nil, err
	}
	r, err := c.r.reduce(e, exact)
	if err != nil {
		return nil, err
	}
	if _, ok := l.(cConst); ok {
		l, r = r, l
	}
	k, ok := r.(cConst)
	switch {
	case !ok:
		return cIff{c.leaf, l, r, c.negated}, nil
	case k.t == Unknown:
		return cConst{pol.settle(Unknown)}, nil
	case (k.t == True) != c.negated:
		return l.reduce(e, pol)
	}
	return cNot{l}.reduce(e, pol)
}
func (c cIff) write(w *writer, _ polarity) error {
	w.b.SQL("((")
	if err := c.l.write(w, exact); err != nil {
		return err
	}
	w.b.SQL(map[bool]string{false: ") = (", true: ") <> ("}[c.negated])
	err := c.r.write(w, exact)
	w.b.SQL("))")
	return err
}

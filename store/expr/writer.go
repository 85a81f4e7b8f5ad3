package expr

import (
	"fmt"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// writer writes a reduced tree as SQL. What remains in one are only records that SQL reads.
type writer struct {
	b     *sqlb.Builder
	sight Sight
	slots [maxSlots]place
}

// place is where the record of a slot stands in SQL: at the end of steps from the root of a FROM.
type place struct {
	from  *sqlb.From
	steps []schema.Step
}

func (p place) with(steps []schema.Step) place {
	return place{p.from, append(p.steps[:len(p.steps):len(p.steps)], steps...)}
}

func (p place) column(f *schema.Field) string {
	return p.from.Steps(p.steps) + "." + sqlb.Quote(f.Column)
}

// polarity says which truths of a condition count where it stands.
type polarity int8

const (
	exact    polarity = 0  // all three
	positive polarity = 1  // true or not: unknown may become false
	negative polarity = -1 // false or not: unknown may become true
)

// settle turns unknown into what it counts as.
func (p polarity) settle(t Truth) Truth {
	if t == Unknown && p != exact {
		return truth(p == negative)
	}
	return t
}

// WriteSQL appends the expression as a boolean SQL expression with SQL's three values. from is over the collection;
// its joins are for the caller to write.
func (e *Expr) WriteSQL(b *sqlb.Builder, from *sqlb.From, bind *Bindings) error {
	return e.write(b, place{from: from}, bind, exact)
}

// WriteTrue is WriteSQL where only true counts, as in a WHERE: unknown may be written as false, which is simpler.
func (e *Expr) WriteTrue(b *sqlb.Builder, from *sqlb.From, bind *Bindings) error {
	return e.write(b, place{from: from}, bind, positive)
}

func (e *Expr) write(b *sqlb.Builder, at place, bind *Bindings, pol polarity) error {
	env := newEnv(bind)
	root, err := reduced(e.root, env, pol)
	if err != nil {
		return err
	}
	w := &writer{b: b, sight: env.sight}
	w.slots[slotThis] = at
	if err := root.write(w, pol); err != nil {
		return err
	}
	return joinable(at.from)
}

// maxTables bounds the joins of one FROM, with room for those of the statement itself below SQLite's 64.
const maxTables = 48

// ErrTooComplex is an expression that, with the rules of what it reads, joins too many tables.
var ErrTooComplex = fmt.Errorf("expr: more than %d relations to follow", maxTables)

func joinable(from *sqlb.From) error {
	if from.Joins() > maxTables {
		return ErrTooComplex
	}
	return nil
}

// WriteSQL appends the rules as a boolean SQL expression that is true where they hold.
func (r Rules) WriteSQL(b *sqlb.Builder, from *sqlb.From) error { return r.write(b, place{from: from}) }

func (r Rules) write(b *sqlb.Builder, at place) error {
	if len(r.All) == 0 {
		b.SQL("TRUE")
		return nil
	}
	b.SQL("(")
	for i, list := range r.All {
		if i > 0 {
			b.SQL(" AND ")
		}
		root, err := reduceAny(list, r.Bind)
		if err != nil {
			return err
		}
		w := &writer{b: b}
		w.slots[slotThis] = at
		if err := root.write(w, positive); err != nil {
			return err
		}
	}
	b.SQL(")")
	return nil
}

// reduceAny joins expressions by OR, as far as they are not decided.
func reduceAny(list []*Expr, bind *Bindings) (cond, error) {
	e := newEnv(bind)
	e.sight = nil
	if len(list) == 1 {
		return reduced(list[0].root, e, positive)
	}
	or := make([]cond, len(list))
	for i, x := range list {
		or[i] = x.root
	}
	return reduceList(or, e, positive, True)
}

// guard is a rule that a record must pass for what lies behind it to be seen.
type guard struct {
	rules Rules
	at    place
}

// guards returns the rules on the way along a path to a field, nil being its record as a whole.
func (w *writer) guards(p path, field *schema.Field) []guard {
	if w.sight == nil {
		return nil
	}
	var list []guard
	add := func(r Rules, steps []schema.Step) {
		if !r.Free() {
			list = append(list, guard{r, w.slots[p.slot].with(steps)})
		}
	}
	for i, s := range p.steps {
		if s.Reverse != nil {
			add(w.sight.Field(s.Reverse.Field), p.steps[:i+1])
		} else {
			add(w.sight.Field(s.Field), p.steps[:i])
		}
		add(w.sight.Records(s.Target()), p.steps[:i+1])
	}
	if field != nil {
		add(w.sight.Field(field), p.steps)
	}
	return list
}

// guarded appends a column, null where a guard does not hold.
func (w *writer) guarded(list []guard, column string) error {
	if len(list) == 0 {
		w.b.SQL(column)
		return nil
	}
	w.b.SQL("CASE WHEN ")
	for i, g := range list {
		if i > 0 {
			w.b.SQL(" AND ")
		}
		if err := g.rules.write(w.b, g.at); err != nil {
			return err
		}
	}
	w.b.SQL(" THEN ", column, " END")
	return nil
}

// column appends a field of the record at the end of a path.
func (w *writer) column(p path, f *schema.Field) error {
	return w.guarded(w.guards(p, f), w.slots[p.slot].with(p.steps).column(f))
}

// key appends the key of the record at the end of a path. The foreign key column holds it, so no join is needed; the
// record itself must be in sight, though.
func (w *writer) key(p path) error {
	short, f := shorten(p, p.coll.Key)
	return w.guarded(w.guards(p, nil), w.slots[short.slot].with(short.steps).column(f))
}

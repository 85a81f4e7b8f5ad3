package access

import (
	"slices"

	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
)

// Readable reports whether the scope may read a field of some record. Where its rule depends on the record,
// ReadableIn decides for each. Secret fields are readable to the system only.
func (s *Scope) Readable(f *schema.Field) bool {
	free, _ := s.decide(f, s.policy.field(f).read)
	return free != never
}

// Writable reports whether the scope may write a field of some record; WritableIn decides for each.
func (s *Scope) Writable(f *schema.Field) bool {
	free, _ := s.decide(nil, s.policy.field(f).write)
	return free != never
}

// ReadablePerRecord reports whether the answer of ReadableIn depends on the record.
func (s *Scope) ReadablePerRecord(f *schema.Field) bool {
	free, _ := s.decide(f, s.policy.field(f).read)
	return free == sometimes
}

// ReadableIn reports whether the scope may read a field of this record.
func (s *Scope) ReadableIn(f *schema.Field, rec expr.Record) (bool, error) {
	return s.in(f, s.policy.field(f).read, rec)
}

// WritableIn reports whether the scope may write a field of this record.
func (s *Scope) WritableIn(f *schema.Field, rec expr.Record) (bool, error) {
	return s.in(nil, s.policy.field(f).write, rec)
}

func (s *Scope) in(secret *schema.Field, rule *expr.Expr, rec expr.Record) (bool, error) {
	free, err := s.decide(secret, rule)
	if err != nil || free != sometimes {
		return free == always, err
	}
	t, err := rule.Eval(rec, s.bind)
	return t == expr.True, err
}

type answer uint8

const (
	never answer = iota
	sometimes
	always
)

// decide answers what does not depend on a record. secret is the field where being secret counts.
func (s *Scope) decide(secret *schema.Field, rule *expr.Expr) (answer, error) {
	switch {
	case s.system:
		return always, nil
	case secret != nil && secret.Secret:
		return never, nil
	case s.all() || rule == nil:
		return always, nil
	case len(rule.Paths()) > 0:
		return sometimes, nil
	}
	t, err := rule.Eval(nil, s.bind)
	if err != nil || t != expr.True {
		return never, err
	}
	return always, nil
}

// sight narrows what a client's expressions see to what the scope may view.
type sight struct{ s *Scope }

func (v sight) Records(c *schema.Collection) expr.Rules {
	g := v.s.Grant(c, schema.View)
	if g.None {
		return nothing
	}
	return g.Rules
}

// nothing are rules that never hold.
var nothing = expr.Rules{All: [][]*expr.Expr{{}}}

func (v sight) Field(f *schema.Field) expr.Rules {
	rule := v.s.policy.field(f).read
	switch free, _ := v.s.decide(f, rule); free {
	case always:
		return expr.Rules{}
	case never:
		return nothing
	}
	return expr.Rules{All: [][]*expr.Expr{{rule}}, Bind: v.s.bind}
}

// CheckFilter refuses an expression of a client that names a field which the scope can never read: the error is
// expr.Errors. What depends on the record is masked by ClientBindings instead.
func (s *Scope) CheckFilter(e *expr.Expr) error {
	for _, f := range e.Fields() {
		if !s.Readable(f) {
			return expr.Errors{{Line: 1, Column: 1, End: len(e.Source()), Message: "The field " + f.Name + " cannot be read."}}
		}
	}
	return nil
}

// CacheInputs lists what rules and masks for a collection's records read of the user: an answer made for one user
// serves another whose inputs have the same values, and the same roles and permissions.
func (s *Scope) CacheInputs(c *schema.Collection) []expr.UserInput {
	var inputs []expr.UserInput
	for _, e := range s.reading(c) {
		for _, in := range e.UserInputs() {
			if !slices.ContainsFunc(inputs, func(have expr.UserInput) bool { return have.Name == in.Name }) {
				inputs = append(inputs, in)
			}
		}
	}
	return inputs
}

// CacheLimits reports whether rules and masks for a collection's records read now, so that an answer lives to the end
// of its second, and whether they read request, so that it serves no other request.
func (s *Scope) CacheLimits(c *schema.Collection) (now, request bool) {
	for _, e := range s.reading(c) {
		now = now || e.UsesNow()
		request = request || e.UsesRequest()
	}
	return now, request
}

// reading returns the expressions that decide what a scope sees of a collection: the rules of its records and the masks of its
// fields.
func (s *Scope) reading(c *schema.Collection) []*expr.Expr {
	var list []*expr.Expr
	for _, rules := range s.Grant(c, schema.View).Rules.All {
		list = append(list, rules...)
	}
	for _, f := range c.Fields {
		if e := s.policy.field(f).read; e != nil && !s.all() {
			list = append(list, e)
		}
	}
	return list
}

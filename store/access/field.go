package access

import (
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
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

// WritablePerRecord reports whether the answer of WritableIn depends on the record.
func (s *Scope) WritablePerRecord(f *schema.Field) bool {
	free, _ := s.decide(nil, s.policy.field(f).write)
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

// WritableSQL appends, as a boolean SQL expression that is true where it holds, the rule by which the scope may write a
// field whose rule depends on the record. from is over the field's collection.
func (s *Scope) WritableSQL(b *sqlb.Builder, from *sqlb.From, f *schema.Field) error {
	return s.policy.field(f).write.WriteTrue(b, from, s.bind)
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

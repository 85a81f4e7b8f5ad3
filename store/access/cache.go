package access

import (
	"slices"

	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
)

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

// reading returns the expressions that decide what a scope sees of a collection: the rules of its records and the masks
// of its fields.
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

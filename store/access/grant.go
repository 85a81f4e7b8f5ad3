package access

import (
	"strings"

	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// Grant is what a scope may do with the records of a collection: nothing (None), everything (All), or what Rules say.
type Grant struct {
	None  bool
	All   bool
	Rules expr.Rules // neither None nor All: every list must have one expression that is true
}

// Grant returns the scope's grant of an action on a collection: the grants of roles, of the user and of the policy
// joined by OR, the collection's own rule by AND.
func (s *Scope) Grant(c *schema.Collection, a schema.Action) Grant {
	if s.narrow != nil && !s.narrow(c.Name, a) {
		return Grant{None: true}
	}
	if s.system || s.superuser() {
		return Grant{All: true}
	}
	free, may := s.policyGrant(c, a)
	if !may {
		return Grant{None: true}
	}
	var some []*expr.Expr
	all := free
	if !all {
		if some, all = s.granted(c, a); !all && len(some) == 0 {
			return Grant{None: true}
		}
	}
	g := Grant{Rules: expr.Rules{Bind: s.bind}}
	if !all {
		g.Rules.All = append(g.Rules.All, some)
	}
	if own := s.policy.rules[target{c, a}]; own != nil {
		g.Rules.All = append(g.Rules.All, []*expr.Expr{own})
	}
	g.All = g.Rules.Free()
	return g
}

// granted returns the rules by which roles and the user's own permissions grant an action, and whether one grants it
// wholly.
func (s *Scope) granted(c *schema.Collection, a schema.Action) (rules []*expr.Expr, all bool) {
	for _, role := range s.roles() {
		switch g := s.policy.roles[role][target{c, a}]; {
		case g.all:
			return nil, true
		case g.rule != nil:
			rules = append(rules, g.rule)
		}
	}
	return rules, s.permitted(c, a)
}

// roles lists the user's roles, built-in ones first.
func (s *Scope) roles() []string {
	if s.user == nil {
		return []string{Anyone}
	}
	return append([]string{Anyone, SignedIn}, s.user.Roles...)
}

// permitted reports whether the user has the permission of their own, as Django's user_permissions.
func (s *Scope) permitted(c *schema.Collection, a schema.Action) bool {
	if s.user == nil {
		return false
	}
	for _, p := range s.user.Permissions {
		if name, action, ok := strings.Cut(p, "."); ok && name == c.Name && action == string(a) {
			return true
		}
	}
	return false
}

// WriteSQL appends the row rule for an action as a boolean SQL expression that is true for the records it may be done
// with, TRUE where that is all of them. from is over the collection.
func (s *Scope) WriteSQL(b *sqlb.Builder, from *sqlb.From, c *schema.Collection, a schema.Action) error {
	g := s.Grant(c, a)
	if g.None {
		b.SQL("FALSE")
		return nil
	}
	return g.Rules.WriteSQL(b, from)
}

// Allows reports whether an action may be done with a record of the collection. Of an add, the record holds the new
// values; of a change the caller asks twice, for the record before and after.
func (s *Scope) Allows(c *schema.Collection, a schema.Action, rec expr.Record) (bool, error) {
	g := s.Grant(c, a)
	if g.None || g.All {
		return g.All, nil
	}
	return g.Rules.Hold(rec)
}

package access

import "github.com/couplet/couplet/store/schema"

// policyGrant returns what the permission policy over a collection says of an action: whether it grants it by itself,
// and whether it may be granted at all. Policies are DRF's permission classes; row rules apply under all of them.
func (s *Scope) policyGrant(c *schema.Collection, a schema.Action) (free, may bool) {
	signedIn := s.user != nil
	switch s.policyOf(c) {
	case schema.PolicyAllowAny:
		return true, true
	case schema.PolicyAuthenticated:
		return signedIn, signedIn
	case schema.PolicyAuthenticatedOrReadOnly:
		return signedIn || a == schema.View, signedIn || a == schema.View
	case schema.PolicyAdmin:
		return signedIn && s.user.Staff, signedIn && s.user.Staff
	case schema.PolicyModel:
		return signedIn && a == schema.View, signedIn
	case schema.PolicyModelOrAnonRead:
		return a == schema.View, signedIn || a == schema.View
	}
	return false, true
}

func (s *Scope) policyOf(c *schema.Collection) string {
	if s.named != "" {
		return s.named
	}
	r := s.resource
	if r == nil {
		return schema.PolicyRoles
	}
	if r.Collection != c {
		if r = s.policy.resources[c]; r == nil {
			return schema.PolicyRoles
		}
	}
	if r.Permission != "" {
		return r.Permission
	}
	return s.policy.Schema.Settings.Permission
}

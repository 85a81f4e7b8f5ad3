package access

import (
	"fmt"
	"strings"

	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
)

// Explanation says why an action is allowed or refused: who grants it, and which rule and clause decided.
type Explanation struct {
	Allowed    bool          `json:"allowed"`
	Collection string        `json:"collection"`
	Action     schema.Action `json:"action"`
	Reason     string        `json:"reason" words:"say"`
	Rules      []RuleResult  `json:"rules,omitempty"`
}

// RuleResult is a rule that was asked: where it is declared ("rule `change` of articles", "role editors") and what it
// said.
type RuleResult struct {
	Rule        string           `json:"rule"`
	Explanation expr.Explanation `json:"explanation"`
}

// String returns the explanation as text: "denied: rule `change` of articles, clause `author == user.id`: 3 is not 7".
func (e Explanation) String() string {
	word := "denied"
	if e.Allowed {
		word = "allowed"
	}
	return word + ": " + e.Reason
}

// Explain decides as Allows does and says why.
func (s *Scope) Explain(c *schema.Collection, a schema.Action, rec expr.Record) Explanation {
	out := Explanation{Collection: c.Name, Action: a}
	switch {
	case s.system:
		return out.decided(true, "the system may do everything")
	case s.all():
		return out.decided(true, "superusers may do everything")
	}
	free, may := s.policyGrant(c, a)
	if !may {
		return out.decided(false, fmt.Sprintf("the permission policy %s of %s refuses %s to %s", s.policyOf(c), c.Name, a, s.who()))
	}
	reason := fmt.Sprintf("the permission policy %s of %s", s.policyOf(c), c.Name)
	if !free {
		var ok bool
		if reason, ok = s.explainGrants(&out, rec); !ok {
			return out.decided(false, reason)
		}
	}
	if own := s.policy.rules[target{c, a}]; own != nil {
		name := fmt.Sprintf("rule `%s` of %s", a, c.Name)
		ex := own.Explain(rec, s.bind)
		out.Rules = append(out.Rules, RuleResult{name, ex})
		if ex.Truth != expr.True {
			return out.decided(false, name+", "+ex.String())
		}
		reason += "; " + name + ", " + ex.String()
	}
	return out.decided(true, reason)
}

func (e Explanation) decided(allowed bool, reason string) Explanation {
	e.Allowed, e.Reason = allowed, reason
	return e
}

func (s *Scope) who() string {
	if s.user == nil {
		return "anonymous users"
	}
	return s.user.Username
}

// explainGrants asks roles and permissions, and returns what granted the action or why nothing did.
func (s *Scope) explainGrants(out *Explanation, rec expr.Record) (reason string, ok bool) {
	c := s.policy.Schema.Collection(out.Collection)
	if s.permitted(c, out.Action) {
		return fmt.Sprintf("%s has the permission %s.%s", s.user.Username, c.Name, out.Action), true
	}
	var refused []string
	for _, role := range s.roles() {
		g := s.policy.roles[role][target{c, out.Action}]
		name := fmt.Sprintf("role %s", role)
		if g.all {
			return fmt.Sprintf("%s grants %s on %s", name, out.Action, c.Name), true
		}
		if g.rule == nil {
			continue
		}
		ex := g.rule.Explain(rec, s.bind)
		out.Rules = append(out.Rules, RuleResult{name, ex})
		if ex.Truth == expr.True {
			return name + ", " + ex.String(), true
		}
		refused = append(refused, name+", "+ex.String())
	}
	if len(refused) == 0 {
		return fmt.Sprintf("no role of %s grants %s on %s", s.who(), out.Action, c.Name), false
	}
	return strings.Join(refused, "; "), false
}

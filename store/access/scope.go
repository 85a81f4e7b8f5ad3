package access

import (
	"slices"
	"time"

	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// The built-in roles: Anyone is everybody, SignedIn every active user.
const (
	Anyone   = "anyone"
	SignedIn = "signed_in"
)

// User is what a Scope knows of a user: their state, not their password.
type User struct {
	Key         value.Value
	Username    string
	Active      bool
	Staff       bool
	Superuser   bool
	Roles       []string
	Permissions []string    // "comments.add": wholly granted, as Django's user permissions
	Record      expr.Record // the fields that rules read as user.…
	Epoch       int64       // changes when all tokens end
}

// Scope is what one user may see and do in one request. It is immutable and safe for concurrent use.
type Scope struct {
	policy   *Policy
	user     *User // nil: anonymous
	bind     *expr.Bindings
	resource *schema.Resource // whose policy holds for its collection, and those of other resources for theirs
	named    string           // a policy that holds for every collection; "" none
	system   bool
	narrow   func(collection string, a schema.Action) bool // nil: the credentials reach as far as the user does
	trace    *Trace
}

// Scope returns the scope of a user, nil for an anonymous one. An inactive user is anonymous. Now is cut to the second.
func (p *Policy) Scope(u *User, now time.Time, req expr.Request) *Scope {
	both := &struct {
		Scope
		expr.Bindings
	}{Scope{policy: p}, expr.Bindings{Now: now.UTC().Truncate(time.Second), Request: req}}
	s := &both.Scope
	s.bind = &both.Bindings
	if u != nil && u.Active {
		s.user = u
		s.bind.User = u.Record
	}
	return s
}

// System returns the scope of Couplet itself, which sees and may everything. Every use of it is a place where no
// permission is checked. Its now is the time of the call.
func System(p *Policy) *Scope {
	return &Scope{policy: p, system: true, bind: &expr.Bindings{Now: time.Now().UTC().Truncate(time.Second)}}
}

// User returns the scope's user, nil for an anonymous one and for the system.
func (s *Scope) User() *User { return s.user }

// Policy returns the policy that the scope was made from.
func (s *Scope) Policy() *Policy { return s.policy }

// IsSystem reports whether this is the system's own scope.
func (s *Scope) IsSystem() bool { return s.system }

// Bindings returns the values of user, request and now for expressions that the schema's author wrote.
func (s *Scope) Bindings() *expr.Bindings { return s.bind }

// ClientBindings returns the values of user, request and now for expressions that a client wrote: they see only the
// records and fields that the scope may view.
func (s *Scope) ClientBindings() *expr.Bindings {
	b := *s.bind
	if !s.all() {
		b.Sight = sight{s}
	}
	return &b
}

// WithPolicy returns the scope under a permission policy (schema.Policy…) for every collection; the row rules of the
// collections still apply. Prefer WithResource, which keeps it to where the schema declares it.
func (s *Scope) WithPolicy(name string) *Scope {
	t := *s
	t.named = name
	return &t
}

// WithResource returns the scope as it is behind a resource: the resource's policy holds for its collection, and for
// every other collection that of the first resource over it.
func (s *Scope) WithResource(r *schema.Resource) *Scope {
	t := *s
	t.resource = r
	return &t
}

// Narrow returns the scope reached with credentials that allow less than their user may, as an API key with scopes:
// an action that allows refuses is granted to nobody, superusers included.
func (s *Scope) Narrow(allows func(collection string, a schema.Action) bool) *Scope {
	t := *s
	t.narrow = allows
	return &t
}

// Narrowed reports whether the scope was narrowed: what it sees depends on more than its user.
func (s *Scope) Narrowed() bool { return s.narrow != nil }

// all reports whether nothing is ever refused.
func (s *Scope) all() bool { return s.system || s.narrow == nil && s.superuser() }

func (s *Scope) superuser() bool { return s.user != nil && s.user.Superuser }

// HasRole reports whether the user has a role, built-in ones included.
func (s *Scope) HasRole(name string) bool {
	switch name {
	case Anyone:
		return true
	case SignedIn:
		return s.user != nil
	}
	return s.user != nil && slices.Contains(s.user.Roles, name)
}

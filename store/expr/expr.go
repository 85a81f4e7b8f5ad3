package expr

import (
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Env says what an expression may name.
type Env struct {
	Collection *schema.Collection    // whose fields are in scope; nil: none
	Users      *schema.Collection    // whose fields user has; nil: there is no user
	Vars       map[string]value.Type // further variables, such as "value"
}

// Expr is a compiled expression. It is immutable and safe for concurrent use.
type Expr struct {
	src      string
	node     *Node
	root     cond
	uses     uses
	warnings Errors
}

// Compile parses and checks a condition. The error is Errors.
func Compile(src string, env Env) (*Expr, error) {
	node, err := Parse(src)
	if err != nil {
		return nil, err
	}
	c := &checker{env: env}
	root := c.condition(node)
	if len(c.errs) > 0 {
		return nil, c.errs.Placed(src)
	}
	return &Expr{src: src, node: node, root: root, uses: c.uses, warnings: c.warns.Placed(src)}, nil
}

// Source returns the expression as it was written.
func (e *Expr) Source() string { return e.src }

// Warnings returns what is right but may not be meant: a variable that hides a field of the same name.
func (e *Expr) Warnings() Errors { return e.warnings }

// Tree returns the expression's syntax tree, which can be marshalled as JSON.
func (e *Expr) Tree() *Node { return e.node }

// Paths returns what the expression reads of the record: each path from the collection, to its last field or relation,
// those inside .exists() from the collection too.
func (e *Expr) Paths() []schema.Path { return e.uses.paths }

// Fields returns every field of any record (not of user) that the expression reads, each once.
func (e *Expr) Fields() []*schema.Field { return e.uses.fields }

// UserInputs returns what the expression reads of user.
func (e *Expr) UserInputs() []UserInput { return e.uses.user }

// UsesNow reports whether the expression reads now: then its value may change every second.
func (e *Expr) UsesNow() bool { return e.uses.now }

// UsesRequest reports whether the expression reads request.
func (e *Expr) UsesRequest() bool { return e.uses.request }

// UserInput is a value of user that an expression reads: "id", "is_authenticated", "author.rating".
type UserInput struct {
	Name string
	Path schema.Path // from the users collection; empty for is_authenticated
}

// Value returns the input for a user. A path that is null on the way, and any path of an anonymous user, is null;
// of a to-many relation it is not a value, and null too.
func (in UserInput) Value(bind *Bindings) (value.Value, error) {
	if len(in.Path) == 0 {
		return value.Bool(bind.User != nil), nil
	}
	return readPath(bind.User, in.Path)
}

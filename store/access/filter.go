package access

import (
	"errors"
	"strings"

	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

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

// CheckFilter refuses an expression of a client that names a field which the scope can never read, or that becomes too
// large with the rules of what it reads: the error is expr.Errors. What depends on the record is masked by
// ClientBindings instead.
func (s *Scope) CheckFilter(e *expr.Expr) error {
	for _, f := range e.Fields() {
		if !s.Readable(f) {
			return refused(e, f.Name, "The field "+f.Name+" cannot be read.")
		}
	}
	b := sqlb.New(sqlb.SQLite)
	err := e.WriteTrue(b, sqlb.NewFrom(b), s.ClientBindings())
	if errors.Is(err, expr.ErrTooComplex) || errors.Is(err, expr.ErrTooMany) {
		return refused(e, "", "This expression is too large: it has "+strings.TrimPrefix(err.Error(), "expr: ")+".")
	}
	return err
}

// refused is an error at the first place where a name stands, or about the whole expression.
func refused(e *expr.Expr, name, message string) error {
	out := expr.Error{End: len(e.Source()), Message: message}
	if n := find(e.Tree(), name); n != nil {
		out.Pos, out.End = n.At, n.At+len(name)
	}
	return expr.Errors{out}.Placed(e.Source())
}

func find(n *expr.Node, name string) *expr.Node {
	if (n.Op == expr.OpIdent || n.Op == expr.OpSelect) && n.Text == name {
		return n
	}
	for _, arg := range n.Args {
		if found := find(arg, name); found != nil {
			return found
		}
	}
	return nil
}

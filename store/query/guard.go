package query

import (
	"slices"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Guard returns equalities of which at least one holds for every record of the list, for an index of many lists by them;
// it is false where there are none to be found. An empty one says that the list is always empty.
func (l *List) Guard() ([]expr.Equal, bool) {
	guards := []guard{}
	switch g := l.Scope.Grant(l.Shape.Collection, schema.View); {
	case g.None:
		return nil, true
	case !g.All:
		for _, any := range g.Rules.All {
			guards = append(guards, guardAny(any, g.Rules.Bind))
		}
	}
	for _, c := range l.Where {
		guards = append(guards, guardOf(c))
	}
	best := bestOf(guards)
	return best.equal, best.found
}

type guard struct {
	equal []expr.Equal
	found bool
}

// guardAny is the guard of rules of which one holds.
func guardAny(list []*expr.Expr, bind *expr.Bindings) (all guard) {
	for _, e := range list {
		g, ok := e.Guard(bind)
		if !ok {
			return guard{}
		}
		all.equal = append(all.equal, g...)
	}
	all.found = true
	return all
}

// bestOf is the shortest guard of conditions that all hold.
func bestOf(list []guard) (best guard) {
	for _, g := range list {
		if g.found && (!best.found || len(g.equal) < len(best.equal)) {
			best = g
		}
	}
	return best
}

func guardOf(c Cond) guard {
	switch c := c.(type) {
	case And:
		var list []guard
		for _, one := range c {
			list = append(list, guardOf(one))
		}
		return bestOf(list)
	case Or:
		all := guard{found: true}
		for _, one := range c {
			g := guardOf(one)
			if !g.found {
				return guard{}
			}
			all.equal = append(all.equal, g.equal...)
		}
		return all
	case Rule:
		equal, found := c.Expr.Guard(c.Bind)
		return guard{equal, found}
	case Match:
		return c.guard()
	}
	return guard{}
}

func (m Match) guard() guard {
	f := m.Path[0].Field
	if len(m.Path) != 1 || f == nil || f.Relation == schema.ManyToMany || f.Type.Kind == value.FloatingPoint || f.Type.Kind == value.JSON {
		return guard{}
	}
	if m.Lookup != "exact" && m.Lookup != "in" && m.Lookup != "" {
		return guard{}
	}
	if m.Lookup != "in" && (len(m.Values) != 1 || m.Values[0].IsNull()) {
		return guard{}
	}
	g := guard{found: true}
	for _, v := range m.Values {
		if !v.IsNull() {
			g.equal = append(g.equal, expr.Equal{Field: f, Value: v})
		}
	}
	return g
}

// Reads is what a list's conditions read.
type Reads struct {
	Paths   []schema.Path        // from the list's collection
	Seen    []*schema.Collection // those whose rules decide what is seen along the paths
	User    []expr.UserInput
	Now     bool // the time
	Request bool // the request
}

// Reads returns what decides whether a record belongs to the list.
func (l *List) Reads() Reads {
	var r Reads
	if g := l.Scope.Grant(l.Shape.Collection, schema.View); !g.None && !g.All {
		for _, any := range g.Rules.All {
			for _, e := range any {
				r.expr(e)
			}
		}
	}
	for _, c := range l.Where {
		r.cond(c, l.Scope)
	}
	return r
}

func (r *Reads) expr(e *expr.Expr) {
	r.Paths = append(r.Paths, e.Paths()...)
	r.User = append(r.User, e.UserInputs()...)
	r.Now, r.Request = r.Now || e.UsesNow(), r.Request || e.UsesRequest()
}

func (r *Reads) cond(c Cond, scope *access.Scope) {
	switch c := c.(type) {
	case And:
		for _, one := range c {
			r.cond(one, scope)
		}
	case Or:
		for _, one := range c {
			r.cond(one, scope)
		}
	case Not:
		r.cond(c.Cond, scope)
	case Match:
		r.Paths = append(r.Paths, c.Path)
	case Rule:
		r.expr(c.Expr)
		if c.Bind == nil || c.Bind.Sight == nil {
			return
		}
		for _, p := range c.Expr.Paths() {
			for _, step := range p {
				if to := step.Target(); to != nil && !slices.Contains(r.Seen, to) {
					r.Seen = append(r.Seen, to)
				}
			}
		}
	}
}

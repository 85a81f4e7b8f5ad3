package access

import (
	"errors"
	"fmt"

	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Compile compiles every expression of a schema: rules, grants, checks, field rules, filters and base filters.
// Each mistake is a Problem with its path in the document; with any, the Policy is nil.
func Compile(s *schema.Schema) (*Policy, schema.Problems) {
	c := &compiler{p: &Policy{
		Schema: s, rules: map[target]*expr.Expr{}, roles: map[string]map[target]grant{},
		checks: map[*schema.Check]*expr.Expr{}, fields: map[*schema.Field]*fieldRules{},
		filters: map[*schema.Filter]*expr.Expr{}, bases: map[*schema.Resource]*expr.Expr{},
		resources: map[*schema.Collection]*schema.Resource{},
	}}
	for _, coll := range s.Collections {
		c.collection(coll)
	}
	for _, r := range s.Resources {
		c.resource(r)
	}
	for _, r := range s.Roles {
		c.role(r)
	}
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	return c.p, nil
}

type compiler struct {
	p        *Policy
	problems schema.Problems
}

// expr compiles one expression; nil where there is none or it is wrong.
func (c *compiler) expr(path, src string, coll *schema.Collection, vars map[string]value.Type) *expr.Expr {
	if src == "" {
		return nil
	}
	e, err := expr.Compile(src, expr.Env{Collection: coll, Users: c.p.Schema.Users(), Vars: vars})
	if err == nil {
		c.p.warnings = report(c.p.warnings, path, e.Warnings())
		return e
	}
	var errs expr.Errors
	if !errors.As(err, &errs) {
		errs = expr.Errors{{Line: 1, Column: 1, Message: err.Error()}}
	}
	c.problems = report(c.problems, path, errs)
	return nil
}

func report(list schema.Problems, path string, errs expr.Errors) schema.Problems {
	for _, one := range errs {
		list = append(list, schema.Problem{Path: path, Suggestion: one.Suggestion,
			Message: fmt.Sprintf("%d:%d: %s", one.Line, one.Column, one.Message)})
	}
	return list
}

// FloorOf is the rule that no document takes away: only superusers change or delete a superuser, or whoever may change
// users could give a superuser another e-mail address and have the password reset.
func FloorOf(coll *schema.Collection, a schema.Action) string {
	if coll.System && (a == schema.Change || a == schema.Delete) {
		return "!this.is_superuser"
	}
	return ""
}

func (c *compiler) collection(coll *schema.Collection) {
	path := "collections." + coll.Name
	for _, a := range schema.Actions {
		e := c.expr(path+".rules."+string(a), coll.Rules[a], coll, nil)
		if floor := FloorOf(coll, a); floor != "" {
			if e != nil {
				floor = "(" + coll.Rules[a] + ") && " + floor
			}
			if floored := c.expr(path+".rules."+string(a), floor, coll, nil); e == nil || floored != nil {
				e = floored
			}
		}
		if e != nil {
			c.p.rules[target{coll, a}] = e
		}
	}
	c.checks(path, coll, coll.Checks)
	for _, f := range coll.Fields {
		at := path + ".fields." + f.Name
		rules := fieldRules{
			check: c.expr(at+".check", f.Check, coll, nil),
			read:  c.expr(at+".rules.read", f.ReadRule, coll, nil),
			write: c.expr(at+".rules.write", f.WriteRule, coll, nil),
		}
		if rules != noFieldRules {
			c.p.fields[f] = &rules
		}
	}
}

func (c *compiler) checks(path string, coll *schema.Collection, checks []*schema.Check) {
	for i, ch := range checks {
		if e := c.expr(fmt.Sprintf("%s.checks[%d].expr", path, i), ch.Expr, coll, nil); e != nil {
			c.p.checks[ch] = e
		}
	}
}

func (c *compiler) resource(r *schema.Resource) {
	path := "resources." + r.Name
	if c.p.resources[r.Collection] == nil {
		c.p.resources[r.Collection] = r
	}
	if e := c.expr(path+".filter", r.BaseFilter, r.Collection, nil); e != nil {
		c.p.bases[r] = e
	}
	for _, f := range r.Filters {
		vars := map[string]value.Type{"value": {Kind: value.Boolean}}
		if e := c.expr(path+".filters."+f.Param+".expr", f.Expr, r.Collection, vars); e != nil {
			c.p.filters[f] = e
		}
	}
	c.serializer(path, r.Serializer)
}

func (c *compiler) serializer(path string, s *schema.Serializer) {
	if s == nil {
		return
	}
	c.checks(path, s.Collection, s.Checks)
	for _, f := range s.Fields {
		if f.Nested != nil {
			c.serializer(path+".fields."+f.Name+".nested", f.Nested)
		}
	}
}

// role compiles a role's grants; those on "*" are granted on every collection, where their rules must make sense.
func (c *compiler) role(r *schema.Role) {
	grants := map[target]grant{}
	for _, coll := range c.p.Schema.Collections {
		for _, name := range []string{"*", coll.Name} {
			for _, a := range schema.Actions {
				g, ok := r.Grants[name][a]
				if !ok {
					continue
				}
				path := fmt.Sprintf("roles.%s.%s.%s", r.Name, name, a)
				grants[target{coll, a}] = grant{all: g.All, rule: c.expr(path, g.Rule, coll, nil)}
			}
		}
	}
	c.p.roles[r.Name] = grants
}

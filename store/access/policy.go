// Package access is the one decision point of permissions. Compile checks and compiles every expression of a schema
// once into a Policy; a Policy and a user give a Scope, and every read and write of records takes a Scope: it writes
// the row rule into SQL, decides over single records and values, and masks fields.
//
// Nothing is public by default. A role or a permission of the user's own grants an action on a collection wholly or by
// a rule; grants are joined by OR, the collection's own rule by AND; superusers pass everything, inactive users are
// anonymous. System is the scope of Couplet itself. The package may import store/expr and below.
package access

import (
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
)

// Policy is a schema with every expression compiled. It is immutable and safe for concurrent use.
type Policy struct {
	Schema  *schema.Schema
	rules   map[target]*expr.Expr
	roles   map[string]map[target]grant
	checks  map[*schema.Check]*expr.Expr
	fields  map[*schema.Field]*fieldRules
	filters map[*schema.Filter]*expr.Expr
	bases   map[*schema.Resource]*expr.Expr

	resources map[*schema.Collection]*schema.Resource // the first public one over each
	warnings  schema.Problems
}

// target is what a grant or rule is about.
type target struct {
	collection *schema.Collection
	action     schema.Action
}

// grant allows an action wholly, or where rule is true.
type grant struct {
	all  bool
	rule *expr.Expr
}

type fieldRules struct{ check, read, write *expr.Expr }

var noFieldRules fieldRules

// Warnings returns what is right in the schema's expressions but may not be meant.
func (p *Policy) Warnings() schema.Problems { return p.warnings }

// Check returns a compiled check of a collection or serializer; a check fails only on false.
func (p *Policy) Check(c *schema.Check) *expr.Expr { return p.checks[c] }

// FieldCheck returns the compiled check of a field, nil where it has none.
func (p *Policy) FieldCheck(f *schema.Field) *expr.Expr { return p.field(f).check }

// Filter returns the compiled expression of a filter with one; its variable is "value".
func (p *Policy) Filter(f *schema.Filter) *expr.Expr { return p.filters[f] }

// BaseFilter returns the compiled base filter of a resource, nil where it has none.
func (p *Policy) BaseFilter(r *schema.Resource) *expr.Expr { return p.bases[r] }

func (p *Policy) field(f *schema.Field) *fieldRules {
	if r := p.fields[f]; r != nil {
		return r
	}
	return &noFieldRules
}

// Package query turns what a client asks of a collection into SQL for either engine, and the rows that come back
// into Rows. A List is built by server/rest from query parameters, or by any other reader; nothing of it is text
// from outside: paths are resolved against the schema, values are typed. It may import store/access and below.
package query

import (
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// List asks for the records of a collection that the Scope may view.
type List struct {
	Shape  *Shape
	Scope  *access.Scope  // whose sight narrows the list; access.System sees all
	Where  []Cond         // joined by AND
	Order  []schema.Order // the key is added where it is not there
	Limit  int            // 0: no limit
	Offset int
	After  []value.Value // keyset: the place of the record before the first one wanted, as RunPage returns it, or the first values of it

	Backward bool // the order is turned round, After's direction with it

	unordered bool // Get: at most one record, order does not matter
}

// Cond is a condition on a record: one of And, Or, Not, Match, Rule.
type Cond interface{ cond() }

// And holds where all of its conditions hold: always where there are none.
type And []Cond

// Or holds where one of its conditions holds: never where there are none.
type Or []Cond

// Not holds where its condition does not: also where SQL does not know.
type Not struct{ Cond Cond }

// Match compares the value at the end of a path by one of django-filter's lookups. To-many steps make it an EXISTS,
// so that each record comes once. Values are in stored form of the lookup's own type ("year" takes an integer).
type Match struct {
	Path   schema.Path
	Lookup string // exact, iexact, …, in, range, isnull, date, date__gte, year, year__gte, …
	Values []value.Value
}

// Rule is an expression that must be true.
type Rule struct {
	Expr *expr.Expr
	Bind *expr.Bindings
}

func (And) cond()   {}
func (Or) cond()    {}
func (Not) cond()   {}
func (Match) cond() {}
func (Rule) cond()  {}

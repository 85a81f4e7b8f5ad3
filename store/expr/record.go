package expr

import (
	"time"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Truth is a truth value of SQL's three-valued logic. The zero Truth is False.
type Truth int8

// The truth values, in the order in which && takes the least and || the greatest.
const (
	False Truth = iota
	Unknown
	True
)

// String returns "true", "false" or "unknown".
func (t Truth) String() string { return [...]string{"false", "unknown", "true"}[t] }

// MarshalText writes the truth as String does.
func (t Truth) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

func (t Truth) not() Truth { return True - t }

func truth(b bool) Truth {
	if b {
		return True
	}
	return False
}

// Record is a record in memory: what Eval reads fields of.
type Record interface {
	// Value returns a column in stored form.
	Value(f *schema.Field) (value.Value, error)
	// One returns the record at the end of a to-one step, nil where the relation is null.
	One(s schema.Step) (Record, error)
	// Many returns the records at the end of a to-many step.
	Many(s schema.Step) ([]Record, error)
}

// Request is what expressions may know of the request: request.method and request.ip.
type Request struct {
	Method string // "GET"
	IP     string // canonical text; "" unknown
}

// Bindings are the values of an expression's variables for one request.
type Bindings struct {
	User    Record    // nil: anonymous, all fields of user are null
	Now     time.Time // cut to the second
	Request Request
	Vars    map[string]value.Value // values of Env.Vars; a missing one is null
	Sight   Sight                  // nil: every record and field is seen
	Trace   *Trace                 // notes what of them is read; nil: nobody wants to know
}

// Sight narrows what an expression sees beyond the record it is about: what a client writes must not learn from
// records and fields that the client may not read. A record out of sight is as a null relation, or missing from a
// to-many relation; a masked field is null.
type Sight interface {
	// Records returns the rules that a record of a collection must pass to be seen.
	Records(c *schema.Collection) Rules
	// Field returns the rules that a record must pass for its field to be seen.
	Field(f *schema.Field) Rules
}

// Rules are expressions on a record joined by AND and OR: each of the lists must have one that is true.
// The zero Rules hold always; an empty list never does.
type Rules struct {
	All  [][]*Expr
	Bind *Bindings // of the expressions; its Sight is not applied
}

// Free reports whether the rules hold always.
func (r Rules) Free() bool { return len(r.All) == 0 }

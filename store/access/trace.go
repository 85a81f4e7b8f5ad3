package access

import (
	"encoding/binary"

	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Trace notes what an answer was made of beside what AppendClass tells: what rules and masks read of the user, the time
// and the request, and the statements that were run. It belongs to one request.
type Trace struct {
	expr.Trace
	Statements []Statement
	next       Statement
}

// Statement is the text of a query. Where Field is not nil, Times of the places in which it names the field's collection
// stand for records whose field has the value.
type Statement struct {
	SQL   string
	Field *schema.Field
	Value value.Value
	Times int
}

// Only notes of the statement that is run next that it reads only records with a value in a field.
func (t *Trace) Only(f *schema.Field, v value.Value, times int) {
	t.next = Statement{Field: f, Value: v, Times: times}
}

// Ran notes a statement.
func (t *Trace) Ran(sql string) {
	t.next.SQL = sql
	t.Statements = append(t.Statements, t.next)
	t.next = Statement{}
}

// Traced returns the scope with everything that is read in its sight noted.
func (s *Scope) Traced(t *Trace) *Scope {
	traced, bind := *s, *s.bind
	bind.Trace = &t.Trace
	traced.bind, traced.trace = &bind, t
	return &traced
}

// Trace returns where it is noted what is read in the scope's sight, nil for nowhere. A nil scope sees nothing.
func (s *Scope) Trace() *Trace {
	if s == nil {
		return nil
	}
	return s.trace
}

// AppendClass appends what of the user the grants of a scope depend on, rules aside: users of one class differ only in
// what their rules and masks read of them (Trace). Of a narrowed scope it does not tell by how much.
func (s *Scope) AppendClass(dst []byte) []byte {
	u := s.user
	if u == nil {
		return append(dst, 'a')
	}
	state := byte('u')
	if u.Staff {
		state++
	}
	if u.Superuser {
		state += 2
	}
	dst = binary.AppendUvarint(append(dst, state), uint64(len(u.Roles)))
	for _, list := range [2][]string{u.Roles, u.Permissions} {
		for _, name := range list {
			dst = append(binary.AppendUvarint(dst, uint64(len(name))), name...)
		}
	}
	return dst
}

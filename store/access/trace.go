package access

import (
	"encoding/binary"

	"github.com/couplet/couplet/store/expr"
)

// Trace notes what an answer was made of beside what AppendClass tells: what rules and masks read of the user, the time
// and the request, and the texts of the statements that were run. It belongs to one request.
type Trace struct {
	expr.Trace
	Statements []string
}

// Traced returns the scope with everything that is read in its sight noted.
func (s *Scope) Traced(t *Trace) *Scope {
	traced, bind := *s, *s.bind
	bind.Trace = &t.Trace
	traced.bind, traced.trace = &bind, t
	return &traced
}

// Trace returns where it is noted what is read in the scope's sight, nil for nowhere.
func (s *Scope) Trace() *Trace { return s.trace }

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

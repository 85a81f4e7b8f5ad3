package expr

import (
	"slices"
	"time"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Trace notes what evaluations read of the bindings that hold it: what is the same for two requests that read the same
// values. It belongs to one request and is not safe for concurrent use. That there is a user at all is not noted.
type Trace struct {
	User      []*schema.Field // fields of the user, each once, in the order in which they were first read
	Relations bool            // other records that the user leads to
	Now       bool
	Request   bool
}

// tracedUser is the user's record, which notes what is read of it.
type tracedUser struct {
	Record
	trace *Trace
}

func (u tracedUser) Value(f *schema.Field) (value.Value, error) {
	if !slices.Contains(u.trace.User, f) {
		u.trace.User = append(u.trace.User, f)
	}
	return u.Record.Value(f)
}

func (u tracedUser) One(s schema.Step) (Record, error) {
	u.trace.Relations = true
	return u.Record.One(s)
}

func (u tracedUser) Many(s schema.Step) ([]Record, error) {
	u.trace.Relations = true
	return u.Record.Many(s)
}

// user returns the user's record as expressions read it.
func (b *Bindings) user() Record {
	if b.Trace == nil || b.User == nil {
		return b.User
	}
	return tracedUser{b.User, b.Trace}
}

func (b *Bindings) request() Request {
	if b.Trace != nil {
		b.Trace.Request = true
	}
	return b.Request
}

func (b *Bindings) now() time.Time {
	if b.Trace != nil {
		b.Trace.Now = true
	}
	return b.Now
}

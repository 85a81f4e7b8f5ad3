package store

import (
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// tracing is a connection that notes the statements that are run on it.
type tracing struct {
	db.Conn
	trace *access.Trace
}

func (c tracing) Query(sql string, args []sqlb.Arg, each func(db.Row) error) error {
	c.trace.Ran(sql)
	return c.Conn.Query(sql, args, each)
}

// Only implements query.Witness.
func (r *Reader) Only(f *schema.Field, v value.Value, times int) {
	if t := r.Scope.Trace(); t != nil {
		t.Only(f, v, times)
	}
}

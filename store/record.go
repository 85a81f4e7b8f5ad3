package store

import (
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Record is a whole record in memory. It loads what lies along its relations when an expression asks for it, from
// the connection it was read on, and only while that connection's snapshot lasts.
type Record struct {
	Collection *schema.Collection
	Values     []value.Value // in the order of Collection.Columns
	conn       db.Conn
	state      *State
	dialect    sqlb.Dialect
}

var _ expr.Record = (*Record)(nil)

// NewRecord returns a record that is not stored (yet), whose relations are read through r.
func (r *Reader) NewRecord(c *schema.Collection, values []value.Value) *Record {
	return &Record{c, values, r.Conn, r.State, r.dialect}
}

// Key returns the record's key.
func (r *Record) Key() value.Value { return r.Values[0] }

// Value implements expr.Record.
func (r *Record) Value(f *schema.Field) (value.Value, error) { return r.Values[f.Position], nil }

// One implements expr.Record.
func (r *Record) One(s schema.Step) (expr.Record, error) {
	if s.Reverse != nil {
		list, err := r.Many(s)
		if err != nil || len(list) == 0 {
			return nil, err
		}
		return list[0], nil
	}
	key := r.Values[s.Field.Position]
	if key.IsNull() || r.conn == nil {
		return nil, nil
	}
	other, err := loadRecord(r.conn, r.state, r.dialect, s.Field.To, key)
	if err == ErrNotFound { //nolint:errorlint // returned as it is by loadRecord
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return other, nil
}

// Many implements expr.Record.
func (r *Record) Many(s schema.Step) ([]expr.Record, error) {
	if r.conn == nil {
		return nil, nil
	}
	c := s.Target()
	sql := "SELECT " + columnList(c.Columns, "t.") + " FROM " + sqlb.Quote(c.Table) + " AS t WHERE "
	if s.Reverse != nil && s.Reverse.Field.Relation != schema.ManyToMany {
		sql += "t." + sqlb.Quote(s.Reverse.Field.Column) + " = $1"
	} else {
		near, far, link := linkColumns(s)
		sql += "t." + sqlb.Quote(c.Key.Column) + " IN (SELECT " + sqlb.Quote(far) + " FROM " + sqlb.Quote(link.Table) +
			" WHERE " + sqlb.Quote(near) + " = $1)"
	}
	var list []expr.Record
	args := []sqlb.Arg{{Type: r.Collection.Key.Type, Value: r.Key()}}
	err := r.conn.Query(sql, args, func(row db.Row) error {
		list = append(list, &Record{c, scan(row, c.Columns), r.conn, r.state, r.dialect})
		return nil
	})
	return list, err
}

// linkColumns returns the columns of a many-to-many step's pairs: the near one holds keys of where the step begins.
func linkColumns(s schema.Step) (near, far string, link *schema.Link) {
	if s.Reverse != nil {
		link = s.Reverse.Field.Through
		return link.ToColumn, link.FromColumn, link
	}
	link = s.Field.Through
	return link.FromColumn, link.ToColumn, link
}

func loadRecord(conn db.Conn, st *State, d sqlb.Dialect, c *schema.Collection, key value.Value) (*Record, error) {
	return queryRecord(conn, st, d, st.table(c).selectKey, c, key)
}

func queryRecord(conn db.Conn, st *State, d sqlb.Dialect, sql string, c *schema.Collection, key value.Value) (*Record, error) {
	var rec *Record
	args := []sqlb.Arg{{Type: c.Key.Type, Value: key}}
	err := conn.Query(sql, args, func(row db.Row) error {
		rec = &Record{c, scan(row, c.Columns), conn, st, d}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if rec == nil {
		return nil, ErrNotFound
	}
	return rec, nil
}

func scan(row db.Row, columns []*schema.Field) []value.Value {
	values := make([]value.Value, len(columns))
	for i, f := range columns {
		values[i] = row.Value(i, f.Type)
	}
	return values
}

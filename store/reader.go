package store

import (
	"strconv"
	"strings"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Reader reads one state of the database in the sight of a scope. It is valid inside the function it was given to.
type Reader struct {
	db.Conn
	*State
	Scope   *access.Scope
	dialect sqlb.Dialect
	counts  *counts // nil inside a write
	moment  Moment  // before the snapshot
}

// Dialect returns the engine's dialect.
func (r *Reader) Dialect() sqlb.Dialect { return r.dialect }

// Exists reports whether a record is there and visible to the scope.
func (r *Reader) Exists(c *schema.Collection, key value.Value) (bool, error) {
	return r.passes(c, schema.View, key)
}

// Allows reports whether the scope may act on a record as it is stored now.
func (r *Reader) Allows(c *schema.Collection, a schema.Action, key value.Value) (bool, error) {
	switch g := r.Scope.Grant(c, a); {
	case g.None:
		return false, nil
	case g.All:
		return true, nil
	}
	return r.passes(c, a, key)
}

// SystemScope sees everything: for rendering what a writer has just written.
func (r *Reader) SystemScope() *access.Scope { return access.System(r.Policy) }

// passes reports whether a record is there and the scope's row rule for an action holds for it as it is stored now.
func (r *Reader) passes(c *schema.Collection, a schema.Action, key value.Value) (bool, error) {
	b := sqlb.New(r.dialect)
	from := sqlb.NewFrom(b)
	b.SQL(from.Alias(), ".").Name(c.Key.Column).SQL(" = ").Arg(c.Key.Type, key).SQL(" AND (")
	if err := r.Scope.WriteSQL(b, from, c, a); err != nil {
		return false, err
	}
	b.SQL(")")
	return r.any("SELECT 1 FROM "+from.SQL(c)+" WHERE "+b.String(), b.Args())
}

func (r *Reader) any(sql string, args []sqlb.Arg) (bool, error) {
	found := false
	err := r.Query(sql, args, func(db.Row) error {
		found = true
		return nil
	})
	return found, err
}

// ByField returns the key of the visible record whose field has a value (DRF's SlugRelatedField).
func (r *Reader) ByField(f *schema.Field, v value.Value) (key value.Value, found bool, err error) {
	c := f.Collection
	b := sqlb.New(r.dialect)
	from := sqlb.NewFrom(b)
	b.SQL(from.Alias(), ".").Name(f.Column).SQL(" = ").Arg(f.Type, v).SQL(" AND (")
	if err := r.Scope.WriteSQL(b, from, c, schema.View); err != nil {
		return value.Null, false, err
	}
	b.SQL(")")
	sql := "SELECT " + from.Alias() + "." + sqlb.Quote(c.Key.Column) + " FROM " + from.SQL(c) + " WHERE " + b.String() + " LIMIT 1"
	err = r.Query(sql, b.Args(), func(row db.Row) error {
		key, found = row.Value(0, c.Key.Type), true
		return nil
	})
	return key, found, err
}

// Taken reports whether another record than except (null: any) has these values in these fields. A null among the
// values is never taken. It looks at every record, visible or not, because the database would refuse the values.
func (r *Reader) Taken(c *schema.Collection, fields []*schema.Field, values []value.Value, except value.Value) (bool, error) {
	b := sqlb.New(r.dialect)
	b.SQL("SELECT 1 FROM ").Name(c.Table).SQL(" WHERE ")
	for i, f := range fields {
		if values[i].IsNull() {
			return false, nil
		}
		if i > 0 {
			b.SQL(" AND ")
		}
		b.Name(f.Column).SQL(" = ").Arg(f.Type, values[i])
	}
	if !except.IsNull() {
		b.SQL(" AND ").Name(c.Key.Column).SQL(" <> ").Arg(c.Key.Type, except)
	}
	b.SQL(" LIMIT 1")
	return r.any(b.String(), b.Args())
}

// Record returns a record with every column, whoever may see it, or ErrNotFound.
func (r *Reader) Record(c *schema.Collection, key value.Value) (*Record, error) {
	return loadRecord(r.Conn, r.State, r.dialect, c, key)
}

func itoa(n int) string { return strconv.Itoa(n) }

func columnList(fields []*schema.Field, alias string) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = alias + sqlb.Quote(f.Column)
	}
	return strings.Join(names, ", ")
}

// Referrers returns the foreign keys that point to a collection, in the document's order.
func (r *Reader) Referrers(c *schema.Collection) []*schema.Field { return r.table(c).referrers }

// Referring returns the keys of the records whose foreign key holds a key, whoever may see them.
func (r *Reader) Referring(by *schema.Field, key value.Value) ([]value.Value, error) {
	c := by.Collection
	sql := "SELECT " + sqlb.Quote(c.Key.Column) + " FROM " + sqlb.Quote(c.Table) + " WHERE " + sqlb.Quote(by.Column) +
		" = $1 ORDER BY " + sqlb.Quote(c.Key.Column)
	var keys []value.Value
	err := r.Query(sql, []sqlb.Arg{{Type: by.Type, Value: key}}, func(row db.Row) error {
		keys = append(keys, row.Value(0, c.Key.Type))
		return nil
	})
	return keys, err
}

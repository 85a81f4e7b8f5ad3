package store

import (
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Rights is what a scope may do with one record as it is stored.
type Rights struct {
	Change, Delete bool
	ReadOnly       []*schema.Field // of the fields that were asked about
}

// Rights returns what the reader's scope may do with records of a collection, and which of some fields it may not write
// in them: one statement for all, and none where it does not depend on the record.
func (r *Reader) Rights(c *schema.Collection, keys []value.Value, fields []*schema.Field) (func(key value.Value) Rights, error) {
	q := &rightsQuery{b: sqlb.New(r.dialect)}
	q.from = sqlb.NewFrom(q.b)
	change, err := q.action(r, c, schema.Change)
	if err != nil {
		return nil, err
	}
	del, err := q.action(r, c, schema.Delete)
	if err != nil {
		return nil, err
	}
	writes := make([]decision, len(fields))
	for i, f := range fields {
		if writes[i], err = q.field(r, f); err != nil {
			return nil, err
		}
	}
	found, err := q.run(r, c, keys)
	return func(key value.Value) Rights {
		row := found[key]
		out := Rights{Change: change.in(row), Delete: del.in(row)}
		for i, f := range fields {
			if !writes[i].in(row) {
				out.ReadOnly = append(out.ReadOnly, f)
			}
		}
		return out
	}, err
}

// rightsQuery collects what has to be asked of each record.
type rightsQuery struct {
	b     *sqlb.Builder
	from  *sqlb.From
	tests []string
}

// decision is known, or the answer of one of the query's tests.
type decision struct {
	always bool
	test   int // from 1; 0: it is known
}

func (d decision) in(row []bool) bool {
	if d.test == 0 {
		return d.always
	}
	return len(row) >= d.test && row[d.test-1]
}

func (q *rightsQuery) action(r *Reader, c *schema.Collection, a schema.Action) (decision, error) {
	if g := r.Scope.Grant(c, a); g.None || g.All {
		return decision{always: g.All}, nil
	}
	return q.ask(func() error { return r.Scope.WriteSQL(q.b, q.from, c, a) })
}

func (q *rightsQuery) field(r *Reader, f *schema.Field) (decision, error) {
	if !r.Scope.WritablePerRecord(f) {
		return decision{always: r.Scope.Writable(f)}, nil
	}
	return q.ask(func() error { return r.Scope.WritableSQL(q.b, q.from, f) })
}

func (q *rightsQuery) ask(write func() error) (decision, error) {
	text, err := q.b.Capture(write)
	q.tests = append(q.tests, "CASE WHEN "+text+" THEN 1 ELSE 0 END")
	return decision{test: len(q.tests)}, err
}

func (q *rightsQuery) run(r *Reader, c *schema.Collection, keys []value.Value) (map[value.Value][]bool, error) {
	if len(q.tests) == 0 || len(keys) == 0 {
		return nil, nil
	}
	key := q.from.Alias() + "." + sqlb.Quote(c.Key.Column)
	list := query.KeyList(q.b, c.Key.Type, keys)
	q.b.SQL("SELECT ", key, ", ", strings.Join(q.tests, ", "), " FROM ", q.from.SQL(c), " WHERE ", key, list)
	found := make(map[value.Value][]bool, len(keys))
	err := r.Query(q.b.String(), q.b.Args(), func(row db.Row) error {
		answers := make([]bool, len(q.tests))
		for i := range answers {
			answers[i] = row.Int(i+1) == 1
		}
		found[row.Value(0, c.Key.Type)] = answers
		return nil
	})
	return found, err
}

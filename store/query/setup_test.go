package query_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

const document = `{
  "collections": {
    "tags": {"ordering": ["slug"], "fields": {"slug": {"type": "slug", "unique": true}}, "rules": {"view": "slug != 'secret'"}},
    "authors": {
      "fields": {
        "name": {"type": "char", "max_length": 50},
        "boss": {"type": "foreign_key", "to": "self", "on_delete": "set_null", "null": true, "related_name": "staff"}
      },
      "rules": {"view": "name != 'ghost'"}
    },
    "desks": {"fields": {"owner": {"type": "one_to_one", "to": "authors", "on_delete": "cascade", "related_name": "desk"}}},
    "things": {
      "ordering": ["-n"],
      "fields": {
        "title": {"type": "char", "max_length": 50, "null": true},
        "n": {"type": "integer", "null": true},
        "price": {"type": "decimal", "max_digits": 6, "decimal_places": 2, "null": true},
        "ref": {"type": "uuid", "null": true},
        "ok": {"type": "boolean", "null": true},
        "day": {"type": "date", "null": true},
        "at": {"type": "datetime", "null": true},
        "clock": {"type": "time", "null": true},
        "author": {"type": "foreign_key", "to": "authors", "on_delete": "cascade", "null": true, "related_name": "things"},
        "tags": {"type": "many_to_many", "to": "tags", "related_name": "things"},
        "peers": {"type": "many_to_many", "to": "authors", "related_name": "shared"}
      },
      "rules": {"view": "title != 'hidden'"}
    }
  },
  "roles": {"anyone": {"tags": {"view": true}, "authors": {"view": true}, "things": {"view": true}}}
}`

// world is a filled database and what reads it.
type world struct {
	t       testing.TB
	schema  *schema.Schema
	policy  *access.Policy
	engine  db.Engine
	all     *access.Scope
	anybody *access.Scope
}

func newWorld(t testing.TB, script ...string) *world {
	t.Helper()
	s, problems := schema.Parse([]byte(document))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	policy, problems := access.Compile(s)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	engine := dbtest.Open(t)
	w := &world{t, s, policy, engine, access.System(policy), policy.Scope(nil, time.Now(), expr.Request{})}
	w.exclusive(func(conn db.Conn) error {
		for _, sql := range append(tables(s), script...) {
			if err := conn.Script(sql); err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

// tables are bare tables for a schema: these tests are about reading.
func tables(s *schema.Schema) []string {
	var out []string
	for _, c := range s.Collections {
		var columns []string
		for _, f := range c.Columns {
			column := sqlb.Quote(f.Column) + " " + dbtest.Column(dbtest.Dialect(), f.Type)
			if f.Primary {
				column += " PRIMARY KEY"
			}
			columns = append(columns, column)
		}
		out = append(out, "CREATE TABLE "+sqlb.Quote(c.Table)+" ("+strings.Join(columns, ", ")+")")
		for _, f := range c.ManyToMany {
			l := f.Through
			out = append(out, "CREATE TABLE "+sqlb.Quote(l.Table)+" ("+sqlb.Quote(l.FromColumn)+" bigint, "+sqlb.Quote(l.ToColumn)+" bigint)")
		}
	}
	return out
}

func (w *world) exclusive(fn func(db.Conn) error) {
	w.t.Helper()
	if err := w.engine.Exclusive(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) read(fn func(db.Conn) error) {
	w.t.Helper()
	if err := w.engine.Read(context.Background(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) run(l *query.List) (rows []*query.Row) {
	w.t.Helper()
	w.read(func(conn db.Conn) (err error) {
		rows, err = l.Run(conn)
		return err
	})
	return rows
}

// path resolves a path of a collection.
func (w *world) path(collection, path string) schema.Path {
	w.t.Helper()
	p, err := w.schema.Collection(collection).Walk(path)
	if err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *world) step(collection, name string) schema.Step { return w.path(collection, name)[0] }

func keys(rows []*query.Row) []int64 {
	out := []int64{}
	for _, r := range rows {
		out = append(out, r.Key().Int())
	}
	return out
}

func texts(s ...string) []value.Value {
	out := make([]value.Value, len(s))
	for i := range s {
		out[i] = value.Text(s[i])
	}
	return out
}

func ints(n ...int64) []value.Value {
	out := make([]value.Value, len(n))
	for i := range n {
		out[i] = value.Int(n[i])
	}
	return out
}

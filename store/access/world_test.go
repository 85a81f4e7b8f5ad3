package access

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

const document = `{
"collections": {
  "posts": {
    "fields": {
      "title": {"type": "char", "max_length": 40},
      "state": {"type": "char", "max_length": 10, "choices": [["draft", "Draft"], ["public", "Public"]], "rules": {"write": "user.is_staff"}},
      "author": {"type": "foreign_key", "to": "users", "on_delete": "cascade", "related_name": "posts", "null": true},
      "notes": {"type": "text", "rules": {"read": "author == user.id"}},
      "score": {"type": "integer", "null": true, "rules": {"read": "user.is_staff"}}
    },
    "rules": {"view": "state == 'public' || author == user.id", "delete": "state == 'draft'"}
  },
  "replies": {"fields": {"post": {"type": "foreign_key", "to": "posts", "on_delete": "cascade", "related_name": "replies"}, "text": {"type": "char", "max_length": 40}}},
  "logs": {"fields": {"text": {"type": "char", "max_length": 40, "rules": {"read": "now > '2024-01-01' && request.method == 'GET'"}}}}
},
"resources": {
  "posts": {"collection": "posts", "fields": ["id", "title"], "permission": "django_model_permissions_or_anon_read_only"},
  "open": {"collection": "posts", "fields": ["id"], "permission": "allow_any"},
  "signed": {"collection": "posts", "fields": ["id"], "permission": "is_authenticated"},
  "signed_or_read": {"collection": "posts", "fields": ["id"], "permission": "is_authenticated_or_read_only"},
  "admin": {"collection": "posts", "fields": ["id"], "permission": "is_admin"},
  "model": {"collection": "posts", "fields": ["id"], "permission": "django_model_permissions"},
  "replies": {"collection": "replies", "fields": ["id", "text"]}
},
"roles": {
  "anyone": {"replies": {"view": "post.state == 'public'"}},
  "signed_in": {"posts": {"view": true, "add": "author == user.id"}, "replies": {"view": "post.author == user", "add": true}},
  "editors": {"posts": {"change": "state == 'draft' || author == user.id", "delete": true}, "*": {"view": true}},
  "owners": {"*": {"view": true, "add": true, "change": true, "delete": true}}
}}`

// row is a record in memory.
type row struct {
	w      *world
	coll   *schema.Collection
	values []value.Value
}

func (r *row) Value(f *schema.Field) (value.Value, error) { return r.values[f.Position], nil }

func (r *row) One(s schema.Step) (expr.Record, error) {
	for _, o := range r.w.rows[s.Target()] {
		if s.Reverse == nil && o.values[0] == r.values[s.Field.Position] {
			return o, nil
		}
	}
	return nil, nil
}

func (r *row) Many(s schema.Step) (list []expr.Record, err error) {
	for _, o := range r.w.rows[s.Target()] {
		if o.values[s.Reverse.Field.Position] == r.values[0] {
			list = append(list, o)
		}
	}
	return list, nil
}

type world struct {
	s      *schema.Schema
	p      *Policy
	rows   map[*schema.Collection][]*row
	engine db.Engine
}

func mustSchema(t testing.TB, src string) *schema.Schema {
	t.Helper()
	s, problems := schema.Parse([]byte(src))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return s
}

// newWorld has posts of every state and author (none included), two replies to each, and the users 1 to 3.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{s: mustSchema(t, document), rows: map[*schema.Collection][]*row{}}
	p, problems := Compile(w.s)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	w.p = p
	for i := range 3 {
		w.add("users", map[string]value.Value{"username": value.Text("u" + string(rune('1'+i))), "is_staff": value.Bool(i == 1), "is_active": value.Bool(true)})
	}
	for _, state := range []string{"draft", "public"} {
		for author := range 4 {
			v := map[string]value.Value{"state": value.Text(state), "title": value.Text("t")}
			if author > 0 {
				v["author"] = value.Int(int64(author))
			}
			post := w.add("posts", v)
			for range 2 {
				w.add("replies", map[string]value.Value{"post": post.values[0], "text": value.Text("x")})
			}
		}
	}
	w.add("logs", map[string]value.Value{"text": value.Text("x")})
	engine := dbtest.Open(t)
	w.engine = engine
	if err := engine.Write(context.Background(), w.fill, nil); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) add(coll string, values map[string]value.Value) *row {
	c := w.s.Collection(coll)
	r := &row{w, c, make([]value.Value, len(c.Columns))}
	r.values[0] = value.Int(int64(len(w.rows[c]) + 1))
	for name, v := range values {
		r.values[c.Field(name).Position] = v
	}
	w.rows[c] = append(w.rows[c], r)
	return r
}

func (w *world) fill(c db.Conn) error {
	for coll, rows := range w.rows {
		var cols []string
		for _, f := range coll.Columns {
			cols = append(cols, sqlb.Quote(f.Column)+" "+dbtest.Column(dbtest.Dialect(), f.Type))
		}
		if _, err := c.Exec("CREATE TABLE " + sqlb.Quote(coll.Table) + " (" + strings.Join(cols, ", ") + ")"); err != nil {
			return err
		}
		for _, r := range rows {
			b := sqlb.New(dbtest.Dialect())
			var marks []string
			for i, f := range coll.Columns {
				marks = append(marks, b.Bind(f.Type, r.values[i]))
			}
			if _, err := c.Exec("INSERT INTO "+sqlb.Quote(coll.Table)+" VALUES ("+strings.Join(marks, ", ")+")", b.Args()...); err != nil {
				return err
			}
		}
	}
	return nil
}

// selected returns the keys of the records that a condition selects.
func (w *world) selected(t testing.TB, c *schema.Collection, write func(*sqlb.Builder, *sqlb.From) error) map[int64]bool {
	t.Helper()
	b := sqlb.New(dbtest.Dialect())
	from := sqlb.NewFrom(b)
	where, err := b.Capture(func() error { return write(b, from) })
	if err != nil {
		t.Fatal(err)
	}
	b.SQL("SELECT ", from.Column([]*schema.Field{c.Key}), " FROM ", from.SQL(c), " WHERE ", where)
	got := map[int64]bool{}
	err = w.engine.Read(context.Background(), func(conn db.Conn) error {
		return conn.Query(b.String(), b.Args(), func(r db.Row) error {
			got[r.Int(0)] = true
			return nil
		})
	})
	if err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	return got
}

// user returns user n of the world, nil for 0.
func (w *world) user(n int, change func(*User)) *User {
	if n == 0 {
		return nil
	}
	r := w.rows[w.s.Users()][n-1]
	u := &User{Key: r.values[0], Username: "u" + string(rune('0'+n)), Active: true, Staff: n == 2, Record: r}
	if change != nil {
		change(u)
	}
	return u
}

func (w *world) scope(u *User) *Scope {
	return w.p.Scope(u, time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC), expr.Request{Method: "GET"})
}

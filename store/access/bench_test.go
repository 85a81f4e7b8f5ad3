package access

import (
	"testing"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// BenchmarkScope measures what permissions cost a request: a scope, its grant, its rule in SQL, and one record.
func BenchmarkScope(b *testing.B) {
	w := newWorld(b)
	posts := w.s.Collection("posts")
	u := w.user(1, roles("editors"))
	post := w.rows[posts][2]
	r := w.s.Resource("posts")
	b.Run("scope", func(b *testing.B) {
		for b.Loop() {
			w.scope(u).WithResource(r)
		}
	})
	s := w.scope(u).WithResource(r)
	b.Run("grant", func(b *testing.B) {
		for b.Loop() {
			s.Grant(posts, schema.View)
		}
	})
	b.Run("sql", func(b *testing.B) {
		for b.Loop() {
			q := sqlb.New(sqlb.SQLite)
			if err := s.WriteSQL(q, sqlb.NewFrom(q), posts, schema.View); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("allows", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Allows(posts, schema.View, post); err != nil {
				b.Fatal(err)
			}
		}
	})
}

package rest_test

import (
	"context"
	"testing"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/query"
)

// BenchmarkRender renders one article, and a page of 25, from rows that are loaded.
func BenchmarkRender(b *testing.B) {
	s := magazine(b)
	r := s.Schema().Resource("articles")
	ser, err := rest.CompileSerializer(r.Serializer, &rest.Links{Schema: s.Schema(), Prefix: "/api/"})
	if err != nil {
		b.Fatal(err)
	}
	var rows []*query.Row
	scope := access.System(s.State().Policy)
	err = s.Read(context.Background(), scope, func(rd *store.Reader) (err error) {
		rows, err = (&query.List{Shape: ser.Shape(), Scope: scope, Limit: 25}).Run(rd)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	ctx := &rest.RenderContext{Base: "http://localhost:8090", Media: "/media/"}
	buf := make([]byte, 0, 64<<10)
	b.Run("one", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buf = ser.AppendJSON(buf[:0], rows[0], ctx)
		}
	})
	b.Run("25", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			buf = ser.AppendList(buf[:0], rows, ctx)
		}
	})
}

// BenchmarkBind parses and validates a comment, database lookups included.
func BenchmarkBind(b *testing.B) {
	s := magazine(b)
	r := s.Schema().Resource("comments")
	ser, err := rest.CompileSerializer(r.Serializer, &rest.Links{Schema: s.Schema(), Prefix: "/api/"})
	if err != nil {
		b.Fatal(err)
	}
	body := []byte(`{"article":5,"author_name":"Quinn","body":"A new comment","parent":5}`)
	scope := access.System(s.State().Policy)
	err = s.Read(context.Background(), scope, func(rd *store.Reader) error {
		opt := rest.BindOptions{Lookups: rest.NewLookups(rd), Bindings: &expr.Bindings{Now: time.Now()}}
		b.ReportAllocs()
		for b.Loop() {
			node, err := rest.ParseBody("application/json", body)
			if err != nil {
				return err
			}
			if _, err := ser.Bind(node, opt); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

package store_test

import (
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/value"
)

// BenchmarkCreate measures a create with its row in the log, with nobody and with somebody who listens to commits.
func BenchmarkCreate(b *testing.B) {
	for _, name := range []string{"alone", "listened to"} {
		b.Run(name, func(b *testing.B) {
			s, err := store.Open(b.Context(), store.Options{Dir: b.TempDir(), NoSync: true})
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			_, err = s.Apply(b.Context(), "", []byte(`{"collections": {"notes": {"fields": {"text": {"type": "text"}}}}}`), migrate.Options{})
			if err != nil {
				b.Fatal(err)
			}
			if name != "alone" {
				defer s.OnCommit(func(*store.Commit) {})()
			}
			c := s.Schema().Collection("notes")
			in := store.NewInput(c)
			in.Values[c.Field("text")] = value.Text("a note of some length, as notes are")
			o := store.Origin{Scope: access.System(s.State().Policy), Via: "test"}
			b.SetParallelism(32)
			b.ReportAllocs()
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					_, err := s.Write(b.Context(), o, func(tx *store.Tx) error {
						_, err := tx.Create(in)
						return err
					})
					if err != nil {
						b.Error(err)
					}
				}
			})
		})
	}
}

package storetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// CounterDocument is a schema for writers that compete: names are unique, a counter is added to.
const CounterDocument = `{"collections": {
  "claims": {"id": "c_claims", "fields": {"name": {"id": "f_name", "type": "char", "unique": true}, "by": {"id": "f_by", "type": "integer"}}},
  "counters": {"id": "c_counters", "fields": {"n": {"id": "f_n", "type": "integer", "default": 0}}}
}}`

// Compete lets writers claim names, of which each can be had once, and count each success in the same transaction. It
// returns who was told that a name is theirs.
func Compete(t *testing.T, s *store.Store, writers, names int) map[string]int64 {
	t.Helper()
	claims, counters := s.Schema().Collection("claims"), s.Schema().Collection("counters")
	w := &world{t, s}
	origin := store.Origin{Scope: w.system(), Via: "test"}
	counter := value.Int(1)
	if w.count("counters") == 0 {
		w.create("counters", `{}`)
	}
	var mu sync.Mutex
	mine := map[string]int64{}
	var all sync.WaitGroup
	for by := range int64(writers) {
		all.Go(func() {
			for i := range names {
				name := fmt.Sprintf("name %d", (i*7+int(by))%names)
				in := store.NewInput(claims)
				in.Values[claims.Field("name")], in.Values[claims.Field("by")] = value.Text(name), value.Int(by)
				up := store.NewInput(counters)
				up.Increment = map[*schema.Field]value.Value{counters.Field("n"): value.Int(1)}
				_, err := s.Write(context.Background(), origin, func(tx *store.Tx) error {
					if err := tx.Update(counter, up, store.Condition{}); err != nil {
						return err
					}
					_, err := tx.Create(in)
					return err
				})
				var invalid *store.Invalid
				switch {
				case err == nil:
					mu.Lock()
					if other, taken := mine[name]; taken {
						t.Errorf("%s was given to %d and to %d", name, other, by)
					}
					mine[name] = by
					mu.Unlock()
				case !errors.As(err, &invalid) || len(invalid.Problems) != 1 || invalid.Problems[0].Code != store.CodeUnique:
					t.Errorf("claim of %s: %v", name, err)
				}
			}
		})
	}
	all.Wait()
	return mine
}

// CheckClaims holds the store against what Compete's writers were told.
func CheckClaims(t *testing.T, s *store.Store, mine map[string]int64) {
	t.Helper()
	w := &world{t, s}
	if n := w.count("claims"); n != len(mine) {
		t.Errorf("%d claims are stored, %d were acknowledged", n, len(mine))
	}
	w.read(func(r *store.Reader) error {
		for name, by := range mine {
			key, found, err := r.ByField(w.field("claims", "name"), value.Text(name))
			if err != nil || !found {
				t.Errorf("%s is lost: %v", name, err)
				continue
			}
			if rec, err := r.Record(w.collection("claims"), key); err != nil || rec.Get("by") != value.Int(by) {
				t.Errorf("%s is another's: %v", name, err)
			}
		}
		return nil
	})
	want(t, "counter", fmt.Sprintf(`{"n":%d}`, len(mine)), w.record("counters", "1"))
	changesets := map[string]int{}
	w.read(func(r *store.Reader) error {
		return r.Query("SELECT changeset, COUNT(*) FROM couplet_changes GROUP BY changeset", nil, func(row db.Row) error {
			changesets[row.Text(0)] = int(row.Int(1))
			return nil
		})
	})
	if len(changesets) != len(mine)+1 { // and the counter itself
		t.Errorf("%d changesets for %d writes", len(changesets), len(mine)+1)
	}
	ones := 0
	for id, n := range changesets {
		if n == 1 {
			ones++
		} else if n != 2 {
			t.Errorf("changeset %s has %d rows", id, n)
		}
	}
	if ones != 1 {
		t.Errorf("%d changesets are half", ones)
	}
}

// concurrentWriters holds that of writers who want the same one gets it, and that nothing acknowledged is lost.
func concurrentWriters(t *testing.T, open Open) {
	w := newWorld(t, open, CounterDocument)
	mine := Compete(t, w.s, 32, 40)
	if len(mine) != 40 {
		t.Errorf("%d names were given out", len(mine))
	}
	CheckClaims(t, w.s, mine)
}

// schemaUnderWriters holds that a write prepared under one schema never runs under another: it is told to try again.
func schemaUnderWriters(t *testing.T, open Open) {
	w := newWorld(t, open, `{"collections": {"things": {"id": "c_t", "fields": {"a": {"id": "f_1", "type": "integer", "default": 0}}}}}`)
	const renamed = `{"collections": {"things": {"id": "c_t", "fields": {"b": {"id": "f_1", "type": "integer", "default": 0}, "a": {"id": "f_2", "type": "char", "default": "-"}}}}}`
	var stored atomic.Int64
	var writers sync.WaitGroup
	applied := make(chan struct{})
	for range 8 {
		writers.Go(func() {
			for done, more := false, 20; more > 0; {
				select {
				case <-applied:
					done = true
				default:
				}
				if done {
					more--
				}
				st := w.s.State()
				c := st.Schema.Collection("things")
				in := store.NewInput(c)
				f := c.Field("b")
				if f == nil {
					f = c.Field("a")
				}
				in.Values[f] = value.Int(5)
				_, err := w.s.Write(context.Background(), store.Origin{Scope: systemOf(st)}, func(tx *store.Tx) error {
					_, err := tx.Create(in)
					return err
				})
				switch {
				case err == nil:
					stored.Add(1)
				case !errors.Is(err, store.ErrSchemaChanged):
					t.Errorf("a write during a change of the schema: %v", err)
				}
			}
		})
	}
	_, err := w.s.Apply(context.Background(), "", []byte(renamed), migrate.Options{Consent: migrate.Consent{All: true}})
	close(applied)
	writers.Wait()
	w.must(err)
	fives, others := 0, 0
	w.read(func(r *store.Reader) error {
		return r.Query(`SELECT b, a FROM things`, nil, func(row db.Row) error {
			if row.Int(0) == 5 && row.Text(1) == "-" {
				fives++
			} else {
				others++
			}
			return nil
		})
	})
	if int64(fives) != stored.Load() || others != 0 {
		t.Errorf("%d records are right and %d wrong, of %d acknowledged", fives, others, stored.Load())
	}
	stale := store.Origin{Scope: w.system()}
	w.apply(`{"collections": {}}`)
	_, err = w.s.Write(t.Context(), stale, func(*store.Tx) error { return nil })
	wantError(t, "a scope of the schema before", store.ErrSchemaChanged, err)
	_, err = w.s.WriteDeferred(t.Context(), stale, func(*store.Tx) error { return nil })
	wantError(t, "a scope of the schema before, alone", store.ErrSchemaChanged, err)
	err = w.s.Read(t.Context(), stale.Scope, func(*store.Reader) error { return nil })
	wantError(t, "reading in a scope of the schema before", store.ErrSchemaChanged, err)
	w.must(w.s.Wipe(t.Context()))
}

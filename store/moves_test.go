package store_test

import (
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

const readDocument = `{"collections": {
  "notes": {"fields": {"stars": {"type": "integer"}, "text": {"type": "text", "blank": true}}},
  "others": {"owned": false, "fields": {"stars": {"type": "integer"}, "text": {"type": "text", "blank": true}}}}}`

// shelf is a store of notes with stars.
type shelf struct {
	t *testing.T
	*store.Store
	scope *access.Scope
}

func newShelf(t *testing.T) *shelf {
	s := open(t, place(t))
	err := s.Engine().Write(t.Context(), func(c db.Conn) error {
		_, err := c.Exec("CREATE TABLE others (id bigint PRIMARY KEY, stars bigint, text text)")
		return err
	}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Apply(t.Context(), "", []byte(readDocument), migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	return &shelf{t, s, access.System(s.State().Policy)}
}

func (s *shelf) add(stars int64) {
	s.t.Helper()
	c := s.Schema().Collection("notes")
	in := store.NewInput(c)
	in.Values[c.Field("stars")] = value.Int(stars)
	_, err := s.Write(s.t.Context(), store.Origin{Scope: s.scope, Via: "test"}, func(tx *store.Tx) error {
		_, err := tx.Create(in)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *shelf) list(name string, where ...query.Cond) *query.List {
	return &query.List{Shape: query.NewShape(s.Schema().Collection(name)), Scope: s.scope, Where: where, Limit: 10}
}

func starred(c *schema.Collection, lookup string, stars int64) query.Cond {
	return query.Match{Path: schema.Path{{Field: c.Field("stars")}}, Lookup: lookup, Values: []value.Value{value.Int(stars)}}
}

// TestReadsDuringCommits: what a snapshot read while somebody wrote is not taken for what there is afterwards, be it that
// all records were read, or only those with a value.
func TestReadsDuringCommits(t *testing.T) {
	s := newShelf(t)
	notes := s.Schema().Collection("notes")
	for name, l := range map[string]*query.List{
		"all": s.list("notes"), "with a value": s.list("notes", starred(notes, "exact", 5)), "in bounds": s.list("notes", starred(notes, "gt", 4)),
	} {
		trace := &access.Trace{}
		moment, before := s.State().Moment(), int64(0)
		err := s.Read(t.Context(), s.scope.Traced(trace), func(r *store.Reader) (err error) {
			if _, err := l.Exists(r); err != nil { // the snapshot begins
				return err
			}
			s.add(5)
			before, err = r.Count(l)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		basis, ok := moment.Basis(trace.Statements)
		if !ok || basis.Stands(s.State()) {
			t.Errorf("%s: what was read stands after it changed (%t)", name, ok)
		}
		if now := s.count(l); now != before+1 {
			t.Errorf("%s: %d were there, and then %d", name, before, now)
		}
	}
}

func (s *shelf) count(l *query.List) (n int64) {
	s.t.Helper()
	err := s.Read(s.t.Context(), s.scope, func(r *store.Reader) (err error) {
		n, err = r.Count(l)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}

// TestBasis: which commits change what was read.
func TestBasis(t *testing.T) {
	s := newShelf(t)
	notes := s.Schema().Collection("notes")
	read := func(l *query.List) *store.Basis {
		t.Helper()
		trace := &access.Trace{}
		moment := s.State().Moment()
		err := s.Read(t.Context(), s.scope.Traced(trace), func(r *store.Reader) error {
			_, err := l.Run(r)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		basis, ok := moment.Basis(trace.Statements)
		if ok != (l.Shape.Collection == notes) {
			t.Fatalf("%s: %t", l.Shape.Collection.Name, ok)
		}
		return basis
	}
	ofOthers := s.list("others")
	read(ofOthers)
	five := s.list("notes", starred(notes, "exact", 5))
	five.Order = []schema.Order{{Path: []*schema.Field{notes.Field("text")}}} // no index serves it
	all, fives, above := read(s.list("notes")), read(five), read(s.list("notes", starred(notes, "gt", 4)))
	stand := func(want ...bool) {
		t.Helper()
		for i, b := range []*store.Basis{all, fives, above} {
			if b.Stands(s.State()) != want[i] {
				t.Errorf("basis %d stands: %t", i, !want[i])
			}
		}
	}
	stand(true, true, true)
	s.add(6)
	stand(false, true, false)
	s.add(5)
	stand(false, false, false)
	all, fives, above = read(s.list("notes")), read(five), read(s.list("notes"))
	stand(true, true, true)
	if err := s.Reload(t.Context()); err != nil {
		t.Fatal(err)
	}
	stand(false, false, false)
}

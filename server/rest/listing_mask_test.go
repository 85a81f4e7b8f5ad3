package rest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/value"
)

const payroll = `{
  "collections": {
    "people": {
      "fields": {
        "name": {"type": "char", "max_length": 20},
        "rank": {"type": "integer", "null": true},
        "pay": {"type": "integer", "rules": {"read": "user.is_staff"}},
        "note": {"type": "char", "max_length": 20, "rules": {"read": "name == 'p1'"}}
      }
    }
  },
  "resources": {
    "people": {
      "filters": {"pay": ["exact", "gte"], "note": ["exact"], "name": ["exact"], "rich": {"type": "boolean", "expr": "(pay > 3) == value"}},
      "fields": ["id", "name", "rank", "pay", "note"], "search_fields": ["name", "note"], "ordering_fields": ["id", "pay", "note", "rank"]
    },
    "all": {"collection": "people", "fields": ["id"], "pagination": {"style": "none"}},
    "fixed": {"collection": "people", "fields": ["id"], "pagination": {"style": "page_number", "page_size": 2, "max_page_size": 0}},
    "feed": {
      "collection": "people", "fields": ["id", "rank"], "ordering_fields": ["rank"],
      "pagination": {"style": "cursor", "page_size": 4, "ordering": ["-rank"]}
    }
  },
  "roles": {"anyone": {"people": {"view": true}}}
}`

// paid is a lister over n people, whose pay falls as their key rises.
func paid(t *testing.T, n int, rank func(i int) value.Value) *lister {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Dir: t.TempDir(), Database: dbtest.URL(t), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Apply(ctx, "", []byte(payroll), migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	c := s.Schema().Collection("people")
	_, err = s.Write(ctx, store.Origin{Scope: access.System(s.State().Policy)}, func(tx *store.Tx) error {
		for i := range n {
			in := store.NewInput(c)
			in.Values[c.Field("name")] = value.Text(fmt.Sprintf("p%d", i+1))
			in.Values[c.Field("rank")] = rank(i)
			in.Values[c.Field("pay")] = value.Int(int64(n - i))
			in.Values[c.Field("note")] = value.Text(fmt.Sprintf("n%d", i+1))
			if _, err := tx.Create(in); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	l := &lister{t, s, s.State().Policy.Scope(nil, time.Now(), expr.Request{}), map[string]*rest.Listing{}}
	for _, r := range s.Schema().Resources {
		if l.listings[r.Name], err = rest.CompileListing(r, query.NewShape(r.Collection)); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// What a client may not read cannot be found out by filtering, searching or ordering.
func TestListsDoNotLeak(t *testing.T) {
	l := paid(t, 5, func(i int) value.Value { return value.Int(int64(i)) })
	anybody, system := l.scope, access.System(l.store.State().Policy)
	for _, c := range []struct{ query, masked, seen string }{
		{"pay=1", "[1,2,3,4,5]", "[5]"},
		{"pay__gte=4", "[1,2,3,4,5]", "[1,2]"},
		{"pay=x", "[1,2,3,4,5]", `{"pay":["Enter a number."]}`},
		{"note=n2", "[1,2,3,4,5]", "[2]"},
		{"rich=true", "[1,2,3,4,5]", "[1,2]"},
		{"search=n2", "[]", "[2]"},
		{"search=p2", "[2]", "[2]"},
		{"ordering=pay", "[1,2,3,4,5]", "[5,4,3,2,1]"},
		{"ordering=pay,-id", "[5,4,3,2,1]", "[5,4,3,2,1]"},
		{"ordering=-note", "[1,2,3,4,5]", "[5,4,3,2,1]"},
		{"filter=pay > 3", `cannot be read`, "[1,2]"},
		{"filter=note == 'n2'", "[]", "[2]"},
		{"filter=note == 'n1'", "[1]", "[1]"},
	} {
		for i, want := range []string{c.masked, c.seen} {
			l.scope = []*access.Scope{anybody, system}[i]
			_, body := l.get("/api/people/?" + strings.ReplaceAll(c.query, " ", "%20"))
			if !strings.Contains(string(body), want) {
				t.Errorf("%s, system=%v: %s, want %s", c.query, i == 1, body, want)
			}
		}
	}
}

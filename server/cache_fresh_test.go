package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/couplet/couplet/server/auth"
)

// keptSchema has every way in which an answer depends on records: own columns, row rules by the user, a mask by the
// record, foreign keys, to-many relations, pairs, computed fields, filters, roles.
const keptSchema = `{
  "settings": {"authentication": ["jwt", "basic"]},
  "collections": {
    "shelves": {"display": "title", "fields": {"title": {"type": "char", "max_length": 40}}},
    "tags": {"display": "name", "fields": {"name": {"type": "char", "max_length": 40}}},
    "boxes": {
      "fields": {
        "label": {"type": "char", "max_length": 40, "unique": true},
        "n": {"type": "integer", "default": 0},
        "open": {"type": "boolean", "default": true},
        "owner": {"type": "foreign_key", "to": "users", "on_delete": "cascade", "null": true, "related_name": "boxes"},
        "memo": {"type": "char", "max_length": 40, "blank": true, "rules": {"read": "this.owner == user.id"}},
        "shelf": {"type": "foreign_key", "to": "shelves", "on_delete": "set_null", "null": true, "related_name": "boxes"},
        "inside": {"type": "foreign_key", "to": "boxes", "on_delete": "set_null", "null": true, "related_name": "holds"},
        "tags": {"type": "many_to_many", "to": "tags", "blank": true, "related_name": "boxes"}
      },
      "rules": {"view": "this.open || owner == user.id"}
    },
    "items": {"fields": {
      "box": {"type": "foreign_key", "to": "boxes", "on_delete": "cascade", "related_name": "items"},
      "name": {"type": "char", "max_length": 40}}},
    "vault": {"fields": {"name": {"type": "char", "max_length": 40}}},
    "clock": {"fields": {"at": {"type": "datetime"}}, "rules": {"view": "at < now"}},
    "door": {"fields": {"name": {"type": "char", "max_length": 40}}, "rules": {"view": "request.method != name"}}
  },
  "resources": {
    "boxes": {"collection": "boxes", "permission": "allow_any", "filters": {"n": ["exact", "gte"], "tags__name": ["exact"]}, "ordering_fields": ["id", "n"],
      "fields": ["id", "label", "n", "open", "owner", "memo", "shelf", "tags", {"name": "on", "source": "shelf.title", "read_only": true},
        {"name": "size", "aggregate": "count", "of": "items"}],
      "pagination": {"style": "page_number", "page_size": 50}},
    "nests": {"collection": "boxes", "permission": "allow_any", "fields": ["id", {"name": "in", "source": "inside.label", "read_only": true}]},
    "shelves": {"collection": "shelves", "permission": "allow_any"},
    "tags": {"collection": "tags", "permission": "allow_any"},
    "items": {"collection": "items", "permission": "allow_any", "ordering_fields": ["id"]},
    "vault": {"collection": "vault", "permission": "roles"},
    "clock": {"collection": "clock", "permission": "allow_any"},
    "door": {"collection": "door", "permission": "allow_any"}
  },
  "roles": {"keepers": {"vault": {"view": true}}, "members": {"vault": {"view": "name == user.username"}}}
}`

// boxes is a project with boxes 1 to 9, which have their memos, and their shelves.
type boxes struct {
	*project
	root, ann, ben, kim, mia *account
	annKey, kimKey           string
}

func startBoxes(t *testing.T) *boxes {
	t.Helper()
	b := &boxes{project: startProject(t, keptSchema)}
	t.Cleanup(http.DefaultTransport.(*http.Transport).CloseIdleConnections) // those that were never used hold up the stop
	b.root, _ = b.user(auth.NewUser{Username: "root", Superuser: true})
	b.ann, b.annKey = b.user(auth.NewUser{Username: "ann"})
	b.ben, _ = b.user(auth.NewUser{Username: "ben"})
	b.kim, b.kimKey = b.user(auth.NewUser{Username: "kim"})
	b.mia, _ = b.user(auth.NewUser{Username: "mia", Roles: []string{"members"}})
	for range 2 {
		b.root.want("POST", "/api/_/records/vault/", `{"name":"gold"}`, 201, "")
	}
	for i := 1; i <= 9; i++ {
		n := strconv.Itoa(i)
		b.root.want("POST", "/api/_/records/shelves/", `{"title":"s`+n+`"}`, 201, "")
		b.root.want("POST", "/api/_/records/tags/", `{"name":"t`+n+`"}`, 201, "")
		b.root.want("POST", "/api/_/records/boxes/", `{"label":"b`+n+`","shelf":`+n+`,"memo":"m`+n+`"}`, 201, "")
	}
	b.root.want("PATCH", "/api/_/records/boxes/7/", `{"inside":8}`, 200, "")
	return b
}

// box finds a box in a list by its label; nil where it is not there.
func box(t *testing.T, page, label string) map[string]any {
	t.Helper()
	var list struct {
		Count   int
		Results []map[string]any
	}
	if err := json.Unmarshal([]byte(page), &list); err != nil {
		t.Errorf("%v: %s", err, page)
		return nil
	}
	if label == "new" && list.Count != len(list.Results) { // in its lists nothing else comes or goes
		t.Errorf("count is %d of %d boxes", list.Count, len(list.Results))
	}
	for _, r := range list.Results {
		if r["label"] == label {
			return r
		}
	}
	return nil
}

// fact is something that one writer changes, again and again, and at once reads in every way in which it shows.
type fact struct {
	name  string
	write func(b *boxes, i int)
	check func(t *testing.T, b *boxes, i int)
}

const boxesPath, fullBoxes = "/api/boxes/", "/api/_/records/boxes/"

// shows holds that a box of a list has a value; want nil: that the list does not have the box.
func (b *boxes) shows(t *testing.T, who *account, path, label, field string, want any) {
	t.Helper()
	_, page := who.call("GET", path, "")
	got := box(t, page, label)
	switch {
	case want == nil && got != nil:
		t.Errorf("%s has %s: %v", path, label, got)
	case want != nil && got == nil:
		t.Errorf("%s has no %s", path, label)
	case want != nil && fmt.Sprint(got[field]) != fmt.Sprint(want):
		t.Errorf("%s: %s of %s is %v, want %v", path, field, label, got[field], want)
	}
}

func (b *boxes) status(t *testing.T, who *account, path string, want int) {
	t.Helper()
	if code, text := who.call("GET", path, ""); code != want {
		t.Errorf("GET %s: %d, want %d: %s", path, code, want, text)
	}
}

// first is the key of the first record that an expression is true for.
func (b *boxes) first(collection, filter string) string {
	key, _, _ := strings.Cut(valuesOf(b.t, b.root.want("GET", "/api/_/records/"+collection+"/?filter="+filter, "", 200, ""), "id"), " ")
	return key
}

var facts = []fact{
	{"value", func(b *boxes, i int) { b.root.want("PATCH", fullBoxes+"1/", fmt.Sprintf(`{"n":%d}`, i), 200, "") },
		func(t *testing.T, b *boxes, i int) {
			b.shows(t, b.ann, boxesPath, "b1", "n", i)
			b.shows(t, b.visitor(), boxesPath+"?n__gte=0", "b1", "n", i)
			b.shows(t, b.visitor(), boxesPath+fmt.Sprintf("?n=%d", i), "b1", "n", i)
			contains(t, b.ben.want("GET", boxesPath+"1/", "", 200, ""), fmt.Sprintf(`"n":%d,`, i))
			contains(t, b.root.want("GET", fullBoxes+"?filter=n%20>=%200", "", 200, ""), fmt.Sprintf(`"label":"b1","n":%d,`, i))
		}},
	{"row rule", func(b *boxes, i int) {
		b.root.want("PATCH", fullBoxes+"2/", fmt.Sprintf(`{"open":%t,"owner":%s}`, i%2 == 0, b.annKey), 200, "")
	},
		func(t *testing.T, b *boxes, i int) {
			b.shows(t, b.ann, boxesPath, "b2", "label", "b2")
			b.shows(t, b.ann, boxesPath, "b2", "memo", "m2")
			if b.status(t, b.ann, boxesPath+"2/", 200); i%2 == 0 {
				b.shows(t, b.ben, boxesPath, "b2", "memo", "<nil>") // left out
				b.status(t, b.ben, boxesPath+"2/", 200)
				b.status(t, b.visitor(), boxesPath+"2/", 200)
				return
			}
			b.shows(t, b.ben, boxesPath, "b2", "", nil)
			b.status(t, b.ben, boxesPath+"2/", 404)
			b.status(t, b.visitor(), boxesPath+"2/", 404)
		}},
	{"role", func(b *boxes, i int) {
		roles := []string{`["keepers"]`, `[]`, `["members"]`}[i%3]
		b.root.want("PATCH", "/api/_/records/users/"+b.kimKey+"/", `{"roles":`+roles+`}`, 200, "")
	},
		func(t *testing.T, b *boxes, i int) {
			b.status(t, b.kim, "/api/vault/", []int{200, 403, 200}[i%3])
			b.status(t, b.kim, "/api/vault/1/", []int{200, 403, 404}[i%3])
		}},
	{"rule of a role", func(b *boxes, i int) {
		b.root.want("PATCH", "/api/_/records/vault/2/", fmt.Sprintf(`{"name":%q}`, []string{"mia", "gold"}[i%2]), 200, "")
	},
		func(t *testing.T, b *boxes, i int) {
			b.status(t, b.mia, "/api/vault/2/", []int{200, 404}[i%2])
			b.status(t, b.root, "/api/vault/2/", 200)
		}},
	{"mask", func(b *boxes, i int) {
		b.root.want("PATCH", fullBoxes+"3/", fmt.Sprintf(`{"owner":%s}`, []string{b.annKey, b.kimKey}[i%2]), 200, "")
	},
		func(t *testing.T, b *boxes, i int) {
			b.shows(t, b.ann, boxesPath, "b3", "memo", []any{"m3", "<nil>"}[i%2])
			b.shows(t, b.kim, boxesPath, "b3", "memo", []any{"<nil>", "m3"}[i%2])
			if got := strings.Contains(b.ann.want("GET", boxesPath+"3/", "", 200, ""), `"memo"`); got != (i%2 == 0) {
				t.Errorf("the memo shows: %t", got)
			}
		}},
	{"foreign key", func(b *boxes, i int) {
		b.root.want("PATCH", "/api/_/records/shelves/4/", fmt.Sprintf(`{"title":"x%d"}`, i), 200, "")
	},
		func(t *testing.T, b *boxes, i int) {
			b.shows(t, b.ann, boxesPath, "b4", "on", fmt.Sprintf("x%d", i))
			contains(t, b.ann.want("GET", boxesPath+"4/?expand=shelf", "", 200, ""), fmt.Sprintf(`"title":"x%d"`, i))
			contains(t, b.visitor().want("GET", boxesPath+"?expand=shelf", "", 200, ""), fmt.Sprintf(`"title":"x%d"`, i))
		}},
	{"pairs", func(b *boxes, i int) {
		b.root.want("PATCH", fullBoxes+"5/", fmt.Sprintf(`{"tags":[%d,%d]}`, i%7+1, i%7+2), 200, "")
	},
		func(t *testing.T, b *boxes, i int) {
			tags := fmt.Sprintf("[%d %d]", i%7+1, i%7+2)
			b.shows(t, b.ann, boxesPath, "b5", "tags", tags)
			b.shows(t, b.visitor(), fmt.Sprintf(boxesPath+"?tags__name=t%d", i%7+1), "b5", "tags", tags)
			b.shows(t, b.visitor(), fmt.Sprintf(boxesPath+"?tags__name=t%d", (i+4)%7+1), "b5", "", nil)
			contains(t, b.ben.want("GET", boxesPath+"5/", "", 200, ""), fmt.Sprintf(`"tags":[%d,%d]`, i%7+1, i%7+2))
			contains(t, b.ben.want("GET", fmt.Sprintf("/api/tags/%d/?expand=boxes", i%7+2), "", 200, ""), `"label":"b5"`)
		}},
	{"a record that goes", func(b *boxes, i int) {
		if i%2 == 0 {
			b.root.want("POST", "/api/_/records/shelves/", `{"title":"new"}`, 201, "")
			return
		}
		b.root.want("DELETE", fmt.Sprintf("/api/_/records/shelves/%d/", 10+i/2), "", 204, "")
	},
		func(t *testing.T, b *boxes, i int) {
			b.status(t, b.ben, fmt.Sprintf("/api/shelves/%d/", 10+i/2), []int{200, 404}[i%2])
		}},
	{"itself along a relation", func(b *boxes, i int) {
		b.root.want("PATCH", fullBoxes+"8/", fmt.Sprintf(`{"label":"b8-%d"}`, i), 200, "")
	},
		func(t *testing.T, b *boxes, i int) {
			contains(t, b.ann.want("GET", "/api/nests/7/", "", 200, ""), fmt.Sprintf(`"in":"b8-%d"`, i))
			contains(t, b.ann.want("GET", boxesPath+"7/?expand=inside", "", 200, ""), fmt.Sprintf(`"label":"b8-%d"`, i))
		}},
	{"records that come and go", func(b *boxes, i int) {
		if i%2 == 0 {
			b.root.want("POST", fullBoxes, fmt.Sprintf(`{"label":"new","n":%d,"tags":[9]}`, i), 201, "")
			return
		}
		b.root.want("DELETE", fullBoxes+strconv.Itoa(10+i/2)+"/", "", 204, "")
	},
		func(t *testing.T, b *boxes, i int) {
			want := []any{i, nil}[i%2]
			b.shows(t, b.ann, boxesPath, "new", "n", want)
			b.shows(t, b.visitor(), boxesPath+"?tags__name=t9", "new", "n", want)
			for _, filter := range []string{"label%20==%20'new'", "label=='new'"} {
				contains(t, b.root.want("GET", fullBoxes+"count/?filter="+filter, "", 200, ""), fmt.Sprintf(`"count":%d`, 1-i%2))
			}
			b.status(t, b.ann, boxesPath+strconv.Itoa(10+i/2)+"/", []int{200, 404}[i%2])
		}},
	{"what moves from one list to another", func(b *boxes, i int) {
		if i == 0 {
			b.root.want("POST", "/api/_/records/items/", `{"box":8,"name":"ball"}`, 201, "")
		}
		b.root.want("PATCH", "/api/_/records/items/"+b.first("items", "name=='ball'")+"/", fmt.Sprintf(`{"box":%d}`, 8+i%2), 200, "")
	},
		func(t *testing.T, b *boxes, i int) {
			for at := range 2 {
				page := b.kim.want("GET", fmt.Sprintf(boxesPath+"%d/items/", 8+at), "", 200, "")
				if strings.Contains(page, "ball") != (at == i%2) {
					t.Errorf("the ball is in box %d; box %d has %s", 8+i%2, 8+at, page)
				}
			}
		}},
	{"what is counted", func(b *boxes, i int) {
		b.root.want("POST", "/api/_/records/items/", fmt.Sprintf(`{"box":6,"name":"i%d"}`, i), 201, "")
	},
		func(t *testing.T, b *boxes, i int) {
			b.shows(t, b.ann, boxesPath, "b6", "size", i+1)
			contains(t, b.visitor().want("GET", boxesPath+"6/?expand=items", "", 200, ""), fmt.Sprintf(`"name":"i%d"`, i))
			contains(t, b.visitor().want("GET", boxesPath+"6/items/?ordering=-id", "", 200, ""), fmt.Sprintf(`"name":"i%d"`, i))
		}},
}

// TestKeptAnswersAreFresh: whoever asks after a write was answered sees it, in every way in which it shows, while others
// write and read the same lists at the same time.
func TestKeptAnswersAreFresh(t *testing.T) {
	b := startBoxes(t)
	var writers, readers sync.WaitGroup
	var ended atomic.Bool
	for _, who := range []*account{b.ann, b.ben, b.kim, b.visitor()} {
		readers.Go(func() {
			for !ended.Load() {
				for _, path := range []string{boxesPath, boxesPath + "?n__gte=0", boxesPath + "?expand=shelf", boxesPath + "1/", boxesPath + "5/", boxesPath + "?tags__name=t9"} {
					who.call("GET", path, "")
				}
			}
		})
	}
	for _, f := range facts {
		writers.Go(func() {
			for i := range 24 {
				f.write(b, i)
				f.check(t, b, i)
				if f.check(t, b, i); t.Failed() { // the second time from memory
					t.Errorf("%s, round %d", f.name, i)
					return
				}
			}
		})
	}
	writers.Wait()
	ended.Store(true)
	readers.Wait()
	for _, path := range []string{boxesPath, boxesPath + "?tags__name=t9"} { // a count beside other rows, of a moment between two writes, has not been kept
		for range 2 {
			box(t, b.visitor().want("GET", path, "", 200, ""), "new")
		}
	}
	if s := b.server.Answers(); s.Hits < 500 {
		t.Errorf("%d answers came from memory, %d did not: the test tests little", s.Hits, s.Misses)
	} else {
		t.Logf("%d hits, %d misses", s.Hits, s.Misses)
	}
}

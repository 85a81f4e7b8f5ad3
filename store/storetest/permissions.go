package storetest

import (
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/value"
)

const rightsDocument = `{
"collections": {
  "posts": {
    "fields": {
      "title": {"type": "char"}, "state": {"type": "char", "default": "draft"},
      "owner": {"type": "foreign_key", "to": "users", "on_delete": "cascade", "null": true, "related_name": "posts"}
    },
    "rules": {"delete": "state != 'locked'"}
  }
},
"roles": {
  "anyone": {"posts": {"view": "state == 'public'"}},
  "writers": {"posts": {"view": "owner == user.id", "add": "owner == user.id", "change": "owner == user.id", "delete": "owner == user.id"}},
  "readers": {"posts": {"view": true}},
  "editors": {"posts": true}
}}`

// attempt is one thing that somebody tries, and what comes of it.
type attempt struct {
	who, do, key, object string
	want                 error
}

func (w *world) try(scopes map[string]*access.Scope, attempts []attempt) {
	w.t.Helper()
	for _, a := range attempts {
		before := w.all("posts")
		var err error
		switch a.do {
		case "add":
			_, err = w.tryCreate(scopes[a.who], "posts", a.object)
		case "change":
			err = w.tryUpdate(scopes[a.who], "posts", a.key, a.object)
		case "delete":
			err = w.tryDelete(scopes[a.who], "posts", a.key)
		}
		wantError(w.t, a.who+" "+a.do+" "+a.key+" "+a.object, a.want, err)
		if after := w.all("posts"); (after == before) != (a.want != nil) {
			w.t.Errorf("%s %s %s %s left\n%s", a.who, a.do, a.key, a.object, after)
		}
	}
}

// grants holds actions that are granted wholly or not at all, by role, by a permission of one's own and to superusers.
func grants(t *testing.T, open Open) {
	w := newWorld(t, open, rightsDocument)
	for range 4 {
		w.create("posts", `{"title": "a"}`)
	}
	w.create("posts", `{"title": "p", "state": "public"}`)
	root := w.create("users", `{"username": "root", "password": "!", "is_superuser": true}`)
	own := w.create("users", `{"username": "own", "password": "!", "permissions": ["posts.view", "posts.add"]}`)
	gone := w.create("users", `{"username": "gone", "password": "!", "roles": ["editors"], "is_active": false}`)
	w.try(map[string]*access.Scope{
		"anonymous": w.as(""), "plain": w.as(w.user("plain")), "reader": w.as(w.user("reader", "readers")),
		"editor": w.as(w.user("editor", "editors")), "root": w.as(root), "own": w.as(own), "inactive": w.as(gone),
		"unknown role": w.as(w.user("odd", "no such role")),
	}, []attempt{
		{"anonymous", "add", "", `{"title": "x"}`, store.ErrForbidden},
		{"anonymous", "change", "5", `{"title": "x"}`, store.ErrForbidden},
		{"anonymous", "change", "1", `{"title": "x"}`, store.ErrNotFound},
		{"anonymous", "delete", "1", ``, store.ErrNotFound},
		{"anonymous", "delete", "5", ``, store.ErrForbidden},
		{"plain", "add", "", `{"title": "x"}`, store.ErrForbidden},
		{"unknown role", "add", "", `{"title": "x"}`, store.ErrForbidden},
		{"inactive", "add", "", `{"title": "x"}`, store.ErrForbidden},
		{"inactive", "change", "1", `{"title": "x"}`, store.ErrNotFound},
		{"reader", "add", "", `{"title": "x"}`, store.ErrForbidden},
		{"reader", "change", "1", `{"title": "x"}`, store.ErrForbidden},
		{"reader", "delete", "1", ``, store.ErrForbidden},
		{"own", "add", "", `{"title": "x"}`, nil},
		{"own", "change", "1", `{"title": "x"}`, store.ErrForbidden},
		{"editor", "add", "", `{"title": "x"}`, nil},
		{"editor", "change", "1", `{"title": "x"}`, nil},
		{"editor", "delete", "1", ``, nil},
		{"editor", "delete", "1", ``, store.ErrNotFound},
		{"root", "add", "", `{"title": "x"}`, nil},
		{"root", "change", "2", `{"title": "x", "state": "locked"}`, nil},
		{"editor", "delete", "2", ``, store.ErrForbidden}, // the collection's own rule
		{"root", "delete", "2", ``, nil},
	})
}

// rowRules holds rules: add on the new values, change before and after, and that what is hidden is not there.
func rowRules(t *testing.T, open Open) {
	w := newWorld(t, open, rightsDocument)
	ada, bob := w.user("ada", "writers"), w.user("bob", "writers")
	w.create("posts", `{"title": "1", "owner": `+ada+`}`)
	w.create("posts", `{"title": "2", "owner": `+bob+`}`)
	w.create("posts", `{"title": "3", "owner": `+bob+`, "state": "public"}`)
	w.create("posts", `{"title": "4", "owner": `+ada+`, "state": "locked"}`)
	w.create("posts", `{"title": "5"}`)
	scopes := map[string]*access.Scope{"ada": w.as(ada), "bob": w.as(bob), "anonymous": w.as("")}
	w.try(scopes, []attempt{
		{"ada", "add", "", `{"title": "x", "owner": ` + ada + `}`, nil},
		{"ada", "add", "", `{"title": "x", "owner": ` + bob + `}`, store.ErrForbidden},
		{"ada", "add", "", `{"title": "x"}`, store.ErrForbidden},
		{"ada", "change", "1", `{"title": "mine"}`, nil},
		{"ada", "change", "2", `{"title": "hidden"}`, store.ErrNotFound},
		{"ada", "change", "3", `{"title": "seen, not mine"}`, store.ErrForbidden},
		{"ada", "change", "3", `{"owner": ` + ada + `}`, store.ErrForbidden},
		{"ada", "change", "1", `{"owner": ` + bob + `}`, store.ErrForbidden},
		{"ada", "change", "1", `{"owner": null}`, store.ErrForbidden},
		{"ada", "change", "5", `{"title": "nobody's"}`, store.ErrNotFound},
		{"ada", "delete", "2", ``, store.ErrNotFound},
		{"ada", "delete", "3", ``, store.ErrForbidden},
		{"ada", "delete", "4", ``, store.ErrForbidden},
		{"anonymous", "delete", "3", ``, store.ErrForbidden},
		{"ada", "delete", "1", ``, nil},
	})
	w.must(w.s.Read(t.Context(), scopes["ada"], func(r *store.Reader) error {
		for key, want := range map[int64]bool{2: false, 3: true, 4: true, 5: false, 99: false} {
			if ok, err := r.Exists(w.collection("posts"), value.Int(key)); err != nil || ok != want {
				t.Errorf("Exists %d: %v, %v", key, ok, err)
			}
		}
		for title, want := range map[string]bool{"2": false, "3": true, "none": false} {
			if _, ok, err := r.ByField(w.field("posts", "title"), value.Text(title)); err != nil || ok != want {
				t.Errorf("ByField %s: %v, %v", title, ok, err)
			}
		}
		for key, want := range map[int64]bool{2: false, 3: false, 4: true, 5: false} {
			if ok, err := r.Allows(w.collection("posts"), "change", value.Int(key)); err != nil || ok != want {
				t.Errorf("Allows %d: %v, %v", key, ok, err)
			}
		}
		return nil
	}))
}

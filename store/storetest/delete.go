package storetest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store"
)

const deletesDocument = `{"collections": {
  "artists": {"fields": {"name": {"type": "char"}}},
  "albums": {"fields": {"artist": {"type": "foreign_key", "to": "artists", "on_delete": "cascade", "related_name": "albums"}}},
  "songs": {"fields": {
    "artist": {"type": "foreign_key", "to": "artists", "on_delete": "cascade", "related_name": "songs"},
    "album": {"type": "foreign_key", "to": "albums", "on_delete": "restrict", "related_name": "songs"}
  }},
  "plays": {"fields": {
    "song": {"type": "foreign_key", "to": "songs", "on_delete": "cascade", "related_name": "plays"},
    "before": {"type": "foreign_key", "to": "self", "null": true, "on_delete": "set_null", "related_name": "after"},
    "tags": {"type": "many_to_many", "to": "tags", "blank": true, "related_name": "plays"}
  }},
  "tags": {"fields": {"name": {"type": "char", "blank": true}}},
  "contracts": {"fields": {"artist": {"type": "foreign_key", "to": "artists", "on_delete": "protect", "related_name": "contracts"}}},
  "profiles": {"fields": {"artist": {"type": "one_to_one", "to": "artists", "on_delete": "cascade", "related_name": "profile"}}},
  "reviews": {"fields": {
    "album": {"type": "foreign_key", "to": "albums", "null": true, "on_delete": "set_null", "related_name": "reviews"},
    "song": {"type": "foreign_key", "to": "songs", "null": true, "on_delete": "set_null", "related_name": "reviews"},
    "artist": {"type": "foreign_key", "to": "artists", "default": 1, "on_delete": "set_default", "related_name": "reviews"}
  }},
  "folders": {"fields": {"parent": {"type": "foreign_key", "to": "self", "null": true, "on_delete": "cascade", "related_name": "folders"}}},
  "fans": {"fields": {"name": {"type": "char", "blank": true},
    "follows": {"type": "many_to_many", "to": "artists", "through": "followings", "related_name": "fans"}}},
  "followings": {"fields": {
    "fan": {"type": "foreign_key", "to": "fans", "on_delete": "cascade", "related_name": "followings"},
    "artist": {"type": "foreign_key", "to": "artists", "on_delete": "cascade", "related_name": "followings"}
  }}
}}`

// fill creates records from "collection {object}" lines.
func (w *world) fill(lines ...string) {
	w.t.Helper()
	for _, line := range lines {
		coll, object, _ := strings.Cut(line, " ")
		w.create(coll, object)
	}
}

// onDelete holds every on_delete, over several levels.
func onDelete(t *testing.T, open Open) {
	for _, c := range []struct {
		name, delete string
		fill         []string
		want         map[string]string // collection: what is left
	}{
		{"cascade over three levels", "artists 1",
			[]string{`artists {}`, `artists {}`, `albums {"artist": 1}`, `albums {"artist": 2}`, `songs {"artist": 1, "album": 1}`,
				`songs {"artist": 2, "album": 2}`, `plays {"song": 1}`, `plays {"song": 2}`, `plays {"song": 1, "before": 1}`},
			map[string]string{"artists": "2", "albums": "2", "songs": "2", "plays": "2"}},
		{"restrict is satisfied by another way", "artists 1",
			[]string{`artists {}`, `albums {"artist": 1}`, `songs {"artist": 1, "album": 1}`},
			map[string]string{"artists": "", "albums": "", "songs": ""}},
		{"set null among the deleted", "songs 1",
			[]string{`artists {}`, `albums {"artist": 1}`, `songs {"artist": 1, "album": 1}`, `plays {"song": 1}`, `plays {"song": 1, "before": 1}`,
				`plays {"song": 1, "before": 2}`},
			map[string]string{"songs": "", "plays": ""}},
		{"set null and set default", "artists 2",
			[]string{`artists {}`, `artists {}`, `albums {"artist": 2}`, `songs {"artist": 2, "album": 1}`, `reviews {"album": 1, "song": 1, "artist": 2}`,
				`reviews {"artist": 1}`},
			map[string]string{"artists": "1", "reviews": `1 {"album":null,"song":null,"artist":1},2 {"album":null,"song":null,"artist":1}`}},
		{"one to one", "artists 1", []string{`artists {}`, `profiles {"artist": 1}`}, map[string]string{"artists": "", "profiles": ""}},
		{"the other end of one to one stays", "profiles 1", []string{`artists {}`, `profiles {"artist": 1}`}, map[string]string{"artists": "1", "profiles": ""}},
		{"a tree of its own kind", "folders 1",
			[]string{`folders {}`, `folders {"parent": 1}`, `folders {"parent": 2}`, `folders {"parent": 2}`, `folders {"parent": 4}`, `folders {}`},
			map[string]string{"folders": "6"}},
		{"a branch of it", "folders 2",
			[]string{`folders {}`, `folders {"parent": 1}`, `folders {"parent": 2}`, `folders {"parent": 1}`}, map[string]string{"folders": "1,4"}},
		{"pairs of the owner", "plays 1",
			[]string{`artists {}`, `albums {"artist": 1}`, `songs {"artist": 1, "album": 1}`, `tags {}`, `plays {"song": 1, "tags": [1]}`},
			map[string]string{"plays": "", "tags": "1"}},
		{"pairs of the target", "tags 1",
			[]string{`artists {}`, `albums {"artist": 1}`, `songs {"artist": 1, "album": 1}`, `tags {}`, `tags {}`, `plays {"song": 1, "tags": [1, 2]}`},
			map[string]string{"tags": "2", "plays": `1 {"song":1,"before":null,"tags":[2]}`}},
		{"through a collection, one end", "artists 1",
			[]string{`artists {}`, `artists {}`, `fans {}`, `followings {"fan": 1, "artist": 1}`, `followings {"fan": 1, "artist": 2}`},
			map[string]string{"artists": "2", "fans": "1", "followings": "2"}},
		{"through a collection, the other", "fans 1",
			[]string{`artists {}`, `fans {}`, `fans {}`, `followings {"fan": 1, "artist": 1}`, `followings {"fan": 2, "artist": 1}`},
			map[string]string{"artists": "1", "fans": "2", "followings": "2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, open, deletesDocument)
			w.fill(c.fill...)
			coll, key, _ := strings.Cut(c.delete, " ")
			w.delete(coll, key)
			for name, left := range c.want {
				want(t, name, left, w.left(name, strings.Contains(left, "{")))
			}
		})
	}
}

// left lists the keys of a collection, with the values where wanted.
func (w *world) left(coll string, values bool) string {
	w.t.Helper()
	lines := strings.Split(w.all(coll), "\n")
	if !values {
		for i, line := range lines {
			lines[i], _, _ = strings.Cut(line, " ")
		}
	}
	return strings.Join(lines, ",")
}

// protectedDeletes holds what protect and restrict refuse, with what refers, and that nothing has moved then.
func protectedDeletes(t *testing.T, open Open) {
	w := newWorld(t, open, deletesDocument)
	w.fill(`artists {}`, `artists {}`, `albums {"artist": 1}`, `songs {"artist": 2, "album": 1}`, `reviews {"album": 1, "artist": 1}`, `artists {}`)
	for range 12 {
		w.create("contracts", `{"artist": 3}`)
	}
	for _, c := range []struct{ delete, want string }{
		{"albums 1", "songs.album refers to albums: 1 [1]"},
		{"artists 1", "songs.album refers to albums: 1 [1]"}, // the song is another artist's: no cascade takes it
		{"artists 3", "contracts.artist refers to artists: 12 [1 2 3 4 5 6 7 8 9 10]"},
	} {
		before := w.all("artists") + w.all("albums") + w.all("songs") + w.all("reviews") + w.log("")
		coll, key, _ := strings.Cut(c.delete, " ")
		var p *store.Protected
		if err := w.tryDelete(w.system(), coll, key); !errors.As(err, &p) {
			t.Errorf("delete of %s: %v", c.delete, err)
			continue
		}
		var keys []string
		for _, k := range p.Keys {
			keys = append(keys, p.By.Collection.Key.Type.String(k))
		}
		want(t, c.delete, c.want, fmt.Sprintf("%s.%s refers to %s: %d %v", p.By.Collection.Name, p.By.Name, p.Collection.Name, p.Count, keys))
		if d := cmp.Diff(before, w.all("artists")+w.all("albums")+w.all("songs")+w.all("reviews")+w.log("")); d != "" {
			t.Errorf("a refused delete changed something: %s", d)
		}
	}
	w.fill(`reviews {"artist": 1}`)
	w.delete("songs", "1")
	var p *store.Protected
	if err := w.tryDelete(w.system(), "artists", "1"); !errors.As(err, &p) || p.By.Name != "artist" || p.By.Collection.Name != "reviews" {
		t.Errorf("delete of the default itself: %v", err)
	}
}

// cycles holds deletes of records that refer to each other in a circle, where foreign keys are looked at at once.
func cycles(t *testing.T, open Open) {
	const document = `{"collections": {
		"people": {"fields": {"boss": {"type": "foreign_key", "to": "self", "null": true, "on_delete": "cascade", "related_name": "staff"}}},
		"teams": {"fields": {"head": {"type": "foreign_key", "to": "members", "on_delete": "cascade", "related_name": "heads"}}},
		"members": {"fields": {"team": {"type": "foreign_key", "to": "teams", "on_delete": "cascade", "related_name": "members"}}},
		"notes": {"fields": {"team": {"type": "foreign_key", "to": "teams", "null": true, "on_delete": "set_null", "related_name": "notes"}}}
	}}`
	w := newWorld(t, open, document)
	w.fill(`people {}`, `people {"boss": 1}`, `people {"boss": 2}`, `people {}`)
	w.update("people", "1", `{"boss": 3}`)
	w.update("people", "4", `{"boss": 4}`)
	w.delete("people", "2")
	w.delete("people", "4")
	want(t, "people", "", w.all("people"))

	for name, delete := range map[string]string{"from one side": "teams 1", "from the other": "members 2"} {
		w := newWorld(t, open, document)
		_, err := w.s.WriteDeferred(t.Context(), store.Origin{Scope: w.system(), Via: "test"}, func(tx *store.Tx) error {
			for _, line := range []string{`teams {"head": 1}`, `members {"team": 1}`, `members {"team": 1}`, `notes {"team": 1}`, `teams {"head": 4}`,
				`members {"team": 1}`, `members {"team": 2}`} {
				coll, object, _ := strings.Cut(line, " ")
				if _, err := tx.Create(w.input(coll, object)); err != nil {
					return err
				}
			}
			return nil
		})
		w.must(err)
		coll, key, _ := strings.Cut(delete, " ")
		w.delete(coll, key)
		if coll == "members" { // nobody's head: nothing goes with them
			want(t, name, "1,2/1,3,4", w.left("teams", false)+"/"+w.left("members", false))
			w.delete("members", "1")
		}
		want(t, name, "2/4/"+`1 {"team":null}`, w.left("teams", false)+"/"+w.left("members", false)+"/"+w.all("notes"))
		_, err = w.tryCreate(w.system(), "notes", `{"team": 1}`)
		want(t, "foreign keys are looked at at once again", "team: does_not_exist", problems(err))
	}
}

// deleteLog holds the rows that a delete writes: each record once, those that refer before those they refer to.
func deleteLog(t *testing.T, open Open) {
	w := newWorld(t, open, deletesDocument)
	w.fill(`artists {"name": "a"}`, `albums {"artist": 1}`, `songs {"artist": 1, "album": 1}`, `tags {}`, `tags {}`, `plays {"song": 1, "tags": [2, 1]}`,
		`plays {"song": 1, "before": 1}`, `artists {"name": "b"}`, `reviews {"album": 1, "song": 1, "artist": 2}`)
	id, err := w.write(w.system(), func(tx *store.Tx) error {
		return tx.Delete(w.collection("artists"), w.key("artists", "1"), store.Condition{})
	})
	w.must(err)
	want(t, "cascade", strings.Join([]string{
		`update reviews 1 {album:[1,null],song:[1,null]}`,
		`delete plays 2 {id:2,song:1,before:1,tags:[]}`,
		`delete plays 1 {id:1,song:1,before:null,tags:[1,2]}`,
		`delete songs 1 {id:1,artist:1,album:1}`,
		`delete albums 1 {id:1,artist:1}`,
		`delete artists 1 {id:1,name:"a"}`,
	}, "\n"), w.log(id))
	w.fill(`albums {"artist": 2}`, `songs {"artist": 2, "album": 2}`, `plays {"song": 2, "tags": [1, 2]}`)
	id, err = w.write(w.system(), func(tx *store.Tx) error {
		return tx.Delete(w.collection("tags"), w.key("tags", "1"), store.Condition{})
	})
	w.must(err)
	want(t, "target of pairs", `update plays 3 {tags:[[1,2],[2]]}`+"\n"+`delete tags 1 {id:1,name:""}`, w.log(id))
}

package server_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// grid is a page of a full resource as the admin's grid reads it.
type grid struct {
	Results    []map[string]json.RawMessage
	Prev, Next *string
	Offset, At *int
}

func (a *account) grid(path string) (g grid) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.want("GET", path, "", 200, "")), &g); err != nil {
		a.t.Fatal(err)
	}
	return g
}

func (g grid) values(field string) (out []string) {
	for _, r := range g.Results {
		out = append(out, string(r[field]))
	}
	return out
}

// showNumber is a number that may be null, as text.
func showNumber(n *int) string {
	if n == nil {
		return "null"
	}
	return fmt.Sprint(*n)
}

// Whatever the order, a list can be walked from its end to its beginning, and every record's page be found by its key.
func TestRecordPlaces(t *testing.T) {
	w := newWorld(t)
	w.root.want("POST", notesPath, `{"title":"four","price":"0.10"}`, 201, "")
	w.root.want("POST", notesPath, `{"title":"five","stars":1}`, 201, "")
	for _, order := range []string{"", "-stars", "price,-title", "-price", "owner,-id", "-owner"} {
		whole := w.root.grid(notesPath + "?order=" + order)
		keys := whole.values("id")
		if whole.Prev != nil || whole.Next != nil || showNumber(whole.Offset) != "0" {
			t.Errorf("order %q: the whole list has %v %v %s", order, whole.Prev, whole.Next, showNumber(whole.Offset))
		}
		last := w.root.grid(notesPath + "?limit=2&offset=3&order=" + order)
		got := last.values("id")
		for page := last; page.Prev != nil; {
			page = w.root.grid(notesPath + "?limit=2&order=" + order + "&before=" + *page.Prev)
			got = append(page.values("id"), got...)
			if page.Next == nil {
				t.Errorf("order %q: a page before another one has no next", order)
			}
		}
		if diff := cmp.Diff(keys, got); diff != "" {
			t.Errorf("order %q backwards (-whole +pages):\n%s", order, diff)
		}
		for i, key := range keys {
			one := w.root.grid(notesPath + "?limit=1&order=" + order + "&at=" + key)
			if showNumber(one.At) != fmt.Sprint(i) || showNumber(one.Offset) != fmt.Sprint(i) || !slices.Equal(one.values("id"), keys[i:i+1]) {
				t.Errorf("order %q at %s: %s %v, want %d", order, key, showNumber(one.At), one.values("id"), i)
			}
			around := w.root.grid(notesPath + "?limit=3&order=" + order + "&at=" + key)
			if from := max(0, i-1); showNumber(around.Offset) != fmt.Sprint(from) || !slices.Equal(around.values("id"), keys[from:min(from+3, len(keys))]) {
				t.Errorf("order %q around %s: %v from %s", order, key, around.values("id"), showNumber(around.Offset))
			}
		}
	}
	for path, want := range map[string]string{
		"?at=99": "null", "?at=x": "null", "?at=2&filter=stars>0": "null", "?at=3&filter=stars>0": "1", "?at=3&q=three": "0", "?ids=3,1&at=3": "1",
	} {
		if got := showNumber(w.root.grid(notesPath + path).At); got != want {
			t.Errorf("%s: at is %s, want %s", path, got, want)
		}
	}
	if g := w.staff.grid(notesPath + "?at=2"); g.At != nil || showNumber(g.Offset) != "0" { // not in his sight
		t.Errorf("at a hidden record: %s", showNumber(g.At))
	}
	for query, want := range map[string]string{
		"before=xx":       `{"before":["This is not the prev of a page in this order."]}`,
		"at=1&offset=2":   `{"at":["Give offset or at, not both."]}`,
		"ids=x":           `{"ids":["\"x\" is not a key of notes."]}`,
		"with=can,magic":  `{"with":["\"magic\" is none of can, display and files."]}`,
		"at=1&before=W10": `{"at":["Give before or at, not both."]}`,
	} {
		w.root.want("GET", notesPath+"?"+query, "", 400, want)
	}
}

func TestRecordIDs(t *testing.T) {
	w := newWorld(t)
	for query, want := range map[string]string{
		"ids=3,1": "1 3", "ids=3&ids=1": "1 3", "ids=[3,\"1\"]": "1 3", "ids=": "", "ids=3,99": "3", "ids=1,2,3&filter=stars>0&q=th": "3",
	} {
		got := strings.Join(w.root.grid(notesPath+"?"+query).values("id"), " ")
		if got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

// What a record is told of beside its values is in the caller's sight: what he may do with it, and what the records
// that it refers to are called.
func TestRecordCompany(t *testing.T) {
	w := newWorld(t)
	w.root.want("PATCH", notesPath+"1/", `{"owner":1,"tags":[2,1]}`, 200, "")
	company := func(g grid) (out []string) {
		for _, r := range g.Results {
			out = append(out, string(r["_can"])+string(r["_display"])+string(r["_rel"]))
		}
		return out
	}
	for _, test := range []struct {
		who  *account
		want []string
	}{
		{w.root, []string{
			`{"change":true,"delete":true}"one"{"owner":"root","tags":["red","blue"]}`,
			`{"change":true,"delete":true}"two"{"owner":"wendy","tags":[]}`,
			`{"change":true,"delete":true}"three"{"owner":null,"tags":[]}`,
		}},
		{w.wendy, []string{ // sees no other user, changes her own
			`{"change":false,"delete":false}"one"{"owner":null,"tags":["red","blue"]}`,
			`{"change":true,"delete":false}"two"{"owner":"wendy","tags":[]}`,
			`{"change":false,"delete":false}"three"{"owner":null,"tags":[]}`,
		}},
	} {
		if diff := cmp.Diff(test.want, company(test.who.grid(notesPath))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
	g := w.wendy.grid(notesPath + "?ids=1&fields=title,owner")
	if got := string(g.Results[0]["owner"]) + string(g.Results[0]["_rel"]); got != `1{"owner":null}` {
		t.Error(got) // the key is told, the name is not
	}
	bare := w.root.want("GET", notesPath+"?with=&fields=title&ids=2", "", 200, "")
	if strings.Contains(bare, "_can") || strings.Contains(bare, "_display") || strings.Contains(bare, "_rel") {
		t.Error(bare)
	}
	contains(t, w.wendy.want("GET", notesPath+"2/", "", 200, ""), `"_can":{"change":true,"delete":false},"_display":"two","_rel":{"owner":"wendy","tags":[]}}`)
	contains(t, w.wendy.want("PATCH", notesPath+"2/", `{"tags":[2]}`, 200, ""), `"_rel":{"owner":"wendy","tags":["blue"]}}`)
	w.root.want("GET", notesPath+"2/?with=nothing", "", 400, `{"with":["\"nothing\" is none of can, display and files."]}`)

	// What is told follows what it was made of: a name that changes, a right that ends.
	w.root.want("PATCH", "/api/_/records/tags/2/", `{"name":"navy"}`, 200, "")
	w.root.want("PATCH", notesPath+"2/", `{"stars":6}`, 200, "")
	contains(t, w.wendy.want("GET", notesPath+"?ids=2", "", 200, ""), `"_can":{"change":false,"delete":false},"_display":"two","_rel":{"owner":"wendy","tags":["navy"]}}`)
}

const companySchema = `{
  "collections": {
    "houses": {"display": "keeper.username", "fields": {
      "keeper": {"type": "foreign_key", "to": "users", "on_delete": "protect"},
      "plan": {"type": "file", "blank": true}, "no": {"type": "big_integer", "default": 0},
      "price": {"type": "decimal", "max_digits": 8, "decimal_places": 2, "default": "0.10"},
      "locked": {"type": "boolean", "default": false},
      "note": {"type": "char", "max_length": 40, "blank": true, "rules": {"write": "!this.locked"}},
      "seal": {"type": "char", "max_length": 20, "blank": true, "rules": {"read": "!this.locked"}}}},
    "rooms": {"display": "seal", "fields": {
      "house": {"type": "foreign_key", "to": "houses", "on_delete": "cascade", "null": true},
      "seal": {"type": "char", "max_length": 20, "blank": true, "rules": {"read": "user.is_staff"}}}}
  },
  "roles": {"builders": {"houses": {"view": true, "change": true}, "rooms": {"view": true, "change": true}}}
}`

// Displays along relations, files, and fields that are closed in some records only.
func TestRecordCompanyOfHouses(t *testing.T) {
	w := newHouses(t)
	houses, rooms := "/api/_/records/houses/", "/api/_/records/rooms/"
	got := w.bob.want("GET", houses+"?with=can,display&order=id", "", 200, "")
	contains(t, got, `"_can":{"change":true,"delete":false},"_display":"root","_rel":{"keeper":null}}`, // consented to by the document
		`"_can":{"change":true,"delete":false,"read_only":["note"]},"_display":"root"`)
	if strings.Count(got, `"seal"`) != 1 {
		t.Error("the sealed record shows its seal: " + got)
	}
	contains(t, w.bob.want("GET", rooms, "", 200, ""), `"_display":null,"_rel":{"house":"root"}}`)
	contains(t, w.root.want("GET", rooms, "", 200, ""), `"_display":"oak"`)
	contains(t, w.root.want("GET", houses+"1/", "", 200, ""), `"_files":{"plan":{"name":"plan.txt","size":5,"url":"`+w.base+`/media/plan.txt"}}`)
	contains(t, w.root.want("GET", houses+"1/", "", 200, ""), `"no":9007199254740993,"price":"0.10"`)
	if text := w.root.want("GET", houses+"2/?with=files", "", 200, ""); strings.Contains(text, "_files") || strings.Contains(text, "_can") {
		t.Error(text)
	}
}

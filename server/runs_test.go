package server_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// background is work that takes long, as it is told of whatever its kind.
type background struct {
	ID, Kind, Subject, State, Phase, User string
	Done, Total                           int64
	Status                                *int
	Report                                json.RawMessage
}

func (a *account) backgrounds(query string) (list []background) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(a.want("GET", "/api/_/background/"+query, "", 200, "")), &list); err != nil {
		a.t.Fatal(err)
	}
	return list
}

// narrowed is the account with an API key of these scopes.
func (a *account) narrowed(visitor *account, scopes ...string) *account {
	a.t.Helper()
	text := a.want("POST", "/api/auth/keys/", `{"name":"narrow","scopes":`+encoded(a.t, append([]string{}, scopes...))+`}`, 201, "")
	return visitor.with("Authorization", "Api-Key "+member(a.t, text, "key"))
}

// Work that takes long is seen, and ended, by who began it and by superusers; an API key must reach as far as it does.
func TestWhoSeesRuns(t *testing.T) {
	w := newWorld(t)
	bulk := w.wendy.bulkUntil(w.wendy.behind(w.wendy.want("POST", notesPath+"bulk/", `{"ids":[2],"set":{"stars":2},"background":true}`, 202, "")), never)
	csv := w.wendy.with("Content-Type", "text/csv")
	group := member(t, csv.want("POST", "/api/_/imports/?collection=notes", "title,owner\nfour,"+w.wendyKey+"\n", 200, ""), "group")
	bulkPath, importPath := "/api/_/bulk/"+bulk.ID+"/", importsPath+group+"/"
	for _, c := range []struct {
		name           string
		who            *account
		bulk, imported int
	}{
		{"wendy", w.wendy, 200, 200},
		{"wendy's key", w.token("wendy").narrowed(w.visitor()), 200, 200},
		{"wendy's key of notes", w.token("wendy").narrowed(w.visitor(), "notes:write"), 200, 200},
		{"wendy's key that adds", w.token("wendy").narrowed(w.visitor(), "notes:add"), 404, 200},
		{"wendy's key that changes", w.token("wendy").narrowed(w.visitor(), "notes:view", "notes:change"), 200, 404},
		{"wendy's key that reads", w.token("wendy").narrowed(w.visitor(), "notes:read"), 404, 404},
		{"wendy's key of tags", w.token("wendy").narrowed(w.visitor(), "tags:*"), 404, 404},
		{"stan", w.staff, 404, 404},
		{"root", w.root, 200, 200},
		{"root's key", w.token("root").narrowed(w.visitor(), "*:*"), 404, 404},
	} {
		t.Run(c.name, func(t *testing.T) {
			for path, status := range map[string]int{bulkPath: c.bulk, "/api/_/background/" + bulk.ID + "/": c.bulk, importPath: c.imported, "/api/_/background/" + group + "/": c.imported} {
				c.who.want("GET", path, "", status, "")
				c.who.want("POST", path+"cancel/", "", status, "")
			}
			if c.imported == 404 {
				c.who.want("GET", importPath+"errors/", "", 404, "")
			}
			if got := strings.Contains(c.who.want("GET", importsPath, "", 200, ""), group); got != (c.imported == 200) {
				t.Errorf("imports/ has the import: %v", got)
			}
			var seen []string
			for _, b := range c.who.backgrounds("") {
				seen = append(seen, b.Kind+" "+b.Subject+" "+b.State)
			}
			var want []string
			if c.imported == 200 {
				want = append(want, "import notes done")
			}
			if c.bulk == 200 {
				want = append(want, "bulk notes done")
			}
			wantText(t, "background/", strings.Join(want, "\n"), strings.Join(seen, "\n"))
		})
	}
	w.root.want("GET", "/api/_/background/?kind=nothing", "", 400, `{"kind":["\"nothing\" is not a valid choice."]}`)
	w.visitor().want("GET", "/api/_/background/", "", 401, "")
}

// A key is told live of the imports that it sees, and of no others.
func TestLiveImportsOfKeys(t *testing.T) {
	w := newWorld(t)
	adds, reads := w.token("wendy").narrowed(w.visitor(), "notes:add").live(""), w.token("wendy").narrowed(w.visitor(), "notes:read").live("")
	for _, l := range []*live{adds, reads} {
		l.follow("imports")
		l.topic("imports: topic imports")
	}
	w.wendy.with("Content-Type", "text/csv").want("POST", "/api/_/imports/?collection=notes", "title,owner\nfour,"+w.wendyKey+"\n", 200, "")
	contains(t, adds.topic("imports: topic imports"), `"collection":"notes"`)
	reads.follow("schema")
	reads.want("schema: topic schema") // what was told before would have come before
}

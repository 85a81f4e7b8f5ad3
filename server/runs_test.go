package server_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/store/db"
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
	for id, want := range map[string]string{
		bulk.ID: `"kind":"bulk","subject":"notes","state":"done","phase":"","done":1,"total":1,`,
		group:   `"kind":"import","subject":"notes","state":"done","phase":"writing","done":`,
	} {
		contains(t, w.wendy.want("GET", "/api/_/background/"+id+"/", "", 200, ""), want, `"status":200,"report":{`)
	}
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

// A backup tells how far it is, to superusers alone, and can be ended; then there is none.
func TestBackupIsWatchedAndEnded(t *testing.T) {
	w := newWorld(t)
	big, err := os.Create(filepath.Join(w.config.Data, "media", "big"))
	if err == nil {
		err = errors.Join(big.Truncate(16<<30), big.Close()) // of zeros, which take no space, but time to read
	}
	if err != nil {
		t.Fatal(err)
	}
	answer := make(chan string)
	go func() {
		status, text := w.root.call("POST", "/api/_/backups/", "")
		answer <- fmt.Sprint(status, " ", text)
	}()
	var b background
	for end := time.Now().Add(time.Minute); b.Phase != "packing" || b.Done == 0; {
		if list := w.root.backgrounds("?kind=backup"); len(list) > 0 {
			b = list[0]
		}
		if b.Status != nil || time.Now().After(end) {
			t.Fatalf("it was not seen under way: %+v", b)
		}
	}
	if b.State != "running" || b.User != "root" || b.Done >= b.Total || b.Total < 16<<30 {
		t.Errorf("%+v", b)
	}
	for _, who := range []*account{w.staff, w.token("root").narrowed(w.visitor(), "*:*")} {
		if list := who.backgrounds(""); len(list) != 0 {
			t.Errorf("others see %+v", list)
		}
		who.want("POST", "/api/_/background/"+b.ID+"/cancel/", "", 404, "")
	}
	w.root.want("POST", "/api/_/background/"+b.ID+"/cancel/", "", 200, "")
	wantText(t, "the answer", `409 {"detail":"It was cancelled; nothing was changed.","code":"cancelled"}`, <-answer)
	w.root.want("GET", "/api/_/backups/", "", 200, "[]")
	if b = w.root.backgrounds("?kind=backup")[0]; b.State != "cancelled" {
		t.Errorf("%+v", b)
	}
	if err := os.Remove(big.Name()); err != nil {
		t.Fatal(err)
	}
	w.root.want("POST", "/api/_/backups/", "", 201, "")
	w.root.want("GET", "/api/_/doctor/", "", 200, "")
	list := w.root.backgrounds("")
	if len(list) != 3 || list[0].Kind != "doctor" || list[0].Done != list[0].Total || list[0].Total == 0 ||
		list[1].State != "done" || list[1].Phase != "packing" || list[1].Done != list[1].Total || list[1].Total == 0 {
		t.Errorf("%+v", list)
	}
}

// A change of the schema behind the answer tells how many statements have been run, to superusers alone, and can be
// ended; so does its way back.
func TestSchemaBehind(t *testing.T) {
	w := newWorld(t)
	begun := func(path, body string) string {
		t.Helper()
		return member(t, w.root.want("POST", path, body, 202, ""), "id")
	}
	end := func(id string) (b background) {
		t.Helper()
		for end := time.Now().Add(time.Minute); b.Status == nil; {
			if err := json.Unmarshal([]byte(w.root.want("GET", "/api/_/background/"+id+"/", "", 200, "")), &b); err != nil || time.Now().After(end) {
				t.Fatal(b, err)
			}
		}
		w.staff.want("GET", "/api/_/background/"+id+"/", "", 404, "")
		return b
	}
	ended := func(path, body string) background { return end(begun(path, body)) }
	was := w.server.Store().Schema().Hash
	p := w.planned(w.changed(`"price":{`, `"extra":{"type":"integer","null":true},"price":{`))
	order := func(p plan) string { return strings.TrimSuffix(p.applying(t), "}") + `,"background":true}` }
	other := p
	other.Hash = "other"
	if b := ended("/api/_/schema/apply/", order(other)); b.State != "failed" || *b.Status != 409 || !strings.Contains(string(b.Report), "Plan again.") {
		t.Errorf("of another plan: %+v %s", b, b.Report)
	}
	var id string
	if err := w.server.Store().Engine().Exclusive(t.Context(), func(db.Conn) error { // it waits
		id = begun("/api/_/schema/apply/", order(p))
		contains(t, w.root.want("POST", "/api/_/background/"+id+"/cancel/", "", 200, ""), `"kind":"schema","subject":"","state":"running"`)
		second := begun("/api/_/schema/apply/", order(other))
		w.root.want("POST", "/api/_/schema/apply/", order(p), 503, `{"detail":"Too much work of this kind is under way."}`)
		w.root.want("POST", "/api/_/background/"+second+"/cancel/", "", 200, "")
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if b := end(id); b.State != "cancelled" || *b.Status != 409 || w.server.Store().Schema().Hash != was {
		t.Errorf("%+v %s", b, b.Report)
	}
	b := ended("/api/_/schema/apply/", order(p))
	if b.Kind != "schema" || b.State != "done" || *b.Status != 200 || b.Phase != "tables" || b.Total < 2 || b.Done != b.Total-1 {
		t.Errorf("%+v", b)
	}
	now := w.server.Store().Schema().Hash
	if now == was || member(t, string(b.Report), "hash") != now {
		t.Errorf("applied: %s", b.Report)
	}
	var log struct{ Results []struct{ Changeset string } }
	if err := json.Unmarshal([]byte(w.root.want("GET", "/api/_/changes/?op=schema&limit=1", "", 200, "")), &log); err != nil {
		t.Fatal(err)
	}
	path := "/api/_/changesets/" + log.Results[0].Changeset + "/revert/"
	var check struct {
		Schema struct {
			Hash  string
			Steps []struct{ ID string }
		}
	}
	if b = ended(path, `{"mode":"check","background":true}`); json.Unmarshal(b.Report, &check) != nil || len(check.Schema.Steps) == 0 {
		t.Fatalf("%+v %s", b, b.Report)
	}
	consent := []string{}
	for _, s := range check.Schema.Steps {
		consent = append(consent, s.ID)
	}
	b = ended(path, fmt.Sprintf(`{"mode":"keep","hash":%q,"consent":%s,"background":true}`, check.Schema.Hash, encoded(t, consent)))
	if b.Kind != "revert" || b.State != "done" || b.Phase != "tables" || b.Total < 2 || w.server.Store().Schema().Hash != was {
		t.Errorf("reverted: %+v %s", b, b.Report)
	}
}

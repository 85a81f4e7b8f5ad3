package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server/auth"
)

// change is a row of the log as the API answers it.
type change struct {
	Cursor, Changeset, Time, Via, Op     string
	Group, Actor, Cause, Collection, Key *string
	Fields                               map[string]json.RawMessage
	Erased, Exact                        bool
	Values                               map[string]any
}

type changesPage struct {
	Results []change
	Next    *string
}

// page reads a page of the change log or of a record's versions.
func (a *account) page(path string) changesPage {
	a.t.Helper()
	var p changesPage
	if err := json.Unmarshal([]byte(a.want("GET", path, "", 200, "")), &p); err != nil {
		a.t.Fatal(err)
	}
	return p
}

// told is a change in one line: "update notes/1 title=["a","b"]".
func (c change) told(t *testing.T) string {
	out := c.Op + " " + text(c.Collection) + "/" + text(c.Key)
	if fields := encoded(t, c.Fields); fields != "{}" {
		out += " " + fields
	}
	if c.Erased {
		out += " erased"
	}
	return out
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// log is a page of the change log in lines, the latest first.
func (a *account) log(query string) string {
	a.t.Helper()
	var lines []string
	for _, c := range a.page("/api/_/changes/?" + query).Results {
		lines = append(lines, c.told(a.t))
	}
	return strings.Join(lines, "\n")
}

func wantText(t *testing.T, what, want, got string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// wrote sends a write and returns its changeset.
func (a *account) wrote(method, path, body string, status int) string {
	a.t.Helper()
	before := a.page("/api/_/changes/?limit=1").Results
	a.want(method, path, body, status, "")
	after := a.page("/api/_/changes/?limit=1").Results
	if len(after) == 0 || len(before) > 0 && before[0].Cursor == after[0].Cursor {
		a.t.Fatalf("%s %s logged nothing", method, path)
	}
	return after[0].Changeset
}

func TestChanges(t *testing.T) {
	w := newWorld(t)
	first := w.root.wrote("PATCH", notesPath+"1/", `{"title":"uno","tags":[2,1],"price":"10","memo":"hush"}`, 200)
	w.wendy.want("PATCH", notesPath+"2/", `{"stars":3}`, 200, "")
	w.root.want("DELETE", notesPath+"3/", "", 204, "")
	wantText(t, "the log", `delete notes/3 {"id":[3,null],"memo":["",null],"owner":[null,null],"price":[null,null],"stars":[7,null],"tags":[[],null],"title":["three",null]}
update notes/2 {"stars":[0,3]}
update notes/1 {"memo":["psst","hush"],"price":["9.50","10.00"],"tags":[[],[1,2]],"title":["one","uno"]}`, w.root.log("limit=3"))
	for query, want := range map[string]string{
		"collection=notes&record=2":                                "update notes/2 {\"stars\":[0,3]}\ncreate notes/2",
		"actor=" + w.wendyKey:                                      "update notes/2 {\"stars\":[0,3]}",
		"changeset=" + first + "&via=rest":                         "update notes/1 {\"memo\":[\"psst\",\"hush\"],\"price\":[\"9.50\",\"10.00\"],\"tags\":[[],[1,2]],\"title\":[\"one\",\"uno\"]}",
		"changeset=" + first + "&via=import":                       "",
		"group=g":                                                  "",
		"collection=tags&op=create":                                "create tags/2\ncreate tags/1",
		"collection=tags&before=2001-01-01":                        "",
		"collection=tags&after=2001-01-01T00:00:00Z":               "create tags/2\ncreate tags/1",
		"collection=tags&after=2001-01-01&before=2002-01-01T00:00": "",
		"op=schema": "",
	} {
		wantText(t, query, want, w.root.log(query))
	}
	// Who made it, by which door, when.
	c := w.root.page("/api/_/changes/?actor=" + w.wendyKey).Results[0]
	if c.Via != "rest" || text(c.Actor) != w.wendyKey || c.Group != nil || c.Cause != nil || c.Time < "2020" || !strings.HasSuffix(c.Time, "Z") {
		t.Errorf("%+v", c)
	}
	for query, want := range map[string]string{
		"nope=1":                   `{"nope":["There is no such parameter."]}`,
		"collection=nope":          `{"collection":["There is no such collection."]}`,
		"record=1":                 `{"collection":["Name the record's collection."]}`,
		"record=x&collection=tags": `{"record":["This is not a key of tags."]}`,
		"after=yesterday":          `{"after":["Enter a time, such as 2026-05-01T12:00:00Z."]}`,
		"op=destroy":               `{"op":["\"destroy\" is not a valid choice."]}`,
		"limit=0":                  `{"limit":["Enter a whole number from 1 to 1000."]}`,
		"cursor=x":                 `{"cursor":["The log has no such change."]}`,
	} {
		w.root.want("GET", "/api/_/changes/?"+query, "", 400, want)
	}
	w.visitor().want("GET", "/api/_/changes/", "", 401, "")
}

// Every change comes once, whatever the size of a page, and what is written meanwhile moves none.
func TestChangesPages(t *testing.T) {
	w := newWorld(t)
	whole := w.root.log("limit=1000")
	for _, limit := range []int{1, 2, 3, 7} {
		var lines []string
		cursor := ""
		for {
			p := w.root.page(fmt.Sprintf("/api/_/changes/?limit=%d&cursor=%s", limit, url.QueryEscape(cursor)))
			for _, c := range p.Results {
				lines = append(lines, c.told(t))
			}
			if p.Next == nil {
				break
			}
			if len(p.Results) != limit {
				t.Errorf("limit %d: a page of %d", limit, len(p.Results))
			}
			cursor = *p.Next
			w.root.want("POST", "/api/_/records/tags/", fmt.Sprintf(`{"name":"%d %s"}`, limit, cursor[:2]+fmt.Sprint(len(lines))), 201, "")
		}
		wantText(t, fmt.Sprint("pages of ", limit), whole, strings.Join(lines[len(lines)-strings.Count(whole, "\n")-1:], "\n"))
	}
}

// The log shows what the reader sees of the records: row rules, field rules, and nothing secret.
func TestChangesAreInTheReadersSight(t *testing.T) {
	w := newWorld(t)
	w.root.want("PATCH", notesPath+"1/", `{"memo":"hush","stars":2}`, 200, "")
	w.root.want("PATCH", notesPath+"2/", `{"memo":"hush"}`, 200, "")
	w.root.want("POST", notesPath, `{"title":"ghost","stars":0}`, 201, "")
	w.root.want("DELETE", notesPath+"4/", "", 204, "")
	w.root.want("POST", notesPath, `{"title":"star","stars":1,"memo":"m"}`, 201, "")
	w.root.want("DELETE", notesPath+"5/", "", 204, "")
	// Wendy sees notes with stars and her own, no memo, and of those that are gone the one that had stars.
	wantText(t, "wendy", `delete notes/5 {"id":[5,null],"owner":[null,null],"price":[null,null],"stars":[1,null],"tags":[[],null],"title":["star",null]}
create notes/5
update notes/2
update notes/1 {"stars":[1,2]}
create notes/3
create notes/2
create notes/1`, w.wendy.log("collection=notes"))
	// Stan is staff: he reads memo, but another's note without stars is hidden.
	wantText(t, "stan", `delete notes/5 {"id":[5,null],"memo":["m",null],"owner":[null,null],"price":[null,null],"stars":[1,null],"tags":[[],null],"title":["star",null]}
create notes/5
update notes/1 {"memo":["psst","hush"],"stars":[1,2]}
create notes/3
create notes/1`, w.staff.log("collection=notes"))
	// Norman sees tags, himself, and nothing of notes, not even that there are any.
	w.nobody.want("GET", "/api/_/changes/?collection=notes", "", 400, `{"collection":["There is no such collection."]}`)
	if log := w.nobody.log(""); strings.Contains(log, "notes") || strings.Contains(log, "schema") || !strings.Contains(log, "create tags/1") {
		t.Error(log)
	}
	w.nobody.want("GET", "/api/_/history/notes/1/", "", 404, `{"detail":"Not found."}`)
	w.staff.want("GET", "/api/_/history/notes/2/", "", 404, `{"detail":"No Note matches the given query."}`)
	// Neither a password nor its hash is anywhere.
	for _, path := range []string{"/api/_/changes/?collection=users", "/api/_/history/users/1/"} {
		if text := w.root.want("GET", path, "", 200, ""); strings.Contains(text, "password") || strings.Contains(text, "argon2") {
			t.Error(text)
		}
	}
}

// A record's versions have its values as of each, worked out backwards from what it is now.
func TestVersions(t *testing.T) {
	w := newWorld(t)
	w.root.want("PATCH", notesPath+"1/", `{"title":"uno","tags":[2]}`, 200, "")
	w.root.want("PATCH", notesPath+"1/", `{"title":"un","price":null}`, 200, "")
	w.root.want("DELETE", notesPath+"1/", "", 204, "")
	versions := func(a *account, query string) string {
		var lines []string
		for _, v := range a.page("/api/_/history/notes/1/" + query).Results {
			line := v.Op + " " + encoded(t, v.Fields) + " -> " + encoded(t, v.Values)
			if !v.Exact {
				line += " inexact"
			}
			lines = append(lines, line)
		}
		return strings.Join(lines, "\n")
	}
	want := []string{
		`delete {"id":[1,null],"memo":["psst",null],"owner":[null,null],"price":[null,null],"stars":[1,null],"tags":[[2],null],"title":["un",null]} -> null`,
		`update {"price":["9.50",null],"title":["uno","un"]} -> {"id":1,"memo":"psst","owner":null,"price":null,"stars":1,"tags":[2],"title":"un"}`,
		`update {"tags":[[],[2]],"title":["one","uno"]} -> {"id":1,"memo":"psst","owner":null,"price":"9.50","stars":1,"tags":[2],"title":"uno"}`,
		`create {"id":[null,1],"memo":[null,"psst"],"owner":[null,null],"price":[null,"9.50"],"stars":[null,1],"tags":[null,[]],"title":[null,"one"]} -> ` +
			`{"id":1,"memo":"psst","owner":null,"price":"9.50","stars":1,"tags":[],"title":"one"}`,
	}
	wantText(t, "root", strings.Join(want, "\n"), versions(w.root, ""))
	p := w.root.page("/api/_/history/notes/1/?limit=2")
	if p.Next == nil {
		t.Fatal("no next page")
	}
	wantText(t, "the second page", strings.Join(want[2:], "\n"), versions(w.root, "?limit=2&cursor="+*p.Next))
	// Wendy sees it without memo, since it had a star.
	if got := versions(w.wendy, ""); strings.Contains(got, "memo") || strings.Contains(got, "psst") || !strings.Contains(got, `"title":"uno"`) {
		t.Error(got)
	}
	w.root.want("GET", "/api/_/history/notes/99/", "", 404, `{"detail":"No Note matches the given query."}`)
	w.root.want("GET", "/api/_/history/notes/x/", "", 404, "")
	w.root.want("GET", "/api/_/history/nope/1/", "", 404, "")
	w.root.want("GET", "/api/_/history/notes/1/?page=2", "", 400, `{"page":["There is no such parameter."]}`)
}

// Fields and collections keep their history under new names; what was dropped is shown to superusers, under its last.
func TestHistoryThroughChangesOfTheSchema(t *testing.T) {
	w := newWorld(t)
	w.root.want("PATCH", notesPath+"1/", `{"price":"1.00","title":"uno"}`, 200, "")
	w.root.want("PATCH", "/api/_/records/tags/1/", `{"name":"crimson"}`, 200, "")
	doc := strings.Replace(w.document(), `"title":{`, `"heading":{`, 1)
	doc = strings.NewReplacer(`"display":"title"`, `"display":"heading"`, "title != 'hidden'", "heading != 'hidden'").Replace(doc)
	at := strings.Index(doc, `"price":{`)
	doc = doc[:at] + doc[at+strings.Index(doc[at:], "},")+2:]
	p := w.planned(doc)
	if len(p.Errors) > 0 {
		t.Fatal(p.Errors)
	}
	w.root.want("POST", "/api/_/schema/apply/", p.applying(t), 200, "")
	query := "collection=notes&record=1&op=update"
	wantText(t, "root", `update notes/1 {"heading":["one","uno"],"price":["9.50","1.00"]}`, w.root.log(query))
	wantText(t, "wendy", `update notes/1 {"heading":["one","uno"]}`, w.wendy.log(query))
	w.root.want("PATCH", notesPath+"1/", `{"heading":"un"}`, 200, "")
	c := w.root.page("/api/_/changes/?" + query).Results
	w.root.want("POST", "/api/_/history/notes/1/restore/", `{"changeset":"`+c[1].Changeset+`"}`, 200, "")
	if got := member(t, w.root.want("GET", notesPath+"1/", "", 200, ""), "heading"); got != "uno" {
		t.Errorf("restored to %s", got)
	}
}

// Of a record that is gone rules read its own values and links as they were, and what those lead to as that is now. What
// only the records that pointed to it could tell is kept from all but superusers.
func TestDeletedRecordsAreJudgedByTheirValues(t *testing.T) {
	for rule, want := range map[string]string{
		"title == 'a'":                     "delete notes/1\ncreate notes/1",
		"owner.username == 'wendy'":        "delete notes/1\ncreate notes/1",
		"tags.exists(t, t.name == 'red')":  "delete notes/2\ncreate notes/2",
		"lines.exists(l, l.text == 'x')":   "",
		"title == 'b' || size(lines) == 0": "delete notes/2\ncreate notes/2",
	} {
		t.Run(rule, func(t *testing.T) {
			w := &world{project: startProject(t, `{"collections": {
				"tags": {"fields": {"name": {"type": "char", "max_length": 9}}},
				"notes": {"fields": {"title": {"type": "char", "max_length": 9}, "owner": {"type": "foreign_key", "to": "users", "on_delete": "cascade", "null": true},
					"tags": {"type": "many_to_many", "to": "tags", "blank": true}}, "rules": {"view": `+encoded(t, rule)+`}},
				"lines": {"fields": {"note": {"type": "foreign_key", "to": "notes", "on_delete": "cascade", "related_name": "lines"}, "text": {"type": "char", "max_length": 9}}}},
				"roles": {"signed_in": {"notes": {"view": true}}}}`)}
			w.root, _ = w.user(auth.NewUser{Username: "root", Superuser: true})
			wendy, key := w.user(auth.NewUser{Username: "wendy"})
			for _, write := range []string{`tags {"name":"red"}`, `tags {"name":"blue"}`, `notes {"title":"a","owner":` + key + `,"tags":[2]}`, `notes {"title":"b","tags":[1]}`,
				`lines {"note":1,"text":"x"}`} {
				name, body, _ := strings.Cut(write, " ")
				w.root.want("POST", "/api/_/records/"+name+"/", body, 201, "")
			}
			w.root.want("DELETE", notesPath+"1/", "", 204, "")
			w.root.want("DELETE", notesPath+"2/", "", 204, "")
			var lines []string
			for _, c := range wendy.page("/api/_/changes/?collection=notes").Results {
				lines = append(lines, c.Op+" notes/"+text(c.Key))
			}
			wantText(t, "wendy", want, strings.Join(lines, "\n"))
			if n := len(w.root.page("/api/_/changes/?collection=notes").Results); n != 4 {
				t.Errorf("root sees %d", n)
			}
		})
	}
}

package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

// undone is what a restore or a revert reports.
type undone struct {
	Changeset *string
	Done      []struct {
		Collection, Key, Op string
		Fields              []string
	}
	Kept, Conflicts []struct {
		Collection, Key, Reason string
		Field                   *string
		Old, Now                json.RawMessage
		Changeset, Actor        *string
	}
	Failed []struct {
		Collection, Key string
		Errors          json.RawMessage
	}
	Later  []string
	Schema *plan
	Detail string
}

// told is a report in lines.
func (u undone) told() string {
	var lines []string
	for _, d := range u.Done {
		lines = append(lines, strings.TrimSpace(d.Op+" "+d.Collection+"/"+d.Key+" "+strings.Join(d.Fields, " ")))
	}
	for _, c := range u.Conflicts {
		lines = append(lines, fmt.Sprintf("conflict %s/%s %s %s now %s by %s: %s", c.Collection, c.Key, text(c.Field), c.Old, c.Now, text(c.Actor), c.Reason))
	}
	for _, k := range u.Kept {
		lines = append(lines, fmt.Sprintf("kept %s/%s %s: %s", k.Collection, k.Key, text(k.Field), k.Reason))
	}
	for _, f := range u.Failed {
		lines = append(lines, fmt.Sprintf("failed %s/%s %s", f.Collection, f.Key, f.Errors))
	}
	return strings.Join(lines, "\n")
}

func (a *account) undo(path, body string, status int) undone {
	a.t.Helper()
	var u undone
	if err := json.Unmarshal([]byte(a.want("POST", path, body, status, "")), &u); err != nil {
		a.t.Fatal(err)
	}
	return u
}

func (a *account) revert(changeset, mode string, status int) undone {
	a.t.Helper()
	return a.undo("/api/_/changesets/"+changeset+"/revert/", `{"mode":"`+mode+`"}`, status)
}

// record is a record without its version, "" where there is none.
func (a *account) record(collection, key string) string {
	a.t.Helper()
	status, body := a.call("GET", "/api/_/records/"+collection+"/"+key+"/", "")
	if status == 404 {
		return ""
	}
	return body[:strings.Index(body, `,"_v"`)] + "}"
}

func TestRevertOfAnEdit(t *testing.T) {
	w := newWorld(t)
	id := w.root.wrote("PATCH", notesPath+"1/", `{"title":"uno","stars":2,"tags":[1]}`, 200)
	wantText(t, "check", "update notes/1 title stars tags", w.root.revert(id, "check", 200).told())
	contains(t, w.root.record("notes", "1"), `"title":"uno"`)
	u := w.root.revert(id, "keep", 200)
	wantText(t, "keep", "update notes/1 title stars tags", u.told())
	wantText(t, "the record", note1, w.root.record("notes", "1"))
	c := w.root.page("/api/_/changes/?limit=1").Results[0]
	if text(c.Cause) != "revert "+id || c.Changeset != text(u.Changeset) {
		t.Errorf("logged as %+v", c)
	}
	// Redo is the revert of the revert.
	w.root.revert(*u.Changeset, "keep", 200)
	contains(t, w.root.record("notes", "1"), `"title":"uno"`, `"stars":2`, `"tags":[1]`)
	w.root.want("POST", "/api/_/changesets/"+id+"/revert/", `{"mode":"undo"}`, 400, `{"mode":["This is one of check, keep and overwrite."]}`)
	w.root.want("POST", "/api/_/changesets/nope/revert/", `{"mode":"check"}`, 404, `{"detail":"No Changeset matches the given query."}`)
}

// Where later changes touched the same, both values are told, and either stays.
func TestRevertConflicts(t *testing.T) {
	for mode, want := range map[string]string{
		"keep":      `{"id":1,"title":"un","stars":1,"price":"9.50","owner":null,"memo":"psst","tags":[2]}`,
		"overwrite": `{"id":1,"title":"one","stars":1,"price":"9.50","owner":null,"memo":"psst","tags":[2]}`,
	} {
		t.Run(mode, func(t *testing.T) {
			w := newWorld(t)
			id := w.root.wrote("PATCH", notesPath+"1/", `{"title":"uno","stars":2,"tags":[1]}`, 200)
			w.root.want("PATCH", notesPath+"1/", `{"owner":`+w.wendyKey+`}`, 200, "")
			w.wendy.want("PATCH", notesPath+"1/", `{"title":"un","tags":[1,2]}`, 200, "")
			w.root.want("PATCH", notesPath+"1/", `{"owner":null}`, 200, "")
			conflict := `conflict notes/1 title "one" now "un" by ` + w.wendyKey + `: It was changed since.`
			kept := "update notes/1 stars tags\n" + conflict + "\nkept notes/1 title: It was changed since."
			wantText(t, "check", kept, w.root.revert(id, "check", 200).told())
			told := w.root.revert(id, mode, 200).told()
			if mode == "keep" {
				wantText(t, mode, kept, told)
			} else {
				wantText(t, mode, "update notes/1 title stars tags\n"+conflict, told)
			}
			wantText(t, "the record", want, w.root.record("notes", "1"))
		})
	}
}

// A batch that made, changed and deleted is undone whole, in an order in which each finds what it refers to.
func TestRevertOfABatch(t *testing.T) {
	w := newWorld(t)
	before := w.root.want("GET", notesPath+"?omit=_v", "", 200, "")
	id := member(t, w.root.batch(200, "POST /api/_/records/tags/ {\"name\":\"green\"}", "POST "+notesPath+` {"title":"four","tags":[1]}`,
		"PATCH "+notesPath+`1/ {"title":"uno"}`, "PATCH "+notesPath+`1/ {"title":"un"}`, "DELETE "+notesPath+"3/"), "changeset")
	u := w.root.revert(id, "keep", 200)
	wantText(t, "report", "create notes/3\nupdate notes/1 title\ndelete notes/4\ndelete tags/3", u.told())
	after := w.root.want("GET", notesPath+"?omit=_v", "", 200, "")
	wantText(t, "the notes", before, after)
	// And again there.
	w.root.revert(*u.Changeset, "keep", 200)
	contains(t, w.root.record("notes", "1"), `"un"`)
	contains(t, w.root.record("notes", "4"), `"four"`, `"tags":[1]`)
	wantText(t, "note 3", "", w.root.record("notes", "3"))
}

// What was deleted since cannot be put back by undoing an older edit, and what came back since is a conflict.
func TestRevertMeetsDeletes(t *testing.T) {
	w := newWorld(t)
	edit := w.root.wrote("PATCH", notesPath+"1/", `{"title":"uno"}`, 200)
	gone := w.root.wrote("DELETE", notesPath+"1/", "", 204)
	wantText(t, "an edit of what is gone", "kept notes/1 : It was deleted since.", w.root.revert(edit, "overwrite", 200).told())
	wantText(t, "the delete", "create notes/1", w.root.revert(gone, "keep", 200).told())
	w.root.want("PATCH", notesPath+"1/", `{"title":"eins"}`, 200, "")
	wantText(t, "the delete again", `conflict notes/1 title "uno" now "eins" by 1: It was changed since.`+"\nkept notes/1 title: It was changed since.",
		w.root.revert(gone, "keep", 200).told())
	u := w.root.revert(gone, "overwrite", 200)
	wantText(t, "overwritten", "update notes/1 title", u.told()[:len("update notes/1 title")])
	contains(t, w.root.record("notes", "1"), `"uno"`)
}

// A record that was made stays where others have come to need it.
func TestRevertOfACreate(t *testing.T) {
	w := newWorld(t)
	id := w.root.wrote("POST", notesPath, `{"title":"four"}`, 201)
	w.root.want("POST", "/api/_/records/lines/", `{"id":"`+uuidOf(1)+`","note":4,"text":"a"}`, 201, "")
	conflict := "conflict notes/4   now  by : 1 of lines refer to it by note."
	wantText(t, "keep", strings.ReplaceAll(conflict, "  now ", " null now null")+"\nkept notes/4 : 1 of lines refer to it by note.", w.root.revert(id, "keep", 200).told())
	u := w.root.revert(id, "overwrite", 409)
	if len(u.Failed) != 1 || u.Changeset != nil || w.root.record("notes", "4") == "" {
		t.Errorf("a protected record: %+v", u)
	}
	w.root.want("DELETE", "/api/_/records/lines/"+uuidOf(1)+"/", "", 204, "")
	w.root.want("PATCH", notesPath+"4/", `{"stars":1}`, 200, "")
	if u = w.root.revert(id, "keep", 200); len(u.Conflicts) != 1 || u.Changeset != nil {
		t.Errorf("a changed record: %+v", u)
	}
	wantText(t, "overwrite", "delete notes/4", strings.SplitN(w.root.revert(id, "overwrite", 200).told(), "\n", 2)[0])
	wantText(t, "note 4", "", w.root.record("notes", "4"))
}

func uuidOf(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// An import of several changesets is undone by its group.
func TestRevertOfAnImport(t *testing.T) {
	w := newWorld(t)
	var rows strings.Builder
	for i := range 1200 {
		fmt.Fprintf(&rows, "n%d,%d\n", i, i%5)
	}
	res := w.root.with("Content-Type", "text/csv").want("POST", "/api/_/imports/?collection=notes", "title,stars\n"+rows.String(), 200, "")
	group := member(t, res, "group")
	w.root.want("GET", notesPath+"count/", "", 200, `{"count":1203,"exact":true}`)
	u := w.root.revert(group, "keep", 200)
	if len(u.Done) != 1200 || len(u.Conflicts)+len(u.Failed)+len(u.Kept) > 0 {
		t.Errorf("%d done, %d conflicts", len(u.Done), len(u.Conflicts))
	}
	w.root.want("GET", notesPath+"count/", "", 200, `{"count":3,"exact":true}`)
	w.root.revert(*u.Changeset, "keep", 200)
	w.root.want("GET", notesPath+"count/", "", 200, `{"count":1203,"exact":true}`)
}

// Who does not see all of a changeset cannot undo it; who sees nothing of it does not learn that it is there.
func TestRevertPermissions(t *testing.T) {
	w := newWorld(t)
	mine := w.wendy.wrote("PATCH", notesPath+"2/", `{"stars":1}`, 200)
	mixed := member(t, w.root.batch(200, "PATCH "+notesPath+`2/ {"stars":2}`, "POST "+notesPath+` {"title":"dark","stars":0}`), "changeset")
	w.wendy.revert(mixed, "check", 403)
	w.wendy.revert(mixed, "keep", 403)
	w.nobody.revert(mixed, "check", 404)
	w.visitor().want("POST", "/api/_/changesets/"+mine+"/revert/", `{"mode":"check"}`, 401, "")
	w.staff.revert(mine, "overwrite", 403) // he sees the note, and may not change it
	wantText(t, "wendy's own", "update notes/2 stars", w.wendy.revert(mine, "overwrite", 200).told()[:len("update notes/2 stars")])
	contains(t, w.root.record("notes", "2"), `"stars":0`)
}

// A change of the schema that needs no table says so.
func TestLogOfRoles(t *testing.T) {
	w := newWorld(t)
	p := w.planned(strings.Replace(w.document(), `"roles":{`, `"roles":{"guests":{},`, 1))
	w.root.want("POST", "/api/_/schema/apply/", p.applying(t), 200, "")
	if c := w.root.page("/api/_/changes/?op=schema").Results; len(c) != 1 || text(c[0].Cause) != "document" {
		t.Errorf("%+v", c)
	}
}

// A change of the schema is undone by the document before it, and what it dropped comes back out of the attic.
func TestRevertOfTheSchema(t *testing.T) {
	w := newWorld(t)
	doc := w.document()
	at := strings.Index(doc, `"price":{`)
	p := w.planned(doc[:at] + doc[at+strings.Index(doc[at:], "},")+2:])
	w.root.want("POST", "/api/_/schema/apply/", p.applying(t), 200, "")
	if strings.Contains(w.root.record("notes", "1"), "price") {
		t.Fatal("the field is still there")
	}
	c := w.root.page("/api/_/changes/?op=schema").Results
	if len(c) != 1 || text(c[0].Actor) == "" || c[0].Via != "migration" || !strings.HasPrefix(text(c[0].Key), "0002_") {
		t.Fatalf("%+v", c)
	}
	id := c[0].Changeset
	w.staff.revert(id, "check", 404)
	u := w.root.revert(id, "check", 200)
	if u.Schema == nil || len(u.Schema.Steps) == 0 || u.Later != nil {
		t.Fatalf("%+v", u)
	}
	u = w.root.revert(id, "keep", 200)
	if u.Changeset == nil || w.document() != doc {
		t.Errorf("%+v: %s", u, w.document())
	}
	wantText(t, "the record", note1, w.root.record("notes", "1"))
	if c := w.root.page("/api/_/changes/?op=schema").Results[0]; text(c.Cause) != "revert "+id || c.Changeset != *u.Changeset {
		t.Errorf("logged as %+v", c)
	}
	// Undoing that drops the field again, which wants consent.
	again := *u.Changeset
	text409 := w.root.want("POST", "/api/_/changesets/"+again+"/revert/", `{"mode":"keep"}`, 409, "")
	contains(t, text409, "loses data", "Drop field price of notes.")
	u = w.root.revert(again, "check", 200)
	w.root.want("POST", "/api/_/changesets/"+again+"/revert/", encoded(t, map[string]any{
		"mode": "keep", "hash": u.Schema.Hash, "consent": []string{u.Schema.Steps[0].ID}}), 200, "")
	if strings.Contains(w.root.record("notes", "1"), "price") {
		t.Error("the field is back")
	}
	// With later changes only overwrite does it, and undoes them, too. A change without tables counts.
	w.root.want("POST", "/api/_/schema/apply/", w.planned(w.changed(`"change":"stars < 5"`, `"change":"stars < 9"`)).applying(t), 200, "")
	contains(t, w.root.want("POST", "/api/_/changesets/"+id+"/revert/", `{"mode":"keep"}`, 409, ""), "The schema was changed since (")
	if u = w.root.revert(id, "check", 200); len(u.Later) != 3 {
		t.Errorf("later: %v", u.Later)
	}
	w.root.revert(id, "overwrite", 200)
	if w.document() != doc {
		t.Error(w.document())
	}
	wantText(t, "the record", note1, w.root.record("notes", "1"))
}

package server_test

import (
	"strings"
	"testing"

	"github.com/couplet/couplet/server/auth"
)

const note1 = `{"id":1,"title":"one","stars":1,"price":"9.50","owner":null,"memo":"psst","tags":[]}`

func TestRestore(t *testing.T) {
	w := newWorld(t)
	first := w.root.page("/api/_/history/notes/1/").Results[0]
	w.root.want("PATCH", notesPath+"1/", `{"title":"uno","stars":2,"tags":[1,2],"price":null}`, 200, "")
	w.root.want("PATCH", notesPath+"1/", `{"title":"un","memo":"m"}`, 200, "")
	path := "/api/_/history/notes/1/restore/"
	u := w.root.undo(path, `{"cursor":"`+first.Cursor+`","fields":["title","tags"]}`, 200)
	wantText(t, "two fields", "update notes/1 title tags", u.told())
	wantText(t, "the record", `{"id":1,"title":"one","stars":2,"price":null,"owner":null,"memo":"m","tags":[]}`, w.root.record("notes", "1"))
	u = w.root.undo(path, `{"changeset":"`+first.Changeset+`"}`, 200)
	wantText(t, "the whole", "update notes/1 stars price memo", u.told())
	wantText(t, "the record", note1, w.root.record("notes", "1"))
	c := w.root.page("/api/_/changes/?limit=1").Results[0]
	if c.Changeset != text(u.Changeset) || text(c.Cause) != "restore "+first.Changeset || c.Via != "revert" || text(c.Actor) == "" {
		t.Errorf("logged as %+v", c)
	}
	u = w.root.undo(path, `{"changeset":"`+first.Changeset+`"}`, 200)
	if u.Changeset != nil || u.told() != "" {
		t.Errorf("nothing to restore: %+v", u)
	}
	w.root.want("POST", path, `{}`, 400, `{"changeset":["Name the version by a changeset or a cursor."]}`)
	w.root.want("POST", path, `{"cursor":"zz.12345678"}`, 400, `{"cursor":["The log has no such change."]}`)
	w.root.want("POST", path, `{"changeset":"nope"}`, 400, `{"changeset":["The log has no such change of this record."]}`)
	w.root.want("POST", path, `{"cursor":"a","changeset":"b"}`, 400, `{"cursor":["Name a changeset or a cursor, not both."]}`)
	w.root.want("POST", path, `{"changeset":"`+first.Changeset+`","fields":["nope"]}`, 400, `{"fields":["There is no field nope."]}`)
	w.root.want("POST", "/api/_/history/notes/99/restore/", `{}`, 404, "")
	w.root.with("If-Match", `"zz"`).want("PATCH", notesPath+"1/", `{"stars":3}`, 412, "")
	w.root.want("PATCH", notesPath+"1/", `{"stars":3}`, 200, "")
	w.root.with("If-Match", `"zz"`).want("POST", path, `{"changeset":"`+first.Changeset+`"}`, 412, "")
}

// A restore may do what a PATCH may: rules before and after, field rules, checks of values.
func TestRestorePassesThePermissionsOfAWrite(t *testing.T) {
	w := newWorld(t)
	path := "/api/_/history/notes/2/restore/"
	first := w.wendy.page("/api/_/history/notes/2/").Results[0]
	w.root.want("PATCH", notesPath+"2/", `{"memo":"secret","stars":4}`, 200, "")
	u := w.wendy.undo(path, `{"changeset":"`+first.Changeset+`"}`, 200)
	wantText(t, "wendy's note", "update notes/2 stars\nkept notes/2 : Fields that you may not read stay as they are.", u.told())
	w.wendy.want("POST", path, `{"changeset":"`+first.Changeset+`","fields":["memo"]}`, 400, `{"fields":["There is no field memo."]}`)
	// The collection's own rule: nobody but a superuser changes a note with five stars.
	w.root.want("PATCH", notesPath+"2/", `{"stars":6}`, 200, "")
	u = w.wendy.undo(path, `{"changeset":"`+first.Changeset+`"}`, 403)
	wantText(t, "refused", "kept notes/2 : Fields that you may not read stay as they are.\n"+
		`failed notes/2 {"detail":"You do not have permission to perform this action."}`, u.told())
	// Another's note.
	one := w.wendy.page("/api/_/history/notes/1/").Results[0]
	w.root.want("PATCH", notesPath+"1/", `{"stars":2}`, 200, "")
	w.wendy.undo("/api/_/history/notes/1/restore/", `{"changeset":"`+one.Changeset+`"}`, 403)
	// A title that another has taken meanwhile.
	w.root.want("PATCH", notesPath+"1/", `{"title":"uno"}`, 200, "")
	w.root.want("PATCH", notesPath+"3/", `{"title":"one"}`, 200, "")
	u = w.root.undo("/api/_/history/notes/1/restore/", `{"changeset":"`+one.Changeset+`"}`, 400)
	wantText(t, "taken", `failed notes/1 {"title":["note with this title already exists."]}`, u.told())
	if u.Detail == "" || u.Changeset != nil || !strings.Contains(w.root.record("notes", "1"), `"stars":2`) {
		t.Errorf("%+v: something was done", u)
	}
}

func TestUndelete(t *testing.T) {
	w := newWorld(t)
	w.root.want("PATCH", notesPath+"1/", `{"tags":[2,1]}`, 200, "")
	w.root.want("DELETE", notesPath+"1/", "", 204, "")
	path := "/api/_/history/notes/1/restore/"
	w.wendy.undo(path, `{}`, 403) // she may add her own only
	u := w.root.undo(path, `{}`, 200)
	wantText(t, "undelete", "create notes/1", u.told())
	wantText(t, "as it was", strings.Replace(note1, "[]", "[1,2]", 1), w.root.record("notes", "1"))
	if c := w.root.page("/api/_/changes/?limit=1").Results[0]; !strings.HasPrefix(text(c.Cause), "undelete ") || c.Op != "create" {
		t.Errorf("logged as %+v", c)
	}
	if key := w.root.want("POST", notesPath, `{"title":"next"}`, 201, ""); !strings.HasPrefix(key, `{"id":4,`) {
		t.Errorf("the next record is %s", key)
	}
	// To an older version, without a link whose other end is gone, which the report tells.
	w.root.want("DELETE", notesPath+"1/", "", 204, "")
	w.root.want("DELETE", "/api/_/records/tags/2/", "", 204, "")
	create := w.root.page("/api/_/changes/?collection=notes&record=1&op=create").Results
	u = w.root.undo(path, `{"changeset":"`+create[0].Changeset+`"}`, 200)
	wantText(t, "older", "create notes/1\nkept notes/1 tags: Some of the records that it was linked with are gone.", u.told())
	wantText(t, "older", strings.Replace(note1, "[]", "[1]", 1), w.root.record("notes", "1"))
}

// What went with a record comes back with it: those that referred to it, their links, and the links of others to it.
func TestUndeleteWithWhatWentWithIt(t *testing.T) {
	w := newWorld(t)
	_, key := w.user(auth.NewUser{Username: "gone", Roles: []string{"writers"}})
	w.root.want("PATCH", notesPath+"1/", `{"owner":`+key+`,"tags":[1,2]}`, 200, "")
	w.root.want("PATCH", notesPath+"3/", `{"tags":[1]}`, 200, "")
	before := w.root.record("notes", "1")
	w.root.want("DELETE", "/api/_/records/users/"+key+"/", "", 204, "")
	if w.root.record("notes", "1") != "" {
		t.Fatal("the note was not deleted with its owner")
	}
	path := "/api/_/history/users/" + key + "/restore/"
	u := w.root.undo(path, `{"cascade":true}`, 200)
	wantText(t, "with its note", "create users/"+key+"\ncreate notes/1", u.told())
	wantText(t, "the note", before, w.root.record("notes", "1"))
	contains(t, w.root.record("users", key), `"username":"gone"`, `"roles":["writers"]`)
	// A tag, and the lists that it was in; one of them has gone on meanwhile.
	w.root.want("DELETE", "/api/_/records/tags/1/", "", 204, "")
	w.root.want("PATCH", notesPath+"3/", `{"tags":[2]}`, 200, "")
	u = w.root.undo("/api/_/history/tags/1/restore/", `{"cascade":true}`, 200)
	wantText(t, "with its links", "create tags/1\nupdate notes/3 tags\nupdate notes/1 tags", u.told())
	contains(t, w.root.record("notes", "1"), `"tags":[1,2]`)
	contains(t, w.root.record("notes", "3"), `"tags":[1,2]`)
	// Without cascade it comes alone.
	w.root.want("DELETE", "/api/_/records/tags/1/", "", 204, "")
	wantText(t, "alone", "create tags/1", w.root.undo("/api/_/history/tags/1/restore/", `{}`, 200).told())
	contains(t, w.root.record("notes", "1"), `"tags":[2]`)
}

// A deleted superuser does not come back as one by the hand of somebody who could not make one.
func TestUndeleteGivesNoRights(t *testing.T) {
	w := &world{project: startProject(t, strings.Replace(systemSchema, `"writers": {`, `"writers": {"users": {"view": true, "add": true, "delete": true}, `, 1))}
	w.root, _ = w.user(auth.NewUser{Username: "root", Superuser: true})
	w.staff, _ = w.user(auth.NewUser{Username: "stan", Staff: true, Roles: []string{"writers"}})
	_, key := w.user(auth.NewUser{Username: "boss", Superuser: true, Staff: true, Email: "boss@example.com"})
	token := member(t, w.visitor().want("POST", "/api/token/", `{"username":"boss","password":"a-good-Pass-123"}`, 200, ""), "access")
	boss := w.visitor().with("Authorization", "Bearer "+token)
	boss.want("GET", "/api/_/me/", "", 200, "")
	w.root.want("DELETE", "/api/_/records/users/"+key+"/", "", 204, "")
	u := w.staff.undo("/api/_/history/users/"+key+"/restore/", `{}`, 200)
	contains(t, u.told(), "create users/"+key, "kept users/"+key+" is_superuser: You may not write it.", "is_staff: You may not write it.")
	if status, _ := boss.call("GET", "/api/_/me/", ""); status != 401 {
		t.Errorf("a token from before the account was deleted: %d", status)
	}
	contains(t, w.root.record("users", key), `"username":"boss"`, `"is_superuser":false`, `"is_staff":false`, `"email":"boss@example.com"`)
}

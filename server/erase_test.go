package server_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/couplet/couplet/server/auth"
)

// A person's values leave the log, for good; that something happened, when and by whom, stays.
func TestErase(t *testing.T) {
	w := newWorld(t)
	_, key := w.user(auth.NewUser{Username: "person", Email: "private@example.com"})
	user := "/api/_/records/users/" + key + "/"
	w.root.want("PATCH", user, `{"first_name":"Persephone","email":"other@example.com"}`, 200, "")
	w.root.want("PATCH", user, `{"first_name":"P"}`, 200, "")
	w.root.want("PATCH", notesPath+"1/", `{"title":"about Persephone","tags":[1]}`, 200, "")
	w.root.want("PATCH", notesPath+"1/", `{"title":"nothing"}`, 200, "")
	w.root.want("DELETE", user, "", 204, "")
	for _, path := range []string{"/api/_/changes/?collection=users", "/api/_/changes/?collection=notes"} {
		contains(t, w.root.want("GET", path, "", 200, ""), "Persephone")
	}
	text := w.root.want("POST", "/api/_/changes/erase/", `{"user":"`+key+`","records":[{"collection":"notes","key":"1"}]}`, 200, "")
	contains(t, text, `"rows":5`)
	all := w.root.want("GET", "/api/_/changes/?limit=1000", "", 200, "") + w.root.want("GET", "/api/_/history/users/"+key+"/", "", 200, "") +
		w.root.want("GET", "/api/_/history/notes/1/", "", 200, "")
	for _, gone := range []string{"Persephone", "private@", "other@", `"person"`} {
		if strings.Contains(all, gone) {
			t.Errorf("%s is still in %s", gone, all)
		}
	}
	wantText(t, "the skeleton", "erased users/"+key+"\ndelete users/"+key+" erased\nupdate users/"+key+" erased\nupdate users/"+key+" erased\ncreate users/"+key,
		w.root.log("collection=users&record="+key))
	wantText(t, "the note's", "erased notes/1\nupdate notes/1 erased\nupdate notes/1 erased\ncreate notes/1", w.root.log("collection=notes&record=1"))
	if c := w.root.page("/api/_/changes/?op=erased&collection=notes").Results[0]; c.Changeset != member(t, text, "changeset") || fmt.Sprint(*c.Actor) != "1" {
		t.Errorf("logged as %+v", c)
	}
	// The record itself is as it was, its versions know what the log still does, and nothing comes back by a detour.
	v := w.root.page("/api/_/history/notes/1/").Results
	if first := v[len(v)-1]; first.Values["stars"] != 1.0 || first.Values["title"] != nil || !strings.Contains(w.root.record("notes", "1"), `"nothing"`) {
		t.Errorf("%+v", first)
	}
	u := w.root.undo("/api/_/history/users/"+key+"/restore/", `{}`, 200)
	wantText(t, "undelete", "kept users/"+key+" : It was deleted, and its values were erased.", u.told())
	edit := v[2].Changeset
	wantText(t, "revert", "kept notes/1 title: The log does not have its value.\nkept notes/1 tags: The log does not have its value.", w.root.revert(edit, "overwrite", 200).told())
	// A second time there is nothing left.
	contains(t, w.root.want("POST", "/api/_/changes/erase/", `{"user":"`+key+`"}`, 200, ""), `"rows":0`)
}

func TestEraseIsForSuperusers(t *testing.T) {
	w := newWorld(t)
	for _, who := range []*account{w.staff, w.wendy} {
		who.want("POST", "/api/_/changes/erase/", `{"user":"1"}`, 403, "")
	}
	for body, want := range map[string]string{
		`{}`: `{"non_field_errors":["Name a user, or 1 to 1000 records."]}`,
		`{"records":[{"collection":"tags","key":"1"},{"collection":"nope","key":"1"}]}`: `{"records":{"1":{"collection":["There is no such collection."]}}}`,
		`{"user":"x"}`: `{"user":["This is not a key of users."]}`,
		`{"usr":"1"}`:  `{"usr":["There is no such field."]}`,
	} {
		w.root.want("POST", "/api/_/changes/erase/", body, 400, want)
	}
}

// What the attic holds of a record goes with it.
func TestEraseClearsTheAttic(t *testing.T) {
	w := newWorld(t)
	doc := w.document()
	at := strings.Index(doc, `"price":{`)
	p := w.planned(doc[:at] + doc[at+strings.Index(doc[at:], "},")+2:])
	w.root.want("POST", "/api/_/schema/apply/", p.applying(t), 200, "")
	id := w.root.page("/api/_/changes/?op=schema").Results[0].Changeset
	w.root.want("POST", "/api/_/changes/erase/", `{"records":[{"collection":"notes","key":"1"}]}`, 200, "")
	w.root.revert(id, "keep", 200)
	contains(t, w.root.record("notes", "1"), `"price":null`)
}

// At its start a server takes the log back to its limits.
func TestServerKeepsTheLogSmall(t *testing.T) {
	w := newWorld(t)
	for i := range 20 {
		w.root.want("PATCH", notesPath+"1/", fmt.Sprintf(`{"title":"%d"}`, i), 200, "")
	}
	w.stop()
	w.config.HistorySize = 2000
	w.start()
	root := w.visitor().with("Authorization", w.root.header["Authorization"])
	for n := 99; n > 9; { // it is at work since it serves
		n = len(root.page("/api/_/changes/").Results)
	}
	if left := root.page("/api/_/changes/").Results; len(left) == 0 || left[0].Op != "update" || string(left[0].Fields["title"]) != `["18","19"]` {
		t.Errorf("%d are left: %+v", len(left), left)
	}
}

// Files come back by name, while they are there.
func TestRestoreOfAFile(t *testing.T) {
	w := &world{project: startProject(t, `{"collections": {"papers": {"fields": {"title": {"type": "char", "max_length": 9},
		"file": {"type": "file", "upload_to": "papers", "null": true, "blank": true},
		"made": {"type": "datetime", "auto_now_add": true}, "seen": {"type": "datetime", "auto_now": true}}}}}`)}
	w.root, _ = w.user(auth.NewUser{Username: "root", Superuser: true})
	send := func(method, path, name string, status int) {
		t.Helper()
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		part, err := m.CreateFormFile("file", name)
		if err == nil {
			_, err = part.Write([]byte("contents of " + name))
		}
		if err == nil && method == "POST" {
			err = m.WriteField("title", "a")
		}
		if err != nil || m.Close() != nil {
			t.Fatal(err)
		}
		w.root.with("Content-Type", m.FormDataContentType()).want(method, path, "form:"+b.String(), status, "")
	}
	send("POST", "/api/_/records/papers/", "one.txt", 201)
	before := w.root.record("papers", "1")
	send("PATCH", "/api/_/records/papers/1/", "two.txt", 200)
	edit := w.root.page("/api/_/changes/?limit=1").Results[0].Changeset
	wantText(t, "the edit", "update papers/1 file", w.root.revert(edit, "keep", 200).told())
	contains(t, w.root.record("papers", "1"), "/media/papers/one.txt")
	// An undeleted record has its own times.
	w.root.want("DELETE", "/api/_/records/papers/1/", "", 204, "")
	deleted := w.root.page("/api/_/changes/?limit=1").Results[0]
	w.root.undo("/api/_/history/papers/1/restore/", `{}`, 200)
	made := before[strings.Index(before, `"made"`):strings.Index(before, `,"seen"`)]
	contains(t, w.root.record("papers", "1"), made, string(deleted.Fields["seen"][1:len(deleted.Fields["seen"])-6]))
	// Without its file the record does not come back: the answer names it.
	w.root.want("DELETE", "/api/_/records/papers/1/", "", 204, "")
	if err := os.Remove(filepath.Join(w.config.Data, "media/papers/one.txt")); err != nil {
		t.Fatal(err)
	}
	u := w.root.undo("/api/_/history/papers/1/restore/", `{}`, 400)
	wantText(t, "without a file", `failed papers/1 {"file":["The file papers/one.txt is gone."]}`, u.told())
}

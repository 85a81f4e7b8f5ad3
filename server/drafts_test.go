package server_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/couplet/couplet/server/auth"
)

const draftsPath = "/api/_/schema/drafts/"

// draft is a draft as the API answers it.
type draft struct {
	ID, Base      string
	Version       int
	Moved, Shared bool
	Document      json.RawMessage
}

func readDraft(t *testing.T, text string) draft {
	t.Helper()
	var d draft
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	return d
}

func TestDrafts(t *testing.T) {
	w := newWorld(t)
	other, _ := w.user(auth.NewUser{Username: "rita", Superuser: true})
	w.staff.want("GET", draftsPath, "", 403, "")
	w.visitor().want("GET", draftsPath, "", 401, "")
	d := readDraft(t, w.root.want("POST", draftsPath, `{"name":"Prices"}`, 201, ""))
	path := draftsPath + d.ID + "/"
	if d.Moved || d.Version != 1 || d.Base != readHash(t, w.root) {
		t.Errorf("%+v", d)
	}
	w.root.want("POST", draftsPath, `{"base":"nope"}`, 409, `{"detail":"The schema has changed since it was read. Read it again."}`)
	// It is his alone until he shares it.
	other.want("GET", path, "", 404, "")
	other.with("If-Match", `"1"`).want("PATCH", path, `{"name":"x"}`, 404, "")
	other.want("GET", draftsPath, "", 200, `[]`)
	edited := strings.Replace(string(d.Document), `"stars":{`, `"weight":{"type":"integer","null":true},"stars":{`, 1)
	w.root.want("PATCH", path, `{"document":`+edited+`}`, 428, "")
	two := readDraft(t, w.root.with("If-Match", `"1"`).want("PATCH", path, `{"shared":true,"document":`+edited+`}`, 200, ""))
	contains(t, string(two.Document), `"weight":{"id":"f_`)
	w.root.with("If-Match", `"1"`).want("PATCH", path, `{"name":"x"}`, 412, "")
	three := readDraft(t, other.with("If-Match", "2").want("PATCH", path, `{"name":"Weights"}`, 200, ""))
	if three.Version != 3 || string(three.Document) != string(two.Document) {
		t.Errorf("%+v", three)
	}
	if list := other.want("GET", draftsPath, "", 200, ""); strings.Contains(list, "document") || !strings.Contains(list, `"name":"Weights"`) {
		t.Error(list)
	}
	for body, want := range map[string]string{
		`{"document":[]}`: `{"document":["This is no schema document."]}`,
		`{"name":" "}`:    `{"name":["A name has 1 to 120 characters."]}`,
		`{"base":"x"}`:    `{"base":["A draft moves to another base by rebase/."]}`,
		`{"document":{"a":"` + strings.Repeat("x", 1<<20) + `"}}`: `{"document":["A draft has at most 1 MiB."]}`,
	} {
		w.root.with("If-Match", `"3"`).want("PATCH", path, body, 400, want)
	}
	// A draft may be wrong; the plan says so.
	w.root.with("If-Match", `"3"`).want("PATCH", path, `{"document":{"collections":{"notes":{"fields":{"a":{"type":"nope"}}}}}}`, 200, "")
	w.root.want("DELETE", path, "", 204, "")
	w.root.want("GET", path, "", 404, "")
}

func readHash(t *testing.T, a *account) string {
	t.Helper()
	return member(t, a.want("GET", "/api/_/schema/", "", 200, ""), "hash")
}

// A draft whose base has moved is put onto the schema in force, or tells what is in the way.
func TestDraftRebase(t *testing.T) {
	w := newWorld(t)
	d := readDraft(t, w.root.want("POST", draftsPath, `{}`, 201, ""))
	path := draftsPath + d.ID + "/"
	edited := strings.Replace(string(d.Document), `"max_length":40`, `"max_length":60`, 1)
	edited = strings.Replace(edited, `"stars":{`, `"weight":{"type":"integer","null":true},"stars":{`, 1)
	w.root.with("If-Match", `"1"`).want("PATCH", path, `{"document":`+edited+`}`, 200, "")
	apply := func(old, new string) {
		t.Helper()
		w.root.want("POST", "/api/_/schema/apply/", w.planned(w.changed(old, new)).applying(t), 200, "")
	}
	apply(`"memo":{`, `"mood":{"type":"char","max_length":9,"blank":true},"memo":{`)
	if now := readDraft(t, w.root.want("GET", path, "", 200, "")); !now.Moved || now.Version != 2 {
		t.Fatalf("%+v", now)
	}
	w.root.want("POST", path+"rebase/", `{}`, 428, "")
	w.root.want("POST", path+"rebase/", `{"check":true}`, 200, "")
	if now := readDraft(t, w.root.want("GET", path, "", 200, "")); !now.Moved {
		t.Error("a check has kept something")
	}
	var out struct {
		Conflicts []map[string]json.RawMessage
		Draft     *draft
	}
	parse := func(text string) {
		t.Helper()
		out.Conflicts, out.Draft = nil, nil
		if err := json.Unmarshal([]byte(text), &out); err != nil {
			t.Fatal(err)
		}
	}
	parse(w.root.with("If-Match", `"2"`).want("POST", path+"rebase/", `{}`, 200, ""))
	if len(out.Conflicts) > 0 || out.Draft == nil || out.Draft.Moved || out.Draft.Version != 3 {
		t.Fatalf("%+v", out)
	}
	contains(t, string(out.Draft.Document), `"mood"`, `"weight"`, `"max_length":60`)
	// The same place in another way.
	apply(`"max_length":40`, `"max_length":50`)
	text := w.root.with("If-Match", `"3"`).want("POST", path+"rebase/", `{}`, 409, "")
	contains(t, text, `{"conflicts":[{"path":"collections.notes.fields.title.max_length","base":40,"mine":60,"theirs":50}],"draft":null}`)
	w.root.want("POST", path+"rebase/", `{"check":true,"resolve":{"collections.notes.fields.title.max_length":"ours"}}`, 400, "")
	parse(w.root.with("If-Match", `"3"`).want("POST", path+"rebase/", `{"resolve":{"collections.notes.fields.title.max_length":"mine"}}`, 200, ""))
	contains(t, string(out.Draft.Document), `"max_length":60`)
	// What comes out can be applied.
	p := w.planned(string(out.Draft.Document))
	if len(p.Errors) > 0 || len(p.Steps) == 0 || p.Steps[0].Sentence != "Add field weight of notes." {
		t.Errorf("%v %v", p.Steps, p.Errors)
	}
	w.root.want("POST", "/api/_/schema/apply/", p.applying(t), 200, "")
}

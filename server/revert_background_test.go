package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// background is a run of any kind as the answer of what began it, or of background/{id}/, tells of it.
func (a *account) background(text string) (b background) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		a.t.Fatalf("%v: %s", err, text)
	}
	return b
}

// until waits until something is true of a run, or it has ended.
func (a *account) until(b background, is func(background) bool) background {
	a.t.Helper()
	for end := time.Now().Add(time.Minute); b.Status == nil && !is(b); b = a.background(a.want("GET", "/api/_/background/"+b.ID+"/", "", 200, "")) {
		if b.ID == "" {
			a.t.Fatal("there is no run")
		}
		if time.Now().After(end) {
			a.t.Fatalf("it does not end: %+v", b)
		}
	}
	return b
}

func ended(background) bool { return false }

// tags imports so many tags and returns their group.
func (w *world) tags(n int) string {
	w.t.Helper()
	var rows strings.Builder
	for i := range n {
		fmt.Fprintf(&rows, `{"name":"t%d"}`+"\n", i)
	}
	return member(w.t, w.root.with("Content-Type", "application/x-ndjson").want("POST", "/api/_/imports/?collection=tags", rows.String(), 200, ""), "group")
}

// A large revert in the background tells how far it is. One that is cancelled has changed nothing.
func TestRevertBehind(t *testing.T) {
	w := newWorld(t)
	const n = 6000
	group := w.tags(n)
	count := func(want int) {
		t.Helper()
		w.root.want("GET", "/api/_/records/tags/count/?filter=name.startsWith('t')", "", 200, fmt.Sprintf(`{"count":%d,"exact":true}`, want))
	}
	path := "/api/_/changesets/" + group + "/revert/"
	begin := func(mode string) background {
		t.Helper()
		return w.root.background(w.root.want("POST", path, `{"mode":"`+mode+`","background":true}`, 202, ""))
	}
	reported := func(b background) (u undone) {
		t.Helper()
		if err := json.Unmarshal(b.Report, &u); err != nil {
			t.Fatal(err)
		}
		return u
	}
	b := w.root.until(begin("check"), ended)
	if u := reported(b); b.State != "done" || *b.Status != 200 || len(u.Done) != n || u.Changeset != nil {
		t.Errorf("check: %s %d, %d done", b.State, *b.Status, len(u.Done))
	}
	count(n)

	b = w.root.until(begin("keep"), func(b background) bool { return b.Phase == "writing" && b.Done > 0 })
	if b.State != "running" || b.Kind != "revert" || b.Subject != group || b.User != "root" || b.Total != n || b.Done == 0 || b.Done >= n {
		t.Fatalf("under way: %+v", b)
	}
	if list := w.root.backgrounds("?kind=revert"); len(list) != 2 || list[0].ID != b.ID || list[0].State != "running" {
		t.Errorf("background/: %+v", list)
	}
	w.root.want("POST", "/api/_/background/"+b.ID+"/cancel/", "", 200, "")
	b = w.root.until(b, ended)
	if b.State != "cancelled" || *b.Status != 409 || string(b.Report) != `{"detail":"It was cancelled; nothing was changed.","code":"cancelled"}` {
		t.Errorf("cancelled: %+v %s", b, b.Report)
	}
	count(n)

	b = w.root.until(begin("keep"), ended)
	u := reported(b)
	if b.State != "done" || *b.Status != 200 || len(u.Done) != n || u.Changeset == nil || b.Done != n || b.Total != n {
		t.Fatalf("%+v, %d done", b, len(u.Done))
	}
	count(0)
	wantText(t, "what it wrote", group, strings.TrimPrefix(text(w.root.page("/api/_/changes/?changeset=" + *u.Changeset + "&limit=1").Results[0].Cause), "revert "))
}

// What can be told of a revert at once is told at once, and what it does says which keys see it.
func TestRevertBehindIsRefused(t *testing.T) {
	w := newWorld(t)
	revert := func(who *account, id string, status int) string {
		t.Helper()
		return who.want("POST", "/api/_/changesets/"+id+"/revert/", `{"mode":"keep","background":true}`, status, "")
	}
	revert(w.root, "nothing", 404)
	mine := w.wendy.wrote("PATCH", notesPath+"2/", `{"stars":1}`, 200)
	revert(w.nobody, mine, 404)
	german := w.staff.with("Accept-Language", "de")
	b := w.staff.until(w.staff.background(revert(german, mine, 202)), ended) // he sees the note, and may not change it
	if b.State != "failed" || *b.Status != 403 || !strings.Contains(string(b.Report), "Es wurde nichts geändert: Einiges davon wurde abgelehnt.") {
		t.Errorf("%+v %s", b, b.Report)
	}
	b = w.wendy.until(w.wendy.background(revert(w.wendy, mine, 202)), ended)
	for scope, status := range map[string]int{"notes:write": 200, "notes:view": 404, "notes:add": 404, "tags:write": 404} {
		w.token("wendy").narrowed(w.visitor(), scope).want("GET", "/api/_/background/"+b.ID+"/", "", status, "")
	}
	another := w.planned(strings.Replace(w.document(), `"max_length":40`, `"max_length":41`, 1))
	w.root.want("POST", "/api/_/schema/apply/", another.applying(t), 200, "")
	schema := w.root.page("/api/_/changes/?op=schema").Results[0].Changeset
	revert(w.staff, schema, 404)
	revert(w.token("root").narrowed(w.visitor(), "*:*"), schema, 404)
}

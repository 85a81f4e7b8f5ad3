package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// behind is a bulk in the background.
type behind struct {
	ID, State, Collection string
	Count, Done           int
	Status                *int
	Report                *struct {
		Detail, Code   string
		Count, Changed int
		Group          *string
		Errors         []any
	}
}

func (a *account) behind(text string) (b behind) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		a.t.Fatalf("%v: %s", err, text)
	}
	return b
}

// bulkEnded waits until a bulk has ended, or until is true of it.
func (a *account) bulkUntil(b behind, until func(behind) bool) behind {
	a.t.Helper()
	for end := time.Now().Add(time.Minute); b.Status == nil && !until(b); b = a.behind(a.want("GET", "/api/_/bulk/"+b.ID+"/", "", 200, "")) {
		if time.Now().After(end) {
			a.t.Fatalf("the bulk does not end: %+v", b)
		}
	}
	return b
}

func never(behind) bool { return false }

// A bulk in the background tells how far it is, and what came of it.
func TestBulkBehind(t *testing.T) {
	w := newWorld(t)
	start := func(who *account, path, body string, status int) behind {
		t.Helper()
		return who.behind(who.want("POST", path+"bulk/", body, status, ""))
	}
	b := w.root.bulkUntil(start(w.root, notesPath, `{"ids":[1,2],"set":{"stars":2},"background":true}`, 202), never)
	if b.State != "done" || b.Collection != "notes" || b.Count != 2 || b.Done != 2 || *b.Status != 200 || b.Report.Changed != 2 {
		t.Errorf("%+v", b)
	}
	contains(t, w.root.want("GET", notesPath+"1/", "", 200, ""), `"stars":2`)
	// What can be told at once is told at once.
	start(w.root, notesPath, `{"filter":"stars == 2","set":{"stars":3},"expected":9,"background":true}`, 409)
	start(w.nobody, notesPath, `{"ids":[1],"set":{"stars":3},"background":true}`, 403)
	// What is refused is in the report, in the words of bulk/.
	b = w.wendy.bulkUntil(start(w.wendy, notesPath, `{"ids":[2,1],"set":{"stars":4},"background":true}`, 202), never)
	if b.State != "failed" || *b.Status != 400 || b.Report.Code != "refused" || b.Report.Changed != 0 || len(b.Report.Errors) != 1 {
		t.Errorf("%+v %+v", b, b.Report)
	}
	w.root.want("GET", "/api/_/bulk/"+b.ID+"/", "", 200, "")
	w.staff.want("GET", "/api/_/bulk/"+b.ID+"/", "", 404, "")
	w.staff.want("POST", "/api/_/bulk/"+b.ID+"/cancel/", "", 404, "")
}

// A long bulk can be ended; what was written before stays, and can be undone.
func TestBulkCancel(t *testing.T) {
	w := newWorld(t)
	rows := make([]string, 30_000)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"name":"t%d"}`, i)
	}
	w.root.with("Content-Type", "application/x-ndjson").want("POST", "/api/_/imports/?collection=tags", strings.Join(rows, "\n"), 200, "")
	tags := "/api/_/records/tags/"
	count := func() int {
		t.Helper()
		var c struct{ Count int }
		if err := json.Unmarshal([]byte(w.root.want("GET", tags+"count/?filter=name.startsWith('t')", "", 200, "")), &c); err != nil {
			t.Fatal(err)
		}
		return c.Count
	}
	b := w.root.behind(w.root.want("POST", tags+"bulk/", `{"filter":"name.startsWith('t')","delete":true,"expected":30000,"background":true}`, 202, ""))
	b = w.root.bulkUntil(b, func(b behind) bool { return b.Done > 2000 })
	if b.State != "running" || b.Count != 30_000 || b.Done <= 2000 || b.Done > b.Count {
		t.Fatalf("%+v", b)
	}
	w.root.want("POST", "/api/_/bulk/"+b.ID+"/cancel/", "", 200, "")
	b = w.root.bulkUntil(b, never)
	if b.State != "cancelled" || b.Report.Code != "cancelled" || b.Report.Changed == 0 || b.Report.Changed >= 30_000 || b.Report.Group == nil {
		t.Fatalf("%+v %+v", b, b.Report)
	}
	if want := fmt.Sprintf("It was cancelled; %d were changed before.", b.Report.Changed); b.Report.Detail != want || count() != 30_000-b.Report.Changed {
		t.Errorf("%s, %d are left", b.Report.Detail, count())
	}
	w.root.undo("/api/_/changesets/"+*b.Report.Group+"/revert/", `{"mode":"keep"}`, 200)
	if count() != 30_000 {
		t.Errorf("after the revert there are %d", count())
	}
}

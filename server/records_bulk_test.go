package server_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// bulked is the answer of bulk/ and its header.
type bulked struct {
	Detail, Code   string
	Count, Changed int
	Changeset      *string
	Group          *string
	Errors         []struct {
		Key    json.RawMessage
		Status int
		Errors json.RawMessage
	}
	header string
}

func (a *account) bulk(path, body string, status int) (b bulked) {
	a.t.Helper()
	req, err := http.NewRequest("POST", a.base+path+"bulk/", strings.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for k, v := range a.header {
		req.Header.Set(k, v)
	}
	resp, err := a.client.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != status {
		a.t.Errorf("%s: %d %s (%v), want %d", body, resp.StatusCode, text, err, status)
	}
	if err := json.Unmarshal(text, &b); err != nil {
		a.t.Fatalf("%v: %s", err, text)
	}
	b.header = resp.Header.Get("Couplet-Changeset")
	return b
}

func (b bulked) refused() (out []string) {
	for _, e := range b.Errors {
		out = append(out, fmt.Sprintf("%s %d %s", e.Key, e.Status, e.Errors))
	}
	return out
}

// Many records change in one changeset or not at all, and every record that is refused is told.
func TestRecordBulk(t *testing.T) {
	w := newWorld(t)
	titles := func() string { return valuesOf(t, w.root.want("GET", notesPath+"?order=id", "", 200, ""), "stars") }
	b := w.root.bulk(notesPath, `{"ids":[1,"2"],"set":{"stars":2}}`, 200)
	if b.Count != 2 || b.Changed != 2 || b.Changeset == nil || b.header != *b.Changeset || b.Group != nil || titles() != "2 2 7" {
		t.Errorf("%+v, stars %s", b, titles())
	}
	w.root.undo("/api/_/changesets/"+*b.Changeset+"/revert/", `{"mode":"keep"}`, 200)
	if titles() != "1 0 7" {
		t.Errorf("after the revert: %s", titles())
	}

	b = w.root.bulk(notesPath, `{"filter":"stars > 0","set":{"stars":3},"expected":3}`, 409)
	if b.Code != "count_changed" || b.Count != 2 || b.header != "" || titles() != "1 0 7" {
		t.Errorf("%+v, stars %s", b, titles())
	}
	if b = w.root.bulk(notesPath, `{"filter":"stars > 0","set":{"stars":3},"dry_run":true}`, 200); b.Changed != 2 || b.Changeset != nil || titles() != "1 0 7" {
		t.Errorf("%+v, stars %s", b, titles())
	}
	if b = w.root.bulk(notesPath, `{"filter":"stars > 0","q":"thr","set":{"stars":3},"expected":1}`, 200); b.Changed != 1 || titles() != "1 0 3" {
		t.Errorf("%+v, stars %s", b, titles())
	}

	missing, denied := `{"detail":"No Note matches the given query."}`, `{"detail":"You do not have permission to perform this action."}`
	b = w.wendy.bulk(notesPath, `{"ids":[2,1],"set":{"stars":4}}`, 400)
	if diff := cmp.Diff([]string{"1 403 " + denied}, b.refused()); diff != "" || b.Changed != 0 || titles() != "1 0 3" {
		t.Errorf("%s %+v", diff, b)
	}
	b = w.wendy.bulk(notesPath, `{"ids":[99,2],"set":{"stars":4}}`, 400)
	if diff := cmp.Diff([]string{"99 404 " + missing}, b.refused()); diff != "" || b.Detail != "1 of 2 records were refused; nothing was changed." {
		t.Errorf("%s %+v", diff, b)
	}
	b = w.root.bulk(notesPath, `{"ids":[1,2,3],"set":{"title":"same"}}`, 400) // each may have it, not all
	if diff := cmp.Diff([]string{`2 400 {"title":["note with this title already exists."]}`, `3 400 {"title":["note with this title already exists."]}`}, b.refused()); diff != "" {
		t.Error(diff)
	}
	if b = w.root.bulk(notesPath, `{"ids":[1],"set":{"stars":"x"},"dry_run":true}`, 200); len(b.Errors) != 1 || b.Changed != 0 {
		t.Errorf("%+v", b)
	}
	version := member(t, w.root.want("GET", notesPath+"1/", "", 200, ""), "_v")
	w.root.want("PATCH", notesPath+"1/", `{"stars":9}`, 200, "")
	if b = w.root.bulk(notesPath, `{"ids":[1,2],"set":{"stars":0},"versions":{"1":"`+version+`"}}`, 400); len(b.Errors) != 1 || b.Errors[0].Status != 412 || titles() != "9 0 3" {
		t.Errorf("%+v, stars %s", b, titles())
	}
	if b = w.root.bulk(notesPath, `{"ids":[1,3],"delete":true}`, 200); b.Changed != 2 || titles() != "0" {
		t.Errorf("%+v, stars %s", b, titles())
	}
	for body, want := range map[string]string{
		`{"ids":[1]}`:                                      `{"set":["Give either values to set or delete: true."]}`,
		`{"ids":[1],"set":{},"delete":true}`:               `{"set":["Give either values to set or delete: true."]}`,
		`{"set":{}}`:                                       `{"expected":["Say how many records you expect the filter to find."]}`,
		`{"set":{},"expected":1}`:                          `{"ids":["Name records by ids, or by filter and q."]}`,
		`{"ids":[2],"filter":"","set":{}}`:                 `{"ids":["Name records by ids, or by filter and q."]}`,
		`{"ids":["x"],"set":{}}`:                           `{"ids":["\"x\" is not a key of notes."]}`,
		`{"ids":[2],"set":[]}`:                             `{"set":["This is an object of fields and their values."]}`,
		`{"filter":"memo=='a'","set":{},"expected":1}`:     `{"filter":["1:1: The field memo cannot be read."]}`,
		`{"ids":[2],"set":{},"versions":{"2":"not one!"}}`: `{"versions":["\"not one!\" of 2 is no version."]}`,
		`{"ids":[2],"set":{},"verzions":{"2":"not one!"}}`: `{"verzions":["There is no such field."]}`,
	} {
		w.wendy.want("POST", notesPath+"bulk/", body, 400, want)
	}
	w.wendy.want("POST", notesPath+"bulk/", `{"ids":[2],"delete":true}`, 403, "")
	w.nobody.want("POST", notesPath+"bulk/", `{"ids":[2],"set":{}}`, 403, "")
}

// More than one changeset holds is a group, which is reverted as one.
func TestRecordBulkGroup(t *testing.T) {
	w := newWorld(t)
	rows := make([]string, 2100)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"name":"t%d"}`, i)
	}
	w.root.with("Content-Type", "application/x-ndjson").want("POST", "/api/_/imports/?collection=tags", strings.Join(rows, "\n"), 200, "")
	b := w.root.bulk("/api/_/records/tags/", `{"filter":"name.startsWith('t')","delete":true,"expected":2100}`, 200)
	if b.Changed != 2100 || b.Group == nil {
		t.Fatalf("%+v", b)
	}
	w.root.want("GET", "/api/_/records/tags/count/", "", 200, `{"count":2,"exact":true}`)
	// It is summed up by the log's own count, and left out of the log where it is known.
	contains(t, w.root.want("GET", "/api/_/changesets/"+*b.Group+"/", "", 200, ""), `"id":"`+*b.Group+`"`, `"actor":"`, `"via":"rest"`, `"exact":true,`+
		`"parts":[{"collection":"tags","op":"delete","count":2100,"key":null,"fields":[]}]`)
	if text := w.root.want("GET", "/api/_/changes/?limit=1&without=x,"+*b.Group, "", 200, ""); strings.Contains(text, *b.Group) {
		t.Error(text)
	}
	one := w.root.bulk(notesPath, `{"ids":[1],"set":{"stars":5,"title":"uno"}}`, 200)
	contains(t, w.root.want("GET", "/api/_/changesets/"+one.header+"/", "", 200, ""), `"parts":[{"collection":"notes","op":"update","count":1,"key":"1","fields":["stars","title"]}]`)
	w.root.want("GET", "/api/_/changesets/none/", "", 404, "")
	w.nobody.want("GET", "/api/_/changesets/"+one.header+"/", "", 404, "")
	w.root.undo("/api/_/changesets/"+*b.Group+"/revert/", `{"mode":"keep"}`, 200)
	w.root.want("GET", "/api/_/records/tags/count/", "", 200, `{"count":2102,"exact":true}`)
}

func TestRecordImpact(t *testing.T) {
	w := newWorld(t)
	w.root.want("PATCH", notesPath+"2/", `{"tags":[1]}`, 200, "")
	w.root.want("GET", "/api/_/records/tags/1/impact/", "", 200,
		`{"count":1,"blocked":false,"effects":[{"effect":"unlink","collection":"notes","field":"tags","count":1,"hidden":0,"examples":[{"key":2,"display":"two"}]}]}`)
	line := func(id, note, after string) {
		w.root.want("POST", "/api/_/records/lines/", `{"id":"00000000-0000-0000-0000-00000000000`+id+`","note":`+note+`,"text":"x","after":`+after+`}`, 201, "")
	}
	line("1", "2", "null")
	line("2", "3", `"00000000-0000-0000-0000-000000000001"`)
	w.root.want("POST", notesPath+"impact/", `{"ids":[1,2]}`, 200, `{"count":2,"blocked":true,"effects":[{"effect":"protect","collection":"lines","field":"note","count":1,"hidden":0,`+
		`"examples":[{"key":"00000000-0000-0000-0000-000000000001","display":"Line object (00000000-0000-0000-0000-000000000001)"}]}]}`)
	w.root.want("POST", notesPath+"impact/", `{"filter":"stars == 1"}`, 200, `{"count":1,"blocked":false,"effects":[]}`)
	// All the way: a user's notes go, and what protects these blocks it.
	contains(t, w.root.want("GET", "/api/_/records/users/"+w.wendyKey+"/impact/", "", 200, ""), `"blocked":true`,
		`{"effect":"cascade","collection":"notes","field":"owner","count":1,"hidden":0,"examples":[{"key":2,"display":"two"}]}`, `"effect":"protect"`)
	contains(t, w.root.want("GET", "/api/_/records/lines/00000000-0000-0000-0000-000000000001/impact/", "", 200, ""),
		`{"effect":"cascade","collection":"lines","field":"after","count":1`)
	w.wendy.want("GET", notesPath+"2/impact/", "", 403, "") // she may not delete
	w.root.want("GET", notesPath+"99/impact/", "", 404, "")
	w.root.want("POST", notesPath+"impact/", `{}`, 400, `{"ids":["Name records by ids, or by filter and q."]}`)
}

func TestRecordDeleted(t *testing.T) {
	w := newWorld(t)
	type gone struct {
		Results []struct {
			Key, Display, Actor, Changeset string
			ActorDisplay                   *string `json:"actor_display"`
			Values                         map[string]any
		}
		Next *string
	}
	list := func(who *account, query string) (g gone) {
		t.Helper()
		if err := json.Unmarshal([]byte(who.want("GET", notesPath+"deleted/"+query, "", 200, "")), &g); err != nil {
			t.Fatal(err)
		}
		return g
	}
	keys := func(g gone) (out string) {
		for _, r := range g.Results {
			out += r.Key + r.Display + " "
		}
		return out
	}
	for _, key := range []string{"1", "2", "3"} {
		w.root.want("DELETE", notesPath+key+"/", "", 204, "")
	}
	all := list(w.root, "")
	if keys(all) != "3three 2two 1one " || *all.Results[0].ActorDisplay != "root" || all.Results[2].Values["memo"] != "psst" || all.Results[2].Values["price"] != "9.50" {
		t.Errorf("%+v", all)
	}
	staff := list(w.wendy, "")
	if keys(staff) != "3three 2two 1one " || staff.Results[0].ActorDisplay != nil {
		t.Errorf("%+v", staff)
	}
	if _, has := staff.Results[2].Values["memo"]; has {
		t.Error("a field that may not be read is among the values of a record that is gone")
	}
	if got := keys(list(w.staff, "")); got != "3three 1one " {
		t.Errorf("stan sees %s", got)
	}
	first := list(w.root, "?limit=1")
	if got := keys(list(w.root, "?limit=1&cursor="+*first.Next)); got != "2two " {
		t.Errorf("the second page is %s", got)
	}
	// One that comes back and goes again is there once.
	w.root.want("POST", "/api/_/history/notes/1/restore/", `{}`, 200, "")
	if got := keys(list(w.root, "")); got != "3three 2two " {
		t.Errorf("after undeleting: %s", got)
	}
	w.root.want("DELETE", notesPath+"1/", "", 204, "")
	if got := keys(list(w.root, "")); got != "1one 3three 2two " {
		t.Errorf("after deleting again: %s", got)
	}
	w.root.want("GET", notesPath+"deleted/?cursor=x", "", 400, "")
	w.nobody.want("GET", notesPath+"deleted/", "", 403, "")
}

package server_test

import (
	"encoding/json"
	"strings"
	"testing"
)

const (
	lineA = "7d444840-9dc0-11d1-b245-5ffdce74fad2"
	lineB = "7d444840-9dc0-11d1-b245-5ffdce74fad3"
)

// batch sends writes: "METHOD path body".
func (a *account) batch(status int, writes ...string) string {
	a.t.Helper()
	var items []map[string]any
	for _, w := range writes {
		parts := append(strings.SplitN(w, " ", 3), "null")
		item := map[string]any{"method": parts[0], "path": parts[1], "body": json.RawMessage(parts[2])}
		if match, path, ok := strings.Cut(parts[1], "@"); ok {
			item["if_match"], item["path"] = match, path
		}
		items = append(items, item)
	}
	return a.want("POST", "/api/_/batch/", encoded(a.t, map[string]any{"requests": items}), status, "")
}

func TestBatch(t *testing.T) {
	w := newWorld(t)
	text := w.root.batch(200,
		`POST /api/_/records/notes/ {"title":"four"}`, `PATCH /api/notes/1/ {"stars":3}`,
		`DELETE /api/_/records/tags/2/`, `PUT /api/_/records/tags/1/ {"name":"rot"}`, `PATCH /api/_/records/notes/4/ {"stars":8}`)
	var got struct {
		Changeset string
		Responses []struct {
			Status int
			ETag   string
			Body   map[string]any
		}
	}
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	var statuses []int
	for _, r := range got.Responses {
		statuses = append(statuses, r.Status)
	}
	if s := encoded(t, statuses); s != "[201,200,204,200,200]" || got.Changeset == "" {
		t.Errorf("%s: %s", s, text)
	}
	if r := got.Responses[1]; r.Body["stars"] != 3.0 || r.Body["_v"] != nil || r.ETag == "" {
		t.Errorf("a public resource's answer: %+v", r)
	}
	if r := got.Responses[4]; !strings.HasPrefix(r.ETag, `"`+r.Body["_v"].(string)+".") || r.Body["stars"] != 8.0 {
		t.Errorf("a full resource's answer: %+v", r)
	}
	// What was answered serves as the condition of the next batch, in both forms.
	for _, match := range []string{got.Responses[4].ETag, got.Responses[4].Body["_v"].(string)} {
		w.root.batch(200, "PATCH "+match+`@/api/_/records/notes/4/ {"stars":8}`)
	}
	contains(t, w.root.batch(412, `POST /api/_/records/tags/ {"name":"lost"}`, `PATCH zz@/api/_/records/notes/4/ {"stars":9}`),
		`{"request":1,"errors":{"detail":"The record has changed since it was read."}}`)
	w.root.want("GET", "/api/_/records/tags/count/", "", 200, `{"count":1,"exact":true}`)
}

// A batch is refused as a whole, with the place of the write and its own errors.
func TestBatchIsAllOrNothing(t *testing.T) {
	w := newWorld(t)
	before := w.root.want("GET", notesPath, "", 200, "")
	ok := `POST /api/_/records/notes/ {"title":"new"}`
	for _, test := range []struct {
		who    *account
		write  string
		status int
		want   string
	}{
		{w.root, `POST /api/notes/ {"title":"new"}`, 400, `{"title":["note with this title already exists."]}`},
		{w.root, `POST /api/notes/ {}`, 400, `{"title":["This field is required."]}`},
		{w.root, `POST /api/notes/ null`, 400, `{"non_field_errors":["No data provided"]}`},
		{w.root, `GET /api/notes/1/`, 405, `{"detail":"Method \"GET\" not allowed."}`},
		{w.root, `POST /api/notes/1/ {}`, 405, `{"detail":"Method \"POST\" not allowed."}`},
		{w.root, `DELETE /api/notes/`, 405, `{"detail":"Method \"DELETE\" not allowed."}`},
		{w.root, `DELETE /api/notes/99/`, 404, `{"detail":"No Note matches the given query."}`},
		{w.root, `POST /api/nope/ {}`, 404, `{"detail":"There is no resource to write to at \"/api/nope/\"."}`},
		{w.root, `POST notes {}`, 404, `{"detail":"There is no resource to write to at \"notes\"."}`},
		{w.root, `POST https://elsewhere/api/notes/ {}`, 404, `{"detail":"There is no resource to write to at \"https://elsewhere/api/notes/\"."}`},
		{w.root, `POST /api/notes/?format=json {}`, 404, `{"detail":"There is no resource to write to at \"/api/notes/?format=json\"."}`},
	} {
		text := test.who.batch(test.status, ok, test.write)
		if want := `{"request":1,"errors":` + test.want + `}`; text != want {
			t.Errorf("%s: %s, want %s", test.write, text, want)
		}
	}
	w.root.want("GET", notesPath, "", 200, before)
	denied := `{"detail":"You do not have permission to perform this action."}`
	for write, who := range map[string]*account{
		`PATCH /api/notes/3/ {"stars":3}`: w.wendy, `DELETE /api/_/records/notes/2/`: w.wendy, `POST /api/_/records/tags/ {"name":"x"}`: w.nobody,
		`POST /api/_/records/notes/ {"title":"not hers"}`: w.wendy,
	} {
		if text := who.batch(403, write); text != `{"request":0,"errors":`+denied+`}` {
			t.Errorf("%s: %s", write, text)
		}
	}
	w.visitor().want("POST", "/api/_/batch/", `{"requests":[]}`, 401, "")
	size := `{"requests":["Give 1 to 1000 requests."]}`
	w.root.want("POST", "/api/_/batch/", `{}`, 400, size)
	w.root.want("POST", "/api/_/batch/", `{"requests":[`+strings.Repeat(`{},`, 1000)+`{}]}`, 400, size)
	w.root.want("POST", "/api/_/batch/", `{"requests":{}}`, 400, `{"requests":["This cannot be an object."]}`)
}

// Writes of a batch refer to what comes later; what never comes is refused at the end.
func TestBatchRefersForward(t *testing.T) {
	w := newWorld(t)
	a := `POST /api/_/records/lines/ {"id":"` + lineA + `","note":1,"after":"` + lineB + `","text":"a"}`
	b := `POST /api/_/records/lines/ {"id":"` + lineB + `","note":1,"text":"b"}`
	contains(t, w.root.batch(400, a), `{"request":0,"errors":{"after":["Invalid pk \"`+lineB+`\" - object does not exist."]}}`)
	w.root.batch(200, a, b)
	w.root.want("GET", "/api/_/records/lines/count/", "", 200, `{"count":2,"exact":true}`)
	// Protected records may go in one batch with what protects them.
	contains(t, w.root.batch(409, `DELETE /api/notes/1/`), `"request":0`, `"protected_by"`)
	w.root.batch(200, `DELETE /api/_/records/lines/`+lineA+`/`, `DELETE /api/_/records/lines/`+lineB+`/`, `DELETE /api/notes/1/`)
}

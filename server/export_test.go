package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sample"
)

// rows returns the records of a list's answer, one compact JSON text each.
func rows(t *testing.T, text string) []string {
	t.Helper()
	var page struct{ Results []json.RawMessage }
	if strings.HasPrefix(text, "[") {
		text = `{"results":` + text + `}`
	}
	if err := json.Unmarshal([]byte(text), &page); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	out := []string{}
	for _, r := range page.Results {
		out = append(out, string(r))
	}
	return out
}

// An export holds what the list holds, in its order.
func TestExportIsTheList(t *testing.T) {
	d := startDesk(t, sample.Schema)
	for _, path := range []string{
		"/api/tags/?", "/api/articles/?", "/api/articles/?status=draft&ordering=-views", "/api/articles/?search=django",
		"/api/articles/?fields=id,title", "/api/articles/?omit=body&expand=author,comments&tags=1", "/api/articles/3/comments/?",
		"/api/articles-nested/?ordering=title", "/api/articles/?filter=views%20%3E%20100", "/api/comments/?id=99999",
		"/api/events/?ordering=-id", "/api/feed/?",
	} {
		page := "page_size=200&limit=50"
		var want []string
		for next := d.base + path + "&" + page; next != ""; {
			text := d.get(strings.TrimPrefix(next, d.base)).body
			want = append(want, rows(t, text)...)
			var body struct{ Next string }
			if err := json.Unmarshal([]byte(text), &body); err != nil {
				t.Fatalf("%s: %v %s", next, err, text)
			}
			next = body.Next
		}
		for who, d := range map[string]*desk{"admin": d, "": d.as("")} {
			for _, more := range []string{"export=json&", "export=json&snapshot=1&"} {
				if diff := cmp.Diff(want, rows(t, d.export(path+"&"+more+page)), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s %s %q: %s", path, more, who, diff)
				}
			}
		}
	}
}

func TestExportAnswers(t *testing.T) {
	d := startDesk(t, sample.Schema)
	for _, c := range []struct {
		path   string
		status int
		kind   string
		name   string
		body   string
	}{
		{"/api/tags/?export=ndjson&search=django", 200, "application/x-ndjson", "tags.ndjson", "{\"id\":1,\"slug\":\"django\",\"name\":\"Django\"}\n"},
		{"/api/tags/?export=json&search=nothing", 200, "application/json", "tags.json", "[]\n"},
		{"/api/tags/?export=csv&search=nothing", 200, "text/csv; charset=utf-8", "tags.csv", "id,slug,name\r\n"},
		{"/api/tags/?export=tsv&search=django&fields=slug,name", 200, "text/csv; charset=utf-8", "tags.tsv", "slug\tname\r\ndjango\tDjango\r\n"},
		{"/api/tags/?export=csv&search=django&export_delimiter=%3B&export_bom=1&snapshot=1", 200, "text/csv; charset=utf-8", "tags.csv", "\ufeffid;slug;name\r\n1;django;Django\r\n"},
		{"/api/_/records/tags/?export=csv&filter=id==1&order=-id&limit=1", 200, "text/csv; charset=utf-8", "tags.csv", "id,slug,name\r\n1,django,Django\r\n"},
		{"/api/_/records/tags/?export=csv&filter=id==1&omit=id", 200, "text/csv; charset=utf-8", "tags.csv", "slug,name\r\ndjango,Django\r\n"},
		{"/api/tags/?export=xml", 400, "application/json", "", `{"export":["\"xml\" is not a valid choice: csv, json or ndjson."]}`},
		{"/api/tags/?export=", 400, "application/json", "", `{"export":["\"\" is not a valid choice: csv, json or ndjson."]}`},
		{"/api/tags/?export=csv&snapshot=x&export_delimiter=a", 400, "application/json", "", `{"export_delimiter":["\"a\" is not a valid choice: \",\", \";\", \"|\" or \"tab\"."],"snapshot":["Must be a valid boolean."]}`},
		{"/api/articles/?export=csv&views__gte=x", 400, "application/json", "", `{"views__gte":["Enter a number."]}`},
		{"/api/_/records/tags/?export=csv&nope=1", 400, "application/json", "", ""},
	} {
		req := d.request(http.MethodGet, c.path, "", nil)
		req.Header.Set("Accept", "text/csv")
		a := d.do(req)
		want := ""
		if c.name != "" {
			want = `attachment; filename="` + c.name + `"`
		}
		if a.status != c.status || a.header.Get("Content-Type") != c.kind || a.header.Get("Content-Disposition") != want {
			t.Errorf("%s: %d %v %s", c.path, a.status, a.header, a.body)
		}
		if c.body != "" && a.body != c.body {
			t.Errorf("%s: %q, want %q", c.path, a.body, c.body)
		}
	}
	if a := d.do(d.request(http.MethodHead, "/api/tags/?export=csv", "", nil)); a.status != 200 || a.body != "" || a.header.Get("Content-Disposition") == "" {
		t.Errorf("HEAD: %+v", a)
	}
	if a := d.do(d.request(http.MethodPost, "/api/tags/?export=csv", "application/json", strings.NewReader(`{"slug":"x","name":"X"}`))); a.status != 201 {
		t.Errorf("POST: %+v", a)
	}
	for _, who := range []string{"", "user"} {
		if a := d.as(who).get("/api/_/records/users/?export=csv"); a.status != 401 && a.status != 403 {
			t.Errorf("users for %q: %d %s", who, a.status, a.body)
		}
	}
}

// What a reader may not see is in none of his exports, not even as the name of a column.
func TestExportMasksFields(t *testing.T) {
	schema := bytes.Replace(sample.Schema, []byte(`"author_name": {`), []byte(`"author_name": {"rules": {"read": "user.is_staff"}, `), 1)
	schema = bytes.Replace(schema, []byte(`"approved": {`), []byte(`"approved": {"rules": {"read": "user.is_staff || this.parent == null"}, `), 1)
	d := startDesk(t, schema)
	whole, part := d.export("/api/comments/?export=csv"), d.as("").export("/api/comments/?export=csv")
	if !strings.Contains(whole, "author_name") || strings.Contains(part, "author_name") || !strings.Contains(part, "approved") {
		t.Errorf("columns: %.100s and %.100s", whole, part)
	}
	if text := d.as("").export("/api/comments/?export=ndjson"); strings.Contains(text, "author_name") {
		t.Errorf("masked: %.300s", text)
	}
}

// fill adds articles whose bodies make an export that no buffer on the way holds.
func (d *desk) fill(n int) {
	d.t.Helper()
	var b strings.Builder
	body := strings.Repeat("lorem ipsum ", 1000)
	for i := range n {
		fmt.Fprintf(&b, `{"title":"Bulk %d","slug":"bulk-%d","body":"%s","author":1}`+"\n", i, i, body)
	}
	if a := d.post("collection=articles", "application/x-ndjson", b.String()); a.status != 200 {
		d.t.Fatalf("fill: %d %.300s", a.status, a.body)
	}
}

// A client that goes away ends its export: more of them than may be under way at once leave room for the next.
func TestExportClientGone(t *testing.T) {
	d := startDesk(t, sample.Schema)
	d.fill(1500)
	const path = "/api/articles/?export=ndjson&fields=id,body"
	for range 40 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(d.base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: localhost\r\n\r\n", path)
		if _, err := io.ReadFull(conn, make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
		conn.Close()
	}
	for range 1000 { // the server notices when it writes to a connection
		a := d.get(path)
		if a.status == 200 {
			if n := strings.Count(a.body, "\n"); n < 1500 {
				t.Errorf("%d records", n)
			}
			return
		}
	}
	t.Error("exports of clients that have gone are still under way")
}

// An export that cannot go on breaks off: nobody takes a part for the whole.
func TestExportBreaksOff(t *testing.T) {
	d := startDesk(t, sample.Schema)
	d.fill(1500)
	resp, err := http.DefaultClient.Do(d.request(http.MethodGet, "/api/articles/?export=json&fields=id,body", "", nil))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.ReadFull(resp.Body, make([]byte, 1000)); err != nil {
		t.Fatal(err)
	}
	rename := func(from, to string) {
		err := d.store.Engine().Exclusive(context.Background(), func(c db.Conn) error {
			return c.Script("ALTER TABLE " + from + " RENAME TO " + to)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	table := d.store.Schema().Collection("articles").Table
	rename(table, "elsewhere")
	defer rename("elsewhere", table)
	if n, err := io.Copy(io.Discard, resp.Body); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("after %d bytes: %v", n, err)
	}
}

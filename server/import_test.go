package server_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sample"
	"github.com/couplet/couplet/store/sqlb"
)

var moving = regexp.MustCompile(`"updated_at":"[^"]*"`)

// everything is an export of a collection without what moves by itself.
func (d *desk) everything(collection string) string {
	d.t.Helper()
	return moving.ReplaceAllString(d.export("/api/_/records/"+collection+"/?export=ndjson"), "")
}

// reported is the report of an import.
type reported struct {
	Detail                                  string
	Group                                   *string
	Rows, Created, Updated, Skipped, Failed int
	Ignored                                 []string
	Errors                                  []struct {
		Row, Line                    int
		Field, Column, Message, Code string
	}
}

func (d *desk) report(a answered) reported {
	d.t.Helper()
	var r reported
	if err := json.Unmarshal([]byte(a.body), &r); err != nil {
		d.t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	return r
}

// Every collection of the sample comes back from its export in each format, and a change in between is undone by it.
func TestImportRoundTrip(t *testing.T) {
	d := startDesk(t, sample.Schema)
	change := map[string]string{
		"authors": `{"bio":"=1+1"}`, "tags": `{"name":"Other"}`, "articles": `{"title":"Other","tags":[1]}`, "comments": `{"approved":true,"body":"Other"}`,
		"events": `{"title":"Other"}`, "users": `{"first_name":"Other","roles":["editors"]}`,
	}
	for _, c := range d.store.Schema().Collections {
		if change[c.Name] == "" {
			t.Fatalf("the sample has a collection more: %s", c.Name)
		}
		before := d.everything(c.Name)
		n := strings.Count(before, "\n")
		for _, format := range []string{"csv", "json", "ndjson", "tsv"} {
			file := d.export("/api/_/records/" + c.Name + "/?export=" + format)
			key := d.export("/api/_/records/" + c.Name + "/?export=tsv&fields=id&order=-id")
			id := strings.Split(key, "\r\n")[1]
			if a := d.do(d.request("PATCH", "/api/_/records/"+c.Name+"/"+id+"/", "application/json", strings.NewReader(change[c.Name]))); a.status != 200 {
				t.Fatalf("%s: %d %s", c.Name, a.status, a.body)
			}
			if d.everything(c.Name) == before {
				t.Fatalf("%s was not changed", c.Name)
			}
			a := d.upload("collection="+c.Name, c.Name+"."+format, file, "match", "id", "new", "error")
			if r := d.report(a); a.status != 200 || r.Updated != n || r.Group == nil {
				t.Fatalf("%s as %s: %d %.500s", c.Name, format, a.status, a.body)
			}
			if diff := cmp.Diff(before, d.everything(c.Name)); diff != "" {
				t.Errorf("%s as %s: %s", c.Name, format, diff)
			}
		}
	}
}

// Records that were deleted come back as new ones, and what would run as a formula goes out guarded and comes back as
// it was.
func TestImportCreates(t *testing.T) {
	d := startDesk(t, sample.Schema)
	names := "slug,name\r\na,'=1+1\r\nb,'@x\r\nc,\"'-1+\"\"x\"\"\"\r\nd,'plain\r\ne,-5\r\n"
	a := d.post("collection=tags", "text/csv", names)
	r := d.report(a)
	if a.status != 200 || r.Created != 5 || r.Group == nil || a.header.Get("Couplet-Group") != *r.Group {
		t.Fatalf("%d %s", a.status, a.body)
	}
	want := `=1+1|@x|-1+"x"|'plain|-5`
	filter := "&filter=" + url.QueryEscape(`slug in ["a","b","c","d","e"]`) + "&fields=slug,name&order=id"
	var got []string
	for _, row := range rows(t, d.export("/api/_/records/tags/?export=json"+filter)) {
		got = append(got, member(t, row, "name"))
	}
	if strings.Join(got, "|") != want {
		t.Errorf("%s, want %s", strings.Join(got, "|"), want)
	}
	if file := d.export("/api/_/records/tags/?export=csv" + filter); file != names {
		t.Errorf("exported again: %q, want %q", file, names)
	}
	if file := d.export("/api/_/records/tags/?export=csv&export_guard=0" + filter); !strings.Contains(file, "a,=1+1\r\n") {
		t.Errorf("not guarded: %q", file)
	}
	if n := d.logged(*r.Group); n != 5 {
		t.Errorf("%d changes are logged under the group", n)
	}
}

// logged counts what the change log has of a group.
func (d *desk) logged(group string) (n int64) {
	d.t.Helper()
	err := d.store.Engine().Read(context.Background(), func(c db.Conn) error {
		return c.Query("SELECT COUNT(*) FROM couplet_changes WHERE grp = $1 AND via = 'import' AND actor = '1'",
			[]sqlb.Arg{sqlb.T(group)}, func(r db.Row) error {
				n = r.Int(0)
				return nil
			})
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// What an import answers to files and parameters of every kind, and how many tags there are then (8 before).
func TestImportAnswers(t *testing.T) {
	const slug = `Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.`
	const good = "slug,name\na,A\nb,B\n"
	const bad = "slug,name\na,A\nb b,\ndjango,D\n"
	report := func(counts, ignored, errors string) string {
		var n [5]int
		if _, err := fmt.Sscan(counts, &n[0], &n[1], &n[2], &n[3], &n[4]); err != nil {
			t.Fatal(err)
		}
		return fmt.Sprintf(`"rows":%d,"created":%d,"updated":%d,"skipped":%d,"failed":%d,"columns":{"slug":"slug","name":"name"},"ignored":[%s],"errors":[%s],"errors_left_out":0}`,
			n[0], n[1], n[2], n[3], n[4], ignored, errors)
	}
	rowErrors := `{"row":2,"line":3,"field":"slug","column":"slug","message":"` + slug + `","code":"invalid"},` +
		`{"row":2,"line":3,"field":"name","column":"name","message":"This field is required.","code":"required"},` +
		`{"row":3,"line":4,"field":"slug","column":"slug","message":"tag with this slug already exists.","code":"unique"}`
	d := startDesk(t, sample.Schema)
	for _, c := range []struct {
		name, query, kind, body string
		status                  int
		want                    string // the answer's end
		after                   int
	}{
		{"good", "collection=tags", "text/csv", good, 200, report("2 2 0 0 0", "", ""), 10},
		{"through a resource", "resource=tags", "text/csv; charset=UTF-8", good, 200, report("2 2 0 0 0", "", ""), 10},
		{"dry run", "collection=tags&dry_run=1", "text/csv", good, 200, `{"group":null,"dry_run":true,` + report("2 2 0 0 0", "", ""), 8},
		{"dry run with errors", "collection=tags&dry_run=true", "text/csv", bad, 200, `{"group":null,"dry_run":true,` + report("3 1 0 0 2", "", rowErrors), 8},
		{"a bad row refuses the file", "collection=tags", "text/csv", bad, 400, `{"group":null,"dry_run":false,` + report("3 0 0 0 2", "", rowErrors), 8},
		{"keep going", "collection=tags&keep_going=on", "text/csv", bad, 200, report("3 1 0 0 2", "", rowErrors), 9},
		{"errors as a file", "collection=tags&errors=csv", "text/csv", bad, 400, "row,line,column,field,message,code\r\n" +
			"2,3,slug,slug,\"Enter a valid \"\"slug\"\" consisting of letters, numbers, underscores or hyphens.\",invalid\r\n" +
			"2,3,name,name,This field is required.,required\r\n3,4,slug,slug,tag with this slug already exists.,unique\r\n", 8},
		{"upsert", "collection=tags&match=slug", "text/csv", "slug,name\ndjango,D\nnew,N\n", 200, report("2 1 1 0 0", "", ""), 9},
		{"skip", "collection=tags&match=slug&existing=skip&new=skip", "text/csv", "slug,name\ndjango,D\nnew,N\n", 200, `{"group":null,"dry_run":false,` + report("2 0 0 2 0", "", ""), 8},
		{"refuse", "collection=tags&match=slug&existing=error&new=error", "text/csv", "slug,name\ndjango,D\nnew,N\n", 400, report("2 0 0 0 2", "",
			`{"row":1,"line":2,"field":"slug","column":"slug","message":"A record with this value already exists.","code":"exists"},`+
				`{"row":2,"line":3,"field":"non_field_errors","column":"","message":"There is no such record yet.","code":"does_not_exist"}`), 8},
		{"unknown column", "collection=tags", "text/csv", "slug,name,nope\na,A,x\n", 200, report("1 1 0 0 0", `"nope"`, ""), 9},
		{"mapped columns", "collection=tags&delimiter=tab&columns=" + url.QueryEscape(`{"K":"slug","N":"name","slug":""}`), "text/csv", "K\tN\tslug\na\tA\tx\n", 200,
			`"columns":{"K":"slug","N":"name"},"ignored":["slug"],"errors":[],"errors_left_out":0}`, 9},
		{"JSON", "collection=tags", "application/json", `[{"slug":"a","name":"A"},{"slug":"b","name":"\u0000"}]`, 400,
			`"errors":[{"row":2,"line":1,"field":"name","column":"name","message":"Null characters are not allowed.","code":"null_characters_not_allowed"}],"errors_left_out":0}`, 8},
		{"NDJSON", "collection=tags&keep_going=1", "application/x-ndjson", "{\"slug\":\"a\",\"name\":\"A\"}\n[1]\n{\"slug\"\n\n{\"slug\":\"b\",\"name\":\"\xff\"}\n", 200, `"errors_left_out":0}`, 9},
		{"format is found", "collection=tags", "application/octet-stream", `[{"slug":"a","name":"A"}]`, 200, report("1 1 0 0 0", "", ""), 9},

		{"empty", "collection=tags", "text/csv", "", 400, `{"file":["The submitted file is empty."]}`, 8},
		{"a column twice", "collection=tags", "text/csv", "slug,slug\na,b\n", 400, `{"file":["Line 1: the header has the column \"slug\" twice"]}`, 8},
		{"no column", "collection=tags", "text/csv", "x,y\na,b\n", 400, `{"columns":["No column of the file goes to a field that can be written."]}`, 8},
		{"NUL", "collection=tags&keep_going=1", "text/csv", "slug,name\na,\x00\n", 400, `{"file":["Line 2: the file holds a NUL byte: it is no text file, or it is UTF-16; save it as UTF-8"]}`, 8},
		{"Latin-1", "collection=tags", "text/csv", "slug,name\na,M\xfcller\n", 400, `{"file":["Line 2: the byte 0xfc after \"M\" is not UTF-8; save the file as UTF-8"]}`, 8},
		{"UTF-16", "collection=tags", "text/csv", "\xff\xfes\x00", 400, `{"file":["The file is UTF-16. Save it as UTF-8."]}`, 8},
		{"a spreadsheet", "collection=tags", "text/csv", "PK\x03\x04", 400, `{"file":["The file is a spreadsheet or an archive. Save it as CSV."]}`, 8},
		{"a huge row", "collection=tags", "text/csv", "slug,name\na," + strings.Repeat("x", 2<<20), 400, `{"file":["Line 2: the row is longer than 1048576 bytes"]}`, 8},
		{"an open quote", "collection=tags", "text/csv", "slug,name\na,\"b\n", 400, `{"file":["Line 3: a quote that opens a cell is never closed"]}`, 8},
		{"half written", "collection=tags&keep_going=1", "text/csv", "slug,name\n" + manyTags(300) + "x,\"y\"z\n", 400, `"errors_left_out":0}`, 308},
		{"too large", "collection=tags", "text/csv", strings.Repeat("x", 25<<20), 413, `{"detail":"The file is larger than 25165824 bytes."}`, 8},

		{"no target", "", "text/csv", good, 400, `{"collection":["Name either a collection or a resource."]}`, 8},
		{"two targets", "collection=tags&resource=tags", "text/csv", good, 400, `{"collection":["Name either a collection or a resource."]}`, 8},
		{"unknown collection", "collection=nope", "text/csv", good, 400, `{"collection":["There is no such collection."]}`, 8},
		{"unknown resource", "resource=nope", "text/csv", good, 400, `{"resource":["There is no such resource."]}`, 8},
		{"read-only resource", "resource=feed", "text/csv", good, 400, `{"resource":["This resource is read-only."]}`, 8},
		{"a slip", "collection=tags&dryrun=1", "text/csv", good, 400, `{"dryrun":["There is no such parameter."]}`, 8},
		{"bad parameters", "collection=tags&dry_run=x&existing=y&columns=z&delimiter=ab&errors=q", "text/csv", good, 400,
			`{"existing":["\"y\" is not a valid choice."],"dry_run":["Must be a valid boolean."],"columns":["Give a JSON object of columns and fields."],` +
				`"delimiter":["\"ab\" is not a valid choice: \",\", \";\", \"|\" or \"tab\"."],"errors":["\"q\" is not a valid choice."]}`, 8},
		{"unknown match", "collection=tags&match=name", "text/csv", good, 400, `{"match":["\"name\" is neither the key nor a unique field."]}`, 8},
		{"unknown format", "collection=tags&format=xml", "text/csv", good, 400, `{"format":["\"xml\" is not a valid choice."]}`, 8},
		{"another charset", "collection=tags", "text/csv; charset=latin1", good, 400, `{"detail":"Unsupported charset \"latin1\" in request Content-Type header."}`, 8},
		{"another type", "collection=tags", "application/xml", good, 415, `{"detail":"Unsupported media type \"application/xml\" in request."}`, 8},
		{"no type", "collection=tags", "", good, 415, `{"detail":"Unsupported media type \"\" in request."}`, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := *d
			d.t = t
			if a := d.do(d.request("POST", "/__reset__/", "", nil)); a.status != 200 {
				t.Fatalf("reset: %d %s", a.status, a.body)
			}
			a := d.post(c.query, c.kind, c.body)
			if a.status != c.status || !strings.HasSuffix(a.body, c.want) {
				t.Errorf("%d %.1000s, want %d %s", a.status, a.body, c.status, c.want)
			}
			if n := strings.Count(d.everything("tags"), "\n"); n != c.after {
				t.Errorf("%d tags afterwards, want %d", n, c.after)
			}
		})
	}
}

func manyTags(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "t%d,T\n", i)
	}
	return b.String()
}

// An import that the file itself ends half-way says so in its report, with the group of what was written.
func TestImportHalfWritten(t *testing.T) {
	d := startDesk(t, sample.Schema)
	a := d.post("collection=tags&keep_going=1", "text/csv", "slug,name\n"+manyTags(300)+"x,\"y\"z\n")
	r := d.report(a)
	if a.status != 400 || r.Created != 300 || r.Group == nil || r.Detail != "Line 302: 'z' follows the closing quote of a cell" || d.logged(*r.Group) != 300 {
		t.Errorf("%d %.500s", a.status, a.body)
	}
}

// Forms: a file beside fields, which win over the query.
func TestImportForms(t *testing.T) {
	d := startDesk(t, sample.Schema)
	if a := d.upload("collection=nope&dry_run=0", "tags.CSV", "slug;name\na;A\n", "collection", "tags", "dry_run", "1"); a.status != 200 || d.report(a).Created != 1 {
		t.Errorf("%d %s", a.status, a.body)
	}
	for _, c := range []struct{ name, file, field, text, want string }{
		{"../../tags.json", `{"slug":"a","name":"A"}`, "collection", "tags", `{"file":["Line 1: `},
		{"tags.json", `[]`, "collecton", "tags", `{"collecton":["There is no such parameter."]}`},
		{"tags.csv", "", "collection", "tags", `{"file":["The submitted file is empty."]}`},
	} {
		if a := d.upload("", c.name, c.file, c.field, c.text); a.status != 400 || !strings.HasPrefix(a.body, c.want) {
			t.Errorf("%s: %d %s, want %s", c.name, a.status, a.body, c.want)
		}
	}
	form := "--b\r\nContent-Disposition: form-data; name=\"collection\"\r\n\r\ntags\r\n--b--\r\n"
	if a := d.post("", "multipart/form-data; boundary=b", form); a.status != 400 || a.body != `{"file":["No file was submitted."]}` {
		t.Errorf("no file: %d %s", a.status, a.body)
	}
	form = "--b\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\ntext\r\n--b--\r\n"
	if a := d.post("", "multipart/form-data; boundary=b", form); a.status != 400 || !strings.HasPrefix(a.body, `{"file":["The submitted data was not a file.`) {
		t.Errorf("a text for a file: %d %s", a.status, a.body)
	}
	if n := strings.Count(d.everything("tags"), "\n"); n != 8 {
		t.Errorf("%d tags", n)
	}
}

// An import may do what its user may do through REST, row by row, and nothing else.
func TestImportPermissions(t *testing.T) {
	d := startDesk(t, sample.Schema)
	user := d.as("user") // has comments.add and comments.change
	before := map[string]string{}
	for _, c := range d.store.Schema().Collections {
		before[c.Name] = d.everything(c.Name)
	}
	for name, text := range before {
		if name == "comments" {
			continue
		}
		for _, query := range []string{"collection=" + name + "&match=id", "collection=" + name + "&match=id&new=error", "collection=" + name + "&dry_run=1"} {
			if a := user.post(query, "application/x-ndjson", text); a.status != 403 || a.body != `{"detail":"You do not have permission to perform this action."}` {
				t.Errorf("%s: %d %s", query, a.status, a.body)
			}
		}
	}
	if a := d.as("").post("collection=tags", "text/csv", "slug,name\na,A\n"); a.status != 401 {
		t.Errorf("anonymous: %d %s", a.status, a.body)
	}
	for name, text := range before {
		if d.everything(name) != text {
			t.Errorf("%s was changed", name)
		}
	}
	a := user.post("resource=comments", "application/json", `[{"article":1,"author_name":"U","body":"imported"}]`)
	if a.status != 200 || d.report(a).Created != 1 {
		t.Errorf("comments: %d %s", a.status, a.body)
	}
}

// A writer's rows pass his rules one by one.
func TestImportRules(t *testing.T) {
	d := startDesk(t, sample.Schema)
	if a := d.do(d.request("PATCH", "/api/_/records/users/2/", "application/json", strings.NewReader(`{"roles":["writers"]}`))); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := d.do(d.request("POST", "/api/_/records/authors/", "application/json", strings.NewReader(`{"user":2,"email":"u@example.com"}`))); a.status != 201 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	key := strings.Split(d.export("/api/_/records/authors/?export=tsv&fields=id&filter=this.user==2"), "\r\n")[1]
	file := "title,slug,body,author\nMine,mine,text," + key + "\nOther,other,text,1\n"
	a := d.as("user").post("collection=articles&keep_going=1", "text/csv", file)
	r := d.report(a)
	if a.status != 200 || r.Created != 1 || r.Failed != 1 || r.Errors[0].Row != 2 || r.Errors[0].Message != "You do not have permission to perform this action." {
		t.Errorf("%d %s", a.status, a.body)
	}
	slugs := strings.Split(d.export("/api/_/records/articles/?export=csv&fields=slug"), "\r\n")
	if !slices.Contains(slugs, "mine") || slices.Contains(slugs, "other") {
		t.Errorf("articles: %v", slugs)
	}
}

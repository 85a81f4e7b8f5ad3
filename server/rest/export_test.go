package rest_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server/rest"
)

// TestExporter writes rendered records in each format.
func TestExporter(t *testing.T) {
	rows := []string{
		`{"id":1,"name":"a,\"b\"","price":"-1.50","note":null,"tags":[1,2],"meta":{"k":"v"},"ok":true,"x":1.5}`,
		`{"id":2,"name":"","price":null,"note":"=1+1","tags":[],"meta":{},"ok":false,"x":-2}`,
		`{"id":3,"name":" pad","note":"two\r\nlines","tags":null,"meta":"@x\u2028","ok":null,"x":1e+16}`,
	}
	all := "[\n" + strings.Join(rows, ",\n") + "\n]\n"
	for _, c := range []struct {
		name string
		opt  rest.ExportOptions
		rows []string
		want string
	}{
		{"csv", rest.ExportOptions{Format: rest.FormatCSV}, rows, "id,name,price,note,tags,meta,ok,x\r\n" +
			"1,\"a,\"\"b\"\"\",-1.50,,\"[1,2]\",\"{\"\"k\"\":\"\"v\"\"}\",true,1.5\r\n" +
			"2,\"\",,=1+1,[],{},false,-2\r\n" +
			"3,\" pad\",,\"two\r\nlines\",,@x\u2028,,1e+16\r\n"},
		{"guarded, for Excel", rest.ExportOptions{Format: rest.FormatCSV, Guard: true, BOM: true, Delimiter: ';', Columns: []string{"note", "price", "name"}}, rows,
			"\ufeffnote;price;name\r\n;-1.50;\"a,\"\"b\"\"\"\r\n'=1+1;;\"\"\r\n\"two\r\nlines\";;\" pad\"\r\n"},
		{"one column", rest.ExportOptions{Format: rest.FormatCSV, Columns: []string{"note"}}, rows, "note\r\n \r\n=1+1\r\n\"two\r\nlines\"\r\n"},
		{"no records", rest.ExportOptions{Format: rest.FormatCSV, Columns: []string{"a", "b"}}, nil, "a,b\r\n"},
		{"json", rest.ExportOptions{Format: rest.FormatJSON}, rows, all},
		{"json without records", rest.ExportOptions{Format: rest.FormatJSON}, nil, "[]\n"},
		{"ndjson", rest.ExportOptions{Format: rest.FormatNDJSON}, rows, strings.Join(rows, "\n") + "\n"},
	} {
		var out bytes.Buffer
		e := rest.NewExporter(&out, c.opt)
		for _, row := range c.rows {
			if err := e.Row([]byte(row)); err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
		}
		if err := e.Close(); err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
	for _, bad := range []string{``, `[]`, `{"a"`, `{"a":`, `{a:1}`} {
		e := rest.NewExporter(&bytes.Buffer{}, rest.ExportOptions{Format: rest.FormatCSV})
		if e.Row([]byte(bad)) == nil {
			t.Errorf("%q was exported", bad)
		}
	}
}

// TestImportReport is what the system API shows, and the file of errors.
func TestImportReport(t *testing.T) {
	d := newDesk(t, "tags")
	report, err := d.run("Slug,name,extra\n=x,A,1\n", rest.ImportPlan{DryRun: true})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"dry_run":true,"rows":1,"created":0,"updated":0,"skipped":0,"failed":1,"columns":{"Slug":"slug","name":"name"},"ignored":["extra"],` +
		`"errors":[{"row":1,"line":2,"field":"slug","column":"Slug","message":"Enter a valid \"slug\" consisting of letters, numbers, underscores or hyphens.","code":"invalid"}],` +
		`"errors_left_out":0}`
	if diff := cmp.Diff(want, string(report.AppendJSON(nil))); diff != "" {
		t.Error(diff)
	}
	var out bytes.Buffer
	if err := report.WriteErrors(&out); err != nil {
		t.Fatal(err)
	}
	wantCSV := "row,line,column,field,message,code\r\n" +
		"1,2,Slug,slug,\"Enter a valid \"\"slug\"\" consisting of letters, numbers, underscores or hyphens.\",invalid\r\n"
	if diff := cmp.Diff(wantCSV, out.String()); diff != "" {
		t.Error(diff)
	}
}

// TestImportCells reads cells of every kind: lists with commas or as JSON, JSON, empty cells.
func TestImportCells(t *testing.T) {
	d := newDesk(t, "events")
	file := "title,code,venue,starts_on,starts_at,duration,is_public,kind,tags,articles,extra,score,ip\n" +
		"First,ABC-0001,Hall,2030-01-01,9:05,90,TRUE,2,\"django, python\",\"[\"\"/api/articles/1/\"\"]\",\"{\"\"a\"\": [1.5]}\",1e3,::FFFF:1.2.3.4\n" +
		"Second,ABC-0002,Hall,2030-01-02,,,,,,http://x/api/articles/2/,,,\n" +
		"Third,ABC-0003,Hall,2030-01-03,25:00,x,maybe,7,nope,/api/articles/999/,{,a,1.2.3\n"
	report, err := d.run(file, rest.ImportPlan{KeepGoing: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"rows 3 created 2 updated 0 skipped 0 failed 1",
		`3/4 kind "7" is not a valid choice.`,
		`3/4 starts_at Time has wrong format. Use one of these formats instead: hh:mm[:ss[.uuuuuu]].`,
		`3/4 duration Duration has wrong format. Use one of these formats instead: [DD] [HH:[MM:]]ss[.uuuuuu].`,
		`3/4 ip Enter a valid IPv4 or IPv6 address.`,
		`3/4 score A valid number is required.`,
		`3/4 is_public Must be a valid boolean.`,
		`3/4 extra Value must be valid JSON.`,
		`3/4 tags Object with slug=nope does not exist.`,
		`3/4 articles Invalid hyperlink - Object does not exist.`,
	}
	if diff := cmp.Diff(want, summary(report)); diff != "" {
		t.Error(diff)
	}
	out := d.export(rest.ExportOptions{Format: rest.FormatNDJSON})
	for _, part := range []string{
		`"starts_at":"09:05:00","duration":"00:01:30"`, `"ip":"1.2.3.4"`, `"score":1000.0`, `"is_public":true`, `"extra":{"a":[1.5]}`,
		`"title":"Second","code":"ABC-0002","kind":1,"venue":"Hall","starts_on":"2030-01-02","starts_at":null,"duration":null`,
		`"articles":["http://testserver/api/articles/2/"]`,
	} {
		if !strings.Contains(out, part) {
			t.Errorf("%s is not in the export", part)
		}
	}
}

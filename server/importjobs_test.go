package server_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

const importsPath = "/api/_/imports/"

// progress is an import in the background.
type progress struct {
	ID, State, Phase string
	Bytes, Size      int64
	Rows, Failed     int
	Status           *int
	Report           *reported
	DryRun           bool `json:"dry_run"`
}

// ended waits until an import has ended.
func (a *account) ended(text string) progress {
	a.t.Helper()
	p := a.progress(text)
	for end := time.Now().Add(time.Minute); p.Status == nil; p = a.progress(a.want("GET", importsPath+p.ID+"/", "", 200, "")) {
		if time.Now().After(end) {
			a.t.Fatalf("the import does not end: %+v", p)
		}
	}
	return p
}

func (a *account) progress(text string) (p progress) {
	a.t.Helper()
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		a.t.Fatalf("%v: %s", err, text)
	}
	return p
}

// The wizard: a file is sent once, looked at, tried, imported and undone.
func TestImportWizard(t *testing.T) {
	w := newAlbums(t)
	csv := "Name;Year\na;2001\nb;x\n" + strings.Repeat("y", 21) + ";3\n"
	token := w.bo.sent("albums.csv", csv)
	text := w.bo.want("POST", importsPath+"sniff/", `{"upload":"`+token+`","collection":"albums"}`, 200, "")
	contains(t, text, `"format":"csv","delimiter":";","size":`, `"examined":3,"more":false`,
		`{"name":"Name","field":"name","type":"char","empty":0,"longest":21,"samples":["a","b","`, `{"name":"Year","field":"","type":"char"`, `"rows":[["a","2001"],`, `"proposed":null`)
	w.di.want("POST", importsPath+"sniff/", `{"upload":"`+token+`","collection":"albums"}`, 400, "")
	w.none.want("POST", importsPath+"sniff/", `{"upload":"`+token+`"}`, 403, "")
	w.bo.want("POST", importsPath+"sniff/", `{"upload":"`+w.bo.sent("a.zip", "PK\x03\x04x")+`"}`, 400, `{"upload":["The file is a spreadsheet or an archive. Save it as CSV."]}`)
	start := func(more string, status int) string {
		return w.bo.want("POST", importsPath, `{"upload":"`+token+`","collection":"albums","columns":{"Year":""}`+more+`}`, status, "")
	}
	contains(t, start(`,"dry_run":true`, 200), `"rows":3,"created":2`, `"failed":1`)
	start(`,"background":true,"errors":"csv"`, 400)
	start(`,"nope":1`, 400)
	p := w.bo.ended(start(`,"background":true,"dry_run":true`, 202))
	if p.State != "done" || !p.DryRun || p.Phase != "checking" || p.Bytes != p.Size || p.Size != int64(len(csv)) || p.Rows != 3 || p.Failed != 1 {
		t.Errorf("%+v", p)
	}
	if p = w.bo.ended(start(`,"background":true`, 202)); p.State != "failed" || *p.Status != 400 || p.Report.Failed != 1 {
		t.Errorf("%+v", p)
	}
	contains(t, w.bo.want("GET", importsPath+p.ID+"/errors/", "", 200, ""), "row,line,column,field,message,code\r\n3,4,Name,name,Ensure this field has no more than 20 characters.")
	p = w.bo.ended(start(`,"background":true,"keep_going":true`, 202))
	if p.State != "done" || p.Phase != "writing" || p.Report.Created != 2 || p.Report.Group == nil {
		t.Fatalf("%+v", p)
	}
	w.root.want("GET", albumsPath+"count/", "", 200, `{"count":2,"exact":true}`)
	w.di.want("GET", importsPath+p.ID+"/", "", 404, "")
	w.root.want("GET", importsPath+p.ID+"/", "", 200, "")
	wantText(t, "di's imports", "[]", w.di.want("GET", importsPath, "", 200, ""))
	if n := strings.Count(w.bo.want("GET", importsPath, "", 200, ""), `"report":null`); n != 4 {
		t.Errorf("bo has %d imports", n)
	}
	w.root.want("POST", "/api/_/changesets/"+*p.Report.Group+"/revert/", `{"mode":"keep"}`, 200, "")
	w.root.want("GET", albumsPath+"count/", "", 200, `{"count":0,"exact":true}`)
}

// A long import can be ended; what it wrote until then can be undone.
func TestImportCancel(t *testing.T) {
	w := newAlbums(t)
	var b strings.Builder
	b.WriteString("name\n")
	for i := range 60_000 {
		fmt.Fprintf(&b, "album %d\n", i)
	}
	token := w.bo.sent("long.csv", b.String())
	p := w.bo.progress(w.bo.want("POST", importsPath, `{"upload":"`+token+`","collection":"albums","background":true,"keep_going":true}`, 202, ""))
	for end := time.Now().Add(time.Minute); p.Rows == 0 && time.Now().Before(end); {
		p = w.bo.progress(w.bo.want("GET", importsPath+p.ID+"/", "", 200, ""))
	}
	if p.State != "running" || p.Phase != "writing" || p.Bytes == 0 || p.Bytes > p.Size {
		t.Fatalf("%+v", p)
	}
	w.di.want("POST", importsPath+p.ID+"/cancel/", "", 404, "")
	p = w.bo.ended(w.bo.want("POST", importsPath+p.ID+"/cancel/", "", 200, ""))
	if p.State != "cancelled" || p.Report == nil || p.Report.Group == nil || p.Report.Created == 0 || p.Report.Created >= 60_000 {
		t.Fatalf("%+v %+v", p, p.Report)
	}
	w.root.want("GET", albumsPath+"count/", "", 200, fmt.Sprintf(`{"count":%d,"exact":true}`, p.Report.Created))
	w.root.want("POST", "/api/_/changesets/"+*p.Report.Group+"/revert/", `{"mode":"keep"}`, 200, "")
	w.root.want("GET", albumsPath+"count/", "", 200, `{"count":0,"exact":true}`)
}

// A file becomes a collection: what is proposed can be applied, and takes every row.
func TestImportProposesACollection(t *testing.T) {
	w := newAlbums(t)
	csv := "id,E-Mail,Größe,Born,seen,Price,Code,Big,Ok,Site,Note,Größe?\r\n" +
		"7,a@b.example,1,2001-02-03,2026-01-02 03:04:05,1.50,007,9007199254740993,yes,https://x.example/,\"two\nlines\",1\r\n" +
		"8,,2,,,12,008,1,no,,,2\r\n"
	token := w.root.sent("Meine Leute.csv", csv)
	text := w.root.want("POST", importsPath+"sniff/", `{"upload":"`+token+`"}`, 200, "")
	var s struct {
		Proposed struct {
			Name       string
			Definition json.RawMessage
			Columns    map[string]string
		}
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	got := string(s.Proposed.Definition)
	contains(t, got, `{"display":"code","fields":{"original_id":{"type":"integer"`, `"e_mail":{"type":"email","verbose_name":"E-Mail","blank":true}`, `"grosse":{"type":"integer"`,
		`"born":{"type":"date","verbose_name":"Born","null":true}`, `"seen":{"type":"datetime"`, `"price":{"type":"decimal","verbose_name":"Price","max_digits":10,"decimal_places":2}`,
		`"code":{"type":"char","verbose_name":"Code","max_length":20`, `"big":{"type":"big_integer"`, `"ok":{"type":"boolean"`, `"site":{"type":"url"`, `"note":{"type":"text"`, `"grosse_2":`)
	doc := documentOf(t, w.root)
	var definition any
	if err := json.Unmarshal(s.Proposed.Definition, &definition); err != nil {
		t.Fatal(err)
	}
	doc["collections"].(map[string]any)[s.Proposed.Name] = definition
	w.root.applied(doc)
	wantText(t, "the name", "meine_leute", s.Proposed.Name)
	body := fmt.Sprintf(`{"upload":%q,"collection":%q,"columns":%s}`, token, s.Proposed.Name, encoded(t, s.Proposed.Columns))
	contains(t, w.root.want("POST", importsPath, body, 200, ""), `"created":2`, `"failed":0`)
	contains(t, w.root.want("GET", "/api/_/records/meine_leute/?order=id", "", 200, ""), `"original_id":7`, `"code":"007"`, `"big":9007199254740993`, `"price":"1.50"`, `"note":"two\nlines"`)
}

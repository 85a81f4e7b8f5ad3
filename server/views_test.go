package server_test

import (
	"encoding/json"
	"strings"
	"testing"
)

const viewsPath = "/api/_/views/"

// view saves a view and returns its path.
func (a *account) view(body string) string {
	a.t.Helper()
	return viewsPath + member(a.t, a.want("POST", viewsPath, body, 201, ""), "id") + "/"
}

// viewNames are the names of the views that an account sees of a collection, those with errors marked.
func (a *account) viewNames(query string) string {
	a.t.Helper()
	var list []struct {
		Name   string
		Errors map[string]any
	}
	if err := json.Unmarshal([]byte(a.want("GET", viewsPath+query, "", 200, "")), &list); err != nil {
		a.t.Fatal(err)
	}
	var out []string
	for _, v := range list {
		if len(v.Errors) > 0 {
			v.Name += "!"
		}
		out = append(out, v.Name)
	}
	return strings.Join(out, " ")
}

func TestViews(t *testing.T) {
	w := newWorld(t)
	path := w.wendy.view(`{"collection":"notes","name":" Mine ","filter":"stars > 1","order":"-stars,title","q":"a","group":"owner","row_height":28,
		"columns":[{"field":"title","width":240,"pinned":true},{"field":"tags","hidden":true}]}`)
	text := w.wendy.want("GET", path, "", 200, "")
	contains(t, text, `"collection":"notes","name":"Mine","shared":false,"owner":"`+w.wendyKey+`","mine":true,"can_change":true,"filter":"stars > 1"`,
		`"order":"-stars,title","q":"a","group":"owner","row_height":28,"columns":[{"field":"title","width":240,"pinned":true,"hidden":false}`, `"version":1`, `"errors":{}`)
	// It is hers alone.
	for _, other := range []*account{w.root, w.staff} {
		other.want("GET", path, "", 404, "")
		other.want("PATCH", path, `{"name":"x"}`, 404, "")
		other.want("DELETE", path, "", 404, "")
		wantText(t, "others' list", "", other.viewNames(""))
	}
	w.visitor().want("GET", viewsPath, "", 401, "")
	w.nobody.want("POST", viewsPath, `{"collection":"notes","name":"x"}`, 400, `{"collection":["There is no collection \"notes\"."]}`)
	// Writes by version.
	w.wendy.want("PATCH", path, `{"row_height":44}`, 200, "")
	w.wendy.with("If-Match", `"1"`).want("PATCH", path, `{"row_height":64}`, 412, "")
	contains(t, w.wendy.with("If-Match", `2`).want("PATCH", path, `{"row_height":64}`, 200, ""), `"row_height":64`, `"version":3`, `"filter":"stars > 1"`)
	w.wendy.with("If-Match", `"2"`).want("DELETE", path, "", 412, "")
	w.wendy.want("DELETE", path, "", 204, "")
	wantText(t, "the list", "", w.wendy.viewNames(""))
}

// What does not fit is refused in its place.
func TestViewsRefused(t *testing.T) {
	w := newWorld(t)
	for body, want := range map[string]string{
		`{"name":"x"}`:           `{"collection":["This field is required."]}`,
		`{"collection":"notes"}`: `{"name":["This field may not be blank."]}`,
		`{"collection":"notes","name":"x","filter":"stars >"}`:                                    "",
		`{"collection":"notes","name":"x","filter":"starz > 1"}`:                                  `{"filter":["Column 1: notes has no field starz. Did you mean \"stars\"?"]}`,
		`{"collection":"notes","name":"x","filter":"memo == 'a'"}`:                                `{"filter":["Column 1: The field memo cannot be read."]}`,
		`{"collection":"notes","name":"x","order":"-memo","group":"nope"}`:                        `{"order":["notes has no field \"memo\"."],"group":["notes has no field \"nope\"."]}`,
		`{"collection":"notes","name":"x","columns":[{"field":"memo"}],"row_height":31}`:          `{"columns":["notes has no field \"memo\"."],"row_height":["This is one of 28, 32, 44 and 64."]}`,
		`{"collection":"notes","name":"x","columns":[{"field":"title","width":5}]}`:               `{"columns":["The width of title must be from 40 to 2000."]}`,
		`{"collection":"notes","name":"x","colour":"red"}`:                                        `{"colour":["There is no such field."]}`,
		`{"collection":"notes","name":"` + strings.Repeat("x", 121) + `"}`:                        `{"name":["Ensure this has at most 120 characters."]}`,
		`{"collection":"users","name":"x","filter":"password == 'a'","columns":[{"field":"id"}]}`: "",
	} {
		w.wendy.want("POST", viewsPath, body, 400, want)
	}
	wantText(t, "the list", "", w.wendy.viewNames(""))
}

func TestSharedViews(t *testing.T) {
	w := newWorld(t)
	w.wendy.want("POST", viewsPath, `{"collection":"notes","name":"x","shared":true}`, 403, "")
	path := w.staff.view(`{"collection":"notes","name":"team","shared":true,"filter":"stars > 0"}`)
	secret := w.root.view(`{"collection":"notes","name":"memos","shared":true,"filter":"memo != ''"}`)
	w.root.view(`{"collection":"notes","name":"columns","shared":true,"columns":[{"field":"memo"},{"field":"title"}]}`)
	w.wendy.view(`{"collection":"notes","name":"own"}`)
	w.root.view(`{"collection":"tags","name":"tags","shared":true}`)
	wantText(t, "wendy's", "team columns own", w.wendy.viewNames("?collection=notes"))
	wantText(t, "stan's", "team memos columns", w.staff.viewNames("?collection=notes"))
	wantText(t, "norman's", "tags", w.nobody.viewNames(""))
	w.wendy.want("GET", secret, "", 404, "")
	if text := w.wendy.want("GET", viewsPath, "", 200, ""); strings.Contains(text, "memo") {
		t.Errorf("a reader sees what he may not read: %s", text)
	}
	contains(t, w.wendy.want("GET", path, "", 200, ""), `"mine":false,"can_change":false`)
	w.wendy.want("PATCH", path, `{"name":"x"}`, 403, "")
	w.wendy.want("DELETE", path, "", 403, "")
	// Two who change it do not overwrite each other.
	w.root.want("PATCH", path, `{"name":"x"}`, 428, "")
	w.root.want("DELETE", path, "", 428, "")
	w.root.with("If-Match", `"1"`).want("PATCH", path, `{"name":"crew"}`, 200, "")
	w.staff.with("If-Match", `"1"`).want("PATCH", path, `{"name":"gang"}`, 412, `{"detail":"This has changed since it was read."}`)
	// Their order.
	ids := func(names ...string) string {
		var list []struct{ ID, Name string }
		if err := json.Unmarshal([]byte(w.root.want("GET", viewsPath+"?collection=notes", "", 200, "")), &list); err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, n := range names {
			for _, v := range list {
				if v.Name == n {
					out = append(out, v.ID)
				}
			}
		}
		text, _ := json.Marshal(out)
		return string(text)
	}
	w.root.want("POST", viewsPath+"order/", `{"collection":"notes","views":`+ids("memos", "crew", "columns")+`}`, 200, "")
	wantText(t, "the new order", "memos crew columns", w.root.viewNames("?collection=notes"))
	w.wendy.want("POST", viewsPath+"order/", `{"collection":"notes","views":`+ids("crew")+`}`, 403, "")
	w.wendy.want("POST", viewsPath+"order/", `{"collection":"notes","views":["nope"]}`, 400, "")
}

// A view outlives a change of the schema: it follows a rename of its collection and tells what does not fit any more.
func TestViewsOutliveTheSchema(t *testing.T) {
	w := newWorld(t)
	path := w.root.view(`{"collection":"notes","name":"rich","filter":"stars > 1","order":"-stars","group":"stars","columns":[{"field":"stars"},{"field":"title"}]}`)
	doc := documentOf(t, w.root)
	fields := doc["collections"].(map[string]any)["notes"].(map[string]any)["fields"].(map[string]any)
	fields["points"] = fields["stars"]
	delete(fields, "stars")
	rules := doc["collections"].(map[string]any)["notes"].(map[string]any)["rules"].(map[string]any)
	rules["change"] = "points < 5"
	roles := doc["roles"].(map[string]any)["writers"].(map[string]any)["notes"].(map[string]any)
	roles["view"] = "owner == user.id || points > 0"
	w.root.applied(doc)
	text := w.root.want("GET", path, "", 200, "")
	contains(t, text, `"filter":"stars > 1"`, `"errors":{"columns":[{"message":"notes has no field \"stars\"."}],"filter":[{"pos":0,"end":5,"line":1,"column":1,"message":"notes has no field stars.`,
		`"group":[{"message":"notes has no field \"stars\"."}]`, `"order":[{"message":"notes has no field \"stars\"."}]`)
	wantText(t, "the list", "rich!", w.root.viewNames("?collection=notes"))
	// It may be renamed as it is, and mended.
	w.root.want("PATCH", path, `{"name":"poor"}`, 200, "")
	w.root.want("PATCH", path, `{"filter":"stars > 2"}`, 400, "")
	w.root.want("PATCH", path, `{"filter":"points > 1","order":"-points","group":"","columns":[{"field":"points"}]}`, 200, "")
	wantText(t, "the list", "poor", w.root.viewNames("?collection=notes"))
}

// documentOf is the schema document in force.
func documentOf(t *testing.T, a *account) map[string]any {
	t.Helper()
	var body struct{ Document map[string]any }
	if err := json.Unmarshal([]byte(a.want("GET", "/api/_/schema/", "", 200, "")), &body); err != nil {
		t.Fatal(err)
	}
	return body.Document
}

// applied plans a document and applies it, with consent to all that it loses.
func (a *account) applied(doc map[string]any) string {
	a.t.Helper()
	text, err := json.Marshal(map[string]any{"document": doc})
	if err != nil {
		a.t.Fatal(err)
	}
	var plan struct {
		Hash     string
		Document json.RawMessage
		Steps    []struct{ ID string }
		Errors   []any
	}
	if err := json.Unmarshal([]byte(a.want("POST", "/api/_/schema/plan/", string(text), 200, "")), &plan); err != nil || len(plan.Errors) > 0 {
		a.t.Fatal(err, plan.Errors)
	}
	consent := []string{}
	for _, s := range plan.Steps {
		consent = append(consent, s.ID)
	}
	text, err = json.Marshal(map[string]any{"document": plan.Document, "hash": plan.Hash, "consent": consent})
	if err != nil {
		a.t.Fatal(err)
	}
	return a.want("POST", "/api/_/schema/apply/", string(text), 200, "")
}

func TestPreferences(t *testing.T) {
	w := newWorld(t)
	const path = "/api/_/preferences/"
	w.wendy.want("GET", path, "", 200, `{}`)
	w.visitor().want("GET", path, "", 401, "")
	w.wendy.want("PATCH", path, `{"theme":"dark","zone":"Europe/Berlin","columns":{"notes":{"title":240,"big":9007199254740993}},"gone":null}`, 200,
		`{"columns":{"notes":{"big":9007199254740993,"title":240}},"theme":"dark","zone":"Europe/Berlin"}`)
	w.wendy.with("If-Match", `"0"`).want("PATCH", path, `{"panel":1}`, 412, "")
	w.wendy.with("If-Match", `"1"`).want("PATCH", path, `{"theme":null,"columns":{"notes":{"title":null},"tags":{"a":1}}}`, 200,
		`{"columns":{"notes":{"big":9007199254740993},"tags":{"a":1}},"zone":"Europe/Berlin"}`)
	w.root.want("GET", path, "", 200, `{}`)
	for body, want := range map[string]string{
		`{"theme":"pink"}`:   `{"theme":["This is light, dark or system."]}`,
		`{"density":1}`:      `{"density":["This is comfortable or dense."]}`,
		`{"language":"!"}`:   `{"language":["This is no language, such as de."]}`,
		`{"zone":"Nowhere"}`: `{"zone":["This is no time zone, such as Europe/Berlin."]}`,
		`{"shortcuts":"x"}`:  `{"shortcuts":["This is true or false."]}`,
		`[]`:                 "", `null`: "", `{"a":1} {}`: "",
		`{"a":` + strings.Repeat(`[`, 20) + strings.Repeat(`]`, 20) + `}`: `{"detail":"Preferences are nested deeper than 16 levels."}`,
	} {
		w.wendy.want("PATCH", path, body, 400, want)
	}
	w.wendy.want("PATCH", path, `{"a":"`+strings.Repeat("x", 66000)+`"}`, 413, "")
	w.restart(func() {})
	w.wendy.want("GET", path, "", 200, `{"columns":{"notes":{"big":9007199254740993},"tags":{"a":1}},"zone":"Europe/Berlin"}`)
	// Who is erased leaves nothing behind.
	w.root.want("POST", "/api/_/changes/erase/", `{"user":"`+w.wendyKey+`"}`, 200, "")
	w.wendy.want("GET", path, "", 200, `{}`)
}

package server_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// plan is what schema/plan/ answers.
type plan struct {
	Hash, Base string
	Document   json.RawMessage
	Steps      []struct {
		ID, Sentence string
		Destructive  bool
		Rows         int64
	}
	Files  []string
	Errors []struct{ Path, Message, Suggestion string }
}

// planned asks for the plan of a document.
func (w *world) planned(document string) plan {
	w.t.Helper()
	var p plan
	text := w.root.want("POST", "/api/_/schema/plan/", `{"document":`+document+`}`, 200, "")
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// applying is the body that applies a plan, with consent to all it loses.
func (p plan) applying(t *testing.T) string {
	consent := []string{}
	for _, s := range p.Steps {
		if s.Destructive {
			consent = append(consent, s.ID)
		}
	}
	return encoded(t, map[string]any{"document": p.Document, "hash": p.Hash, "consent": consent})
}

func encoded(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// document is the one in force.
func (w *world) document() string {
	w.t.Helper()
	var body struct{ Document json.RawMessage }
	if err := json.Unmarshal([]byte(w.root.want("GET", "/api/_/schema/", "", 200, "")), &body); err != nil {
		w.t.Fatal(err)
	}
	return string(body.Document)
}

// changed replaces a part of the document in force.
func (w *world) changed(old, new string) string {
	w.t.Helper()
	doc := w.document()
	if !strings.Contains(doc, old) {
		w.t.Fatalf("%s is not in %s", old, doc)
	}
	return strings.Replace(doc, old, new, 1)
}

func TestSchemaIsShownAsFarAsItMay(t *testing.T) {
	w := newWorld(t)
	contains(t, w.document(), `"rules":{"change":"stars < 5"}`, `"roles":`)
	seen := w.wendy.want("GET", "/api/_/schema/", "", 200, "")
	contains(t, seen, `"tags":{"label":"Tag"`, `"owner":{"type":"foreign_key","label":"Owner","to":"users","null":true`, `"max_length":40`)
	for _, hidden := range []string{"memo", "password", "writers", "rules", "stars < 5"} {
		if strings.Contains(seen, hidden) {
			t.Errorf("a plain user sees %s: %s", hidden, seen)
		}
	}
	if strings.Index(seen, `"title"`) > strings.Index(seen, `"stars"`) {
		t.Errorf("fields have lost their order: %s", seen)
	}
	if seen := w.nobody.want("GET", "/api/_/schema/", "", 200, ""); strings.Contains(seen, "notes") {
		t.Error(seen)
	}
	w.visitor().want("GET", "/api/_/schema/", "", 401, "")
	w.visitor().want("GET", "/api/_/schema/json-schema/", "", 401, "")
	contains(t, w.nobody.want("GET", "/api/_/schema/json-schema/", "", 200, ""), `"$schema"`)
	for _, path := range []string{"plan/", "apply/"} {
		w.staff.want("POST", "/api/_/schema/"+path, `{"document":{}}`, 403, "")
	}
	w.staff.want("PUT", "/api/_/schema/", `{"document":{}}`, 403, "")
}

// Collections are shown with their defaults, to everybody what they may see of them.
func TestCollectionsAreShownAsFarAsTheyMay(t *testing.T) {
	w := newWorld(t)
	type field struct {
		Name, Type, To     string
		Writable, Required bool
	}
	type collection struct {
		Name, Key, Display, View, Add string
		Fields                        []field
	}
	seen := func(by *account) map[string]collection {
		var all []collection
		if err := json.Unmarshal([]byte(by.want("GET", "/api/_/collections/", "", 200, "")), &all); err != nil {
			t.Fatal(err)
		}
		out := map[string]collection{}
		for _, c := range all {
			out[c.Name] = c
		}
		return out
	}
	root, wendy := seen(w.root), seen(w.wendy)
	if got := root["notes"]; got.Key != "id" || got.Display != "title" || got.View != "all" || len(got.Fields) != 7 || root["users"].Name == "" {
		t.Errorf("the superuser sees %+v", got)
	}
	notes := wendy["notes"]
	want := []field{
		{Name: "id", Type: "big_integer"}, {Name: "title", Type: "char", Writable: true, Required: true}, {Name: "stars", Type: "integer", Writable: true},
		{Name: "price", Type: "decimal", Writable: true}, {Name: "owner", Type: "foreign_key", To: "users", Writable: true},
		{Name: "tags", Type: "many_to_many", To: "tags", Writable: true},
	}
	if diff := cmp.Diff(want, notes.Fields); diff != "" || notes.View != "some" || notes.Add != "some" {
		t.Errorf("wendy sees %+v %s", notes, diff)
	}
}

func TestSchemaMistakesAreListed(t *testing.T) {
	w := newWorld(t)
	bad := w.changed(`"type":"integer"`, `"type":"integr"`)
	bad = strings.Replace(bad, `"display":"name"`, `"display":"nam"`, 1)
	p := w.planned(bad)
	if p.Hash != "" || len(p.Errors) != 2 {
		t.Fatalf("%+v", p)
	}
	for i, want := range []string{"collections.tags.display", "collections.notes.fields.stars.type"} {
		if p.Errors[i].Path != want && p.Errors[1-i].Path != want {
			t.Errorf("%s is not among %+v", want, p.Errors)
		}
	}
	text := w.root.want("POST", "/api/_/schema/apply/", `{"hash":"x","document":`+bad+`}`, 400, "")
	contains(t, text, `"collections.notes.fields.stars.type":["Unknown type \"integr\". Did you mean \"integer\"?"]`)
	p = w.planned(w.changed(`"change":"stars < 5"`, `"change":"starz < 5"`))
	if len(p.Errors) != 1 || p.Errors[0].Path != "collections.notes.rules.change" || p.Errors[0].Suggestion == "" {
		t.Errorf("%+v", p.Errors)
	}
	w.root.want("POST", "/api/_/schema/plan/", `{}`, 400, `{"document":["This field is required."]}`)
	w.root.want("POST", "/api/_/schema/plan/", `{"documant":{}}`, 400, `{"documant":["There is no such field."]}`)
	w.root.want("POST", "/api/_/schema/plan/", `[]`, 400, `{"detail":"The body must be a JSON object, not an array."}`)
	w.root.want("POST", "/api/_/schema/plan/", ``, 400, `{"detail":"JSON parse error - the body is empty"}`)
	w.root.want("POST", "/api/_/schema/apply/", `{"document":{}}`, 400, `{"hash":["This field is required."]}`)
	w.root.want("POST", "/api/_/schema/apply/", `{"document":[],"hash":"x"}`, 400, `{"document":["This must be an object, not a list."]}`)
}

// A change is planned, agreed to and served at once.
func TestSchemaChangeIsServedAtOnce(t *testing.T) {
	w := newWorld(t)
	if same := w.planned(w.document()); len(same.Steps) != 0 || same.Hash == "" {
		t.Fatalf("no change has steps: %+v", same)
	}
	doc := w.changed(`"lines":{`, `"pens":{"fields":{"ink":{"type":"char","max_length":9}}},"lines":{`)
	p := w.planned(doc)
	w.root.want("GET", "/api/pens/", "", 404, "")
	var applied struct{ Files []string }
	if err := json.Unmarshal([]byte(w.root.want("POST", "/api/_/schema/apply/", p.applying(t), 200, "")), &applied); err != nil {
		t.Fatal(err)
	}
	for i, path := range applied.Files {
		if len(p.Files) != len(applied.Files) || !strings.HasSuffix(path, p.Files[i]) {
			t.Errorf("the plan told of %v, and %v were written", p.Files, applied.Files)
		}
	}
	if len(applied.Files) != 5 {
		t.Errorf("files %v", applied.Files)
	}
	w.root.want("GET", "/api/_/records/pens/", "", 200, `{"results":[],"prev":null,"next":null,"offset":0}`)
	w.root.want("POST", "/api/_/records/pens/", `{"ink":"blue"}`, 201, "")
	contains(t, w.root.want("GET", "/api/_/me/", "", 200, ""), `"collection":"pens"`)

	// Dropping what holds records wants consent, step by step.
	p = w.planned(w.changed(w.pens(), ""))
	refused := encoded(t, map[string]any{"document": p.Document, "hash": p.Hash})
	text := w.root.want("POST", "/api/_/schema/apply/", refused, 409, "")
	contains(t, text, "This change loses data: Drop collection pens.", "Name the steps in consent.")
	w.root.want("GET", "/api/_/records/pens/1/", "", 200, "")
	w.root.want("POST", "/api/_/schema/apply/", p.applying(t), 200, "")
	w.root.want("GET", "/api/_/records/pens/", "", 404, "")

	// A plan is good once: the base has moved.
	w.root.want("POST", "/api/_/schema/apply/", p.applying(t), 409, `{"detail":"The schema has changed since the plan was made. Plan again."}`)
	files, err := filepath.Glob(filepath.Join(w.config.Project, "migrations/sqlite/*.up.sql"))
	if err != nil || len(files) != 3 {
		t.Errorf("%v %v", files, err)
	}
}

// pens is how the document in force declares them, with its comma.
func (w *world) pens() string {
	w.t.Helper()
	_, rest, _ := strings.Cut(w.document(), `"pens":{`)
	part, _, ok := strings.Cut(rest, `"lines":{`)
	if !ok {
		w.t.Fatal("there are no pens")
	}
	return `"pens":{` + part
}

func TestSchemaPlansThatCannotBe(t *testing.T) {
	w := newWorld(t)
	p := w.planned(w.changed(`"stars":{`, `"rank":{"type":"integer"},"stars":{`))
	text := w.root.want("POST", "/api/_/schema/apply/", p.applying(t), 409, "")
	contains(t, text, "Add field rank of notes. It would be empty in 3 records")
}

func TestSchemaPut(t *testing.T) {
	w := newWorld(t)
	renamed := `{"document":` + w.changed(`"title":{`, `"headline":{`)
	renamed = strings.ReplaceAll(strings.ReplaceAll(renamed, `"display":"title"`, `"display":"headline"`), "title !=", "headline !=") + `}`
	w.root.want("PUT", "/api/_/schema/", renamed, 428, "")
	w.root.with("If-Match", `"abc"`).want("PUT", "/api/_/schema/", renamed, 412, `{"detail":"The schema has changed since it was read."}`)
	hash := member(t, w.root.want("GET", "/api/_/schema/", "", 200, ""), "hash")
	w.root.with("If-None-Match", `"`+hash+`"`).want("GET", "/api/_/schema/", "", 304, "")
	w.root.with("If-Match", `"`+hash+`"`).want("PUT", "/api/_/schema/", renamed, 200, "")
	contains(t, w.root.want("GET", notesPath+"1/", "", 200, ""), `"headline":"one"`)
	hash = member(t, w.root.want("GET", "/api/_/schema/", "", 200, ""), "hash")
	w.root.with("If-Match", `"`+hash+`"`).want("PUT", "/api/_/schema/", `{"document":{}}`, 409, "")
}

// The database's document is the truth; schema.json is what was applied last, or a plan.
func TestSchemaFileAndDatabase(t *testing.T) {
	w := newWorld(t)
	file := filepath.Join(w.config.Project, "schema.json")
	before := read(t, file)
	p := w.planned(w.changed(`"display":"title"`, `"display":"title","label":"Memo"`))
	w.root.want("POST", "/api/_/schema/apply/", p.applying(t), 200, "")
	if read(t, file) != before {
		t.Error("the admin's change was written into schema.json")
	}

	// The file did not change: the database's document stays in force.
	w.stop()
	w.start()
	root := &account{t: t, base: w.base, client: newClient(nil), header: w.root.header}
	contains(t, root.want("GET", "/api/_/schema/", "", 200, ""), `"label":"Memo"`)

	// Both changed: refused, with the difference.
	w.stop()
	write(t, file, strings.ReplaceAll(strings.ReplaceAll(before, `"stars"`, `"points"`), "stars ", "points "))
	err := w.refused()
	if err == nil {
		t.Fatal("both changed, and the server starts")
	}
	contains(t, err.Error(), "have both changed", "schema pull", "--force", "Rename field stars of notes to points.")

	// The file as the database has it: one again.
	write(t, file, before)
	w.start()
}

// refused starts the server on the project and returns why it does not.
func (w *world) refused() error {
	s, err := newServer(w.config)
	if err == nil {
		w.t.Fatal(s.Close())
	}
	return err
}

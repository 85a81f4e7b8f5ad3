package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/migrate"
)

var hashRE = regexp.MustCompile(`hash ([0-9a-f]{64})`)

// hashIn is the hash of the plan that was shown.
func hashIn(t *testing.T, out string) string {
	t.Helper()
	m := hashRE.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("no hash in\n%s", out)
	}
	return m[1]
}

// filled is a project with three notes.
func filled(t *testing.T) *walk {
	t.Helper()
	w := newWalk(t)
	w.ok("init")
	w.write("notes.json", threeNotes)
	w.ok("loaddata notes.json")
	return w
}

// A file written anew, without ids, is about the collections and fields of those names: nothing is dropped.
func TestSchemaWrittenAnew(t *testing.T) {
	w := filled(t)
	before := w.file("schema.json")
	w.write("schema.json", regexp.MustCompile(`"id": "[cf]_[a-z0-9]+",\s*`).ReplaceAllString(before, ""))
	w.ok("schema plan", "Nothing to do")
	if after := w.file("schema.json"); after != before {
		t.Errorf("other ids:\n%s\nwere\n%s", after, before)
	}
}

// A schema goes on: a rename keeps its data, what loses data asks, what cannot be is refused, and going back brings
// everything again.
func TestSchemaGoesOn(t *testing.T) {
	w := filled(t)
	w.edit(`"title": {"id"`, `"headline": {"id"`)
	w.edit(`"display": "title"`, `"display": "headline"`)
	w.ok("schema plan", "Rename field title of notes to headline.", `RENAME COLUMN "title" TO "headline"`)
	w.ok("schema apply", "applied 0002_", "wrote migrations/sqlite/0002_", "wrote migrations/postgres/0002_")
	w.ok("dumpdata notes", `"headline": "a much longer title"`)

	text := w.file("schema.json")
	w.edit(`"max_length": 120`, `"max_length": 10, "unique": true`)
	w.edit(`"done": {`, `"rank": {"type": "integer"}, "done": {`)
	w.expects(exitFailed, "", "schema plan",
		"IMPOSSIBLE  Add field rank of notes. It would be empty in 3 records: give the field a default, or allow null.",
		"IMPOSSIBLE  Make headline unique in notes. 1 value occurs more than once, such as one",
		"LOSES DATA  Allow at most 10 characters in headline of notes.", "nothing can be applied before")
	w.expects(exitFailed, "", "schema apply", "this cannot be done:", "Add field rank of notes.")
	w.write("schema.json", text)

	body := regexp.MustCompile(`\s*"body": \{[^}]*\},`)
	w.write("schema.json", body.ReplaceAllString(text, ""))
	out := w.expects(exitFailed, "", "schema apply", "LOSES DATA  Drop field body of notes. The value is lost in 3 records.", "agree to it with --consent ")
	w.expects(exitFailed, "", "schema apply --consent 123", "--consent 123 is for another plan; agree to this one with --consent "+hashIn(t, out))
	w.expects(exitFailed, "", "serve --addr 127.0.0.1:0", "LOSES DATA", "agree to it with --consent "+hashIn(t, out))
	w.ok("schema apply --consent "+hashIn(t, out), "applied 0003_drop_field_notes")
	w.ok("schema apply", "Nothing to do.")

	// A migration that waits comes before what the file says; back and forth loses nothing.
	w.ok("migrate down", "undid 0003_drop_field_notes")
	w.ok("dumpdata notes", `"body": "x"`)
	w.ok("schema plan", "These migrations come first: 0003_drop_field_notes.", "couplet migrate up")
	w.ok("migrate status", "0003_drop_field_notes    pending")
	w.ok("schema apply", "applied 0003_drop_field_notes")
	w.expects(exitFailed, "", "migrate down 9", "there is no way back")

	// Undone, and its files taken away: the schema.json that asked for it is a change again.
	w.ok("migrate down")
	for _, name := range []string{"migrations/0003*", "migrations/*/0003*"} {
		files, err := filepath.Glob(name)
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, f := range files {
			if err := os.Remove(f); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.ok("schema plan", "LOSES DATA  Drop field body of notes.")
}

func TestSchemaWithoutTables(t *testing.T) {
	w := filled(t)
	w.edit(`"display": "title"`, `"display": "title", "label": "Memo"`)
	w.ok("schema plan", "No table changes: only labels, rules, resources or settings do.")
	w.ok("schema apply", "The schema is in force; no table changed.")
	w.ok("schema apply", "Nothing to do.")
}

// Migrations written by hand run in the same sequence; one that fails leaves everything; a changed one is refused.
func TestMigrationsByHand(t *testing.T) {
	w := filled(t)
	engine := dbtest.Dialect().String()
	w.ok("migrate new shout", "wrote migrations/sqlite/0002_shout.up.sql", "wrote migrations/postgres/0002_shout.down.sql")
	w.append("migrations/"+engine+"/0002_shout.up.sql", "UPDATE notes SET title = upper(title);\n")
	w.append("migrations/"+engine+"/0002_shout.down.sql", "UPDATE notes SET title = lower(title);\n")
	w.ok("migrate up", "applied 0002_shout")
	w.ok("dumpdata notes", `"title": "A MUCH LONGER TITLE"`)
	w.ok("migrate down", "undid 0002_shout")
	w.ok("dumpdata notes", `"title": "a much longer title"`)
	w.ok("migrate up", "applied 0002_shout")
	w.ok("migrate up", "Nothing to do.")

	w.ok("migrate new bad")
	w.append("migrations/"+engine+"/0003_bad.up.sql", "UPDATE notes SET title = 'gone';\nUPDATE nowhere SET a = 1;\n")
	w.expects(exitFailed, "", "migrate up", "0003_bad", "nowhere")
	w.ok("migrate status", "0003_bad      pending")
	if out := w.ok("dumpdata notes"); strings.Contains(out, "gone") {
		t.Errorf("a failed migration left something: %s", out)
	}
	for _, dir := range []string{"sqlite", "postgres"} {
		for _, way := range []string{"up", "down"} {
			if err := os.Remove("migrations/" + dir + "/0003_bad." + way + ".sql"); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.append("migrations/"+engine+"/0002_shout.up.sql", "-- later\n")
	w.ok("migrate status", "0002_shout    refused", "0002_shout was changed after it was applied: put it back, and write a new migration")
	for _, line := range []string{"migrate up", "schema apply", "serve --addr 127.0.0.1:0"} {
		w.expects(exitFailed, "", line, "0002_shout was changed after it was applied")
	}
}

func (w *walk) append(name, text string) {
	w.t.Helper()
	w.write(name, w.file(name)+text)
}

// The migrations of one machine make the same tables and document on another.
func TestMigrationsReplay(t *testing.T) {
	w := filled(t)
	w.edit(`"title": {"id"`, `"headline": {"id"`)
	w.edit(`"display": "title"`, `"display": "headline"`)
	w.ok("schema apply")
	w.edit(`"done": {`, `"rank": {"type": "integer", "default": 7}, "done": {`)
	w.ok("schema apply")
	machine := func(name string) string { // another one, which has the project folder only
		t.Setenv("COUPLET_DATABASE", dbtest.URL(t))
		return " --data " + name
	}
	first := hashOf(t, "data")
	other := machine("other")
	w.ok("schema plan"+other, "These migrations come first: 0001_initial, 0002_")
	w.ok("migrate up"+other, "applied 0001_initial", "applied 0003_")
	w.ok("schema plan"+other, "Nothing to do")
	w.ok("schema diff"+other, "The tables are as the document says.")
	w.ok("schema apply"+other, "Nothing to do.")
	if second := hashOf(t, "other"); first != second {
		t.Errorf("the documents differ: %s and %s", first, second)
	}
	w.ok("loaddata notes.json --ignorenonexistent" + machine("third"))
	if third := hashOf(t, "third"); first != third {
		t.Errorf("the documents differ: %s and %s", first, third)
	}
}

// hashOf is the hash of a data folder's document.
func hashOf(t *testing.T, data string) string {
	t.Helper()
	p := place{data: data, project: ".", database: os.Getenv("COUPLET_DATABASE")}
	hash := ""
	err := p.with(context.Background(), func(pr server.Project) error {
		hash = pr.Store.Schema().Hash
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return hash
}

// The database's schema went on without the file, as the admin makes it: pull takes it, --force goes back.
func TestSchemaPullAndForce(t *testing.T) {
	w := filled(t)
	before := w.file("schema.json")
	w.ok("schema apply")
	label := strings.Replace(before, `"display": "title"`, `"display": "title", "label": "Memo"`, 1)
	adminApplies(t, label)
	ahead := "The database's schema has gone on since schema.json was applied"
	w.ok("schema plan", ahead, "couplet schema pull")
	w.ok("schema apply", "Nothing to do.", ahead)
	if w.file("schema.json") != before {
		t.Error("apply wrote schema.json")
	}
	w.edit(`"body": {`, `"extra": {"type": "text", "blank": true}, "body": {`)
	w.expects(exitFailed, "", "schema apply", "have both changed", "couplet schema pull", "--force", "Add field extra of notes.")
	w.ok("schema pull", "wrote schema.json")
	if text := w.file("schema.json"); !strings.Contains(text, `"label": "Memo"`) || !json.Valid([]byte(text)) {
		t.Error(text)
	}
	w.ok("schema plan", "Nothing to do")
	adminApplies(t, label[:len(label)-2]+`, "settings": {"title": "Other"}}`)
	w.write("schema.json", label)
	w.ok("schema apply --force", "The schema is in force; no table changed.")
	w.ok("schema plan", "Nothing to do")
}

// adminApplies changes the database's document as the system API does.
func adminApplies(t *testing.T, document string) {
	t.Helper()
	p := place{data: "data", project: ".", database: os.Getenv("COUPLET_DATABASE")}
	err := p.with(context.Background(), func(pr server.Project) error {
		_, err := pr.Store.Apply(context.Background(), pr.Migrations(), []byte(document), migrate.Options{})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

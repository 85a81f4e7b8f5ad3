package migrate

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// document makes a schema with one collection of the given fields, and whatever else.
func document(t testing.TB, fields string, more ...string) *schema.Schema {
	t.Helper()
	src := `{"collections": {"articles": {"id": "c_a", "fields": {` + fields + `}}` + strings.Join(more, "") + `}}`
	s, problems := schema.Parse([]byte(src))
	if err := problems.Err(); err != nil {
		t.Fatal(err)
	}
	return s
}

const (
	title = `"title": {"id": "f_title", "type": "char", "max_length": 50}`
	price = `"price": {"id": "f_price", "type": "decimal", "max_digits": 8, "decimal_places": 2, "null": true}`
	tags  = `, "tags": {"id": "c_t", "fields": {"name": {"id": "f_name", "type": "char"}}}`
	links = `"tags": {"id": "f_tags", "type": "many_to_many", "to": "tags"}`
)

type project struct {
	t testing.TB
	Runner
}

func newProject(t testing.TB) *project {
	p := &project{t, Runner{Engine: dbtest.Open(t), Dir: fastDir(t)}}
	p.exec("CREATE TABLE couplet_changes (seq INTEGER PRIMARY KEY, changeset TEXT, grp TEXT, at INTEGER, actor TEXT, via TEXT," +
		" cause TEXT, collection TEXT, key TEXT, op TEXT, diff TEXT)")
	return p
}

func (p *project) exec(sql ...string) {
	p.t.Helper()
	exclusive(p.t, p.Engine, func(conn db.Conn) {
		for _, one := range sql {
			if err := conn.Script(one); err != nil {
				p.t.Fatal(err)
			}
		}
	})
}

func (p *project) rows(sql string) []string {
	p.t.Helper()
	var out []string
	exclusive(p.t, p.Engine, func(conn db.Conn) {
		err := conn.Query(sql, nil, func(r db.Row) error {
			out = append(out, r.Text(0))
			return nil
		})
		if err != nil {
			p.t.Fatal(err)
		}
	})
	return out
}

func (p *project) apply(s *schema.Schema, consent Consent) *Applied {
	p.t.Helper()
	a, err := p.Apply(context.Background(), s, Options{Consent: consent})
	if err != nil {
		p.t.Fatal(err)
	}
	return a
}

func (p *project) tables() string {
	var out string
	exclusive(p.t, p.Engine, func(conn db.Conn) { out = dump(p.t, conn) })
	return out
}

func (p *project) want(sql string, want ...string) {
	p.t.Helper()
	if diff := cmp.Diff(want, p.rows(sql)); diff != "" {
		p.t.Errorf("%s:\n%s", sql, diff)
	}
}

func TestDestructiveStepsNeedConsent(t *testing.T) {
	ctx := context.Background()
	p := newProject(t)
	p.apply(document(t, title+","+price), Consent{})
	p.exec("INSERT INTO articles (title, price) VALUES ('a', 150), ('b', NULL), ('c', 12345)")
	without := document(t, title)
	_, err := p.Apply(ctx, without, Options{})
	var consent *ConsentError
	if !errors.As(err, &consent) {
		t.Fatalf("got %v, want a ConsentError", err)
	}
	steps := consent.Plan.Destructive()
	if len(steps) != 1 || steps[0].ID != "drop_field:c_a:f_price" || steps[0].Rows != 2 {
		t.Fatalf("destructive steps: %+v", steps)
	}
	if _, err := p.Apply(ctx, without, Options{Consent: Consent{Hash: "other"}}); !errors.As(err, &consent) {
		t.Fatalf("a wrong hash was taken for consent: %v", err)
	}
	if _, err := p.Apply(ctx, without, Options{Base: "other", Consent: Consent{All: true}}); !errors.Is(err, ErrMoved) {
		t.Fatalf("got %v, want ErrMoved", err)
	}
	p.apply(without, Consent{Hash: consent.Plan.Hash})
	p.want("SELECT key || '=' || value FROM couplet_attic WHERE key <> '' ORDER BY key", `1="1.50"`, `3="123.45"`)
	p.want("SELECT count(DISTINCT changeset) || min(length(changeset)) FROM couplet_attic", "136")
	if _, err := p.Down(ctx, 1, Consent{}); err != nil {
		t.Fatal(err)
	}
	p.want("SELECT coalesce(price, 'null') FROM articles ORDER BY id", "150", "null", "12345")
	p.want("SELECT count(*) FROM couplet_attic", "0")
}

func TestProblemsAreFoundBeforehand(t *testing.T) {
	base := title + `, "n": {"id": "f_n", "type": "integer", "null": true}, "kind": {"id": "f_kind", "type": "char", "choices": [["a", "A"], ["b", "B"]]}`
	for name, c := range map[string]struct {
		fields      string
		step        string
		rows        int64
		destructive bool
		problem     string
	}{
		"required without default": {strings.Replace(base, `, "null": true`, "", 1), "require:c_a:f_n", 1, false, "empty in 1 record:"},
		"new required field":       {base + `, "x": {"id": "f_x", "type": "char"}`, "add_field:c_a:f_x", 3, false, "It would be empty in"},
		"unique over duplicates": {strings.Replace(base, `"max_length": 50`, `"max_length": 50, "unique": true`, 1),
			"unique:c_a:title", 1, false, "1 value occurs more than once, such as same"},
		"text that is no number": {strings.Replace(base, `"type": "char", "max_length": 50`, `"type": "integer"`, 1),
			"change_type:c_a:f_title", 3, false, "does not convert"},
		"narrowed length":  {strings.Replace(base, `"max_length": 50`, `"max_length": 3`, 1), "narrow_max_length:c_a:f_title", 2, true, ""},
		"narrowed choices": {strings.Replace(base, `, ["b", "B"]`, "", 1), "narrow_choices:c_a:f_kind", 1, true, ""},
		"rounded":          {strings.Replace(base, `"type": "integer", "null": true`, `"type": "boolean", "null": true`, 1), "change_type:c_a:f_n", 1, true, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t)
			p.apply(document(t, base), Consent{})
			p.exec("INSERT INTO articles (title, n, kind) VALUES ('same', 1, 'a'), ('same', 7, 'b'), ('x', NULL, 'a')")
			before := p.tables()
			to := document(t, c.fields)
			plan, err := p.Plan(context.Background(), to)
			if err != nil {
				t.Fatal(err)
			}
			at := slices.IndexFunc(plan.Steps, func(s Step) bool { return s.ID == c.step })
			if at < 0 {
				t.Fatalf("no step %s in %+v", c.step, plan.Steps)
			}
			s := plan.Steps[at]
			if s.Rows != c.rows || s.Destructive != c.destructive || !strings.Contains(s.Problem, c.problem) || (s.Problem == "") != (c.problem == "") {
				t.Errorf("step is %+v", s)
			}
			_, err = p.Apply(context.Background(), to, Options{})
			var consent *ConsentError
			var problem *ProblemError
			if !errors.As(err, &consent) && !errors.As(err, &problem) {
				t.Errorf("Apply says %v", err)
			}
			if diff := cmp.Diff(before, p.tables()); diff != "" {
				t.Errorf("a refused plan changed tables:\n%s", diff)
			}
		})
	}
}

func TestRebuildKeepsWhatIsNotInTheDocument(t *testing.T) {
	p := newProject(t)
	p.apply(document(t, title+","+price), Consent{})
	p.exec("INSERT INTO articles (title) VALUES ('a'), ('b'), ('c')", "DELETE FROM articles WHERE id = 3",
		"CREATE INDEX mine ON articles (title DESC)", "CREATE TABLE notes (t TEXT)",
		"CREATE TRIGGER noted AFTER INSERT ON articles BEGIN INSERT INTO notes SELECT NEW.title; END",
		"CREATE TRIGGER echo AFTER INSERT ON notes BEGIN UPDATE articles SET title = NEW.t || '!' WHERE title = NEW.t; END",
		"CREATE VIEW shown AS SELECT title FROM articles")
	before := p.tables()
	renamed := strings.Replace(title, `"title":`, `"headline":`, 1) + `, "done": {"id": "f_done", "type": "boolean", "default": false}`
	p.apply(document(t, renamed), Consent{All: true})
	p.exec("INSERT INTO articles (headline, done) VALUES ('d', 1)")
	p.want("SELECT id || headline || done FROM articles ORDER BY id", "1a0", "2b0", "4d!1")
	p.want("SELECT t FROM notes", "d")
	p.want("SELECT count(*) FROM sqlite_schema WHERE name IN ('mine', 'noted', 'echo', 'shown')", "4")
	if _, err := p.Down(context.Background(), 1, Consent{All: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, p.tables()); diff != "" {
		t.Errorf("after down:\n%s", diff)
	}
	p.want("SELECT title FROM shown ORDER BY title", "a", "b", "d!")
}

func TestDroppedCollectionsComeBack(t *testing.T) {
	p := newProject(t)
	full := document(t, title+","+links, tags)
	p.apply(full, Consent{})
	p.exec("INSERT INTO articles (title) VALUES ('a'), ('b')", "INSERT INTO tags (name) VALUES ('x'), ('y'), ('z')",
		"INSERT INTO articles_tags (article_id, tag_id) VALUES (1, 2), (1, 1), (2, 3)")
	p.apply(document(t, title), Consent{All: true})
	p.want("SELECT value FROM couplet_attic WHERE field LIKE 'f_tags%' AND key = '1'", "[1,2]")
	p.exec("INSERT INTO couplet_attic VALUES ('old', 'c_x', 'f_x', '1', '1', CAST(unixepoch('now', '-31 days') AS INTEGER) * 1000000)")
	p.exec("DELETE FROM articles WHERE id = 2")
	p.apply(full, Consent{})
	p.want("SELECT id || name FROM tags ORDER BY id", "1x", "2y", "3z")
	p.want("SELECT article_id || '-' || tag_id FROM articles_tags ORDER BY 1", "1-1", "1-2")
	p.want("SELECT count(*) FROM couplet_attic", "0")
}

func TestFilesThatAreRefused(t *testing.T) {
	ctx := context.Background()
	p := newProject(t)
	done := p.apply(document(t, title), Consent{})
	if done.Name != "0001_initial" || len(done.Files) != 5 {
		t.Fatalf("applied %+v", done)
	}
	up := filepath.Join(p.Dir, "sqlite", "0001_initial.up.sql")
	was, err := os.ReadFile(up)
	if err != nil {
		t.Fatal(err)
	}
	write(t, up, string(was)+"-- more\n")
	var file *FileError
	if _, err := p.Up(ctx); !errors.As(err, &file) || file.Name != "0001_initial" {
		t.Errorf("a changed file: %v", err)
	}
	write(t, up, string(was))
	p.apply(document(t, title+","+price), Consent{})
	write(t, filepath.Join(p.Dir, "sqlite", "0005_newer.up.sql"), "SELECT 1;")
	if _, err := p.Apply(ctx, document(t, title), Options{Consent: Consent{All: true}}); !errors.Is(err, ErrPending) {
		t.Errorf("Apply before a waiting file: %v", err)
	}
	if _, err := p.Up(ctx); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(p.Dir, "sqlite", "0003_older.up.sql"), "SELECT 1;")
	if _, err := p.Up(ctx); !errors.As(err, &file) || file.Name != "0003_older" {
		t.Errorf("an older file: %v", err)
	}
	entries, err := p.Status(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var states []string
	for _, e := range entries {
		states = append(states, e.Name+" "+e.State)
	}
	if diff := cmp.Diff([]string{"0001_initial applied", "0002_add_field_articles applied", "0003_older refused", "0005_newer applied"}, states); diff != "" {
		t.Error(diff)
	}
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFailedMigrationLeavesEverything(t *testing.T) {
	ctx := context.Background()
	for name, sql := range map[string]string{
		"syntax":      "INSERT INTO articles (title) VALUES ('z'); SELEC 1;",
		"constraint":  "INSERT INTO articles (title) VALUES ('z'); INSERT INTO articles (title) VALUES (NULL);",
		"foreign key": "INSERT INTO articles_tags VALUES (77, 78);",
		"transaction": "INSERT INTO articles (title) VALUES ('z'); COMMIT;",
		"pragma":      "PRAGMA writable_schema = ON;",
	} {
		t.Run(name, func(t *testing.T) {
			p := newProject(t)
			p.apply(document(t, title+","+links, tags), Consent{})
			write(t, filepath.Join(p.Dir, "sqlite", "0002_good.up.sql"), "INSERT INTO articles (title) VALUES ('good');")
			write(t, filepath.Join(p.Dir, "sqlite", "0003_bad.up.sql"), sql)
			done, err := p.Up(ctx)
			if err == nil || !slices.Equal(done, []string{"0002_good"}) {
				t.Fatalf("Up returned %v, %v", done, err)
			}
			p.want("SELECT title FROM articles", "good")
			p.want("SELECT max(version) FROM couplet_migrations", "2")
			p.want("PRAGMA foreign_keys", "1")
		})
	}
}

func TestHandWrittenMigration(t *testing.T) {
	ctx := context.Background()
	p := newProject(t)
	p.Actor = "cli"
	p.apply(document(t, title+","+links, tags), Consent{})
	p.exec("INSERT INTO articles (title) VALUES ('a')")
	paths, err := p.New(ctx, "Shout, please!")
	if err != nil || len(paths) != 4 || filepath.Base(paths[0]) != "0002_shout_please.up.sql" {
		t.Fatalf("New returned %v, %v", paths, err)
	}
	write(t, paths[0], "-- couplet: rewrites tags\nUPDATE \"articles\" SET title = upper(title);\n-- the end\n")
	write(t, paths[1], "UPDATE articles SET title = lower(title)")
	if _, err := p.Up(ctx); err != nil {
		t.Fatal(err)
	}
	p.want("SELECT title FROM articles", "A")
	p.want("SELECT collection || ' ' || op || ' ' || via || ' ' || cause || ' ' || actor FROM couplet_changes ORDER BY seq",
		"c_a rewritten migration 0002_shout_please cli", "c_t rewritten migration 0002_shout_please cli")
	if _, err := p.Down(ctx, 1, Consent{}); err != nil {
		t.Fatal(err)
	}
	p.want("SELECT title FROM articles", "a")
	now, err := p.Current(ctx)
	if err != nil || now.Name != "0001_initial" || !strings.Contains(string(now.Document), "f_title") {
		t.Errorf("Current is %+v, %v", now, err)
	}
}

func TestTemporaryFilesAreSettled(t *testing.T) {
	ctx := context.Background()
	p := newProject(t)
	p.apply(document(t, title), Consent{})
	sqlite := filepath.Join(p.Dir, "sqlite")
	applied := filepath.Join(sqlite, "0001_initial.up.sql")
	if err := os.Rename(applied, applied+".tmp"); err != nil {
		t.Fatal(err)
	}
	stray := filepath.Join(sqlite, "0002_half.up.sql.tmp")
	write(t, stray, "DROP TABLE articles;")
	if _, err := p.Up(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(applied); err != nil {
		t.Errorf("the applied file was not renamed: %v", err)
	}
	if _, err := os.Stat(stray); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the file of a migration that never was is still there: %v", err)
	}
}

func TestDocumentWithoutTables(t *testing.T) {
	p := newProject(t)
	p.apply(document(t, title), Consent{})
	labelled := document(t, strings.Replace(title, `"type"`, `"label": "Headline", "type"`, 1))
	if a := p.apply(labelled, Consent{}); a.Name != "" || len(a.Files) != 0 {
		t.Errorf("a label made a migration: %+v", a)
	}
	now, err := p.Current(context.Background())
	if err != nil || string(now.Document) != string(labelled.Document.Canonical()) {
		t.Errorf("the document is %s, %v", now.Document, err)
	}
}

func TestDrift(t *testing.T) {
	p := newProject(t)
	p.apply(document(t, title+","+links, tags), Consent{})
	p.exec("ALTER TABLE articles ADD COLUMN extra TEXT", "CREATE INDEX mine ON tags (name)", "DROP INDEX articles_tags_tag_id_idx",
		"CREATE TABLE stray (a)")
	found, err := p.Drift(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, d := range found {
		lines = append(lines, d.String())
	}
	slices.Sort(lines)
	want := []string{
		"articles.extra: the column is not in the document",
		"articles_tags.articles_tags_tag_id_idx: the index is missing",
		"stray: the table is not in the document",
		"tags.mine: the index is not in the document",
	}
	if diff := cmp.Diff(want, lines); diff != "" {
		t.Error(diff)
	}
	_, err = p.Apply(context.Background(), document(t, title+`, "n": {"id": "f_n", "type": "integer", "default": 1}`+","+links, tags), Options{})
	var problem *ProblemError
	if !errors.As(err, &problem) || !strings.Contains(err.Error(), "extra") {
		t.Errorf("a rebuild over an unknown column: %v", err)
	}
}

// TestFreeChangeHasAWayBack: a json field becomes text without any SQL, but not the other way round.
func TestFreeChangeHasAWayBack(t *testing.T) {
	ctx := context.Background()
	p := newProject(t)
	p.apply(document(t, `"meta": {"id": "f_meta", "type": "json", "null": true}`), Consent{})
	p.exec(`INSERT INTO articles (meta) VALUES ('{"a":1}')`)
	p.apply(document(t, `"meta": {"id": "f_meta", "type": "text", "null": true}`), Consent{})
	p.exec(`INSERT INTO articles (meta) VALUES ('no json')`)
	var consent *ConsentError
	if _, err := p.Down(ctx, 1, Consent{}); !errors.As(err, &consent) {
		t.Fatalf("got %v, want a ConsentError", err)
	}
	if _, err := p.Down(ctx, 1, Consent{Hash: consent.Plan.Hash}); err != nil {
		t.Fatal(err)
	}
	p.want("SELECT coalesce(meta, 'null') FROM articles ORDER BY id", `{"a":1}`, "null")
	p.want("SELECT value FROM couplet_attic", `"no json"`)
}

func TestCreateAll(t *testing.T) {
	s := document(t, title+","+links+`, "n": {"id": "f_n", "type": "positive_integer", "null": true, "index": true}`, tags)
	for d, wants := range map[sqlb.Dialect][]string{
		sqlb.SQLite: {"PRIMARY KEY AUTOINCREMENT", "WITHOUT ROWID", "CHECK (`n` >= 0)",
			"CREATE INDEX `articles_tags_tag_id_idx` ON `articles_tags` (`tag_id`, `article_id`)",
			"FOREIGN KEY (`tag_id`) REFERENCES `tags` (`id`)"},
		sqlb.PostgreSQL: {"GENERATED BY DEFAULT AS IDENTITY", `"title" text NOT NULL COLLATE "C"`, "DEFERRABLE INITIALLY IMMEDIATE",
			`("n" NULLS FIRST)`, `CONSTRAINT "articles_n_check" CHECK ("n" >= 0)`},
	} {
		all := strings.Join(CreateAll(s, d), "\n")
		for _, want := range wants {
			if !strings.Contains(all, want) {
				t.Errorf("%s: no %s in\n%s", d, want, all)
			}
		}
	}
}

func TestAdoptedTablesAreLeftAlone(t *testing.T) {
	p := newProject(t)
	theirs := `, "visits": {"id": "c_v", "owned": false, "fields": {"page": {"id": "f_page", "type": "char"}}}`
	p.exec("CREATE TABLE visits (id INTEGER PRIMARY KEY, page TEXT, more TEXT)", "INSERT INTO visits (page) VALUES ('x')")
	p.apply(document(t, title, theirs), Consent{})
	p.apply(document(t, title+`, "visit": {"id": "f_visit", "type": "foreign_key", "to": "visits", "null": true}`, theirs), Consent{})
	p.want("SELECT more IS NULL FROM visits", "1")
	if found, err := p.Drift(context.Background()); err != nil || found != nil {
		t.Errorf("drift: %v, %v", found, err)
	}
	_, err := p.Apply(context.Background(), document(t, title, strings.Replace(theirs, `"owned": false, `, "", 1)), Options{Consent: Consent{All: true}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = p.Apply(context.Background(), document(t, title), Options{Consent: Consent{All: true}})
	var problem *ProblemError
	if !errors.As(err, &problem) || !strings.Contains(err.Error(), "column more") {
		t.Errorf("dropping a column nobody declared: %v", err)
	}
	p.exec("CREATE TABLE tags (a)")
	_, err = p.Apply(context.Background(), document(t, title, theirs, tags), Options{})
	if !errors.As(err, &problem) || !strings.Contains(err.Error(), "already") {
		t.Errorf("a table that is in the way: %v", err)
	}
}

// TestWholeDocuments builds the sample, and the document that uses everything a schema can say, and takes each away
// again.
func TestWholeDocuments(t *testing.T) {
	ctx := context.Background()
	for _, path := range []string{"../sample/schema.json", "../schema/testdata/everything.json"} {
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s, problems := schema.Parse(source)
		if err := problems.Err(); err != nil {
			t.Fatal(err)
		}
		p := newProject(t)
		p.apply(s, Consent{})
		if found, err := p.Drift(ctx); err != nil || found != nil {
			t.Errorf("%s: drift: %v, %v", path, found, err)
		}
		if plan, err := p.Plan(ctx, s); err != nil || !plan.Empty() {
			t.Errorf("%s: the same document again is a plan: %+v, %v", path, plan, err)
		}
		if _, err := p.Down(ctx, 1, Consent{}); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		if left := p.tables(); left != "" {
			t.Errorf("%s: after down there is\n%s", path, left)
		}
	}
}

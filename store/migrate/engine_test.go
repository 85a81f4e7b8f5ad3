package migrate

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/schema"
)

const noted = `CREATE TRIGGER noted AFTER UPDATE ON articles BEGIN INSERT INTO notes VALUES (NEW.id); END`

// note makes a trigger that writes down every update.
func (p *project) note() {
	p.exec("CREATE TABLE notes (id bigint)")
	if dbtest.Postgres() {
		p.exec("CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO notes VALUES (NEW.id); RETURN NEW; END $$",
			"CREATE TRIGGER noted AFTER UPDATE ON articles FOR EACH ROW EXECUTE FUNCTION noted()")
	} else {
		p.exec(noted)
	}
}

// TestTriggersRest: what a migration writes is not what triggers are for.
func TestTriggersRest(t *testing.T) {
	p := newProject(t)
	p.apply(document(t, title+`, "n": {"id": "f_n", "type": "integer", "null": true}`), Consent{})
	p.exec("INSERT INTO articles (title) VALUES ('a'), ('b')")
	p.note()
	p.apply(document(t, title+`, "n": {"id": "f_n", "type": "integer", "default": 7}`), Consent{})
	p.want("SELECT n FROM articles ORDER BY id", "7", "7")
	p.want("SELECT id FROM notes")
	p.exec("UPDATE articles SET n = 8 WHERE id = 2")
	p.want("SELECT id FROM notes", "2")
	if _, err := p.Down(context.Background(), 1, Consent{All: true}); err != nil {
		t.Fatal(err)
	}
	p.exec("UPDATE articles SET n = 9 WHERE id = 1")
	p.want("SELECT id FROM notes ORDER BY id", "1", "2")
}

// TestKeysGoOn: a key is given out once, whatever becomes of the table.
func TestKeysGoOn(t *testing.T) {
	p := newProject(t)
	p.apply(document(t, title), Consent{})
	p.exec("INSERT INTO articles (title) VALUES ('a'), ('b'), ('c')", "DELETE FROM articles WHERE id = 3")
	number := `"n": {"id": "f_n", "type": "integer", "default": 1}`
	renamed := document(t, title+","+number)
	renamed = parse(t, strings.Replace(string(renamed.Document.Canonical()), `"articles"`, `"essays"`, 1))
	p.apply(renamed, Consent{})
	table := renamed.Collection("essays").Table
	p.exec("INSERT INTO " + table + " (title, n) VALUES ('d', 1)")
	p.want("SELECT id FROM "+table+" ORDER BY id", "1", "2", "4")
	p.apply(parse(t, `{"collections": {"others": {"id": "c_o", "fields": {"x": {"id": "f_x", "type": "char"}}}}}`), Consent{All: true})
	p.apply(renamed, Consent{All: true})
	p.exec("INSERT INTO " + table + " (title, n) VALUES ('e', 1)")
	p.want("SELECT id || title FROM "+table+" ORDER BY id", "1a", "2b", "4d", "5e")
}

// TestViewsOverWhatChanges: SQLite sets them aside and puts them back; PostgreSQL, where that would lose who may read
// them, says beforehand that they are in the way, and lets them be wherever they are not.
func TestViewsOverWhatChanges(t *testing.T) {
	ctx := context.Background()
	p := newProject(t)
	p.apply(document(t, title+","+price), Consent{})
	p.exec("INSERT INTO articles (title, price) VALUES ('a', NULL)", "CREATE VIEW shown AS SELECT title, price FROM articles")
	wider := strings.Replace(price, `"max_digits": 8`, `"max_digits": 22`, 1)
	if !dbtest.Postgres() {
		p.apply(document(t, title+","+wider), Consent{All: true})
		p.want("SELECT title FROM shown", "a")
		return
	}
	text := strings.Replace(price, `"type": "decimal", "max_digits": 8, "decimal_places": 2`, `"type": "text"`, 1)
	for name, to := range map[string]*schema.Schema{"wider": document(t, title+","+wider), "another type": document(t, title+","+text),
		"dropped field": document(t, title), "dropped collection": parse(t, `{"collections": {}}`)} {
		_, err := p.Apply(ctx, to, Options{Consent: Consent{All: true}})
		var problem *ProblemError
		if !errors.As(err, &problem) || !strings.Contains(err.Error(), "In the way is view shown:") {
			t.Errorf("%s: %v", name, err)
		}
	}
	p.exec("CREATE VIEW again AS SELECT title FROM shown")
	p.apply(document(t, strings.Replace(title, `"title"`, `"headline"`, 1)+","+price+`, "n": {"id": "f_n", "type": "integer", "default": 1}`), Consent{All: true})
	p.want("SELECT title FROM again", "a")
}

// TestDriftOfDetails: whatever of a table PostgreSQL can change in place is seen.
func TestDriftOfDetails(t *testing.T) {
	if !dbtest.Postgres() {
		t.Skip("SQLite changes nothing of this in place; TestDrift has what it does")
	}
	number := `"n": {"id": "f_n", "type": "positive_integer", "null": true, "index": true}`
	tag := `"tag": {"id": "f_tag", "type": "foreign_key", "to": "tags", "null": true}`
	for sql, want := range map[string]string{
		`ALTER TABLE articles ALTER title TYPE varchar(20)`:                                                     `articles.title: the type is character varying(20), not text COLLATE "C"`,
		`ALTER TABLE articles ALTER title TYPE text COLLATE "default"`:                                          `articles.title: the type is text, not text COLLATE "C"`,
		`ALTER TABLE articles ALTER price TYPE numeric(9,2)`:                                                    `articles.price: the type is numeric(9,2), not numeric(8,2)`,
		`ALTER TABLE articles ALTER title DROP NOT NULL`:                                                        `articles.title: null is true, not false`,
		`ALTER TABLE articles ALTER id DROP IDENTITY`:                                                           `articles.id: that the database gives out its values is false, not true`,
		`ALTER TABLE articles DROP CONSTRAINT articles_pkey`:                                                    `articles.id: it is part 0 of the key, not 1`,
		`ALTER TABLE articles DROP CONSTRAINT articles_n_check`:                                                 `articles: the CHECK constraint n >= 0 is missing`,
		`ALTER TABLE articles ADD CHECK (n <> 5)`:                                                               `articles: the CHECK constraint n < > 5 is not in the document`,
		`ALTER TABLE articles DROP CONSTRAINT articles_tag_id_fkey`:                                             `articles.tag_id: it references "", not "tags(id) DEFERRABLE"`,
		`ALTER TABLE articles ALTER CONSTRAINT articles_tag_id_fkey NOT DEFERRABLE`:                             `articles.tag_id: it references "tags(id)", not "tags(id) DEFERRABLE"`,
		`DROP INDEX articles_n_idx; CREATE INDEX articles_n_idx ON articles (n)`:                                `articles.articles_n_idx: the index is (n), not (n nulls first)`,
		`DROP INDEX articles_n_idx; CREATE UNIQUE INDEX articles_n_idx ON articles (n NULLS FIRST) WHERE n > 3`: `articles.articles_n_idx: the index is unique (n nulls first WHERE (n > 3)), not (n nulls first)`,
	} {
		p := newProject(t)
		p.apply(document(t, title+","+price+","+number+","+tag, tags), Consent{})
		if found, err := p.Drift(context.Background()); err != nil || found != nil {
			t.Fatalf("before: %v, %v", found, err)
		}
		p.exec(sql)
		found, err := p.Drift(context.Background())
		if err != nil || len(found) != 1 || found[0].String() != want {
			t.Errorf("%s:\n%v, want\n%s %v", sql, found, want, err)
		}
	}
}

// TestKeysOfOtherTypes: where the key of a collection becomes another type, or another field, what points to it follows.
func TestKeysOfOtherTypes(t *testing.T) {
	ctx := context.Background()
	p := newProject(t)
	p.Dir = "" // what is undone is forgotten
	tag := `"tag": {"id": "f_tag", "type": "foreign_key", "to": "tags", "null": true, "related_name": "+"}`
	keyed := func(key string) *schema.Schema {
		return document(t, title+","+links+","+tag, `, "tags": {"id": "c_t", "fields": {`+key+`, "name": {"id": "f_name", "type": "char"}}}`)
	}
	p.apply(keyed(`"id": {"id": "f_key", "type": "big_integer", "primary_key": true}`), Consent{})
	p.exec("INSERT INTO tags (name) VALUES ('x'), ('y')", "INSERT INTO articles (title, tag_id) VALUES ('a', 2)", "INSERT INTO articles_tags VALUES (1, 2)")
	first := p.tables()
	p.apply(keyed(`"id": {"id": "f_key", "type": "big_integer", "primary_key": true, "auto": false}`), Consent{})
	p.exec("INSERT INTO tags (id, name) VALUES (9, 'z')")
	if _, err := p.Down(ctx, 1, Consent{All: true}); err != nil {
		t.Fatal(err)
	}
	p.exec("INSERT INTO tags (name) VALUES ('next')")
	p.want("SELECT id FROM tags ORDER BY id", "1", "2", "9", "10")
	p.want("SELECT tag_id FROM articles_tags", "2")
	for _, key := range []string{`"id": {"id": "f_key", "type": "uuid", "primary_key": true}`, `"code": {"id": "f_code", "type": "uuid", "primary_key": true}`} {
		p.exec("DELETE FROM articles_tags", "DELETE FROM articles", "DELETE FROM tags")
		p.apply(keyed(key), Consent{All: true})
		if found, err := p.Drift(ctx); err != nil || found != nil {
			t.Errorf("%s: drift: %v, %v", key, found, err)
		}
		if _, err := p.Down(ctx, 1, Consent{All: true}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(first, p.tables()); diff != "" {
			t.Errorf("%s: after down:\n%s", key, diff)
		}
	}
}

// TestNamesOfTheAttic: columns that are called as the attic's are, and a key with hyphens on the wire.
func TestNamesOfTheAttic(t *testing.T) {
	p := newProject(t)
	key := `"key": {"id": "f_key", "type": "uuid", "primary_key": true}, "value": {"id": "f_value", "type": "integer", "null": true}`
	more := `, "at": {"id": "f_at", "type": "datetime", "null": true}, "field": {"id": "f_field", "type": "json", "null": true}`
	p.apply(document(t, key+more), Consent{})
	p.exec(`INSERT INTO articles (key, value, at, field) VALUES ('0123456789abcdef0123456789abcdef', 1, '2024-02-29 12:00:00', '{"x":[1]}'),
		('f123456789abcdef0123456789abcdef', 2, NULL, '"é"')`)
	p.apply(document(t, key), Consent{All: true})
	if _, err := p.Down(context.Background(), 1, Consent{All: true}); err != nil {
		t.Fatal(err)
	}
	p.want("SELECT CAST(field AS text) FROM articles ORDER BY key", `{"x":[1]}`, `"é"`)
	p.want("SELECT value FROM articles WHERE at IS NOT NULL", "1")
}

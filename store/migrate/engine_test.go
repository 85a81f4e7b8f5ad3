package migrate

import (
	"context"
	"errors"
	"strings"
	"testing"

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

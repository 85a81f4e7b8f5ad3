package migrate

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWritten(t *testing.T) {
	for sql, want := range map[string][]string{
		"SELECT * FROM a":                                          nil,
		"insert or ignore into a values (1)":                       {"a"},
		`REPLACE INTO "a b" VALUES (1); DELETE FROM [c d];`:        {"a b", "c d"},
		"UPDATE OR REPLACE main.x SET a = 'UPDATE y'":              {"x"},
		"WITH q AS (SELECT 1) UPDATE ONLY x SET a = 1 -- UPDATE z": {"x"},
		"/* DELETE FROM a */ DELETE FROM b":                        {"b"},
		"DO $$ BEGIN UPDATE a SET b = 'INSERT INTO c'; END $$":     {"a"},
		`SELECT E'\'; DELETE FROM a'; DELETE FROM b`:               {"b"},
	} {
		if diff := cmp.Diff(want, written(sql)); diff != "" {
			t.Errorf("%s:\n%s", sql, diff)
		}
	}
}

func TestRefused(t *testing.T) {
	for sql, bad := range map[string]bool{
		"CREATE TRIGGER x AFTER INSERT ON a BEGIN DELETE FROM b; UPDATE c SET d = CASE WHEN 1 THEN 2 END; END; SELECT 1": false,
		"SELECT CASE WHEN 1 THEN 2 END": false,
		"SELECT 'COMMIT;'":              false,
		"SELECT 1; /* x */ commit":      true,
		"CREATE FUNCTION f() RETURNS trigger AS $f$ DECLARE x int; BEGIN x := 1; RETURN NEW; END $f$ LANGUAGE plpgsql": false,
		"CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 1":                            false,
		"SELECT $a$ $$; COMMIT; $a$; COMMIT": true,
		"START TRANSACTION":                  true,
		`SELECT E'\'; COMMIT; '`:             false,
		"END":                                true,
		"BEGIN; SELECT 1":                    true,
		"pragma foreign_keys = on":           true,
		"CREATE TRIGGER x AFTER INSERT ON a BEGIN DELETE FROM b; END; END;": true,
	} {
		if got := refused(sql) != nil; got != bad {
			t.Errorf("%s: refused is %t", sql, got)
		}
	}
}

func TestStatements(t *testing.T) {
	for _, want := range [][]string{
		nil,
		{"SELECT 1"},
		{"-- x;\nSELECT 1;", " SELECT ';' -- y;\n"},
		{"-- nothing; at all"},
		{"CREATE TRIGGER x AFTER INSERT ON a BEGIN DELETE FROM b; UPDATE c SET d = CASE WHEN 1 THEN 2 END; END;", "\nSELECT 1"},
		{"CREATE FUNCTION f() RETURNS trigger AS $f$ BEGIN x := 1; RETURN NEW; END $f$ LANGUAGE plpgsql;", " SELECT f();"},
		{"CREATE FUNCTION f() RETURNS bigint BEGIN ATOMIC SELECT 1; SELECT 2; END;", " SELECT 1;"},
		{"CREATE RULE r AS ON UPDATE TO a DO ALSO (DELETE FROM b; DELETE FROM c);", " SELECT 1"},
		{`CREATE TABLE "begin" (begin int);`, ` CREATE TABLE b ("BEGIN" int);`},
		{"CREATE VIEW v AS SELECT a AS begin FROM b; SELECT 1; SELECT 2"}, // in doubt
		{"SELECT 1;", ";", " /* the last */;\n"},
	} {
		if diff := cmp.Diff(want, statements(strings.Join(want, ""))); diff != "" {
			t.Error(diff)
		}
	}
}

func TestRenameIn(t *testing.T) {
	got := renameIn(`CREATE TRIGGER "t" AFTER UPDATE OF Old ON a BEGIN SELECT 'old', "old", [old], older; END`, map[string]string{"old": `n"w`})
	want := `CREATE TRIGGER "t" AFTER UPDATE OF "n""w" ON a BEGIN SELECT 'old', "n""w", "n""w", older; END`
	if got != want {
		t.Errorf("got %s", got)
	}
}

// FuzzTokens: no text is lost or made up, and nothing panics.
func FuzzTokens(f *testing.F) {
	for _, s := range []string{"", "SELECT 'a''b'", `"x" [y] -- z`, "/* /* */ `", "\xff'", "[", "-", "ü$1", "$a$ $$ $a$", "$$", `e'\'`, "E'"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, sql string) {
		var b strings.Builder
		for _, one := range tokens(sql) {
			if one.text == "" {
				t.Fatal("an empty token")
			}
			b.WriteString(one.text)
			_ = one.name()
		}
		if b.String() != sql {
			t.Fatalf("%q became %q", sql, b.String())
		}
		_ = refused(sql)
		_ = written(sql)
		_ = withoutEnd(sql)
		parts := statements(sql)
		if strings.Join(parts, "") != sql || slices.Contains(parts, "") {
			t.Fatalf("%q became %q", sql, parts)
		}
	})
}

package cli

import (
	"os"
	"testing"

	"github.com/couplet/couplet/store/sample"
)

// TestGenWithoutDatabase writes the types of schema.json where no database is, the same ones every time, and makes none.
func TestGenWithoutDatabase(t *testing.T) {
	golden, err := os.ReadFile("../openapi/testdata/magazine.ts")
	if err != nil {
		t.Fatal(err)
	}
	w := newWalk(t)
	t.Setenv("COUPLET_DATABASE", "") // a folder that holds no file of SQLite yet
	w.expects(exitFailed, "", "gen ts", "schema.json")
	if err := os.WriteFile("schema.json", sample.Schema, 0o600); err != nil {
		t.Fatal(err)
	}
	w.ok("gen ts --out types.ts", "wrote types.ts")
	printed := w.ok("gen ts")
	written, err := os.ReadFile("types.ts")
	if err != nil {
		t.Fatal(err)
	}
	if string(written) != printed || printed != string(golden) {
		t.Error("the types differ from those of the schema")
	}
	if _, err := os.Stat("data"); !os.IsNotExist(err) {
		t.Errorf("a data folder was made: %v", err)
	}
}

package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/sample"
)

// folder is a project folder in which commands are run.
type folder struct {
	t    *testing.T
	path string
}

// newFolder returns a folder with the sample's schema and records.
func newFolder(t *testing.T) folder {
	t.Helper()
	t.Setenv("COUPLET_DATABASE", dbtest.URL(t))
	f := folder{t, t.TempDir()}
	f.write("schema.json", string(sample.Schema))
	f.write("fixtures.json", string(sample.Fixtures))
	f.want(exitOK, "", "loaddata", f.at("fixtures.json"))
	return f
}

func (f folder) at(name string) string { return filepath.Join(f.path, name) }

func (f folder) write(name, text string) {
	f.t.Helper()
	if err := os.WriteFile(f.at(name), []byte(text), 0o600); err != nil {
		f.t.Fatal(err)
	}
}

func (f folder) read(name string) string {
	f.t.Helper()
	text, err := os.ReadFile(f.at(name))
	if err != nil {
		f.t.Fatal(err)
	}
	return string(text)
}

// want runs a command, which must end with a code and print a text among others, and returns all it prints.
func (f folder) want(code int, text string, args ...string) string {
	f.t.Helper()
	root := Root(nil)
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(append(args, "--data", f.at("data"), "--project", f.path))
	if got := run(context.Background(), root); got != code || !strings.Contains(out.String(), text) {
		f.t.Errorf("%v: exit code %d, want %d and %q:\n%s", args, got, code, text, out.String())
	}
	return out.String()
}

var updated = regexp.MustCompile(`"updated_at":"[^"]*"`)

// Every collection comes back from its export, byte for byte.
func TestExportImport(t *testing.T) {
	f := newFolder(t)
	for _, c := range []string{"users", "authors", "tags", "articles", "comments", "events"} {
		before := f.want(exitOK, `"id":`, "export", c, "--format", "ndjson")
		for _, name := range []string{c + ".csv", c + ".json", c + ".jsonl"} {
			f.want(exitOK, "", "export", c, "-o", f.at(name))
			f.want(exitOK, "created 0, updated ", "import", f.at(name), "--collection", c, "--match", "id", "--new", "error")
		}
		after := f.want(exitOK, "", "export", c, "--format", "ndjson")
		if updated.ReplaceAllString(before, "") != updated.ReplaceAllString(after, "") {
			t.Errorf("%s: %s became %s", c, before, after)
		}
	}
}

func TestImport(t *testing.T) {
	f := newFolder(t)
	tags := f.want(exitOK, "", "export", "tags")
	f.write("tags.txt", "Key;Label;x\na;'=A;1\nb b;B;2\n")
	with := []string{"import", f.at("tags.txt"), "--collection", "tags", "--map", "Key=slug,Label=name"}
	f.want(exitFailed, "dry run: 2 rows: would create 1, update 0, skip 0; 1 are refused", append(with, "--dry-run")...)
	f.want(exitFailed, "columns left out: x\n2 rows, 1 refused: nothing was written\n", append(with, "--errors", f.at("bad.csv"))...)
	if f.want(exitOK, "", "export", "tags") != tags {
		t.Error("tags have changed")
	}
	if bad := f.read("bad.csv"); !strings.HasPrefix(bad, "row,line,column,field,message,code\r\n2,3,Key,slug,") {
		t.Errorf("errors: %q", bad)
	}
	f.want(exitFailed, "row 2, line 3, slug: Enter a valid", append(with, "--keep-going")...)
	f.want(exitOK, "a,'=A\r\n", "export", "tags")
	f.want(exitOK, "a\t=A\r\n", "export", "tags", "--guard=false", "--delimiter", "tab")
	f.want(exitOK, "2 rows: created 1, updated 1, skipped 0, refused 0\ngroup ", "import", "--collection", "tags", "--match", "slug", f.file("slug,name\na,A2\nc,C\n"))
	f.want(exitOK, "created 0, updated 0, skipped 1", "import", "--collection", "tags", "--match", "slug", "--existing", "skip", f.file("slug,name\na,A3\n"))
}

// file writes a CSV file and returns its path.
func (f folder) file(text string) string {
	f.write("some.csv", text)
	return f.at("some.csv")
}

func TestImportMistakes(t *testing.T) {
	f := newFolder(t)
	good := f.file("slug,name\na,A\n")
	for _, c := range []struct {
		code int
		want string
		args []string
	}{
		{exitUsage, `there is no collection "nope"`, []string{"export", "nope"}},
		{exitUsage, `there is no format "xml"`, []string{"export", "tags", "--format", "xml"}},
		{exitUsage, `"x" is no delimiter`, []string{"export", "tags", "--delimiter", "x"}},
		{exitUsage, "", []string{"export"}},
		{exitUsage, `there is no collection "nope"`, []string{"import", good, "--collection", "nope"}},
		{exitUsage, "name the collection with --collection", []string{"import", good}},
		{exitUsage, "--existing is update, skip or error", []string{"import", good, "--collection", "tags", "--existing", "create"}},
		{exitUsage, "--new is create, skip or error", []string{"import", good, "--collection", "tags", "--new", "x"}},
		{exitFailed, "no-such.csv", []string{"import", f.at("no-such.csv"), "--collection", "tags"}},
		{exitFailed, "is neither the key nor a unique field", []string{"import", good, "--collection", "tags", "--match", "name"}},
		{exitFailed, "There is no field", []string{"import", good, "--collection", "tags", "--map", "slug=nope"}},
		{exitFailed, "The submitted file is empty", []string{"import", f.at("empty.csv"), "--collection", "tags"}},
	} {
		f.write("empty.csv", "")
		f.want(c.code, c.want, c.args...)
	}
}

package cli

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store/db/dbtest"
)

// Backups are taken beside a server that runs, and restored to the same records.
func TestBackupAndRestore(t *testing.T) {
	w := newWalk(t)
	if !dbtest.Postgres() {
		w.expects(exitFailed, "", "backup", "there is no database in ./data; give its folder with --data")
	}
	w.ok("init")
	w.write("notes.json", threeNotes)
	w.ok("loaddata notes.json")
	s, err := server.New(context.Background(), server.Config{Data: "data", Database: os.Getenv("COUPLET_DATABASE"), Project: "."})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("kept", 0o700); err != nil {
		t.Fatal(err)
	}
	w.ok("backup site.tar.gz", "wrote site.tar.gz (1 files)")
	w.ok("backup", "wrote data/backups/couplet-")
	for range 3 {
		w.ok("backup kept --keep 2", "wrote kept/couplet-")
	}
	if kept, err := os.ReadDir("kept"); err != nil || len(kept) != 2 {
		t.Errorf("%v %v, want two backups", kept, err)
	}
	w.expects(exitFailed, "", "restore site.tar.gz --data data --replace", "the data folder is in use by another process")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	before := w.ok("dumpdata")
	t.Setenv("COUPLET_DATABASE", "") // an archive holds SQLite, whatever it was taken of
	w.ok("restore site.tar.gz --data other", "restored the database and 0 files")
	if after := w.ok("dumpdata --data other"); after != before {
		t.Errorf("dumpdata differs after a restore:\n%s\n%s", before, after)
	}
	w.write("notes.json", strings.ReplaceAll(threeNotes, "longer", "newer"))
	w.ok("loaddata notes.json --data other")
	w.expects(exitFailed, "", "restore site.tar.gz --data other", "the data folder is not empty", "--replace")
	w.ok("dumpdata --data other", "newer")
	w.ok("restore site.tar.gz --data other --replace", "What was there before is in other/replaced-")
	if after := w.ok("dumpdata --data other"); after != before {
		t.Errorf("dumpdata differs after a second restore:\n%s\n%s", before, after)
	}
	aside, err := filepath.Glob("other/replaced-*")
	if err != nil || len(aside) != 1 {
		t.Fatalf("%v %v", aside, err)
	}
	w.ok("dumpdata --data "+aside[0], "newer")
}

func TestMistakesWithBackups(t *testing.T) {
	w := newWalk(t)
	w.ok("init")
	w.ok("schema apply")
	w.ok("backup site.tar.gz")
	w.expects(exitFailed, "", "backup site.tar.gz", "site.tar.gz is there already; nothing was written")
	w.expects(exitUsage, "", "backup other.tar.gz --keep 2", "--keep goes with a folder")
	w.expects(exitUsage, "", "backup --keep -2", "--keep is a number of backups")
	w.expects(exitFailed, "", "backup nowhere/site.tar.gz", "there is no folder nowhere")
	w.expects(exitFailed, "", "restore nowhere.tar.gz --data new", "no such file")
	whole, err := os.ReadFile("site.tar.gz")
	if err != nil {
		t.Fatal(err)
	}
	flipped := bytes.Clone(whole)
	flipped[len(flipped)/2] ^= 0x40
	for name, content := range map[string][]byte{
		"empty": {}, "short": whole[:len(whole)-100], "half": whole[:len(whole)/2], "flipped": flipped, "other": []byte("a text"),
	} {
		w.write(name, string(content))
		w.expects(exitFailed, "", "restore "+name+" --check", name)
		w.expects(exitFailed, "", "restore "+name+" --data new", name)
		if err := errors.Join(os.Remove("new/couplet.lock"), os.Remove("new")); err != nil {
			t.Errorf("%s: the refused restore left something behind: %v", name, err)
		}
	}
	w.ok("restore site.tar.gz --check", "site.tar.gz is whole: the database and 0 files of ")
}

package cli

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
)

const filed = `{"collections": {"papers": {"fields": {"title": {"type": "char", "max_length": 40},
  "scan": {"type": "file", "upload_to": "scans", "blank": true}}}}}`

const onePaper = `[{"model": "app.paper", "pk": 1, "fields": {"title": "one", "scan": "scans/one.pdf"}}]`

// doctored is a project that the doctor finds nothing wrong with.
func doctored(t *testing.T) *walk {
	t.Helper()
	w := newWalk(t)
	w.write("schema.json", filed)
	w.ok("schema apply")
	w.write("papers.json", onePaper)
	w.ok("loaddata papers.json")
	w.media("scans/one.pdf")
	return w
}

// media puts a file of an hour ago into the media folder.
func (w *walk) media(name string) {
	w.t.Helper()
	path, then := filepath.Join("data", "media", name), time.Now().Add(-time.Hour)
	err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("x"), 0o600), os.Chtimes(path, then, then))
	if err != nil {
		w.t.Fatal(err)
	}
}

// sql changes the database past Couplet's own ways.
func (w *walk) sql(text string) {
	w.t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, store.Options{Dir: "data", Database: os.Getenv("COUPLET_DATABASE")})
	if err != nil {
		w.t.Fatal(err)
	}
	err = st.Engine().Exclusive(ctx, func(c db.Conn) error { return c.Script(text) })
	if err := errors.Join(err, st.Close()); err != nil {
		w.t.Fatal(err)
	}
}

func TestDoctorFindsNothing(t *testing.T) {
	w := doctored(t)
	if !dbtest.Postgres() {
		w.sql("CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER); CREATE TABLE _litestream_lock (id INTEGER)")
		w.expects(exitFailed, "", "doctor --data nowhere", "there is no database in nowhere")
	}
	w.ok("doctor", "database", "The integrity check found nothing wrong.", "1 file that a record names is there.", "1 migration, none waits.")
	s, err := server.New(context.Background(), server.Config{Data: "data", Database: os.Getenv("COUPLET_DATABASE"), Project: "."})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	out := w.ok("doctor --json", `"healthy": true`)
	var report struct {
		Findings []struct{ Check, Level, Message, Advice string }
	}
	if err := json.Unmarshal([]byte(out), &report); err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Level != "ok" || f.Message == "" {
			t.Errorf("%+v", f)
		}
	}
	if len(report.Findings) != 10 {
		t.Errorf("%d findings, want one of each check", len(report.Findings))
	}
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	for _, test := range []struct {
		name  string
		spoil func(*walk)
		code  int
		want  []string
	}{
		{"missing file", func(w *walk) { _ = os.Remove("data/media/scans/one.pdf") }, exitFailed,
			[]string{"error", "A file is missing: scan of papers 1 names scans/one.pdf.", "Put the file back into media/ from a backup"}},
		{"orphan", func(w *walk) { w.media("scans/lost.pdf") }, exitOK,
			[]string{"warning", "1 file in media/ (1 bytes) no record names: scans/lost.pdf.", "Nobody can see them."}},
		{"earlier state", func(w *walk) {
			w.media("scans/two.pdf")
			w.write("papers.json", strings.ReplaceAll(onePaper, "one.pdf", "two.pdf"))
			w.ok("loaddata papers.json")
		}, exitOK, []string{"1 file belongs to earlier states of records, kept for the history."}},
		{"drift", func(w *walk) { w.sql("ALTER TABLE papers ADD COLUMN extra TEXT") }, exitFailed,
			[]string{"The tables differ from the schema document: papers.extra: the column is not in the document.", "couplet schema diff"}},
		{"sqlite: foreign key", func(w *walk) {
			w.sql("PRAGMA foreign_keys=OFF; CREATE TABLE couplet_x (p INTEGER REFERENCES papers(id)); INSERT INTO couplet_x VALUES (77); PRAGMA foreign_keys=ON")
		}, exitFailed, []string{"The database is damaged: row 1 of table couplet_x refers to a row of papers that is not there.", "couplet restore"}},
		{"key", func(w *walk) {
			w.sql("INSERT INTO couplet_keys (id, alg, private, created) VALUES ('k', 'ES256', 'gone', 1)")
		}, exitFailed,
			[]string{"Signing key k cannot be read"}},
		{"future", func(w *walk) { w.sql("UPDATE couplet_changes SET at = at + 7200000000") }, exitFailed,
			[]string{"in the future: the clock was put back.", "NTP"}},
		{"migration waits", func(w *walk) { w.ok("migrate new later") }, exitOK,
			[]string{"Migration 0002_later waits to be applied.", "couplet migrate up"}},
		{"migration changed", func(w *walk) { w.write("migrations/"+dbtest.Dialect().String()+"/0001_initial.up.sql", "SELECT 1;") }, exitFailed,
			[]string{"Migration 0001_initial: ", "Put the file back as it was"}},
		{"sqlite: open to others", func(w *walk) { _ = os.Chmod("data/couplet.db", 0o644) }, exitOK,
			[]string{"data/couplet.db can be read by others than its owner (-rw-r--r--).", "chmod go-rwx data/couplet.db"}},
		{"sqlite: damaged", damage, exitFailed, []string{"The database is damaged: "}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if strings.HasPrefix(test.name, "sqlite:") && dbtest.Postgres() {
				return // about the file that SQLite keeps
			}
			w := doctored(t)
			test.spoil(w)
			w.expects(test.code, "", "doctor", test.want...)
		})
	}
}

// damage writes over the end of a page, where the entries of an index of the change log are.
func damage(w *walk) {
	w.sql("PRAGMA wal_checkpoint(TRUNCATE)")
	var root int64
	st, err := store.Open(context.Background(), store.Options{Dir: "data"})
	if err != nil {
		w.t.Fatal(err)
	}
	err = st.Engine().Read(context.Background(), func(c db.Conn) error {
		return c.Query("SELECT rootpage FROM sqlite_schema WHERE name = 'couplet_changes_record'", nil, func(r db.Row) error {
			root = r.Int(0)
			return nil
		})
	})
	if err := errors.Join(err, st.Close()); err != nil || root == 0 {
		w.t.Fatal(root, err)
	}
	data := []byte(w.file("data/couplet.db"))
	for i := range 20 {
		data[int(root)*4096-1-i] ^= 0x15
	}
	w.write("data/couplet.db", string(data))
}

package transfer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/fixture"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/sample"
	"github.com/couplet/couplet/store/transfer"
	"github.com/couplet/couplet/store/value"
)

func open(t *testing.T, o store.Options) *store.Store {
	t.Helper()
	o.Dir, o.NoSync = t.TempDir(), true
	s, err := store.Open(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func dump(t *testing.T, s *store.Store) string {
	t.Helper()
	var out bytes.Buffer
	ok(t, fixture.Dump(context.Background(), s, &out, fixture.DumpOptions{}))
	return out.String()
}

// magazine is the sample with its fixtures and an applied change of its schema.
func magazine(t *testing.T, dir string) *store.Store {
	t.Helper()
	s := open(t, store.Options{})
	_, err := s.Apply(t.Context(), dir, sample.Schema, migrate.Options{})
	ok(t, err)
	_, err = fixture.Load(t.Context(), s, bytes.NewReader(sample.Fixtures), fixture.LoadOptions{})
	ok(t, err)
	longer := bytes.Replace(sample.Schema, []byte(`"max_length": 120`), []byte(`"max_length": 130`), 1)
	indexed := bytes.Replace(longer, []byte(`"max_length": 130`), []byte(`"max_length": 130, "index": true`), 1)
	_, err = s.Apply(t.Context(), dir, indexed, migrate.Options{})
	ok(t, err)
	return s
}

// other is an empty store on PostgreSQL where tests run on it, else on SQLite: the way there and back is tried on both.
func other(t *testing.T) *store.Store { return open(t, store.Options{Database: dbtest.URL(t)}) }

func TestThereAndBack(t *testing.T) {
	migrations := t.TempDir()
	from := magazine(t, migrations)
	want := dump(t, from)
	keys := map[string]int64{}
	there, back := other(t), open(t, store.Options{})
	ok(t, transfer.Copy(t.Context(), from, there, transfer.Options{
		Migrations: migrations, Report: func(x transfer.Table) { keys[x.Name] = x.Rows },
	}))
	if keys["couplet_changes"] == 0 || len(keys) < 12 {
		t.Errorf("the report misses tables: %v", keys)
	}
	ok(t, there.Reload(t.Context()))
	if got := dump(t, there); got != want {
		t.Error("the copy dumps other records")
	}
	ok(t, transfer.Copy(t.Context(), there, back, transfer.Options{Migrations: migrations}))
	ok(t, back.Reload(t.Context()))
	if got := dump(t, back); got != want {
		t.Error("the copy of the copy dumps other records")
	}
	for _, s := range []*store.Store{there, back} {
		drift, err := s.Migrations(migrations).Drift(t.Context())
		if err != nil || len(drift) > 0 {
			t.Errorf("the copy's tables differ from its document: %v %v", drift, err)
		}
		status, err := s.Migrations(migrations).Status(t.Context())
		ok(t, err)
		for _, e := range status {
			if e.State != migrate.StateApplied {
				t.Errorf("version %s is %s %s", e.Name, e.State, e.Problem)
			}
		}
		if len(status) != 2 {
			t.Errorf("%d versions came along, not 2", len(status))
		}
		nextKey(t, s)
		if _, err := s.Migrations(migrations).Down(t.Context(), 1, migrate.Consent{All: true}); err != nil {
			t.Errorf("the last version cannot be undone in the copy: %v", err)
		}
	}
}

// nextKey holds that automatic keys go on where they were.
func nextKey(t *testing.T, s *store.Store) {
	t.Helper()
	c := s.Schema().Collection("tags")
	in := store.NewInput(c)
	in.Values[c.Field("name")], in.Values[c.Field("slug")] = value.Text("New"), value.Text("new")
	var key value.Value
	_, err := s.Write(t.Context(), store.Origin{Scope: access.System(s.State().Policy), Via: "test"}, func(tx *store.Tx) (err error) {
		key, err = tx.Create(in)
		return err
	})
	if err != nil || key != value.Int(9) {
		t.Errorf("the next tag has the key %v, not 9: %v", key, err)
	}
}

func TestTargetMustBeEmpty(t *testing.T) {
	from, to := magazine(t, ""), other(t)
	_, err := to.Apply(t.Context(), "", []byte(`{"collections": {"notes": {"fields": {"text": {"type": "text"}}}}}`), migrate.Options{})
	ok(t, err)
	if err := transfer.Copy(t.Context(), from, to, transfer.Options{}); !errors.Is(err, transfer.ErrNotEmpty) {
		t.Errorf("a copy over a project: %v", err)
	}
	if to.Schema().Collection("notes") == nil {
		t.Error("the project there is gone")
	}
}

// Every column of Couplet's own tables is copied.
func TestSystemTablesAreListed(t *testing.T) {
	s := open(t, store.Options{})
	ok(t, s.Read(t.Context(), access.System(s.State().Policy), func(r *store.Reader) error {
		return r.Query("SELECT m.name || ' ' || group_concat(c.name, ' ') FROM sqlite_schema AS m, pragma_table_info(m.name) AS c "+
			"WHERE m.type = 'table' AND m.name LIKE 'couplet!_%' ESCAPE '!' AND m.name <> 'couplet_migrations' GROUP BY m.name", nil, func(row db.Row) error {
			name, columns, _ := strings.Cut(row.Text(0), " ")
			listed := transfer.SystemColumns(name)
			for _, c := range strings.Fields(columns) {
				if !strings.Contains(" "+listed+" ", " "+c+" ") {
					t.Errorf("column %s of %s would not be copied", c, name)
				}
			}
			return nil
		})
	}))
}

func TestFilesAreCompared(t *testing.T) {
	from, to := t.TempDir(), t.TempDir()
	ok(t, os.MkdirAll(from+"/covers", 0o700))
	ok(t, os.WriteFile(from+"/covers/a.png", []byte("picture"), 0o600))
	for range 2 { // the second time it is there already
		if n, err := transfer.Files(t.Context(), from, to); n != 1 || err != nil {
			t.Fatalf("%d files, %v", n, err)
		}
	}
	ok(t, os.WriteFile(to+"/covers/a.png", []byte("another"), 0o600))
	if _, err := transfer.Files(t.Context(), from, to); !errors.Is(err, transfer.ErrDiffers) || !strings.Contains(fmt.Sprint(err), "a.png") {
		t.Errorf("another file in its place: %v", err)
	}
}

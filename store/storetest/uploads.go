package storetest

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

const filesDocument = `{"collections": {"papers": {"fields": {
  "title": {"type": "char", "unique": true, "null": true}, "file": {"type": "file", "upload_to": "papers", "null": true}}}}}`

// stage stages a text under a name in the field's folder.
func (w *world) stage(name, text string) *store.Upload {
	w.t.Helper()
	up, err := w.s.Files.Stage(name, strings.NewReader(text), 0)
	w.must(err)
	up.To = "papers"
	return up
}

func (w *world) paper(object string, up *store.Upload) *store.Input {
	in := w.input("papers", object)
	in.Files = map[*schema.Field]*store.Upload{w.field("papers", "file"): up}
	return in
}

// media lists the files below the media folder, and how many uploads are staged.
func (w *world) media() (names []string, staged int) {
	w.t.Helper()
	root := w.s.Files.Root()
	w.must(filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(root, path)
			names = append(names, filepath.ToSlash(rel))
		}
		return err
	}))
	list, err := os.ReadDir(filepath.Join(filepath.Dir(root), "staged"))
	w.must(err)
	return names, len(list)
}

func (w *world) contents(name string) string {
	w.t.Helper()
	f, err := w.s.Files.Open(name)
	w.must(err)
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(f)
	w.must(err)
	return string(text)
}

// uploads holds files: staged, named by the store, never written over, gone when the record is not stored.
func uploads(t *testing.T, open Open) {
	w := newWorld(t, open, filesDocument)
	up := w.stage("a.txt", "one")
	if _, staged := w.media(); staged != 1 {
		t.Errorf("%d uploads are staged", staged)
	}
	var key value.Value
	create := func(in *store.Input, after error) error {
		_, err := w.write(w.system(), func(tx *store.Tx) (err error) {
			key, err = tx.Create(in)
			return errors.Join(err, after)
		})
		return err
	}
	w.must(create(w.paper(`{"title": "a"}`, up), nil))
	want(t, "named", `{"file":"papers/a.txt"}`, w.record("papers", "1", "file"))
	want(t, "contents", "one", w.contents("papers/a.txt"))

	w.must(create(w.paper(`{"title": "b"}`, w.stage("a.txt", "two")), nil))
	second := w.record("papers", w.field("papers", "id").Type.String(key), "file")
	if !regexp.MustCompile(`^\{"file":"papers/a_[A-Za-z0-9]{7}\.txt"\}$`).MatchString(second) {
		t.Errorf("the second file of a name is %s", second)
	}
	want(t, "the first is not written over", "one", w.contents("papers/a.txt"))
	want(t, "contents of the second", "two", w.contents(second[9:len(second)-2]))

	before, _ := w.media()
	failed := errors.New("failed on purpose")
	for name, c := range map[string]struct {
		object string
		after  error
	}{"a record that is refused": {`{"title": "a"}`, nil}, "a transaction that fails after the file was moved": {`{"title": "c"}`, failed}} {
		up := w.stage("lost.txt", "lost")
		if err := create(w.paper(c.object, up), c.after); err == nil {
			t.Errorf("%s: no error", name)
		}
		up.Discard()
		after, staged := w.media()
		want(t, name, strings.Join(before, " "), strings.Join(after, " "))
		if staged != 0 {
			t.Errorf("%s: %d uploads are staged", name, staged)
		}
	}
	in := w.paper(`{}`, w.stage("new.txt", "three"))
	_, err := w.write(w.system(), func(tx *store.Tx) error { return tx.Update(value.Int(1), in, store.Condition{}) })
	w.must(err)
	want(t, "updated", `{"file":"papers/new.txt"}`, w.record("papers", "1", "file"))
	want(t, "the history keeps the file of before", "one", w.contents("papers/a.txt"))

	_, err = w.s.Files.Stage("big.txt", strings.NewReader("12345"), 4)
	wantError(t, "more than the limit", store.ErrTooLarge, err)
	fits, err := w.s.Files.Stage("fits.txt", strings.NewReader("1234"), 4)
	w.must(err)
	fits.Discard()
	_, err = w.s.Files.Stage("broken.txt", io.MultiReader(strings.NewReader("12"), errReader{failed}), 0)
	wantError(t, "a body that breaks off", failed, err)
	if _, staged := w.media(); staged != 0 {
		t.Errorf("%d uploads are staged after refusals", staged)
	}
}

type errReader struct{ err error }

func (r errReader) Read([]byte) (int, error) { return 0, r.err }

// uploadNames holds that no name leaves the media folder, neither of an upload nor of a file to be read.
func uploadNames(t *testing.T, open Open) {
	w := newWorld(t, open, filesDocument)
	secret := filepath.Join(filepath.Dir(w.s.Files.Root()), "secret")
	w.must(os.WriteFile(secret, []byte("secret"), 0o600))
	w.must(os.Symlink(secret, filepath.Join(w.s.Files.Root(), "link")))
	for _, name := range []string{"../x", "../../x", "/etc/passwd", "a/b", "a/../../x", "..", ".", "", "a\x00b", `..\x`, "a/"} {
		up := w.stage(name, "x")
		in := w.paper(`{}`, up)
		_, err := w.write(w.system(), func(tx *store.Tx) error {
			_, err := tx.Create(in)
			return err
		})
		wantError(t, name, store.ErrFileName, err)
		up.Discard()
	}
	up := w.stage("x", "x")
	up.To = "../out"
	in := w.paper(`{}`, up)
	_, err := w.write(w.system(), func(tx *store.Tx) error {
		_, err := tx.Create(in)
		return err
	})
	wantError(t, "a folder outside", store.ErrFileName, err)
	up.Discard()
	names, staged := w.media()
	want(t, "media", "link", strings.Join(names, " "))
	if staged != 0 || w.count("papers") != 0 {
		t.Errorf("%d staged, %d records", staged, w.count("papers"))
	}
	for _, name := range []string{"../secret", "/etc/passwd", "link", "../couplet.db", "", ".", "papers/../../secret", `..\secret`, "a\x00", "no/such"} {
		f, err := w.s.Files.Open(name)
		if err != nil {
			continue
		}
		if st, err := f.Stat(); err != nil || !st.IsDir() {
			t.Errorf("%q can be read", name)
		}
		_ = f.Close()
	}
}

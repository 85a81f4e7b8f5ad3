package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/backup"
	"github.com/couplet/couplet/store/fixture"
	"github.com/couplet/couplet/store/sample"
)

// A backup taken while clients write holds every write that was acknowledged before it began, and restores to the same
// bytes of records and files.
func TestBackupUnderWriteLoad(t *testing.T) {
	d := startDesk(t, sample.Schema)
	writeMedia(t, d.store.Files.Root(), "covers/a.png", "one image")
	writeMedia(t, d.store.Files.Root(), "covers/deep/b.png", strings.Repeat("another ", 1000))
	var wg sync.WaitGroup
	stop := make(chan struct{})
	before := make(chan struct{}, 100)
	for client := range 4 {
		wg.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				name := fmt.Sprintf("tag-%d-%d", client, n)
				if a := d.send("POST", "/api/tags/", fmt.Sprintf(`{"name":%q,"slug":%q}`, name, name)); a.status != 201 {
					t.Errorf("%d %s", a.status, a.body)
					return
				}
				if n == 20 {
					before <- struct{}{}
				}
			}
		})
	}
	for range 4 {
		<-before // each has been told that its first 21 tags are stored
	}
	a := d.need("POST", "/api/_/backups/", `{}`, 201, `"deleted":[]`)
	close(stop)
	wg.Wait()
	archive := filepath.Join(d.store.Dir(), "backups", member(t, a.body, "name"))

	dir := t.TempDir()
	if _, aside, err := backup.Restore(context.Background(), archive, dir, false); err != nil || aside != "" {
		t.Fatalf("aside %q, error %v", aside, err)
	}
	st := openFolder(t, dir)
	tags := dump(t, st, "tags")
	for client := range 4 {
		for n := range 21 {
			if name := fmt.Sprintf(`"tag-%d-%d"`, client, n); !strings.Contains(tags, name) {
				t.Errorf("the backup lacks %s, which was acknowledged before it began", name)
			}
		}
	}
	if wrong, err := st.Engine().Check(context.Background()); err != nil || len(wrong) > 0 {
		t.Errorf("%v %v", wrong, err)
	}

	quiet := d.need("POST", "/api/_/backups/", `{"keep":1}`, 201, member(t, a.body, "name"))
	second := t.TempDir()
	archive = filepath.Join(d.store.Dir(), "backups", member(t, quiet.body, "name"))
	if _, _, err := backup.Restore(context.Background(), archive, second, false); err != nil {
		t.Fatal(err)
	}
	again := openFolder(t, second)
	if diff := cmp.Diff(dump(t, d.store), dump(t, again)); diff != "" {
		t.Errorf("dumpdata differs after a restore:\n%s", diff)
	}
	if diff := cmp.Diff(mediaOf(t, d.store), mediaOf(t, again)); diff != "" {
		t.Errorf("media differs after a restore:\n%s", diff)
	}
}

// The system API lists, makes, gives and deletes backups: to superusers.
func TestBackupsAPI(t *testing.T) {
	d := startDesk(t, sample.Schema)
	d.need("GET", "/api/_/backups/", "", 200, "[]")
	first := member(t, d.need("POST", "/api/_/backups/", "", 201, "couplet-").body, "name")
	second := member(t, d.need("POST", "/api/_/backups/", `{"keep":0}`, 201, "couplet-").body, "name")
	var list []struct {
		Name string `json:"name"`
		Size int    `json:"size"`
	}
	if err := json.Unmarshal([]byte(d.get("/api/_/backups/").body), &list); err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].Name != second || list[1].Name != first || list[0].Size == 0 {
		t.Fatalf("the list is %v, want %s and %s", list, second, first)
	}
	file, err := os.ReadFile(filepath.Join(d.store.Dir(), "backups", first))
	if err != nil {
		t.Fatal(err)
	}
	a := d.get("/api/_/backups/" + first + "/")
	if a.status != 200 || a.body != string(file) || a.header.Get("Content-Type") != "application/gzip" ||
		!strings.Contains(a.header.Get("Content-Disposition"), first) {
		t.Errorf("the download: %d %v", a.status, a.header)
	}
	req := d.request("GET", "/api/_/backups/"+first+"/", "", nil)
	req.Header.Set("Range", "bytes=10-19")
	if part := d.do(req); part.status != 206 || part.body != string(file[10:20]) {
		t.Errorf("a range: %d, %d bytes", part.status, len(part.body))
	}
	if a := d.do(d.request(http.MethodHead, "/api/_/backups/"+first+"/", "", nil)); a.status != 200 || a.body != "" {
		t.Errorf("HEAD: %d %q", a.status, a.body)
	}
	for _, name := range []string{"couplet-20200101-000000.tar.gz", "couplet.db", "..%2Fcouplet.db", "%2e%2e%2fcouplet.db"} {
		d.need("GET", "/api/_/backups/"+name+"/", "", 404, "")
		d.need("DELETE", "/api/_/backups/"+name+"/", "", 404, "")
	}
	d.need("POST", "/api/_/backups/", `{"keep":-1}`, 400, `"keep"`)
	d.need("POST", "/api/_/backups/", `{"kep":1}`, 400, `"kep"`)
	d.need("DELETE", "/api/_/backups/"+first+"/", "", 204, "")
	d.need("GET", "/api/_/backups/"+first+"/", "", 404, "")
	for _, who := range []string{"", "user"} {
		status := map[string]int{"": 401}[who] + map[string]int{"user": 403}[who]
		other := d.as(who)
		other.need("GET", "/api/_/backups/", "", status, "")
		other.need("POST", "/api/_/backups/", "{}", status, "")
		other.need("GET", "/api/_/backups/"+second+"/", "", status, "")
		other.need("DELETE", "/api/_/backups/"+second+"/", "", status, "")
	}
}

// The doctor examines a server that serves: for superusers.
func TestDoctorAPI(t *testing.T) {
	d := startDesk(t, sample.Schema)
	writeMedia(t, d.store.Files.Root(), "covers/fixture.png", "x")
	d.need("GET", "/api/_/doctor/", "", 200, `{"healthy":true,"findings":[{"check":"database","level":"ok",`)
	if err := os.Remove(filepath.Join(d.store.Files.Root(), "covers", "fixture.png")); err != nil {
		t.Fatal(err)
	}
	d.need("GET", "/api/_/doctor/", "", 200, `"level":"error","message":"A file is missing: cover of articles 2 names covers/fixture.png."`)
	d.as("user").need("GET", "/api/_/doctor/", "", 403, "")
	d.as("").need("GET", "/api/_/doctor/", "", 401, "")
}

func writeMedia(t *testing.T, root, name, text string) {
	t.Helper()
	path := filepath.Join(root, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, path, text)
}

func openFolder(t *testing.T, dir string) *store.Store {
	t.Helper()
	st, err := store.Open(context.Background(), store.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}

func dump(t *testing.T, st *store.Store, only ...string) string {
	t.Helper()
	var b bytes.Buffer
	if err := fixture.Dump(context.Background(), st, &b, fixture.DumpOptions{Only: only, Indent: 1}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func mediaOf(t *testing.T, st *store.Store) map[string]string {
	t.Helper()
	out := map[string]string{}
	root := os.DirFS(st.Files.Root())
	err := fs.WalkDir(root, ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		data, err := fs.ReadFile(root, name)
		info, _ := e.Info()
		out[name] = info.ModTime().String() + string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/server/auth"
)

// picture is a PNG, left half red, right half blue.
func picture(t *testing.T, width, height int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.RGBA{R: 255, A: 255}
			if x >= width/2 {
				c = color.RGBA{B: 255, A: 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// send sends a file ahead and returns status and answer.
func (a *account) send(name, content string) (int, string) {
	a.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, content)
	}
	if err = errors.Join(err, form.Close()); err != nil {
		a.t.Fatal(err)
	}
	req, err := http.NewRequest("POST", a.base+"/api/_/uploads/", &b)
	if err != nil {
		a.t.Fatal(err)
	}
	for k, v := range a.header {
		req.Header.Set(k, v)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	resp, err := a.client.Do(req)
	if err != nil {
		a.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}

// sent sends a file ahead and returns its token.
func (a *account) sent(name, content string) string {
	a.t.Helper()
	status, text := a.send(name, content)
	if status != 201 {
		a.t.Fatalf("%s: %d %s", name, status, text)
	}
	return member(a.t, text, "upload")
}

const albumSchema = `{
  "settings": {"authentication": ["basic"]},
  "collections": {
    "albums": {"fields": {
      "name": {"type": "char", "max_length": 20, "unique": true},
      "cover": {"type": "image", "upload_to": "covers/", "null": true, "blank": true},
      "notes": {"type": "file", "upload_to": "notes/", "null": true, "blank": true, "max_size": 20}
    }}
  },
  "resources": {"albums": {"collection": "albums", "permission": "roles"}},
  "roles": {"singers": {"albums": {"view": "name != 'secret'", "add": true, "change": true}}}
}`

// albums is a project with image and file fields, and a clock that the test moves.
type albums struct {
	*project
	clock              *movedClock
	root, bo, di, none *account
}

func newAlbums(t *testing.T) *albums {
	t.Helper()
	a := &albums{project: startProject(t, albumSchema), clock: newMovedClock(time.Now())}
	a.stop()
	a.config.Clock, a.config.MaxUpload = a.clock, 1<<20
	a.start()
	a.root, _ = a.user(auth.NewUser{Username: "root", Superuser: true})
	a.bo, _ = a.user(auth.NewUser{Username: "bo", Roles: []string{"singers"}})
	a.di, _ = a.user(auth.NewUser{Username: "di", Roles: []string{"singers"}})
	a.none, _ = a.user(auth.NewUser{Username: "none"})
	return a
}

// files counts the files in a folder of the data folder.
func (p *project) files(folder string) int {
	p.t.Helper()
	n := 0
	err := filepath.WalkDir(filepath.Join(p.config.Data, folder), func(_ string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return n
}

const albumsPath = "/api/_/records/albums/"

func TestUploads(t *testing.T) {
	w := newAlbums(t)
	red := picture(t, 40, 30)
	status, text := w.bo.send("my cover.png", red)
	if status != 201 {
		t.Fatalf("%d %s", status, text)
	}
	token := member(t, text, "upload")
	contains(t, text, `"name":"my cover.png"`, fmt.Sprintf(`"size":%d,"type":`, len(red)), `"width":40,"height":30`, `"url":"/api/_/uploads/`+token+`/"`)
	// Only its owner sees it and can use it.
	if got := w.bo.want("GET", "/api/_/uploads/"+token+"/", "", 200, ""); got != red {
		t.Error("the preview is not the file")
	}
	w.di.want("GET", "/api/_/uploads/"+token+"/", "", 404, "")
	w.visitor().want("GET", "/api/_/uploads/"+token+"/", "", 401, "")
	w.di.want("DELETE", "/api/_/uploads/"+token+"/", "", 404, "")
	gone := `{"cover":["There is no such upload, or it has expired. Send the file again."]}`
	w.di.want("POST", albumsPath, `{"name":"a","cover":{"upload":"`+token+`"}}`, 400, gone)
	// A write that is refused leaves it as it was; so does a rehearsal. One that succeeds uses it up.
	named := func(name string) string { return `{"name":"` + name + `","cover":{"upload":"` + token + `"}}` }
	w.bo.want("POST", albumsPath, named(strings.Repeat("x", 30)), 400, "")
	w.bo.want("POST", albumsPath+"validate/", named("a"), 200, "{}")
	w.root.want("POST", albumsPath, `{"name":"taken"}`, 201, "")
	w.bo.want("POST", albumsPath, named("taken"), 400, "")
	w.bo.want("POST", "/api/_/batch/", `{"requests":[{"method":"POST","path":"/api/albums/","body":`+named("a")+`},{"method":"POST","path":"/api/albums/","body":{}}]}`, 400, "")
	if n := w.files("media"); n != 0 {
		t.Errorf("%d files are left of writes that were refused", n)
	}
	made := w.bo.want("POST", albumsPath, named("a"), 201, "")
	contains(t, made, `"cover":"`+w.base+`/media/covers/my_cover.png"`)
	if w.bo.want("GET", "/media/covers/my_cover.png", "", 200, "") != red {
		t.Error("the stored file is another one")
	}
	if n := w.files("staged"); n != 0 {
		t.Errorf("%d files are left in the staging folder", n)
	}
	w.bo.want("POST", albumsPath, named("b"), 400, gone)
	w.bo.want("GET", "/api/_/uploads/"+token+"/", "", 404, "")
	// Every other way to write.
	var album struct{ ID int }
	if err := json.Unmarshal([]byte(made), &album); err != nil {
		t.Fatal(err)
	}
	id := strconv.Itoa(album.ID)
	for i, write := range []func(body string) int{
		func(b string) int { s, _ := w.bo.call("PATCH", albumsPath+id+"/", b); return s },
		func(b string) int { s, _ := w.bo.call("PATCH", "/api/albums/"+id+"/", b); return s },
		func(b string) int {
			s, _ := w.bo.call("POST", "/api/_/batch/", `{"requests":[{"method":"PATCH","path":"/api/albums/`+id+`/","body":`+b+`}]}`)
			return s
		},
		func(b string) int {
			s, _ := w.bo.with("Idempotency-Key", "k").call("POST", albumsPath, strings.Replace(b, "{", `{"name":"once",`, 1))
			return s - 1
		},
		func(b string) int {
			s, _ := w.bo.with("Idempotency-Key", "k").call("POST", albumsPath, strings.Replace(b, "{", `{"name":"once",`, 1))
			return s - 1
		},
	} {
		if i < 4 {
			token = w.bo.sent("c.png", red)
		}
		if got := write(`{"cover":{"upload":"` + token + `"}}`); got != 200 {
			t.Errorf("write %d: %d", i, got)
		}
	}
	if n := w.files("staged"); n != 0 {
		t.Errorf("%d files are left in the staging folder", n)
	}
}

// What a direct upload is held against, one that was sent ahead is held against, too.
func TestUploadsAreChecked(t *testing.T) {
	w := newAlbums(t)
	for _, c := range []struct{ field, name, content, want string }{
		{"cover", "a.png", "no image", `{"cover":["Upload a valid image. The file you uploaded was either not an image or a corrupted image."]}`},
		{"cover", "a.exe", picture(t, 2, 2), `{"cover":["File extension “exe” is not allowed.`},
		{"notes", "a.txt", strings.Repeat("x", 21), `{"notes":["Ensure this file has at most 20 bytes (it has 21)."]}`},
		{"notes", "a.txt", "", `{"notes":["The submitted file is empty."]}`},
		{"name", "a.txt", "x", `{"name":["Not a valid string."]}`},
	} {
		body := fmt.Sprintf(`{"name":"a",%q:{"upload":%q}}`, c.field, w.bo.sent(c.name, c.content))
		contains(t, w.bo.want("POST", albumsPath, strings.Replace(body, `"name":"a","name"`, `"name"`, 1), 400, ""), c.want)
	}
	w.bo.want("POST", albumsPath, `{"name":"a","cover":{"upload":3}}`, 400, `{"cover":["The submitted data was not a file. Check the encoding type on the form."]}`)
	if status, text := w.none.send("a.png", "x"); status != 403 {
		t.Errorf("who may write nothing: %d %s", status, text)
	}
	if status, text := w.visitor().send("a.png", "x"); status != 401 {
		t.Errorf("a visitor: %d %s", status, text)
	}
	if status, text := w.bo.send("a.bin", strings.Repeat("x", 1<<20+1)); status != 413 {
		t.Errorf("a large file: %d %s", status, text)
	}
}

func TestUploadsExpire(t *testing.T) {
	w := newAlbums(t)
	token := w.bo.sent("a.txt", "x")
	w.clock.move(59 * time.Minute)
	w.bo.want("GET", "/api/_/uploads/"+token+"/", "", 200, "x")
	w.clock.move(2 * time.Minute)
	w.bo.want("GET", "/api/_/uploads/"+token+"/", "", 404, "")
	w.bo.want("POST", albumsPath, `{"name":"a","notes":{"upload":"`+token+`"}}`, 400, "")
	w.bo.sent("b.txt", "y") // the next one sweeps
	if n := w.files("staged"); n != 1 {
		t.Errorf("%d files are staged", n)
	}
	for range 99 {
		w.bo.sent("c.txt", "z")
	}
	if status, text := w.bo.send("d.txt", "z"); status != 429 || !strings.Contains(text, "Too many uploads of yours") {
		t.Errorf("%d %s", status, text)
	}
	w.di.sent("e.txt", "z")
	token = w.di.sent("f.txt", "z")
	w.di.want("DELETE", "/api/_/uploads/"+token+"/", "", 204, "")
	if n := w.files("staged"); n != 101 {
		t.Errorf("%d files are staged", n)
	}
}

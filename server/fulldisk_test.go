//go:build linux

package server_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/doctor"
	"github.com/couplet/couplet/store/db/dbtest"
)

// smallDisk mounts a disk of 16 MiB, which needs the rights to do that, and returns its folder.
func smallDisk(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=16m"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("a small disk cannot be mounted: %v", err)
		}
		t.Skipf("a small disk can be mounted by root only: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// fill takes the space of a disk but for about 1 MiB, and returns what gives it back.
func fill(t *testing.T, dir string) (free func()) {
	t.Helper()
	path := filepath.Join(dir, "ballast")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	size, chunk := int64(0), make([]byte, 64<<10)
	for n := 0; err == nil; size += int64(n) {
		n, err = f.Write(chunk)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := errors.Join(f.Truncate(size-1<<20), f.Close()); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

const fullSchema = `{"collections": {"notes": {"fields": {"title": {"type": "text"}, "paper": {"type": "file", "blank": true}}}},
  "resources": {"notes": {}}, "roles": {"anyone": {"notes": {"view": true}}}}`

// On a full disk writes of every kind are answered with 507 and leave nothing behind, reading goes on, also in a server
// that starts then, and so does writing as soon as there is space again. What was acknowledged is there, and live
// clients are told that and nothing else.
func TestFullDisk(t *testing.T) {
	if dbtest.Postgres() {
		return // its disk is its own server's
	}
	disk, dir := smallDisk(t), t.TempDir()
	write(t, filepath.Join(dir, "schema.json"), fullSchema)
	p := &project{t: t, config: server.Config{Data: disk, Project: dir, Log: slog.New(slog.DiscardHandler)}}
	p.start()
	t.Cleanup(func() { p.stop() })
	root, _ := p.user(auth.NewUser{Username: "root", Superuser: true})
	l := p.visitor().live("")
	l.subscribe("a", "/api/notes/", "")
	l.want("a: snapshot 0 []")
	free := fill(t, disk)
	stored := writeUntilFull(root)
	if stored == 0 {
		t.Error("the disk was full before anything was written")
	}
	const full = `{"detail":"There is no space left for data."}`
	big := strings.Repeat("x", 200_000)
	root.want("POST", "/api/_/batch/", `{"requests":[{"method":"POST","path":"/api/_/records/notes/","body":{"title":"half"}},{"method":"POST","path":"/api/_/records/notes/","body":{"title":"`+big+`"}}]}`, 507, "")
	upload := func(status int, content string) {
		kind, body := paperForm("", content)
		if got, text := root.with("Content-Type", kind).call("POST", "/api/_/records/notes/", body); got != status || status == 507 && text != full {
			t.Errorf("upload: %d %s, want %d", got, text, status)
		}
	}
	upload(507, big)
	imported := "title\nhalf\n" + big + "\n"
	if status, text := root.with("Content-Type", "text/csv").call("POST", "/api/_/imports/?collection=notes", imported); status != 507 {
		t.Errorf("import: %d %.300s", status, text)
	}
	root.want("GET", "/api/_/records/notes/count/", "", 200, fmt.Sprintf(`{"count":%d,"exact":true}`, stored))
	root.want("GET", "/healthz", "", 200, "")
	if left, err := os.ReadDir(filepath.Join(disk, "staged")); err != nil || len(left) > 0 {
		t.Errorf("left in the staging folder: %v %v", left, err)
	}
	for range stored {
		if f, text := l.next(); f.Op != "changes" || len(f.Events) != 1 {
			t.Errorf("told %.200s", text)
		}
	}
	l.drop()

	p.stop()
	p.start()
	root.base = p.base
	root.want("GET", "/api/_/records/notes/count/", "", 200, fmt.Sprintf(`{"count":%d,"exact":true}`, stored))
	free()
	root.want("POST", "/api/_/records/notes/", `{"title":"last"}`, 201, "")
	cursor := l.cursor
	l = p.visitor().live("")
	l.subscribe("a", "/api/notes/", cursor)
	l.want(fmt.Sprintf("changes a created last; a=%d", stored+1))
	l.drop()
	root.want("GET", "/api/_/records/notes/count/", "", 200, fmt.Sprintf(`{"count":%d,"exact":true}`, stored+1))
	upload(400, big) // no title, but it is received
	healthy(t, p)
}

// writeUntilFull creates records until there is no space for one, and returns how many were stored.
func writeUntilFull(a *account) (stored int) {
	a.t.Helper()
	body := encoded(a.t, map[string]string{"title": strings.Repeat("x", 50_000)})
	for {
		status, text := a.call("POST", "/api/_/records/notes/", body)
		if status == 507 {
			return stored
		}
		if status != 201 || stored > 1000 {
			a.t.Fatalf("after %d records: %d %.300s", stored, status, text)
		}
		stored++
	}
}

// healthy holds that the doctor finds no error, but the disk, which is small.
func healthy(t *testing.T, p *project) {
	t.Helper()
	report, err := doctor.Examine(t.Context(), p.server.Store(), "", nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Findings {
		if f.Level == doctor.Error && f.Check != "disk" {
			text, _ := json.Marshal(f)
			t.Errorf("the doctor: %s", text)
		}
	}
}

// A data folder that cannot be written to is refused at the start, by name; nothing in it changes, and it serves again
// as soon as it can be written to.
func TestReadOnlyFolder(t *testing.T) {
	if dbtest.Postgres() {
		return
	}
	disk, dir := smallDisk(t), t.TempDir()
	write(t, filepath.Join(dir, "schema.json"), fullSchema)
	p := &project{t: t, config: server.Config{Data: disk, Project: dir, Log: slog.New(slog.DiscardHandler)}}
	p.start()
	t.Cleanup(func() { p.stop() })
	root, _ := p.user(auth.NewUser{Username: "root", Superuser: true})
	root.want("POST", "/api/_/records/notes/", `{"title":"first"}`, 201, "")
	p.stop()
	remount := func(flags uintptr) {
		if err := syscall.Mount("", disk, "", syscall.MS_REMOUNT|flags, ""); err != nil {
			t.Fatal(err)
		}
	}
	remount(syscall.MS_RDONLY)
	s, err := newServer(p.config)
	if err == nil {
		t.Fatal("a read-only folder is served", s.Close())
	}
	contains(t, err.Error(), "the data folder cannot be written to", disk, "read-only file system")
	remount(0)
	p.start()
	root.base = p.base
	root.want("POST", "/api/_/records/notes/", `{"title":"second"}`, 201, "")
	root.want("GET", "/api/_/records/notes/count/", "", 200, `{"count":2,"exact":true}`)
	healthy(t, p)
}

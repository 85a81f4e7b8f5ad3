// Package admin serves the embedded admin: one page for every address below /admin/, which finds its way by itself, and
// the files that the page names. It knows no data; the page asks the API as any client does. It may import nothing of
// Couplet.
package admin

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io/fs"
	"mime"
	"path"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v3"
)

// Prefix is where the admin is mounted.
const Prefix = "/admin/"

// Admin holds the admin's files.
type Admin struct {
	page  []byte // index.html
	files map[string]*file
}

// noncePlace stands in index.html where each answer has a nonce of its own.
const noncePlace = "__NONCE__"

// New reads the files of a built admin: index.html, and assets/ whose names change with their content.
func New(dist fs.FS) (*Admin, error) {
	page, err := fs.ReadFile(dist, "index.html")
	if err != nil {
		return nil, fmt.Errorf("admin: %w", err)
	}
	a := &Admin{page: page, files: map[string]*file{}}
	err = fs.WalkDir(dist, "assets", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(dist, name)
		a.files[name] = &file{body: body, kind: kindOf(name)}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("admin: %w", err)
	}
	return a, nil
}

// kinds are the types of files where the system's own table may differ from machine to machine.
var kinds = map[string]string{
	".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".svg": "image/svg+xml",
	".woff2": "font/woff2", ".json": "application/json", ".png": "image/png",
}

func kindOf(name string) string {
	ext := path.Ext(name)
	if kind := kinds[ext]; kind != "" {
		return kind
	}
	return mime.TypeByExtension(ext)
}

// Serve answers everything below /admin/: a file by its name, the page for any other address.
func (a *Admin) Serve(c fiber.Ctx) error {
	name := strings.TrimPrefix(c.Path(), Prefix)
	if f := a.files[name]; f != nil {
		return f.send(c)
	}
	if strings.HasPrefix(name, "assets/") {
		return c.Next() // of another build: let the page see that it is not there
	}
	return a.sendPage(c)
}

// sendPage sends the page with a policy that lets it load and ask from this server only.
func (a *Admin) sendPage(c fiber.Ctx) error {
	nonce := rand.Text()
	c.Set("Content-Security-Policy", policy(nonce, c.Scheme(), c.Host()))
	c.Set("Cache-Control", "no-cache")
	c.Set("Content-Type", "text/html; charset=utf-8")
	return c.Send(bytes.ReplaceAll(a.page, []byte(noncePlace), []byte(nonce)))
}

// plainHost holds what a policy may name: nothing that would end its part.
var plainHost = regexp.MustCompile(`^[A-Za-z0-9.:\[\]-]+$`)

// policy is the page's Content-Security-Policy. The address of the WebSocket is named, since not every browser takes it
// for the page's own.
func policy(nonce, scheme, host string) string {
	socket := "ws://" + host
	if scheme == "https" {
		socket = "wss://" + host
	}
	if !plainHost.MatchString(host) {
		socket = ""
	}
	return "default-src 'none'; script-src 'self' 'nonce-" + nonce + "'; style-src 'self' 'nonce-" + nonce + "'; img-src 'self' data: blob:; " +
		"font-src 'self'; media-src 'self'; connect-src 'self' " + socket + "; " +
		"form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

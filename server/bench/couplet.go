package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// couplet is this project's own server.
type couplet struct{ exe, dir string }

const coupletAddr = "127.0.0.1:18091"

func newCouplet(exe, dir string) *couplet {
	if abs, err := filepath.Abs(exe); err == nil {
		exe = abs
	}
	return &couplet{exe, filepath.Join(dir, "couplet")}
}

func (p *couplet) name() string { return "couplet" }
func (p *couplet) base() string { return "http://" + coupletAddr }

// document is the same schema as PocketBase gets: a unique slug and an index for the sorted list.
const document = `{
  "settings": {"title": "Bench", "permission": "roles", "pagination": {"style": "page_number", "page_size": 25, "max_page_size": 200}},
  "collections": {
    "articles": {%[1]s},
    "notes": {%[1]s}
  },
  "resources": {
    "users": {"fields": ["id", "username", "email", "first_name", "last_name", "date_joined"]},
    "articles": {"fields": ["id", %[2]s], "filters": {"status": ["exact"], "views": ["gt"]}, "ordering_fields": ["views"]},
    "articles-feed": {"collection": "articles", "fields": ["id", %[2]s], "pagination": {"style": "cursor", "page_size": 25, "ordering": ["-id"]}},
    "notes": {"fields": ["id", %[2]s]}
  },
  "roles": {
    "anyone": {"users": {"view": true}, "articles": {"view": true, "add": true}, "notes": {"add": true}},
    "signed_in": {"notes": {"view": "status == 'published' || author == user.id"}}
  }
}`

const (
	documentFields = `"ordering": ["id"], "indexes": [["status", "views"]], "fields": {
      "title": {"type": "char", "max_length": 200}, "slug": {"type": "slug", "max_length": 200, "unique": true},
      "body": {"type": "text", "max_length": 20000},
      "status": {"type": "char", "max_length": 10, "choices": [["draft", "Draft"], ["published", "Published"], ["archived", "Archived"]]},
      "views": {"type": "integer", "default": 0},
      "author": {"type": "foreign_key", "to": "users", "on_delete": "cascade"},
      "created": {"type": "datetime", "auto_now_add": true}, "updated": {"type": "datetime", "auto_now": true}}`
	documentList = `"title", "slug", "body", "status", "views", "author", "created", "updated"`
)

func (p *couplet) start(ctx context.Context) (*server, error) {
	if _, err := os.Stat(p.dir); os.IsNotExist(err) {
		if err := p.prepare(ctx); err != nil {
			return nil, err
		}
	}
	return startProcess(ctx, p.base()+"/readyz", p.dir+".log", p.exe,
		"serve", "--addr", coupletAddr, "--project", p.dir, "--data", filepath.Join(p.dir, "data"))
}

// prepare writes the project and its one user.
func (p *couplet) prepare(ctx context.Context) error {
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return err
	}
	doc := fmt.Sprintf(document, documentFields, documentList)
	if err := os.WriteFile(filepath.Join(p.dir, "schema.json"), []byte(doc), 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, p.exe, "user", "create", "bench", "--email", "bench@example.com",
		"--project", p.dir, "--data", filepath.Join(p.dir, "data"))
	cmd.Stdin = strings.NewReader("bench-Pass-1234\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("user create: %w: %s", err, out)
	}
	return nil
}

func (p *couplet) setup(*client) error { return nil }

func (p *couplet) login() request {
	return request{method: http.MethodPost, path: "/api/token/", status: http.StatusOK,
		body: `{"username":"bench","password":"bench-Pass-1234"}`}
}

func (p *couplet) authorization(answer []byte) (string, error) {
	var t struct{ Access string }
	err := json.Unmarshal(answer, &t)
	return "Bearer " + t.Access, err
}

func (p *couplet) create(collection string) request {
	return request{method: http.MethodPost, path: "/api/" + collection + "/", body: article("1"), status: http.StatusCreated}
}

func (p *couplet) ids() (request, string, string) {
	return request{method: http.MethodGet, path: "/api/articles/?page_size=200", status: http.StatusOK}, "results", "id"
}

func (p *couplet) scenario(name string) scenario {
	get := func(path string) scenario {
		return scenario{request: request{method: http.MethodGet, path: path, status: http.StatusOK}, items: "results", count: 25}
	}
	switch name {
	case "record":
		s := get("/api/articles/{id}/")
		s.items, s.contains = "", `"slug"`
		return s
	case "filter":
		s := get("/api/articles/?status=published&views__gt=500&ordering=-views")
		s.contains = `"status":"published"`
		return s
	case "expand":
		s := get("/api/articles/?expand=author")
		s.contains = `"username":"bench"`
		return s
	case "rule":
		s := get("/api/notes/")
		s.auth = true
		return s
	case "feed":
		return get("/api/articles-feed/")
	case "create":
		return scenario{request: p.create("articles"), contains: `"id"`}
	}
	return get("/api/articles/")
}

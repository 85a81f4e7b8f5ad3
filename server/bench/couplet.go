package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

// couplet is this project's own server. Without a database's URL it uses the SQLite inside.
type couplet struct {
	djangoWire
	exe, dir, database, addr string
}

func newCouplet(exe, dir, database string) *couplet {
	if abs, err := filepath.Abs(exe); err == nil {
		exe = abs
	}
	return &couplet{exe: exe, dir: filepath.Join(dir, "couplet"), database: database, addr: freeAddress()}
}

func (p *couplet) name() string { return "couplet" }
func (p *couplet) base() string { return "http://" + p.addr }

// document is the same schema as the other products get: a unique slug and an index for the sorted list, but for papers,
// which have none.
const document = `{
  "settings": {"title": "Bench", "permission": "roles", "pagination": {"style": "page_number", "page_size": 25, "max_page_size": 200}},
  "collections": {
    "articles": {%[3]s, %[1]s},
    "notes": {%[3]s, %[1]s},
    "papers": {%[1]s}
  },
  "resources": {
    "users": {"fields": ["id", "username", "email", "first_name", "last_name", "date_joined"]},
    "articles": {"fields": ["id", %[2]s], %[4]s},
    "articles-feed": {"collection": "articles", "fields": ["id", %[2]s], "pagination": {"style": "cursor", "page_size": 25, "ordering": ["-id"]}},
    "notes": {"fields": ["id", %[2]s], %[4]s},
    "papers": {"fields": ["id", %[2]s], %[4]s}
  },
  "roles": {
    "anyone": {"users": {"view": true}, "articles": {"view": true, "add": true}, "notes": {"add": true}, "papers": {"view": true, "add": true}},
    "signed_in": {"notes": {"view": "status == 'published' || author == user.id"}}
  }
}`

const (
	documentIndex  = `"indexes": [["status", "views"]]`
	documentLists  = `"filters": {"status": ["exact"], "views": ["gt", "lt"]}, "ordering_fields": ["views"]`
	documentFields = `"ordering": ["id"], "fields": {
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
	return startProcess(ctx, p.command(ctx, "serve", "--addr", p.addr,
		"--live-per-user", "0", "--live-per-address", "0", "--max-connections-per-address", "0"), p.base()+"/readyz", p.dir+".log")
}

// command runs Couplet with nothing of this process's own settings for it.
func (p *couplet) command(ctx context.Context, args ...string) *exec.Cmd {
	args = append(args, "--project", p.dir, "--data", filepath.Join(p.dir, "data"))
	if p.database != "" {
		args = append(args, "--database", p.database)
	}
	cmd := exec.CommandContext(ctx, p.exe, args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "COUPLET_") || strings.HasPrefix(v, "DATABASE_URL=")
	})
	return cmd
}

// prepare writes the project and its one user.
func (p *couplet) prepare(ctx context.Context) error {
	if err := os.MkdirAll(p.dir, 0o700); err != nil {
		return err
	}
	doc := fmt.Sprintf(document, documentFields, documentList, documentIndex, documentLists)
	if err := os.WriteFile(filepath.Join(p.dir, "schema.json"), []byte(doc), 0o600); err != nil {
		return err
	}
	cmd := p.command(ctx, "user", "create", "bench", "--email", "bench@example.com")
	cmd.Stdin = strings.NewReader("bench-Pass-1234\n")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("user create: %w: %s", err, out)
	}
	return nil
}

func (p *couplet) setup(*client) error { return nil }

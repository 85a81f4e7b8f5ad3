package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
)

// pocketbase is PocketBase with its default settings and the same tables, indexes and rules.
type pocketbase struct{ exe, dir, addr, author string }

const pocketbaseName = "pocketbase"

func newPocketBase(exe, dir string) *pocketbase {
	return &pocketbase{exe: exe, dir: filepath.Join(dir, "pocketbase"), addr: freeAddress()}
}

func (p *pocketbase) name() string { return pocketbaseName }
func (p *pocketbase) base() string { return "http://" + p.addr }

func (p *pocketbase) start(ctx context.Context) (*server, error) {
	cmd := exec.CommandContext(ctx, p.exe,
		"serve", "--http", p.addr, "--dir", p.dir, "--automigrate=false", "--hooksWatch=false")
	return startProcess(ctx, cmd, p.base()+"/api/health", p.dir+".log")
}

const (
	rootMail = "root@example.com"
	rootPass = "root-password-1234"
)

const pocketbaseCollection = `{"name":%q,"type":"base","indexes":["CREATE UNIQUE INDEX idx_%[1]s_slug ON %[1]s (slug)"%[4]s],
  "listRule":%[2]q,"viewRule":%[2]q,"createRule":"","updateRule":null,"deleteRule":null,"fields":[
  {"name":"title","type":"text","required":true,"max":200},{"name":"slug","type":"text","required":true,"max":200},
  {"name":"body","type":"text","max":20000},
  {"name":"status","type":"select","values":["draft","published","archived"],"maxSelect":1,"required":true},
  {"name":"views","type":"number"},{"name":"author","type":"relation","collectionId":%[3]q,"maxSelect":1},
  {"name":"created","type":"autodate","onCreate":true},{"name":"updated","type":"autodate","onCreate":true,"onUpdate":true}]}`

func (p *pocketbase) setup(c *client) error {
	if out, err := exec.Command(p.exe, "superuser", "upsert", rootMail, rootPass, "--dir", p.dir).CombinedOutput(); err != nil {
		return fmt.Errorf("superuser: %w: %s", err, out)
	}
	answer, err := c.call(request{method: http.MethodPost, path: "/api/collections/_superusers/auth-with-password",
		body: fmt.Sprintf(`{"identity":%q,"password":%q}`, rootMail, rootPass), status: http.StatusOK})
	if err != nil {
		return err
	}
	if c.token, err = p.authorization(answer); err != nil {
		return err
	}
	users, err := c.id(request{method: http.MethodPatch, path: "/api/collections/users",
		body: `{"listRule":"","viewRule":"","createRule":""}`, auth: true, status: http.StatusOK})
	if err != nil {
		return err
	}
	for name, rule := range map[string]string{"articles": "", "papers": "", "notes": "status = 'published' || author = @request.auth.id"} {
		index := ""
		if name != "papers" {
			index = fmt.Sprintf(`,"CREATE INDEX idx_%[1]s_status_views ON %[1]s (status, views)"`, name)
		}
		body := fmt.Sprintf(pocketbaseCollection, name, rule, users, index)
		if _, err := c.call(request{method: http.MethodPost, path: "/api/collections", body: body, auth: true, status: http.StatusOK}); err != nil {
			return err
		}
	}
	p.author, err = c.id(request{method: http.MethodPost, path: "/api/collections/users/records", status: http.StatusOK,
		body: `{"email":"bench@example.com","password":"bench-Pass-1234","passwordConfirm":"bench-Pass-1234","name":"bench"}`})
	return err
}

// id sends a request and returns the id in its answer.
func (c *client) id(r request) (string, error) {
	answer, err := c.call(r)
	if err != nil {
		return "", err
	}
	var v struct{ ID string }
	err = json.Unmarshal(answer, &v)
	return v.ID, err
}

func (p *pocketbase) login() request {
	return request{method: http.MethodPost, path: "/api/collections/users/auth-with-password", status: http.StatusOK,
		body: `{"identity":"bench@example.com","password":"bench-Pass-1234"}`}
}

func (p *pocketbase) authorization(answer []byte) (string, error) {
	var t struct{ Token string }
	err := json.Unmarshal(answer, &t)
	return t.Token, err
}

func (p *pocketbase) create(collection string) request {
	return request{method: http.MethodPost, path: "/api/collections/" + collection + "/records",
		body: article(fmt.Sprintf("%q", p.author)), status: http.StatusOK}
}

func (p *pocketbase) ids() (request, string, string) {
	return request{method: http.MethodGet, path: "/api/collections/articles/records?perPage=200", status: http.StatusOK}, "items", "id"
}

// pocketbasePaths are the same as djangoPaths, in PocketBase's words.
var pocketbasePaths = map[string]string{
	"record":     "articles/records/{id}",
	"list":       "articles/records?perPage=25",
	"filter":     "articles/records?perPage=25&sort=-views&filter=" + filter("status='published'&&views>500"),
	"expand":     "articles/records?perPage=25&expand=author",
	"rule":       "notes/records?perPage=25",
	"record-new": "articles/records/{id}?v={n}",
	"list-new":   "articles/records?perPage=25&filter=" + filter("views<{n}"),
	"rule-new":   "notes/records?perPage=25&filter=" + filter("views<{n}"),
	"unindexed":  "papers/records?perPage=25&sort=-views&filter=" + filter("status='published'&&views>500&&views<{n}"),
}

// filter is an expression as a query string holds it.
func filter(text string) string {
	return strings.ReplaceAll(url.QueryEscape(text), url.QueryEscape("{n}"), "{n}")
}

func (p *pocketbase) scenario(name string) (scenario, bool) {
	if name == "create" {
		return scenario{request: p.create("articles"), contains: `"id"`}, true
	}
	bare, loggedIn := strings.CutSuffix(name, "-auth")
	path, ok := pocketbasePaths[bare]
	s := scenario{request: request{method: http.MethodGet, path: "/api/collections/" + path, status: http.StatusOK,
		auth: loggedIn || strings.HasPrefix(name, "rule")}}
	s.contains = map[string]string{"filter": `"status":"published"`, "expand": `"expand"`}[name]
	if strings.HasPrefix(name, "record") {
		s.contains = `"slug"`
		return s, ok
	}
	s.items, s.count = "items", 25
	return s, ok
}

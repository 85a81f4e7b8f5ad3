package server_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime/multipart"
	"net"
	"strings"
	"testing"
)

// guardSchema has what must be kept from some users: row rules, field rules that look at the user and at the record,
// files, and a resource that shows less than its collection.
const guardSchema = `{
 "collections": {
  "users": {"resource": true, "fields": {"note": {"type": "char", "null": true, "rules": {"read": "user.is_staff", "write": "user.is_staff"}}}},
  "teams": {"display": "name", "fields": {"name": {"type": "char", "unique": true}}},
  "papers": {
   "display": "title",
   "fields": {
    "title": {"type": "char", "unique": true},
    "status": {"type": "char", "default": "draft"},
    "owner": {"type": "foreign_key", "to": "users", "null": true, "on_delete": "cascade", "related_name": "papers"},
    "team": {"type": "foreign_key", "to": "teams", "null": true, "related_name": "papers", "rules": {"write": "user.is_staff"}},
    "judge": {"type": "foreign_key", "to": "users", "null": true, "related_name": "judged", "rules": {"read": "user.is_staff"}},
    "grant": {"type": "foreign_key", "to": "teams", "null": true, "related_name": "granted", "rules": {"read": "user.is_staff"}},
    "pin": {"type": "integer", "default": 0, "rules": {"read": "user.is_staff"}},
    "file": {"type": "file", "null": true},
    "private": {"type": "file", "null": true, "rules": {"read": "owner == user.id"}}
   },
   "rules": {"view": "status != 'draft' || owner == user.id"}
  }
 },
 "resources": {
  "papers": {}, "teams": {},
  "titles": {"collection": "papers", "fields": ["id", "title"], "permission": "allow_any", "filter": "status == 'open'", "read_only": true},
  "covers": {"collection": "papers", "fields": ["id", "file"], "permission": "allow_any", "filter": "status == 'open'", "throttle_scope": "slow"}
 },
 "roles": {
  "signed_in": {"papers": {"view": "status != 'sealed'", "add": true, "change": "owner == user.id"}, "teams": {"view": true}, "users": {"view": "this.id == user.id"}},
  "support": {"users": {"view": true, "change": true, "delete": true}}
 },
 "settings": {"authentication": ["jwt", "session", "api_key"], "throttle_rates": {"slow": "2/min"}}
}`

// startGuard serves guardSchema with the sample's users: admin is a superuser (1), user is not (2). It returns the
// administrator's desk.
func startGuard(t *testing.T) *desk {
	t.Helper()
	return startUsers(t, []byte(guardSchema))
}

// send sends a JSON body, "" for none.
func (d *desk) send(method, path, body string) answered {
	d.t.Helper()
	return d.do(d.request(method, path, "application/json", strings.NewReader(body)))
}

// need sends a JSON body and demands a status, and a text in the answer.
func (d *desk) need(method, path, body string, status int, holds string) answered {
	d.t.Helper()
	a := d.send(method, path, body)
	if a.status != status || !strings.Contains(a.body, holds) {
		d.t.Errorf("%s %s %s: %d %s, want %d and %q", method, path, body, a.status, a.body, status, holds)
	}
	return a
}

// paper creates a paper with files.
func (d *desk) paper(fields, files map[string]string) {
	d.t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, text := range fields {
		_ = w.WriteField(name, text)
	}
	for name, text := range files {
		part, err := w.CreateFormFile(name, name+"-"+fields["title"]+".txt")
		if err != nil {
			d.t.Fatal(err)
		}
		_, _ = io.WriteString(part, text)
	}
	_ = w.Close()
	if a := d.do(d.request("POST", "/api/papers/", w.FormDataContentType(), &b)); a.status != 201 {
		d.t.Fatalf("upload: %d %s", a.status, a.body)
	}
}

func TestMediaFollowPermissions(t *testing.T) {
	admin := startGuard(t)
	user, nobody := admin.as("user"), admin.as("")
	admin.paper(map[string]string{"title": "mine", "status": "open", "owner": "1"}, map[string]string{"file": "shown", "private": "kept"})
	admin.paper(map[string]string{"title": "draft", "owner": "1"}, map[string]string{"file": "draft"})
	admin.paper(map[string]string{"title": "sealed", "status": "sealed"}, map[string]string{"file": "sealed"})
	user.paper(map[string]string{"title": "theirs", "owner": "2"}, map[string]string{"private": "own"})
	for _, c := range []struct {
		who    *desk
		name   string
		status int
	}{
		{admin, "private-mine.txt", 200},
		{user, "file-mine.txt", 200},
		{user, "private-mine.txt", 404}, // the record is visible, its field is not
		{user, "private-theirs.txt", 200},
		{user, "file-draft.txt", 404},
		{user, "file-sealed.txt", 404},   // a resource that may show anybody the rest has a filter
		{nobody, "file-mine.txt", 200},   // by the resource covers
		{nobody, "file-sealed.txt", 404}, // outside of it
		{nobody, "private-mine.txt", 404},
		{user, "../couplet.db", 404}, {user, "..%2fcouplet.db", 404}, {user, "file-mine.txt%00", 404},
	} {
		if a := c.who.send("GET", "/media/"+c.name, ""); a.status != c.status {
			t.Errorf("%s: %d %s, want %d", c.name, a.status, a.body, c.status)
		}
	}
}

func TestMediaRanges(t *testing.T) {
	d := startGuard(t)
	d.paper(map[string]string{"title": "a", "owner": "1"}, map[string]string{"file": "0123456789"})
	tag := d.send("GET", "/media/file-a.txt", "").header.Get("Etag")
	for _, c := range []struct {
		method, header, value string
		status                int
		body, rng             string
	}{
		{"GET", "Range", "bytes=2-4", 206, "234", "bytes 2-4/10"},
		{"GET", "Range", "bytes=-2", 206, "89", "bytes 8-9/10"},
		{"GET", "Range", "bytes=7-", 206, "789", "bytes 7-9/10"},
		{"GET", "Range", "bytes=0-1,4-5", 200, "0123456789", ""},
		{"GET", "Range", "bytes=20-", 416, "", "bytes */10"},
		{"GET", "If-None-Match", tag, 304, "", ""},
		{"GET", "If-Match", `"other"`, 412, "", ""},
		{"HEAD", "", "", 200, "", ""},
	} {
		req := d.request(c.method, "/media/file-a.txt", "", nil)
		if c.header != "" {
			req.Header.Set(c.header, c.value)
		}
		if a := d.do(req); a.status != c.status || a.body != c.body || a.header.Get("Content-Range") != c.rng {
			t.Errorf("%s %s: %d %q %q", c.header, c.value, a.status, a.body, a.header.Get("Content-Range"))
		}
	}
}

// A nested route neither tells nor sets what a field rule keeps.
func TestNestedRoutesFollowFieldRules(t *testing.T) {
	admin := startGuard(t)
	user := admin.as("user")
	admin.need("POST", "/api/teams/", `{"name": "red"}`, 201, "")
	admin.need("POST", "/api/papers/", `{"title": "granted", "status": "open", "grant": 1, "team": 1}`, 201, "")
	admin.need("GET", "/api/teams/1/granted/", "", 200, `"count":1`)
	user.need("GET", "/api/teams/1/granted/", "", 404, "")
	user.need("GET", "/api/teams/1/papers/", "", 200, `"count":1`)
	user.need("POST", "/api/teams/1/papers/", `{"title": "set by the path"}`, 403, "")
	admin.need("POST", "/api/teams/1/papers/", `{"title": "set by the path"}`, 201, `"team":1`)
	user.need("GET", "/api/papers/?grant=1", "", 200, "granted")
	user.need("GET", `/api/papers/?filter=grant%20==%201`, "", 400, "cannot be read")
}

// Who may change users may not change superusers: an e-mail address of one's own is a way to the password.
func TestOnlySuperusersChangeSuperusers(t *testing.T) {
	admin := startGuard(t)
	admin.need("PATCH", "/api/_/records/users/2/", `{"roles": ["support"], "note": "kept"}`, 200, "support")
	user := admin.as("user")
	user.need("GET", "/api/users/1/", "", 200, `"username":"admin"`)
	for _, path := range []string{"/api/users/1/", "/api/_/records/users/1/"} {
		user.need("PATCH", path, `{"email": "me@example.com"}`, 403, "")
		user.need("PATCH", path, `{"is_active": false}`, 403, "")
		user.need("DELETE", path, "", 403, "")
	}
	user.need("POST", "/api/_/batch/", `{"requests": [{"method": "PATCH", "path": "/api/users/1/", "body": {"email": "me@example.com"}}]}`, 403, "")
	user.need("PATCH", "/api/_/records/users/2/", `{"is_superuser": true, "is_staff": true, "roles": ["editors"], "permissions": ["papers.delete"], "token_epoch": 9, "note": "mine"}`,
		200, `"is_superuser":false`)
	admin.need("GET", "/api/_/records/users/2/", "", 200, `"note":"kept"`)
	user.need("PATCH", "/api/users/3/", `{"first_name": "Ann"}`, 200, "Ann")
	admin.need("PATCH", "/api/users/1/", `{"first_name": "Root"}`, 200, "Root")
}

// The export of one's own data passes the same decision point as any other.
func TestOwnExportFollowsPermissions(t *testing.T) {
	admin := startGuard(t)
	user := admin.as("user")
	admin.need("PATCH", "/api/users/2/", `{"note": "watch this one"}`, 200, "watch")
	admin.need("POST", "/api/papers/", `{"title": "written", "owner": 2, "pin": 4711}`, 201, "")
	admin.need("POST", "/api/papers/", `{"title": "sealed", "owner": 2, "status": "sealed"}`, 201, "")
	admin.need("POST", "/api/papers/", `{"title": "judged", "judge": 2, "status": "open"}`, 201, "")
	a := user.need("GET", "/api/auth/export/", "", 200, `"title":"written"`)
	for _, hidden := range []string{"watch this one", "4711", "sealed", "judged", "papers.judge", "argon2", "pbkdf2"} {
		if strings.Contains(a.body, hidden) {
			t.Errorf("the export tells %q: %s", hidden, a.body)
		}
	}
	admin.need("GET", "/api/auth/export/", "", 200, `"note"`)
}

// What a client makes up is an answer with a reason, never an error of the server's.
func TestMadeUpRequests(t *testing.T) {
	admin := startGuard(t)
	place := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	for _, after := range []string{`["","i1","i2","i3","tx"]`, `["","tx"]`, `[""]`, `[]`, `["",null,null,null]`, `{}`} {
		if a := admin.send("GET", "/api/_/records/papers/?after="+place(after), ""); a.status >= 500 {
			t.Errorf("after=%s: %d %s", after, a.status, a.body)
		}
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(admin.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "GET /api/ HTTP/1.1\r\nHost: localhost\r\nHost: other\r\nX-Token: kept\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(conn)
	if err != nil || !strings.HasPrefix(string(text), "HTTP/1.1 400 ") || strings.Contains(string(text), "kept") {
		t.Errorf("a broken request: %s %v", text, err)
	}
}

// A batch is no way around a throttle, and nobody's file is received who may write nothing.
func TestLimitsHoldInBatchesAndImports(t *testing.T) {
	admin := startGuard(t)
	user := admin.as("user")
	write := `{"method": "POST", "path": "/api/covers/", "body": {}}`
	user.need("POST", "/api/_/batch/", `{"requests": [`+write+`,`+write+`,`+write+`]}`, 429, `"request":2`)
	user.need("POST", "/api/covers/", `{}`, 429, "")
	admin.as("").need("POST", "/api/_/imports/?collection=papers", `[]`, 401, "")
	user.need("POST", "/api/_/imports/?collection=teams", `[]`, 403, "")
}

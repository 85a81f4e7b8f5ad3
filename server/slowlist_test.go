package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/observe"
)

const slowSchema = `{
  "settings": {"permission": "roles"},
  "collections": {
    "papers": {
      "fields": {
        "slug": {"type": "slug", "unique": true},
        "status": {"type": "char", "max_length": 10},
        "kind": {"type": "char", "max_length": 10},
        "views": {"type": "integer", "default": 0},
        "year": {"type": "integer", "default": 2000, "index": true},
        "author": {"type": "foreign_key", "to": "users", "on_delete": "cascade", "null": true}
      },
      "indexes": [["kind", "status", "year"]]
    }
  },
  "resources": {
    "papers": {
      "filters": {"slug": ["exact"], "status": ["exact", "in"], "kind": ["exact"], "views": ["gte", "lt"], "author": ["exact"]},
      "ordering_fields": ["id", "views", "year"]
    }
  },
  "roles": {"anyone": {"papers": {"view": true}}}
}`

// startSlow serves papers and takes lists for slow ones from a time on. It returns the administrator, at the full
// resources and at the public ones, and the log.
func startSlow(t *testing.T, slow time.Duration) (p *project, system, public *account, log *lines) {
	t.Helper()
	log = &lines{}
	logger, err := observe.NewLog(log, "json", "warn")
	if err != nil {
		t.Fatal(err)
	}
	p = startProject(t, slowSchema)
	p.stop()
	p.config.Log, p.config.SlowList = logger, slow
	p.start()
	system, _ = p.user(auth.NewUser{Username: "root", Superuser: true})
	token := member(t, p.visitor().want("POST", "/api/token/", `{"username":"root","password":"a-good-Pass-123"}`, 200, ""), "access")
	for i, status := range []string{"draft", "published", "published"} {
		system.want("POST", "/api/_/records/papers/", fmt.Sprintf(`{"slug":"p%d","status":%q,"kind":"a"}`, i, status), 201, "")
	}
	return p, system, p.visitor().with("Authorization", "Bearer "+token), log
}

// ?explain=1 names the index that a list misses, whether it took long or not.
func TestExplainMissingIndex(t *testing.T) {
	_, system, public, _ := startSlow(t, time.Hour)
	const views, both = `add "index": true to papers.views`, `add ["status", "views"] to "indexes" of papers`
	for query, want := range map[string]string{
		"":                                    "",
		"ordering=id":                         "",
		"ordering=year":                       "",
		"slug=a&ordering=views":               "",
		"author=1":                            "",
		"status=published&kind=a":             "",
		"kind=a&status=draft&ordering=-year":  "",
		"ordering=-views":                     views,
		"views__gte=3":                        views,
		"views__gte=3&views__lt=9":            views,
		"status=published":                    `add "index": true to papers.status`,
		"status=published&ordering=-views":    both,
		"status=published&views__gte=3":       both,
		"status__in=draft,published":          `add "index": true to papers.status`,
		"ordering=-views&status=x&kind=a":     `add ["status", "kind", "views"] to "indexes" of papers`,
		"kind=a&views__gte=1&ordering=-views": `add ["kind", "views"] to "indexes" of papers`,
	} {
		if got := missingIndex(t, public, "/api/papers/?explain=1&"+query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	for query, want := range map[string]string{
		"":             "",
		"order=-views": views,
		"filter=" + url.QueryEscape(`status == "published" && views > 3`) + "&order=views": both,
	} {
		if got := missingIndex(t, system, "/api/_/records/papers/?explain=1&"+query); got != want {
			t.Errorf("full resource, %s: %q, want %q", query, got, want)
		}
	}
}

func missingIndex(t *testing.T, who *account, path string) string {
	t.Helper()
	var x struct{ Index string }
	if err := json.Unmarshal([]byte(who.want("GET", path, "", 200, "")), &x); err != nil {
		t.Fatal(err)
	}
	return x.Index
}

// A list that took long for want of an index is in the log once, and in the doctor's report until the schema changes.
func TestSlowLists(t *testing.T) {
	p, system, public, log := startSlow(t, time.Nanosecond)
	for _, query := range []string{"", "?ordering=-views&token=secret", "?ordering=views&page_size=2", "?status=published", "?ordering=-year"} {
		public.want("GET", "/api/papers/"+query, "", 200, "")
	}
	system.want("GET", "/api/_/records/papers/?order=views", "", 200, "")
	var told []string
	for _, line := range log.all(t) {
		if line["msg"] == "a list took long, since no index serves it" {
			told = append(told, line["level"].(string)+" "+line["path"].(string)+" "+line["query"].(string)+" "+line["advice"].(string))
		}
	}
	want := `WARN /api/papers/ ordering=-views&token=… add "index": true to papers.views` + "\n" +
		`WARN /api/papers/ status=published add "index": true to papers.status`
	if got := strings.Join(told, "\n"); got != want {
		t.Errorf("the log tells of\n%s\nwant\n%s", got, want)
	}
	contains(t, system.want("GET", "/api/_/doctor/", "", 200, ""),
		`{"check":"lists","level":"warning","message":"GET /api/`, `(the slowest of 3)."`, `"advice":"In schema.json, add \"index\": true to papers.views."}`,
		`"message":"GET /api/papers/?status=published took `, `: no index serves it, and 2 records are in it."`)
	w := &world{project: p, root: system}
	plan := w.planned(w.changed(`"indexes":[[`, `"indexes":[["views"],[`))
	system.want("POST", "/api/_/schema/apply/", plan.applying(t), 200, "")
	public.want("GET", "/api/papers/?ordering=-views", "", 200, "")
	contains(t, system.want("GET", "/api/_/doctor/", "", 200, ""), `{"check":"lists","level":"ok",`)
}

// What takes no longer than it may is no finding, whatever it misses.
func TestListsThatAreNotSlow(t *testing.T) {
	p, system, _, log := startSlow(t, time.Hour)
	p.visitor().want("GET", "/api/papers/?ordering=-views", "", 200, "")
	contains(t, system.want("GET", "/api/_/doctor/", "", 200, ""), `{"check":"lists","level":"ok",`)
	for _, line := range log.all(t) {
		if line["advice"] != nil {
			t.Errorf("the log tells of %v", line)
		}
	}
}

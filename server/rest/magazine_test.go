package rest_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/fixture"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/sample"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// magazine opens a store that holds the sample project.
func magazine(t testing.TB) *store.Store {
	t.Helper()
	ctx := context.Background()
	s, err := store.Open(ctx, store.Options{Dir: t.TempDir(), Database: dbtest.URL(t), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := s.Apply(ctx, "", sample.Schema, migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := fixture.Load(ctx, s, bytes.NewReader(sample.Fixtures), fixture.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	return s
}

type kase struct {
	ID, Group, Method, Path string
	Headers                 map[string]string
	Body                    json.RawMessage
	Status                  int             `json:"expect_status"`
	Expect                  json.RawMessage `json:"expect_body"`
	Quirk                   string
}

func corpus(t testing.TB) []kase {
	t.Helper()
	file, err := os.Open("../testdata/conformance/corpus.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<24)
	var list []kase
	for lines.Scan() {
		var k kase
		if err := json.Unmarshal(lines.Bytes(), &k); err != nil {
			t.Fatal(err)
		}
		list = append(list, k)
	}
	return list
}

// bytes returns the body that a case sends; ok is false where the corpus writes it in another way.
func (k kase) bytes() (body []byte, ok bool) {
	var s string
	if json.Unmarshal(k.Body, &s) == nil {
		return []byte(strings.ReplaceAll(s, "{{base}}", "http://testserver")), true
	}
	var b64 struct{ B64 string }
	if json.Unmarshal(k.Body, &b64) == nil && b64.B64 != "" {
		data, err := base64.StdEncoding.DecodeString(b64.B64)
		return data, err == nil
	}
	return nil, false
}

var target = regexp.MustCompile(`^/api/([a-z-]+)/(?:([^/]+)/)?$`)

// TestBindCorpus binds the bodies of the recorded writes and compares the errors.
func TestBindCorpus(t *testing.T) {
	s := magazine(t)
	links := &rest.Links{Schema: s.Schema(), Prefix: "/api/", Known: func(path string) bool {
		return path == "/api/token/" || strings.HasPrefix(path, "/admin/")
	}}
	n := 0
	for _, k := range corpus(t) {
		m := target.FindStringSubmatch(k.Path)
		body, ok := k.bytes()
		if m == nil || !ok || k.Quirk != "" || strings.Contains(k.ID, "then-retrieve") || s.Schema().Resource(m[1]) == nil || k.Headers["Transfer-Encoding"] != "" {
			continue
		}
		switch k.Group {
		case "validation", "create", "update", "nested", "unicode", "upload", "parsing":
		default:
			continue
		}
		if k.Method != "POST" && k.Method != "PUT" && k.Method != "PATCH" || k.Status != 400 && k.Status/100 != 2 || k.Method == "POST" && m[2] != "" {
			continue
		}
		n++
		t.Run(k.ID, func(t *testing.T) { bindCase(t, s, links, k, m, body) })
	}
	if n < 150 {
		t.Errorf("only %d cases", n)
	}
}

func bindCase(t *testing.T, s *store.Store, links *rest.Links, k kase, m []string, body []byte) {
	r := s.Schema().Resource(m[1])
	ser, err := rest.CompileSerializer(r.Serializer, links)
	if err != nil {
		t.Fatal(err)
	}
	var got []byte
	scope := access.System(s.State().Policy)
	err = s.Read(context.Background(), scope, func(rd *store.Reader) error {
		opt := rest.BindOptions{Partial: k.Method == "PATCH", Lookups: rest.NewLookups(rd), Bindings: &expr.Bindings{Now: time.Now()}}
		if m[2] != "" {
			key, err := r.Lookup.Type.Parse(m[2])
			if err != nil {
				return err
			}
			if opt.Instance, err = rd.Record(r.Collection, key); err != nil {
				return err
			}
		}
		in, err := rest.ReadBody(k.Headers["Content-Type"], bytes.NewReader(body), rest.BodyOptions{Files: s.Files})
		if err == nil {
			_, err = ser.Bind(in.Node, opt)
			in.Discard(true)
		}
		if err != nil {
			got = rest.FromError(err).AppendJSON(nil, rest.ErrorStyle{})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if k.Status != 400 {
		if got != nil {
			t.Errorf("%s is refused: %s", body, got)
		}
		return
	}
	var want bytes.Buffer
	if err := json.Compact(&want, k.Expect); err != nil {
		t.Fatal(err)
	}
	pattern := regexp.QuoteMeta(want.String())
	pattern = strings.NewReplacer(`\{\{any\}\}`, ".*", `\{\{list\}\}`, ".*").Replace(pattern)
	if ok, _ := regexp.Match("^"+pattern+"$", got); !ok {
		t.Errorf("%.200s\n got %s\nwant %s", body, got, want.String())
	}
}

// TestRenderCorpus renders the records that the recorded reads of single records show.
func TestRenderCorpus(t *testing.T) {
	s := magazine(t)
	links := &rest.Links{Schema: s.Schema(), Prefix: "/api/"}
	n := 0
	for _, k := range corpus(t) {
		m := target.FindStringSubmatch(k.Path)
		if m == nil || k.Method != "GET" || k.Group != "retrieve" || k.Status != 200 || m[2] == "" || strings.Contains(m[2], "%") || s.Schema().Resource(m[1]) == nil {
			continue
		}
		n++
		r := s.Schema().Resource(m[1])
		got := render(t, s, links, r, m[2], rest.Selection{})
		want := compact(t, strings.ReplaceAll(string(k.Expect), "{{base}}", "http://testserver"))
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-DRF +Couplet):\n%s", k.ID, diff)
		}
	}
	if n < 5 {
		t.Errorf("only %d cases", n)
	}
}

func compact(t *testing.T, s string) string {
	t.Helper()
	var b bytes.Buffer
	if err := json.Compact(&b, []byte(s)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func render(t *testing.T, s *store.Store, links *rest.Links, r *schema.Resource, lookup string, sel rest.Selection) string {
	t.Helper()
	ser, err := rest.CompileSerializer(r.Serializer, links)
	if err != nil {
		t.Fatal(err)
	}
	if ser, err = ser.Variant(sel); err != nil {
		t.Fatal(err)
	}
	key, err := r.Lookup.Type.Parse(lookup)
	if err != nil {
		t.Fatalf("%s: %v", lookup, err)
	}
	scope := access.System(s.State().Policy)
	var out string
	err = s.Read(context.Background(), scope, func(rd *store.Reader) error {
		list := query.List{Shape: ser.Shape(), Scope: scope, Where: []query.Cond{
			query.Match{Path: schema.Path{{Field: r.Lookup}}, Lookup: "exact", Values: []value.Value{key}},
		}}
		rows, err := list.Run(rd)
		if err != nil || len(rows) == 0 {
			return err
		}
		ctx := &rest.RenderContext{Base: "http://testserver", Media: "/media/", Sight: scope}
		out = string(ser.AppendJSON(nil, rows[0], ctx))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestOptionsCorpus compares the answers to OPTIONS with the recorded ones, key order included.
func TestOptionsCorpus(t *testing.T) {
	s := magazine(t)
	links := &rest.Links{Schema: s.Schema(), Prefix: "/api/"}
	n := 0
	for _, k := range corpus(t) {
		m := target.FindStringSubmatch(k.Path)
		if m == nil || k.Group != "options" || k.Status != 200 || s.Schema().Resource(m[1]) == nil {
			continue
		}
		n++
		var want struct {
			Name        string
			Description string
			Actions     map[string]json.RawMessage
		}
		if err := json.Unmarshal(k.Expect, &want); err != nil {
			t.Fatal(err)
		}
		r := s.Schema().Resource(m[1])
		ser, err := rest.CompileSerializer(r.Serializer, links)
		if err != nil {
			t.Fatal(err)
		}
		view := rest.ViewInfo{Name: want.Name, Description: want.Description, Serializer: ser}
		for action := range want.Actions {
			view.Action = action
		}
		if diff := cmp.Diff(compact(t, string(k.Expect)), string(view.AppendOptions(nil))); diff != "" {
			t.Errorf("%s (-DRF +Couplet):\n%s", k.ID, diff)
		}
	}
	if n < 5 {
		t.Errorf("only %d cases", n)
	}
}

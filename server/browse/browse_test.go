package browse_test

import (
	"bytes"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/couplet/couplet/server/browse"
)

func page() *browse.Page {
	return &browse.Page{
		Site: "Magazine", Home: "/api/", Name: "Article List", Description: "Everything <ever> written.",
		Docs:        []browse.Link{{Label: "Swagger UI", URL: "/api/schema/swagger-ui/"}, {Label: "Redoc", URL: "/api/schema/redoc/"}},
		Breadcrumbs: []browse.Link{{Label: "Api Root", URL: "/api/"}, {Label: "Article List", URL: "/api/articles/", Active: true}},
		Method:      "GET", Path: "/api/articles/?title__icontains=a&expand=author&page=2", Status: 200,
		Headers: []browse.Header{{"Allow", "GET, POST, HEAD, OPTIONS"}, {"Content-Type", "application/json"}, {"Vary", "Accept"}},
		Body:    []byte(`{"count":33,"next":"http://localhost/api/articles/?page=3","previous":null,"results":[{"id":1,"title":"<b>&amp;\"\u00e9","ok":true,"price":"9.50","tags":[],"meta":{}}]}`),
		Formats: []browse.Link{{Label: "json", URL: "?format=json"}, {Label: "api", URL: "?format=api", Active: true}},
		Options: true, Delete: true, Parent: "/api/",
		Filters: []browse.Control{
			{Name: "title__icontains", Label: "Title contains", Type: "text", Values: []string{"a"}},
			{Name: "status", Label: "Status", Type: "select", Options: []browse.Option{{"draft", "Draft"}, {"published", "Published"}}},
			{Name: "tags", Label: "Tags", Type: "multiple", Options: []browse.Option{{"1", "Django"}}, Values: []string{"1"}},
		},
		Search: &browse.Control{Name: "search", Label: "Search", Type: "text", Help: "In title, body."},
		Order:  &browse.Control{Name: "ordering", Label: "Order", Type: "select", Empty: "default", Options: []browse.Option{{"-id", "id, highest first"}}},
		Pages:  []browse.Link{{Label: "1", URL: "/api/articles/"}, {Label: "2", URL: "?page=2", Active: true}, {Label: "…"}},
		Next:   "/api/articles/?page=3", Prev: "/api/articles/", Count: "33 records",
		Forms:    []browse.Form{{Methods: []string{"POST"}, MediaTypes: []string{"application/json"}, Content: "{\n  \"title\": \"</textarea><script>\"\n}"}},
		LoginURL: "/api-auth/login/?next=/api/articles/", CSRF: "token",
	}
}

func render(t *testing.T, p *browse.Page) string {
	t.Helper()
	var b bytes.Buffer
	if err := browse.Render(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestPage(t *testing.T) {
	got := render(t, page())
	for _, want := range []string{
		"<h1>Article List</h1>", "Everything &lt;ever&gt; written.", "HTTP 200 OK",
		`<a href="http://localhost/api/articles/?page=3" rel="nofollow noreferrer">`,
		`<input type="hidden" name="expand" value="author">`, `<a href="?page=2" aria-current="page">2</a>`,
		"&lt;/textarea&gt;&lt;script&gt;", `href="/api-auth/login/?next=/api/articles/"`,
		`<code>title__icontains = a</code> <a href="/api/articles/?expand=author" `, `<option value="1" selected>Django</option>`,
		`data-method="DELETE"`, `data-method="OPTIONS"`, `data-after="/api/"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(got, `name="page" value`) {
		t.Error("the filter form keeps the page number")
	}
}

// TestPolicy holds that no page needs more than its policy allows: nothing inline, nothing from elsewhere.
func TestPolicy(t *testing.T) {
	var pages []string
	var b bytes.Buffer
	for _, write := range []func() error{
		func() error { return browse.Render(&b, page()) },
		func() error {
			return browse.RenderAccount(&b, &browse.Account{Site: "M", Title: "Log in", Errors: []string{"No."}})
		},
		func() error { return browse.RenderSwagger(&b, &browse.Docs{Title: "M", URL: "/api/schema/"}) },
		func() error { return browse.RenderRedoc(&b, &browse.Docs{Title: "M", URL: "/api/schema/"}) },
	} {
		b.Reset()
		if err := write(); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, b.String())
	}
	inline := regexp.MustCompile(`<style|\sstyle=|\son[a-z]+=|javascript:|<script(?:>|\s+[^>]*>[^<])`)
	source := regexp.MustCompile(`(?:src|<link[^>]*href)="([^"]*)"`)
	for _, p := range pages {
		if m := inline.FindString(p); m != "" {
			t.Errorf("inline code: %q in\n%s", m, p)
		}
		for _, m := range source.FindAllStringSubmatch(p, -1) {
			name, ours := strings.CutPrefix(m[1], browse.AssetPath)
			if _, there := browse.FindAsset(name); !ours || !there {
				t.Errorf("%s is no asset", m[1])
			}
		}
	}
}

func TestBody(t *testing.T) {
	deep := strings.Repeat("[", 9000) + strings.Repeat("]", 9000)
	long := `["` + strings.Repeat(`a","`, 1<<18) + `b"]`
	for _, c := range []struct{ name, body, want string }{
		{"empty", ``, ""},
		{"scalars", `{"a":1,"b":null,"c":"x","d":-1.5e3}`, "{\n  \"a\": 1,\n  \"b\": null,\n  \"c\": \"x\",\n  \"d\": -1.5e3\n}"},
		{"empties", `{"a":[],"b":{},"c":[[]]}`, "{\n  \"a\": [],\n  \"b\": {},\n  \"c\": [\n    []\n  ]\n}"},
		{"big integer", `[9007199254740993]`, "[\n  9007199254740993\n]"},
		{"escapes kept", `["\"\\ \u2028 \ud83d\ude00"]`, "[\n  \"\\\"\\\\ \\u2028 \\ud83d\\ude00\"\n]"},
		{"spaces", " { \"a\" : [ 1 , 2 ] } ", "{\n  \"a\": [\n    1,\n    2\n  ]\n}"},
		{"markup", `["<script>","&"]`, "[\n  \"<script>\",\n  \"&\"\n]"},
		{"no JSON", `id,title` + "\n1,<b>", "id,title\n1,<b>"},
		{"bad UTF-8", "[\"\xff\"]", "[\n  \"\uFFFD\"\n]"},
		{"no address", `["http://a b","javascript:alert(1)","https://"]`, "[\n  \"http://a b\",\n  \"javascript:alert(1)\",\n  \"https://\"\n]"},
		{"deep", deep, "…"}, // indented to 40 levels only: otherwise it would be 160 MB
		{"long", long, "…"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := render(t, &browse.Page{Status: 200, Body: []byte(c.body)})
			_, rest, found := strings.Cut(got, `aria-label="Body">`)
			inner, _, _ := strings.Cut(rest, "</pre>")
			text := html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(inner, ""))
			switch {
			case c.want == "…":
				if len(got) > 4<<20 || !strings.HasSuffix(text, "see all of it.") && !strings.HasSuffix(text, "]") {
					t.Errorf("%d bytes, ending in %.80q", len(got), text[max(0, len(text)-80):])
				}
			case found != (c.want != ""):
				t.Errorf("body shown: %t", found)
			default:
				if d := cmp.Diff(c.want, text); d != "" {
					t.Error(d)
				}
			}
		})
	}
}

// FuzzBody holds that the text of a page's body is the JSON it was given.
func FuzzBody(f *testing.F) {
	for _, s := range []string{`{"a":[1,"b",null]}`, `"http://x/?a=<b>"`, `[`, "\xff", "\"http://0\xb0\xb0\"", `"http:\/\/x\u0041"`, `{"a":{"b":{}},"c":[[],[[]]]}`, ` [ ] `, `1`} {
		f.Add([]byte(s))
	}
	tags := regexp.MustCompile(`<[^>]*>`)
	f.Fuzz(func(t *testing.T, body []byte) {
		got := render(t, &browse.Page{Status: 200, Body: body})
		if !json.Valid(body) || len(body) > 1<<16 {
			return
		}
		_, rest, _ := strings.Cut(got, `aria-label="Body">`)
		inner, _, _ := strings.Cut(rest, "</pre>")
		var want, shown bytes.Buffer
		if err := json.Compact(&want, bytes.ToValidUTF8(body, []byte("\uFFFD"))); err != nil {
			return
		}
		if err := json.Compact(&shown, []byte(html.UnescapeString(tags.ReplaceAllString(inner, "")))); err != nil {
			t.Fatalf("%v in %q", err, inner)
		}
		if d := cmp.Diff(want.String(), shown.String()); d != "" {
			t.Error(d)
		}
	})
}

func TestAssets(t *testing.T) {
	for _, name := range []string{"browse.css", "browse.js", "docs.js", "mark.svg", "text.woff2", "swagger-ui-bundle.js", "swagger-ui.css", "redoc.standalone.js"} {
		a, ok := browse.FindAsset(name)
		if !ok {
			t.Errorf("%s is not there", name)
			continue
		}
		plain, err := a.Plain()
		if err != nil || len(plain) == 0 || a.ContentType == "" || a.ETag == "" {
			t.Errorf("%s: %d bytes, %q, %q, %v", name, len(plain), a.ContentType, a.ETag, err)
		}
		if bytes.Contains(plain, []byte("cdn.redoc.ly")) {
			t.Errorf("%s asks another host", name)
		}
	}
	if _, ok := browse.FindAsset("../page.go"); ok {
		t.Error("found what is no asset")
	}
}

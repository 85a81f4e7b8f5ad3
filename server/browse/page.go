package browse

import (
	"embed"
	"html/template"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/couplet/couplet/server/words"
)

//go:embed templates/*.html
var templateFiles embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"asset": func(name string) string { return AssetPath + name },
	"has":   func(list []string, s string) bool { return slices.Contains(list, s) },
}).ParseFS(templateFiles, "templates/*.html"))

// CSP is the Content-Security-Policy of every page but the two document viewers.
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; " +
	"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// DocsCSP is that of the document viewers, which write their own styles and show images out of data.
const DocsCSP = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; " +
	"img-src 'self' data: blob:; connect-src 'self'; worker-src blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// Link is something to go to.
type Link struct {
	Label, URL string
	Active     bool // where the reader is now
}

// Header is one header of the answer.
type Header struct{ Name, Value string }

// Page is one answer of the API as a page shows it.
type Page struct {
	words.Language        // of the reader
	Site           string // the project's title
	Home           string // the API root
	Docs           []Link // the OpenAPI viewers
	Breadcrumbs    []Link // from the API root to here
	Name           string // DRF's view name: "Article List"
	Description    string

	Method  string // of the request
	Path    string // with its query, as it was asked for
	Status  int
	Headers []Header
	Body    []byte // the answer's body; JSON is indented and its links can be followed
	Formats []Link // the same answer in its formats
	Options bool   // OPTIONS can be asked for
	Delete  bool   // the record may be deleted
	Parent  string // where to go when it has been

	Filters []Control // of a list
	Search  *Control
	Order   *Control
	Pages   []Link // page numbers; "…" without a URL is a gap
	Next    string
	Prev    string
	Count   string // "33 records"; "" when it was not counted

	Forms []Form // what may be sent: one each for POST, PUT and PATCH

	User      string // who is logged in; "" is nobody
	LoginURL  string // with the way back in it
	LogoutURL string
	CSRF      string // token for the log-out form and for X-CSRFToken
}

// Control is one query parameter of a list.
type Control struct {
	Name    string
	Label   string
	Type    string   // "text", "number", "date", "datetime-local", "time", "select" or "multiple"
	Options []Option // of a select
	Values  []string // as they are now
	Empty   string   // what a select shows when nothing is chosen
	Help    string
}

// Option is one choice of a Control.
type Option struct{ Value, Label string }

// Form is a request that may be sent from the page, its body typed by hand.
type Form struct {
	Methods    []string // one button each: "POST", or "PUT" and "PATCH"
	MediaTypes []string
	Content    string
}

// view is a Page with what templates need beside it.
type view struct {
	*Page
	StatusText string
	JSON       template.HTML
	Kept       []Header // query parameters that the filter form must not lose
	Active     []Link   // filters that are set, each with the URL that takes it away
}

// Render writes p as HTML. The caller sends it with CSP and p.Status.
func Render(w io.Writer, p *Page) error {
	v := view{Page: p, StatusText: http.StatusText(p.Status), JSON: pretty(p.Body, p.Language)}
	v.kept()
	return templates.ExecuteTemplate(w, "page.html", v)
}

// kept finds the parameters that no control sets, and the filters that are in force.
func (v *view) kept() {
	path, raw, _ := strings.Cut(v.Path, "?")
	query, err := url.ParseQuery(raw)
	if err != nil {
		return
	}
	names := map[string]bool{"page": true, "offset": true, "cursor": true}
	for _, c := range v.controls() {
		names[c.Name] = true
		if len(query[c.Name]) == 0 || strings.Join(query[c.Name], "") == "" {
			continue
		}
		rest := url.Values{}
		for k, vs := range query {
			if k != c.Name && k != "page" && k != "offset" && k != "cursor" {
				rest[k] = vs
			}
		}
		v.Active = append(v.Active, Link{Label: c.Name + " = " + strings.Join(query[c.Name], ", "), URL: path + withQuery(rest)})
	}
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if !names[name] {
			for _, val := range query[name] {
				v.Kept = append(v.Kept, Header{name, val})
			}
		}
	}
}

func withQuery(q url.Values) string {
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func (v *view) controls() []Control {
	all := slices.Clone(v.Filters)
	for _, c := range []*Control{v.Search, v.Order} {
		if c != nil {
			all = append(all, *c)
		}
	}
	return all
}

// Account is a page of accounts: a form (log in, set a password), or only a message.
type Account struct {
	words.Language // of the reader
	Site, Home     string
	Title          string
	Message        string
	Errors         []string
	Fields         []Field
	Button         string // "": no form
	CSRF, Next     string // hidden fields: csrfmiddlewaretoken and where to go afterwards
}

// Field is one input of an Account's form. Auto is its autocomplete attribute.
type Field struct{ Name, Label, Type, Value, Auto string }

// RenderAccount writes a page of accounts.
func RenderAccount(w io.Writer, a *Account) error {
	return templates.ExecuteTemplate(w, "account.html", a)
}

// Docs is a page that shows an OpenAPI document.
type Docs struct {
	words.Language // of the reader
	Title          string
	URL            string // of the document, as JSON
}

// RenderSwagger writes Swagger UI over the document. The caller sends it with DocsCSP.
func RenderSwagger(w io.Writer, d *Docs) error {
	return templates.ExecuteTemplate(w, "swagger.html", d)
}

// RenderRedoc writes Redoc over the document. The caller sends it with DocsCSP.
func RenderRedoc(w io.Writer, d *Docs) error { return templates.ExecuteTemplate(w, "redoc.html", d) }

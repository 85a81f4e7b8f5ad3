package api

import (
	"bytes"
	"io"
	"strings"
	"sync"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/browse"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/schema"
)

// documentRenderers are drf-spectacular's: YAML and JSON, each under its own media type and a plain one.
var documentRenderers = []rest.Renderer{
	{Format: "yaml", MediaType: "application/vnd.oai.openapi", Charset: "utf-8"},
	{Format: "yaml", MediaType: "application/yaml", Charset: "utf-8"},
	{Format: "json", MediaType: "application/vnd.oai.openapi+json"}, {Format: "json", MediaType: "application/json"},
}

// pageRenderers are those of a view that is a page.
var pageRenderers = []rest.Renderer{{Format: "html", MediaType: "text/html", Charset: "utf-8"}}

// documents are the OpenAPI documents of a schema, made when they are first asked for.
type documents struct {
	public, system func(openapi.Version) *openapi.Document
}

func newDocuments(s *schema.Schema, nested []openapi.Nested, public, system []openapi.Operation) documents {
	return documents{
		public: perVersion(func(v openapi.Version) *openapi.Document {
			return openapi.Public(s, openapi.Options{Operations: public, Nested: nested}, v)
		}),
		system: perVersion(func(v openapi.Version) *openapi.Document {
			info := openapi.Info{Title: s.Settings.Title + ": system API", Version: s.Settings.Version}
			return openapi.System(info, systemPrefix, systemClasses, system, v)
		}),
	}
}

func perVersion(make func(openapi.Version) *openapi.Document) func(openapi.Version) *openapi.Document {
	v30 := sync.OnceValue(func() *openapi.Document { return make(openapi.V30) })
	v31 := sync.OnceValue(func() *openapi.Document { return make(openapi.V31) })
	return func(v openapi.Version) *openapi.Document {
		if v == openapi.V30 {
			return v30()
		}
		return v31()
	}
}

// mountDocuments adds the OpenAPI documents and the pages that show the public one.
func (a *API) mountDocuments(r fiber.Router) {
	document := func(name string, of func(*compiled) func(openapi.Version) *openapi.Document) *View {
		return &View{
			Name: name, Description: "OpenAPI document. ?openapi=3.0.3 asks for the older version.", Methods: []string{"GET"},
			Renderers: documentRenderers, Kept: true, Handle: func(c *Call) (*Answer, error) { return c.document(of(c.compiled)) },
		}
	}
	a.mount(r, prefix+"schema/", document("Spectacular API", func(c *compiled) func(openapi.Version) *openapi.Document { return c.documents.public }))
	a.mount(r, systemPrefix+"openapi/", document("System API", func(c *compiled) func(openapi.Version) *openapi.Document { return c.documents.system }))
	a.mount(r, prefix+"schema/swagger-ui/", viewer("Swagger UI", browse.RenderSwagger))
	a.mount(r, prefix+"schema/redoc/", viewer("Redoc", browse.RenderRedoc))
	r.Get(prefix+"docs/", func(c fiber.Ctx) error { return c.Redirect().Status(302).To(prefix + "schema/swagger-ui/") })
	r.Get(browse.AssetPath+"*", a.asset)
}

func (c *Call) document(of func(openapi.Version) *openapi.Document) (*Answer, error) {
	v := openapi.V31
	switch asked := c.params.Get("openapi"); asked {
	case "", "3.1", string(openapi.V31):
	case "3.0", string(openapi.V30):
		v = openapi.V30
	default:
		return nil, rest.Validation(rest.FieldError("openapi", "Versions 3.1.0 and 3.0.3 can be had.", "invalid"))
	}
	doc := of(v)
	body := doc.JSON()
	if c.Accepted.Renderer.Format == "yaml" {
		body = doc.YAML()
	}
	return &Answer{Status: 200, Body: body, Type: c.Accepted.Renderer.ContentType(), Headers: [][2]string{{"ETag", listTag(body)}}}, nil
}

// viewer is a page that shows the public document.
func viewer(name string, render func(io.Writer, *browse.Docs) error) *View {
	return &View{
		Name: name, Methods: []string{"GET"}, Renderers: pageRenderers,
		Handle: func(c *Call) (*Answer, error) {
			var b bytes.Buffer
			title := c.compiled.state.Schema.Settings.Title
			err := render(&b, &browse.Docs{Language: c.Language(), Title: title, URL: prefix + "schema/?format=json"})
			return &Answer{
				Status: 200, Body: b.Bytes(), Type: "text/html; charset=utf-8",
				Headers: [][2]string{{"Content-Security-Policy", browse.DocsCSP}},
			}, err
		},
	}
}

// asset sends a file of the browsable API.
func (a *API) asset(c fiber.Ctx) error {
	f, ok := browse.FindAsset(strings.TrimPrefix(c.Path(), browse.AssetPath))
	if !ok {
		return a.NotFound(c)
	}
	c.Set("ETag", f.ETag)
	c.Set("Cache-Control", "public, max-age=3600")
	c.Set("Content-Type", f.ContentType)
	c.Vary("Accept-Encoding")
	if matchesETag(c.Get("If-None-Match"), f.ETag) {
		return c.SendStatus(304)
	}
	if f.Gzip != nil && strings.Contains(c.Get("Accept-Encoding"), "gzip") {
		c.Set("Content-Encoding", "gzip")
		return c.Send(f.Gzip)
	}
	body, err := f.Plain()
	if err != nil {
		return err
	}
	return c.Send(body)
}

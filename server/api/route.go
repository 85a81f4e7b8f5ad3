package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/schema"
)

// Resources answers what lies below /api/ and is not a fixed route: the root and the project's resources.
func (a *API) Resources(c fiber.Ctx) error {
	path := string(c.Request().URI().PathOriginal())
	below := strings.TrimPrefix(path, prefix)
	m, ok := a.current().match(below)
	if !ok && !strings.HasSuffix(path, "/") && a.current().state.Schema.Settings.AppendSlash {
		if _, slashed := a.current().match(below + "/"); slashed || a.known(path+"/") {
			return appendSlash(c, path)
		}
	}
	if !ok {
		return a.NotFound(c)
	}
	if m.bulk && c.Method() == fiber.MethodPost {
		m.view = a.current().resources[strings.SplitN(below, "/", 2)[0]].bulk
	}
	call := a.newCallTo(c, m.view, path)
	call.Lookup, call.Format = m.lookup, m.format
	return call.run(a.Resources)
}

// appendSlash is Django's APPEND_SLASH: a permanent redirect to the same address with a slash, whatever the method.
func appendSlash(c fiber.Ctx, path string) error {
	to := path + "/"
	if q := c.Request().URI().QueryString(); len(q) > 0 {
		to += "?" + string(q)
	}
	c.Set("Content-Type", "text/html; charset=utf-8")
	c.Set("Location", to)
	return c.Status(301).Send(nil)
}

// match is where a path leads.
type match struct {
	view   *View
	lookup string
	format string
	bulk   bool // a POST here creates many: no record is created by POST on its own address
}

// match finds the view of a path below /api/, as DRF's DefaultRouter lays them out: a trailing slash, or a format
// suffix with or without one. Lookups hold neither slash nor dot.
func (c *compiled) match(path string) (match, bool) {
	bare, format := rest.CutSuffix(path)
	if format == "" {
		if path != "" && !strings.HasSuffix(path, "/") {
			return match{}, false
		}
	}
	if path == "" || bare == "/" && format != "" { // "/api/", "/api/.json", but not "/api//"
		return match{view: rootView, format: format}, true
	}
	name, record, deeper := strings.Cut(strings.TrimSuffix(bare, "/"), "/")
	r := c.resources[name]
	switch {
	case r == nil:
		return match{}, false
	case !deeper:
		return match{view: r.list, format: format}, true
	}
	return c.below(r, record, format)
}

func (c *compiled) below(r *resource, path, format string) (match, bool) {
	text, name, deeper := strings.Cut(path, "/")
	lookup, err := url.PathUnescape(text)
	if err != nil || lookup == "" || strings.ContainsAny(lookup, "/.") || strings.Contains(name, "/") {
		return match{}, false
	}
	m := match{view: r.one, lookup: lookup, format: format}
	if !deeper {
		m.bulk = lookup == "bulk" && r.bulk != nil
		return m, true
	}
	m.view = c.reverseView(r, name)
	return m, m.view != nil
}

// reverseView is the view of the records that refer to one of r under a reverse name: /articles/3/comments/.
func (c *compiled) reverseView(r *resource, name string) *View {
	reverse := r.def.Collection.ReverseRelation(name)
	if reverse == nil || reverse.Field.Relation == schema.ManyToMany {
		return nil
	}
	for _, n := range c.names {
		if to := c.resources[n]; to.def.Collection == reverse.From() {
			return to.reversed(r, reverse)
		}
	}
	return nil
}

// nested lists the routes of reverse relations, for the OpenAPI document.
func (c *compiled) nested() []openapi.Nested {
	var out []openapi.Nested
	for _, name := range c.names {
		parent := c.resources[name]
		for _, reverse := range parent.def.Collection.Reverse {
			if v := c.reverseView(parent, reverse.Name); v != nil {
				out = append(out, openapi.Nested{
					Parent: parent.def, Name: reverse.Name, Child: v.resource.def, Create: !v.resource.def.ReadOnly,
				})
			}
		}
	}
	return out
}

// NotFound answers addresses that lead nowhere.
func (a *API) NotFound(c fiber.Ctx) error { return a.Error(c, rest.NotFound("")) }

// Error answers an error outside any view, as JSON.
func (a *API) Error(c fiber.Ctx, err error) error {
	call := a.newCall(c, &View{})
	answer := call.failure(fiberError(err))
	for _, h := range answer.Headers {
		c.Set(h[0], h[1])
	}
	c.Set("Content-Type", "application/json")
	c.Set("Content-Language", string(call.Language()))
	c.Vary("Accept-Language")
	return c.Status(answer.Status).Send(answer.Body)
}

// fiberError gives the errors of the HTTP server their place among the API's.
func fiberError(err error) error {
	e, ok := err.(*fiber.Error) //nolint:errorlint // Fiber returns them bare
	if !ok {
		return err
	}
	switch e.Code {
	case fiber.StatusRequestEntityTooLarge:
		return rest.TooLarge("The request body is larger than this server accepts.")
	case fiber.StatusMethodNotAllowed:
		return &rest.APIError{Status: 405, Detail: "Method not allowed.", Code: "method_not_allowed"}
	}
	detail := http.StatusText(e.Code) + "." // not the server's own words, which repeat what was sent
	if e.Code == fiber.StatusBadRequest {
		detail = "The request could not be read."
	}
	return &rest.APIError{Status: e.Code, Detail: detail, Code: "error"}
}

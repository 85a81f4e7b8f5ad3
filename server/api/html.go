package api

import (
	"bytes"
	"net/url"
	"slices"
	"strings"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/browse"
	"github.com/couplet/couplet/server/rest"
)

// sendHTML answers with the browsable API. The answer's tag, which the page shows, is none of the page: that one also
// depends on who reads it, and in which language.
func (c *Call) sendHTML(a *Answer) error {
	f := c.fiber
	f.Set("Content-Type", "text/html; charset=utf-8")
	f.Set("Content-Security-Policy", browse.CSP)
	f.Response().Header.Del("ETag")
	page := c.page(a)
	if secret, ok := auth.CSRFSecret(f.Cookies(auth.CSRFCookie)); ok {
		page.CSRF = auth.MaskCSRF(secret)
	} else {
		secret = auth.NewCSRFSecret()
		cookie := c.csrfCookie(secret)
		f.Response().Header.Add(cookie[0], cookie[1])
		page.CSRF = auth.MaskCSRF(secret)
	}
	var b bytes.Buffer
	if err := browse.Render(&b, page); err != nil {
		return err
	}
	return f.Send(b.Bytes())
}

// text is a text of Couplet's own for the client.
func (c *Call) text(format string, args ...any) string { return c.Language().Text(format, args...) }

// page describes the answer to the browsable API.
func (c *Call) page(a *Answer) *browse.Page {
	path := c.Path
	if c.Query != "" {
		path += "?" + c.Query
	}
	p := &browse.Page{
		Language: c.Language(), Site: c.compiled.state.Schema.Settings.Title, Home: prefix, Breadcrumbs: c.breadcrumbs(),
		Docs:   []browse.Link{{Label: "Swagger UI", URL: prefix + "schema/swagger-ui/"}, {Label: "Redoc", URL: prefix + "schema/redoc/"}},
		Method: c.Method, Path: path, Status: a.Status, Body: a.Body, Options: true,
		Headers:  append([]browse.Header{{Name: "Allow", Value: c.allow()}, {Name: "Content-Type", Value: "application/json"}}, answerHeaders(a)...),
		LoginURL: "/api-auth/login/?next=" + url.QueryEscape(path), LogoutURL: "/api-auth/logout/?next=" + url.QueryEscape(path),
	}
	p.Name, p.Description = c.View.shown(c.Language())
	if c.User != nil {
		p.User = c.User.Username
	}
	for _, r := range c.renderers() {
		p.Formats = append(p.Formats, browse.Link{Label: r.Format, URL: c.withFormat(r.Format)})
	}
	c.forms(p)
	return p
}

// answerHeaders are the headers of this answer that the page shows, beside those that every answer of the view has.
func answerHeaders(a *Answer) []browse.Header {
	var out []browse.Header
	for _, h := range a.Headers {
		if h[0] != "Set-Cookie" && h[0] != "Allow" && h[0] != "Vary" {
			out = append(out, browse.Header{Name: h[0], Value: h[1]})
		}
	}
	return out
}

// withFormat is the request's address in another format.
func (c *Call) withFormat(format string) string {
	q, _ := url.ParseQuery(c.Query) //nolint:errcheck // what could be read of it is kept
	q.Set("format", format)
	return c.Path + "?" + q.Encode()
}

// breadcrumbs lead from the API root to here.
func (c *Call) breadcrumbs() []browse.Link {
	links := []browse.Link{{Label: c.text("Api Root"), URL: prefix}}
	path := prefix
	for part := range strings.SplitSeq(strings.Trim(strings.TrimPrefix(c.Path, prefix), "/"), "/") {
		if part == "" {
			continue
		}
		path += part + "/"
		label, err := url.PathUnescape(part)
		if err != nil {
			label = part
		}
		links = append(links, browse.Link{Label: label, URL: path})
	}
	links[len(links)-1].Active = true
	return links
}

// forms adds what the caller may send from here: bodies for POST, PUT and PATCH, and DELETE.
func (c *Call) forms(p *browse.Page) {
	r := c.View.resource
	if r == nil || c.Scope == nil {
		return
	}
	content := "{}"
	if c.View.detail && p.Status == 200 {
		content = string(indented(p.Body, 4))
	}
	for _, methods := range [][]string{{"POST"}, {"PUT", "PATCH"}} {
		var may []string
		for _, m := range methods {
			if slices.Contains(c.View.Methods, m) && r.may(c, m) {
				may = append(may, m)
			}
		}
		if len(may) > 0 {
			p.Forms = append(p.Forms, browse.Form{Methods: may, MediaTypes: rest.ParserTypes[:2], Content: content})
		}
	}
	if slices.Contains(c.View.Methods, "DELETE") && r.may(c, "DELETE") {
		p.Delete, p.Parent = true, prefix+r.def.Name+"/"
	}
	if !c.View.detail {
		r.controls(c, p)
	}
}

package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"html"
	"strings"

	"github.com/valyala/fasthttp"

	"github.com/couplet/couplet/server/rest"
)

// failure turns an error into an answer in DRF's form.
func (c *Call) failure(err error) *Answer {
	var e *rest.APIError
	if !errors.As(err, &e) {
		e = rest.FromError(err)
	}
	if e.Status >= 500 {
		c.fiber.RequestCtx().SetUserValue(problemValue, err.Error())
		c.API.Log.ErrorContext(c.Context(), "request failed", "method", c.Method, "path", c.Path, "status", e.Status, "error", err)
	}
	return &Answer{Status: e.Status, Body: e.AppendJSON(nil, c.style()), Headers: e.Headers}
}

// style is how errors are written: by the project's settings, with codes where the client asks for them, in the
// language that it prefers.
func (c *Call) style() rest.ErrorStyle {
	s := c.compiled.state.Schema.Settings
	return rest.ErrorStyle{
		ListsAsList: !s.ListErrorsAsDict, Codes: s.ErrorCodes || c.Header("Couplet-Error-Codes") == "1", Language: c.Language(),
	}
}

// send writes the answer as it was negotiated.
func (c *Call) send(a *Answer) error {
	f := c.fiber
	c.headers(a)
	f.Status(a.Status)
	switch {
	case a.Status == 204 && c.browsed() && a.Type == "": // a page must be shown, so it is a 200, as in BrowsableAPIRenderer
		f.Status(200)
		return c.sendHTML(a)
	case a.Status == 204 || a.Status == 304:
		f.Response().Header.SetNoDefaultContentType(true)
		return nil
	case a.Stream != nil:
		f.Set("Content-Type", a.Type)
		return f.SendStream(a.Stream, a.Size)
	case a.Type != "":
		f.Set("Content-Type", a.Type)
		return f.Send(a.Body)
	case c.browsed():
		return c.sendHTML(a)
	}
	f.Response().Header.SetContentType(c.Accepted.Renderer.ContentType())
	if c.Accepted.Renderer.MediaType == "text/html" { // a view of pages only, with an error or with OPTIONS
		return f.SendString("<!doctype html>\n<html lang=\"" + c.Language().String() + "\">\n<pre>" + html.EscapeString(string(a.Body)) + "</pre>\n")
	}
	if n := c.Accepted.Indent(); n > 0 && c.Accepted.Renderer == rest.JSONRenderer {
		return f.Send(indented(a.Body, n))
	}
	return f.Send(a.Body)
}

// browsed reports whether the answer is shown as a page of the browsable API.
func (c *Call) browsed() bool { return c.Accepted.Renderer == rest.HTMLRenderer }

func (c *Call) headers(a *Answer) {
	f := c.fiber
	f.Set("Content-Language", string(c.Language()))
	if a.whole != nil {
		for _, h := range a.whole {
			f.Response().Header.SetCanonical(h[0], h[1])
		}
		return
	}
	f.Set("Allow", c.allow())
	f.Vary(c.vary()...)
	for _, h := range a.Headers {
		if h[0] == "Set-Cookie" {
			f.Response().Header.Add(h[0], h[1])
			continue
		}
		f.Set(h[0], h[1])
	}
}

// wire are headers as they go over the wire.
func wire(headers [][2]string) [][2][]byte {
	out := make([][2][]byte, len(headers))
	for i, h := range headers {
		out[i] = [2][]byte{fasthttp.AppendNormalizedHeaderKey(nil, h[0]), []byte(h[1])}
	}
	return out
}

// framing are the headers that every answer of the view has.
func (c *Call) framing() [][2]string {
	return [][2]string{{"Allow", c.allow()}, {"Vary", strings.Join(c.vary(), ", ")}}
}

// vary names the request headers that the answer depends on.
func (c *Call) vary() []string {
	if len(c.renderers()) > 1 {
		return []string{"Accept", "Accept-Language", "origin", "Cookie"}
	}
	return []string{"Accept-Language", "origin", "Cookie"}
}

// allow is the Allow header: the view's methods, HEAD where GET is among them, and OPTIONS.
func (c *Call) allow() string { return allowHeader(c.View.Methods) }

func allowHeader(methods []string) string {
	var s strings.Builder
	for _, m := range methods {
		s.WriteString(m + ", ")
	}
	for _, m := range methods {
		if m == "GET" {
			s.WriteString("HEAD, ")
		}
	}
	return s.String() + "OPTIONS"
}

// indented is a JSON text as Python's json.dumps writes it with an indent.
func indented(body []byte, n int) []byte {
	var b bytes.Buffer
	if json.Indent(&b, body, "", strings.Repeat(" ", n)) != nil {
		return body
	}
	return b.Bytes()
}

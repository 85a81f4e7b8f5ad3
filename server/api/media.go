package api

import (
	"mime"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// mediaPolicy keeps a stored page or drawing from running anything in this origin.
const mediaPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; sandbox"

// Media answers requests for stored files, with ranges and validators. A file is there for whom a field of a visible
// record names it.
func (a *API) Media(c fiber.Ctx) error {
	name, err := url.PathUnescape(strings.TrimPrefix(string(c.Request().URI().PathOriginal()), "/media/"))
	if err != nil {
		return a.NotFound(c)
	}
	call := a.newCall(c, &View{Methods: []string{"GET"}})
	if err := call.authenticate(); err != nil {
		return a.Error(c, err)
	}
	visible, err := call.seesFile(name)
	if err != nil || !visible {
		return a.Error(c, orNotFound(err))
	}
	f, err := a.Store.Files.Open(name)
	if err != nil {
		return a.NotFound(c)
	}
	st, err := f.Stat()
	if err != nil || st.IsDir() {
		_ = f.Close()
		return a.NotFound(c)
	}
	return serveFile(c, f, st, name)
}

func orNotFound(err error) error {
	if err != nil {
		return err
	}
	return rest.NotFound("")
}

// seesFile reports whether a file field of a record that the caller may view holds the name.
func (c *Call) seesFile(name string) (bool, error) {
	found := false
	err := c.API.Store.Read(c.Context(), c.Scope, func(rd *store.Reader) error {
		for _, coll := range c.compiled.state.Schema.Collections {
			for _, f := range coll.Columns {
				if found || f.Type.Kind != value.File && f.Type.Kind != value.Image || !c.Scope.Readable(f) {
					continue
				}
				for _, scope := range c.scopesOf(coll) {
					l := query.List{Shape: query.NewShape(coll), Scope: scope, Where: []query.Cond{
						query.Match{Path: schema.Path{{Field: f}}, Lookup: "exact", Values: []value.Value{value.Text(name)}},
					}}
					ok, err := l.Exists(rd)
					if err != nil {
						return err
					}
					found = found || ok
				}
			}
		}
		return nil
	})
	return found, err
}

// scopesOf returns the caller's rights on a collection through each of its resources, and without any.
func (c *Call) scopesOf(coll *schema.Collection) []*access.Scope {
	scopes := []*access.Scope{c.Scope}
	for _, name := range c.compiled.names {
		if r := c.compiled.resources[name]; r.def.Collection == coll {
			scopes = append(scopes, c.Scope.WithResource(r.def))
		}
	}
	return scopes
}

// serveFile sends a file by net/http's ServeContent: ranges, If-Range, If-None-Match and HEAD.
func serveFile(c fiber.Ctx, f *os.File, st os.FileInfo, name string) error {
	kind := mime.TypeByExtension(filepath.Ext(name))
	disposition := "attachment"
	if strings.HasPrefix(kind, "image/") || kind == "application/pdf" || strings.HasPrefix(kind, "video/") || strings.HasPrefix(kind, "audio/") {
		disposition = "inline"
	}
	tag := `"` + strconv.FormatInt(st.Size(), 36) + "-" + strconv.FormatInt(st.ModTime().UnixNano(), 36) + `"`
	return adaptor.HTTPHandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { _ = f.Close() }()
		h := w.Header()
		h.Set("ETag", tag)
		h.Set("Content-Security-Policy", mediaPolicy)
		h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": filepath.Base(name)}))
		h.Set("Cache-Control", "private, no-cache")
		if kind != "" {
			h.Set("Content-Type", kind)
		}
		http.ServeContent(w, r, "", st.ModTime(), f)
	})(c)
}

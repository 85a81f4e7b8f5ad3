package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// mediaPolicy keeps a stored page or drawing from running anything in this origin.
const mediaPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; sandbox"

// serveFile answers with a file as net/http's ServeContent does: one range, If-Range, If-None-Match, HEAD. The file is
// read as it is sent, never into memory.
func (c *Call) serveFile(f *os.File, st os.FileInfo, name string) error {
	return c.sendFile(mediaHead(mime.TypeByExtension(filepath.Ext(name)), filepath.Base(name), st), f, st)
}

// sendFile answers outside a View.
func (c *Call) sendFile(w *headOnly, f *os.File, st os.FileInfo) error {
	a, err := c.fileAnswer(w, f, st)
	if err != nil {
		return err
	}
	for _, h := range a.Headers {
		c.fiber.Set(h[0], h[1])
	}
	c.fiber.Status(a.Status)
	if a.Stream == nil {
		c.fiber.Response().Header.SetNoDefaultContentType(true)
		return nil
	}
	return c.fiber.SendStream(a.Stream, a.Size)
}

// mediaHead is the head of an answer with a file that somebody has uploaded.
func mediaHead(kind, name string, st os.FileInfo) *headOnly {
	disposition := "attachment"
	if strings.HasPrefix(kind, "image/") || kind == "application/pdf" || strings.HasPrefix(kind, "video/") || strings.HasPrefix(kind, "audio/") {
		disposition = "inline"
	}
	w := &headOnly{header: http.Header{
		"Etag":                    {`"` + strconv.FormatInt(st.Size(), 36) + "-" + strconv.FormatInt(st.ModTime().UnixNano(), 36) + `"`},
		"Content-Security-Policy": {mediaPolicy},
		"Content-Disposition":     {mime.FormatMediaType(disposition, map[string]string{"filename": name})},
		"Cache-Control":           {"private, no-cache"},
	}}
	if kind != "" {
		w.header.Set("Content-Type", kind)
	}
	return w
}

// fileRequest is what ServeContent looks at. Several ranges at once are not asked for by browsers, and count as none.
func (c *Call) fileRequest() *http.Request {
	r := &http.Request{Method: http.MethodHead, Header: http.Header{}}
	for _, name := range []string{"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"} {
		if v := c.Header(name); v != "" && (name != "Range" || !strings.Contains(v, ",")) {
			r.Header.Set(name, v)
		}
	}
	return r
}

// headOnly keeps the head of an answer.
type headOnly struct {
	header http.Header
	status int
}

func (w *headOnly) Header() http.Header  { return w.header }
func (w *headOnly) WriteHeader(code int) { w.status = code }

// Write implements http.ResponseWriter: texts of errors are not sent.
func (w *headOnly) Write(b []byte) (int, error) { return len(b), nil }

// fileAnswer is the part of a file that the request asks for, under a head that says what the file is. It closes the
// file when that has been sent.
func (c *Call) fileAnswer(w *headOnly, f *os.File, st os.FileInfo) (*Answer, error) {
	http.ServeContent(w, c.fileRequest(), "", st.ModTime(), f)
	size, err := strconv.ParseInt(w.header.Get("Content-Length"), 10, 64)
	body := w.status == http.StatusOK || w.status == http.StatusPartialContent
	w.header.Del("Content-Length")
	a := &Answer{Status: w.status, Type: w.header.Get("Content-Type")}
	for name := range w.header {
		a.Headers = append(a.Headers, [2]string{name, w.header.Get(name)})
	}
	if !body || err != nil {
		return a, f.Close()
	}
	from := int64(0)
	if text, ok := strings.CutPrefix(w.header.Get("Content-Range"), "bytes "); ok {
		text, _, _ = strings.Cut(text, "-")
		if from, err = strconv.ParseInt(text, 10, 64); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	a.Stream, a.Size = c.paced(io.NewSectionReader(f, from, size), func() { _ = f.Close() }), int(size)
	return a, nil
}

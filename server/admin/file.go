package admin

import (
	"bytes"
	"compress/gzip"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/gofiber/fiber/v3"
)

// file is one file of the admin, and its compressed forms once somebody has asked for them.
type file struct {
	body []byte
	kind string
	gzip once
	br   once
}

// once makes something at most once.
type once struct {
	sync.Once
	body []byte
}

func (o *once) get(body []byte, compress func([]byte) []byte) []byte {
	o.Do(func() { o.body = compress(body) })
	return o.body
}

// send answers with the file in the best form that the client takes. A file's name changes with its content, so it may be
// kept for ever.
func (f *file) send(c fiber.Ctx) error {
	c.Set("Cache-Control", "public, max-age=31536000, immutable")
	c.Set("Content-Type", f.kind)
	if f.kind == kinds[".woff2"] || f.kind == kinds[".png"] { // compressed already
		return c.Send(f.body)
	}
	c.Vary("Accept-Encoding")
	if c.Get("Accept-Encoding") == "" {
		return c.Send(f.body)
	}
	switch c.AcceptsEncodings("br", "gzip") {
	case "br":
		c.Set("Content-Encoding", "br")
		return c.Send(f.br.get(f.body, compressBrotli))
	case "gzip":
		c.Set("Content-Encoding", "gzip")
		return c.Send(f.gzip.get(f.body, compressGzip))
	}
	return c.Send(f.body)
}

func compressBrotli(body []byte) []byte {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	_, _ = w.Write(body) // a buffer takes everything
	_ = w.Close()
	return out.Bytes()
}

func compressGzip(body []byte) []byte {
	var out bytes.Buffer
	w, _ := gzip.NewWriterLevel(&out, gzip.BestCompression) // the level is one that there is
	_, _ = w.Write(body)
	_ = w.Close()
	return out.Bytes()
}

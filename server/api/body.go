package api

import (
	"bytes"
	"errors"
	"io"

	"github.com/couplet/couplet/server/rest"
)

// body reads the request's body. The caller must Discard it after the write. A chunked body whose framing is broken
// counts as empty where a whole record is asked for, as every chunked body does in DRF: its required fields are missed.
func (c *Call) body() (*rest.Body, error) {
	kind := string(c.fiber.Request().Header.ContentType())
	r := &watched{r: c.reader()}
	body, err := rest.ReadBody(kind, r, rest.BodyOptions{Files: c.API.Store.Files, MaxFile: c.API.MaxFile})
	if r.broken && c.Method != "PATCH" && c.fiber.Request().Header.ContentLength() == chunked {
		return rest.ReadBody(kind, bytes.NewReader(nil), rest.BodyOptions{})
	}
	return body, err
}

// chunked is the content length that fasthttp gives a body that comes in chunks.
const chunked = -1

// watched notes whether reading failed before the end.
type watched struct {
	r      io.Reader
	broken bool
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.broken = w.broken || err != nil && !errors.Is(err, io.EOF)
	return n, err
}

// reader reads the request's body as it arrives.
func (c *Call) reader() io.Reader {
	if r := c.fiber.Request().BodyStream(); r != nil {
		return r
	}
	return bytes.NewReader(c.fiber.Request().Body())
}

package api

import (
	"bytes"
	"io"

	"github.com/couplet/couplet/server/rest"
)

// body reads the request's body. The caller must Discard it after the write.
func (c *Call) body() (*rest.Body, error) {
	return rest.ReadBody(string(c.fiber.Request().Header.ContentType()), c.reader(), rest.BodyOptions{
		Files: c.API.Store.Files, MaxFile: c.API.MaxFile,
	})
}

// reader reads the request's body as it arrives.
func (c *Call) reader() io.Reader {
	if r := c.fiber.Request().BodyStream(); r != nil {
		return r
	}
	return bytes.NewReader(c.fiber.Request().Body())
}

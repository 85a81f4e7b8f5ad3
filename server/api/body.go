package api

import (
	"bytes"
	"io"

	"github.com/couplet/couplet/server/rest"
)

// body reads the request's body. The caller must Discard it after the write.
func (c *Call) body() (*rest.Body, error) {
	f := c.fiber
	r := f.Request().BodyStream()
	if r == nil {
		r = bytes.NewReader(f.Request().Body())
	}
	return rest.ReadBody(string(f.Request().Header.ContentType()), io.Reader(r), rest.BodyOptions{
		Files: c.API.Store.Files, MaxFile: c.API.MaxFile,
	})
}

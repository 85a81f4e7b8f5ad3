package server

import (
	"errors"
	"io"

	"github.com/valyala/fasthttp"
)

// maxDrain is how much of a body that nobody wanted is read so that the connection can be kept.
const maxDrain = 256 << 10

// wholeBody makes sure that what a handler has left of a request's body is never taken for the next request on the
// connection, which would let a client hide a request in another one's body: the rest is read, or the connection ends.
func wholeBody(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		next(ctx)
		body := ctx.Request.BodyStream()
		if body == nil {
			return
		}
		if ctx.Request.Header.ContentLength() >= 0 { // of a chunked body one cannot ask again whether it has ended
			if _, err := io.CopyN(io.Discard, body, maxDrain); errors.Is(err, io.EOF) {
				return
			}
		}
		ctx.SetConnectionClose()
	}
}

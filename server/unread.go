package server

import (
	"errors"
	"io"
	"net"
	"time"

	"github.com/valyala/fasthttp"

	"github.com/couplet/couplet/server/api"
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
		linger(ctx.Conn())
	}
}

// bodyTime gives a body longer than its header. Where there is none, nothing more is read.
func bodyTime(h *fasthttp.RequestHeader) fasthttp.RequestConfig {
	if n := h.ContentLength(); n == 0 || n == -2 && h.IsGet() {
		return fasthttp.RequestConfig{}
	}
	return fasthttp.RequestConfig{ReadTimeout: requestTime}
}

// linger has a connection that will be closed read on for a while, as lingeringClose tells.
func linger(c net.Conn) {
	if tracked, ok := api.Beneath[*connection](c); ok {
		tracked.lingers.Store(true)
	}
}

// How long, and for how many bytes, a connection is read whose client still sends what nobody wants.
const (
	lingerTime  = 5 * time.Second
	lingerBytes = 256 << 20
)

// lingeringClose ends a connection on which there may be more to read: closed at once, the system would answer what still
// comes with a reset, which may destroy the answer before the client has read it, so that it would never learn why it was
// refused. nginx calls it lingering_close.
func (c *connection) lingeringClose() {
	if half, ok := c.Conn.(interface{ CloseWrite() error }); ok && half.CloseWrite() == nil {
		_ = c.Conn.SetReadDeadline(time.Now().Add(lingerTime))
		_, _ = io.CopyN(io.Discard, c.Conn, lingerBytes)
	}
	_ = c.Conn.Close()
	c.in.forget(c)
}

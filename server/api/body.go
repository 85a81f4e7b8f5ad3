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
	if !r.broken {
		return body, err
	}
	if err == nil {
		body.Discard(true)
	}
	if !r.cut && c.Method != "PATCH" && c.fiber.Request().Header.ContentLength() == chunked {
		return rest.ReadBody(kind, bytes.NewReader(nil), rest.BodyOptions{})
	}
	return nil, rest.ParseError("The body could not be read.")
}

// chunked is the content length that fasthttp gives a body that comes in chunks.
const chunked = -1

// watched notes whether reading failed before the end, and whether that was because the client had gone.
type watched struct {
	r           io.Reader
	broken, cut bool
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.r.Read(p)
	w.broken = w.broken || err != nil && !errors.Is(err, io.EOF)
	w.cut = w.cut || errors.Is(err, io.ErrUnexpectedEOF)
	return n, err
}

// reader reads the request's body as it arrives. fasthttp takes a connection's end for the body's, so that half a file
// would pass for the whole: where the client has stopped sending, there was more to come.
func (c *Call) reader() io.Reader {
	r := c.fiber.Request().BodyStream()
	if r == nil {
		return bytes.NewReader(c.fiber.Request().Body())
	}
	if conn, ok := Beneath[client](c.fiber.RequestCtx().Conn()); ok {
		return &announced{r, conn}
	}
	return r
}

// announced reads a body that is as long as the request says, or an error.
type announced struct {
	r    io.Reader
	conn client
}

func (a *announced) Read(p []byte) (int, error) {
	n, err := a.r.Read(p)
	if errors.Is(err, io.EOF) && a.conn.Ended() {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

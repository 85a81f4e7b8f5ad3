package api

import (
	"bytes"
	"io"
	"net"
	"sync"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/query"
)

// exportReader is the text of an export, read from the database as it is read. It holds one page.
type exportReader struct {
	pages *rest.ExportPages
	to    *rest.Exporter
	read  func(func(db.Conn) error) error
	buf   bytes.Buffer
	done  bool
	err   error
}

func newExportReader(
	s *rest.Serializer, list query.List, rc *rest.RenderContext, opt rest.ExportOptions, read func(func(db.Conn) error) error,
) *exportReader {
	x := &exportReader{read: read}
	x.to = rest.NewExporter(&x.buf, opt)
	x.pages = s.Pages(list, 0, rc, x.to)
	return x
}

// fill renders the next page into the buffer.
func (x *exportReader) fill() {
	more, err := x.pages.Next(x.read)
	if err == nil && !more {
		x.done, err = true, x.to.Close()
	}
	x.err = err
}

// Read implements io.Reader. An error of the database ends it with that error, never with io.EOF.
func (x *exportReader) Read(p []byte) (int, error) {
	for x.buf.Len() == 0 {
		switch {
		case x.err != nil:
			return 0, x.err
		case x.done:
			return 0, io.EOF
		}
		x.fill()
	}
	return x.buf.Read(p)
}

// pacedReader is a body that goes out at the speed of its client: each part has a deadline, and when the body is sent,
// or the client has gone, end is called.
type pacedReader struct {
	io.Reader
	conn net.Conn
	end  func()
	once sync.Once
}

// paced returns a body for the request's connection. It does not use the Fiber context after the handler.
func (c *Call) paced(r io.Reader, end func()) io.ReadCloser {
	return &pacedReader{Reader: r, conn: c.fiber.RequestCtx().Conn(), end: end}
}

// Read implements io.Reader.
func (p *pacedReader) Read(b []byte) (int, error) {
	n, err := p.Reader.Read(b)
	if end := p.conn.SetWriteDeadline(time.Now().Add(exportStall)); end != nil && err == nil {
		err = end
	}
	return n, err
}

// Close implements io.Closer; the server calls it when it is done with the body, whatever became of it. The next
// request on the connection has no part in the deadline.
func (p *pacedReader) Close() error {
	p.once.Do(func() {
		_ = p.conn.SetWriteDeadline(time.Time{})
		p.end()
	})
	return nil
}

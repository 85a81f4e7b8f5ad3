package server

import (
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// patience is a listener that hands a connection on once the header of its first request is there. Until then a client
// holds a small buffer, not what the HTTP server needs to serve it: so thousands that send their headers slowly, or never,
// take little memory. Who is not done in headerTime is cut off.
type patience struct {
	net.Listener
	ready  chan net.Conn
	failed chan error // of accepting
	closed chan struct{}
	close  sync.Once
}

// firstRead is what a connection holds until it has sent more.
const firstRead = 512

func newPatience(ln net.Listener) *patience {
	l := &patience{Listener: ln, ready: make(chan net.Conn), failed: make(chan error, 1), closed: make(chan struct{})}
	go l.accept()
	return l
}

// acceptAgain is how long nobody is let in after that failed, as it does where the process has too many files open.
const acceptAgain = 100 * time.Millisecond

func (l *patience) accept() {
	for {
		c, err := l.Listener.Accept()
		switch {
		case err == nil:
			go l.wait(c)
		case errors.Is(err, syscall.EMFILE) || errors.Is(err, syscall.ENFILE) || errors.Is(err, syscall.ECONNABORTED):
			time.Sleep(acceptAgain)
		default:
			l.failed <- err
			return
		}
	}
}

// wait hands a connection on, or cuts it off.
func (l *patience) wait(c net.Conn) {
	header, err := readHeader(c)
	if err != nil {
		if len(header) > 0 && errors.Is(err, os.ErrDeadlineExceeded) {
			_ = c.SetWriteDeadline(time.Now().Add(time.Second))
			_, _ = io.WriteString(c, "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
		}
		_ = c.Close()
		return
	}
	select {
	case l.ready <- begin(c, header):
	case <-l.closed:
		_ = c.Close()
	}
}

// readHeader reads until a request's header is there whole, or larger than it may be: that is the HTTP server's to say,
// as is what does not begin like a request.
func readHeader(c net.Conn) (header []byte, err error) {
	if err := c.SetReadDeadline(time.Now().Add(headerTime)); err != nil {
		return nil, err
	}
	header = make([]byte, 0, firstRead)
	for len(header) < maxHeader {
		if len(header) == cap(header) {
			header = append(make([]byte, 0, 2*cap(header)), header...)
		}
		n, err := c.Read(header[len(header):cap(header)])
		fresh := max(len(header)-3, 0) // the end may have begun before
		header = header[:len(header)+n]
		if n > 0 && (bytes.Contains(header[fresh:], []byte("\n\r\n")) || bytes.Contains(header[fresh:], []byte("\n\n")) || !letter(header[0])) {
			return header, nil
		}
		if err != nil {
			return header, err
		}
	}
	return header, nil
}

func letter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }

// Accept implements net.Listener.
func (l *patience) Accept() (net.Conn, error) {
	select {
	case c := <-l.ready:
		return c, nil
	case err := <-l.failed:
		return nil, err
	}
}

// Close implements net.Listener.
func (l *patience) Close() error {
	l.close.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// begun is a connection of which something was read ahead.
type begun struct {
	net.Conn
	ahead []byte
}

// begin gives back to a connection what was read of it.
func begin(c net.Conn, ahead []byte) net.Conn {
	b := &begun{c, ahead}
	if secured, ok := c.(*tls.Conn); ok {
		return &begunTLS{b, secured}
	}
	return b
}

// Read implements net.Conn.
func (b *begun) Read(p []byte) (int, error) {
	if len(b.ahead) == 0 {
		return b.Conn.Read(p)
	}
	n := copy(p, b.ahead)
	if b.ahead = b.ahead[n:]; len(b.ahead) == 0 {
		b.ahead = nil
	}
	return n, nil
}

// NetConn returns the connection below TLS.
func (b *begun) NetConn() net.Conn {
	if secured, ok := b.Conn.(*tls.Conn); ok {
		return secured.NetConn()
	}
	return b.Conn
}

// begunTLS is one that is encrypted, as the HTTP server recognises it.
type begunTLS struct {
	*begun
	secured *tls.Conn
}

// Handshake does what tls.Conn's does.
func (b *begunTLS) Handshake() error { return b.secured.Handshake() }

// ConnectionState returns what was agreed on.
func (b *begunTLS) ConnectionState() tls.ConnectionState { return b.secured.ConnectionState() }

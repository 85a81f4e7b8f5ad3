package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// conn is one connection to a server. It does no more than reading answers needs, since load and server share the cores:
// what a client costs makes every server look alike.
type conn struct {
	addr string
	net  net.Conn // nil: to be opened
	in   *bufio.Reader
	out  []byte
	kept bytes.Buffer // the body of the last answer, where it was wanted
}

func newConn(addr string) *conn { return &conn{addr: addr, in: bufio.NewReaderSize(nil, 64<<10)} }

func (c *conn) close() {
	if c.net != nil {
		_ = c.net.Close()
		c.net = nil
	}
}

// requestTime bounds a request with its answer.
const requestTime = 30 * time.Second

// do sends a request and reads the answer, its body only to keep it or to pass over it.
func (c *conn) do(request []byte, keep bool) (status int, err error) {
	if c.net == nil {
		if c.net, err = net.Dial("tcp", c.addr); err != nil {
			return 0, err
		}
		c.in.Reset(c.net)
	}
	if err := c.net.SetDeadline(time.Now().Add(requestTime)); err != nil {
		return 0, err
	}
	if _, err := c.net.Write(request); err != nil {
		return 0, err
	}
	c.kept.Reset()
	to := io.Discard
	if keep {
		to = &c.kept
	}
	return c.answer(to)
}

// answer reads an answer.
func (c *conn) answer(to io.Writer) (status int, err error) {
	line, err := c.line()
	if err != nil {
		return 0, err
	}
	if len(line) < 12 {
		return 0, fmt.Errorf("no answer of HTTP: %.100s", line)
	}
	if status, err = strconv.Atoi(string(line[9:12])); err != nil {
		return 0, err
	}
	length, chunked, closes := -1, false, false
	for {
		if line, err = c.line(); err != nil {
			return status, err
		}
		if len(line) == 0 {
			break
		}
		if value, ok := valueOf(line, "Content-Length"); ok {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return status, err
			}
		} else if value, ok := valueOf(line, "Transfer-Encoding"); ok {
			chunked = bytes.EqualFold(value, []byte("chunked"))
		} else if value, ok := valueOf(line, "Connection"); ok {
			closes = bytes.EqualFold(value, []byte("close"))
		}
	}
	err = c.body(to, length, chunked)
	if closes {
		c.close()
	}
	return status, err
}

// valueOf is what a header line says, where it is of that name.
func valueOf(line []byte, name string) (value []byte, ok bool) {
	n := len(name)
	if len(line) <= n || line[n] != ':' || !bytes.EqualFold(line[:n], []byte(name)) {
		return nil, false
	}
	return bytes.TrimSpace(line[n+1:]), true
}

// body reads a body of a length, or in chunks.
func (c *conn) body(to io.Writer, length int, chunked bool) error {
	if !chunked {
		if length < 0 {
			return errors.New("an answer without Content-Length")
		}
		return c.pass(to, length)
	}
	for {
		line, err := c.line()
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(line), 16, 32)
		if err != nil {
			return err
		}
		if err := c.pass(to, int(size)); err != nil {
			return err
		}
		if _, err := c.line(); err != nil || size == 0 {
			return err
		}
	}
}

// pass takes n bytes of the connection.
func (c *conn) pass(to io.Writer, n int) error {
	if to == io.Discard {
		_, err := c.in.Discard(n)
		return err
	}
	_, err := io.CopyN(to, c.in, int64(n))
	return err
}

// line reads a line, without its end. It is valid until the next one is read.
func (c *conn) line() ([]byte, error) {
	line, err := c.in.ReadSlice('\n')
	return bytes.TrimRight(line, "\r\n"), err
}

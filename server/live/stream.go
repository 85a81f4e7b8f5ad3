package live

import (
	"bytes"
	"net"
	"strings"
	"time"

	"github.com/gofiber/fiber/v3"
)

// reconnectTime is how long an event stream's client waits before it comes back, in milliseconds.
const reconnectTime = "1000"

// stream answers with an event stream: the same frames, the cursor as the event's id. It ends with a reset, whose empty
// id makes the client begin anew.
func (h *Hub) stream(c fiber.Ctx, conn *conn) {
	var head bytes.Buffer
	head.WriteString("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\nConnection: close\r\n")
	for name, v := range c.Response().Header.All() {
		switch text := string(name); text {
		case "Content-Type", "Content-Length", "Connection", "Cache-Control", "Date", "Server", "Transfer-Encoding":
		default:
			head.WriteString(text + ": " + string(v) + "\r\n")
		}
	}
	head.WriteString("\r\nretry: " + reconnectTime + "\n\n")
	ctx := c.RequestCtx()
	ctx.HijackSetNoResponse(true)
	ctx.Hijack(func(taken net.Conn) {
		go conn.serveStream(raw(taken), head.Bytes())
	})
}

func (c *conn) serveStream(network net.Conn, head []byte) {
	defer c.hub.remove(c)
	s := &events{network: network, head: head}
	defer s.abort()
	c.start(s)
	c.send(&message{}) // the head goes out even where there is nothing to tell
	var nothing [64]byte
	for {
		if _, err := network.Read(nothing[:]); err != nil { // the client has gone
			return
		}
	}
}

// events is the sink of an event stream.
type events struct {
	network net.Conn
	head    []byte
}

func (s *events) write(list []*message) error {
	b := s.head
	s.head = nil
	over := false
	for _, m := range list {
		if m.op == "" {
			continue
		}
		over = over || m.op == "reset"
		if m.cursor != "" || m.op == "reset" {
			b = append(append(append(b, "id: "...), m.cursor...), '\n')
		}
		b = append(append(append(b, "event: "...), m.op...), "\ndata: "...)
		b = append(append(b, m.text...), "\n\n"...)
	}
	if err := s.send(b); err != nil {
		return err
	}
	if over {
		s.abort()
	}
	return nil
}

func (s *events) send(b []byte) error {
	if err := s.network.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	_, err := s.network.Write(b)
	return err
}

func (s *events) alive() error { return s.send([]byte(":\n\n")) }

// close tells why as a comment: an event stream has no codes, and its client comes back by itself.
func (s *events) close(_ int, reason string) {
	_ = s.send([]byte(": " + strings.ReplaceAll(reason, "\n", " ") + "\n\n"))
	s.abort()
}

func (s *events) abort() { _ = s.network.Close() }

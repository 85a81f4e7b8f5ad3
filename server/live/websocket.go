package live

import (
	"bufio"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/coder/websocket"
	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/rest"
)

// Sizes of a WebSocket. Its buffers are small, since most connections are silent most of the time.
const (
	maxFrame    = 64 << 10 // what a client may send
	readBuffer  = 512
	writeBuffer = 1024
	writeTime   = 10 * time.Second // for a client to take what is written
)

// checkHandshake makes sure that a request is a WebSocket handshake, while there is still a way to say that it is not.
func checkHandshake(c fiber.Ctx) error {
	key, err := base64.StdEncoding.DecodeString(c.Get("Sec-WebSocket-Key"))
	connection := strings.Split(strings.ToLower(strings.ReplaceAll(c.Get("Connection"), " ", "")), ",")
	if c.Get("Sec-WebSocket-Version") != "13" {
		c.Set("Sec-WebSocket-Version", "13")
		return &rest.APIError{Status: 426, Code: "upgrade_required", Detail: "This server speaks version 13 of the WebSocket protocol."}
	}
	if err != nil || len(key) != 16 || !slices.Contains(connection, "upgrade") {
		return &rest.APIError{Status: 400, Code: "invalid", Detail: "This is not a WebSocket handshake."}
	}
	return nil
}

// upgrade takes the connection from the HTTP server. The handshake's answer is written by the hijacker below, since the
// HTTP server writes none for hijacked connections.
func (h *Hub) upgrade(c fiber.Ctx, conn *conn) {
	r := &http.Request{Method: http.MethodGet, ProtoMajor: 1, ProtoMinor: 1, Host: c.Host(), Header: http.Header{}}
	for _, name := range []string{"Connection", "Upgrade", "Sec-Websocket-Version", "Sec-Websocket-Key"} {
		r.Header.Set(name, c.Get(name))
	}
	ctx := c.RequestCtx()
	ctx.HijackSetNoResponse(true)
	ctx.Hijack(func(taken net.Conn) { // returns at once, so that the request's memory is given back
		go conn.serveWebSocket(raw(taken), r)
	})
}

// raw is the network connection below what the HTTP server hands over: its buffer is empty, since a client may not send
// before it has the answer.
func raw(c net.Conn) net.Conn {
	if h, ok := c.(interface{ UnsafeConn() net.Conn }); ok {
		return h.UnsafeConn()
	}
	return c
}

func (c *conn) serveWebSocket(network net.Conn, r *http.Request) {
	defer c.hub.remove(c)
	ws, err := websocket.Accept(&hijacker{network, http.Header{}}, r,
		&websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: websocket.CompressionDisabled}) // the origin was checked
	if err != nil {
		_ = network.Close()
		return
	}
	ws.SetReadLimit(maxFrame)
	s := &socket{ws, network}
	defer s.abort()
	c.start(s)
	for {
		text, err := s.read(c.hub.life)
		if err != nil {
			return
		}
		c.do(c.hub.life, text)
	}
}

// hijacker is the http.ResponseWriter of a connection that was taken from the HTTP server.
type hijacker struct {
	net.Conn
	header http.Header
}

// Header implements http.ResponseWriter.
func (h *hijacker) Header() http.Header { return h.header }

// WriteHeader implements http.ResponseWriter. Hijack writes the status of success; the handshake was checked before.
func (h *hijacker) WriteHeader(int) {}

// Hijack implements http.Hijacker: it writes the answer and gives the connection away.
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	w := bufio.NewWriterSize(h.Conn, writeBuffer)
	fmt.Fprint(w, "HTTP/1.1 101 Switching Protocols\r\n")
	if err := h.header.Write(w); err != nil {
		return nil, nil, err
	}
	fmt.Fprint(w, "\r\n")
	if err := w.Flush(); err != nil {
		return nil, nil, err
	}
	return h.Conn, bufio.NewReadWriter(bufio.NewReaderSize(h.Conn, readBuffer), w), nil
}

// socket is the sink of a WebSocket.
type socket struct {
	ws      *websocket.Conn
	network net.Conn
}

func (s *socket) read(ctx context.Context) ([]byte, error) {
	kind, r, err := s.ws.Reader(ctx)
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(r)
	if err == nil && kind != websocket.MessageText {
		err = s.ws.Close(websocket.StatusUnsupportedData, "Frames are JSON texts.")
	}
	return text, err
}

func (s *socket) write(list []*message) error {
	if err := s.network.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	for _, m := range list {
		if err := s.ws.Write(context.Background(), websocket.MessageText, m.text); err != nil {
			return err
		}
	}
	return nil
}

func (s *socket) alive() error {
	ctx, cancel := context.WithTimeout(context.Background(), writeTime)
	defer cancel()
	return s.ws.Ping(ctx)
}

func (s *socket) close(code int, reason string) {
	_ = s.network.SetWriteDeadline(time.Now().Add(writeTime))
	_ = s.ws.Close(websocket.StatusCode(code), reason)
}

func (s *socket) abort() { _ = s.ws.CloseNow() }

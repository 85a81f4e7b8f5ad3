package api

import "net"

// Beneath returns the first connection that is a T: c itself, or one that it passes on to, such as that under TLS.
func Beneath[T any](c net.Conn) (t T, found bool) {
	for {
		if t, found = c.(T); found {
			return t, true
		}
		around, ok := c.(interface{ NetConn() net.Conn })
		if !ok {
			return t, false
		}
		c = around.NetConn()
	}
}

// client is what the server's connections know of who is at their other end.
type client interface {
	Peer() string            // the address; "" where others speak through it
	Text(said []byte) string // what is said in each request, as one string
	Ended() bool             // whether reading has come to the end of what the client sends
}

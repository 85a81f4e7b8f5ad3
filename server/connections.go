package server

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// connections is a listener that knows what it has open, so that a server that shall stop need not wait for a client
// that sends or takes its bytes slowly, and that lets no address take more than its share.
type connections struct {
	net.Listener
	most    int            // for one address; 0: no bound
	exempt  []netip.Prefix // proxies, which speak for many
	refused atomic.Uint64
	mu      sync.Mutex
	open    map[*connection]struct{}
	of      map[netip.Addr]int // how many each address has open
}

// newConnections returns connections without a listener, which Serve gives them.
func newConnections(most int, proxies []string) *connections {
	l := &connections{most: most, open: map[*connection]struct{}{}, of: map[netip.Addr]int{}}
	for _, text := range proxies {
		if p, err := netip.ParsePrefix(text); err == nil {
			l.exempt = append(l.exempt, p)
		} else if a, err := netip.ParseAddr(text); err == nil {
			l.exempt = append(l.exempt, netip.PrefixFrom(a, a.BitLen()))
		}
	}
	return l
}

type connection struct {
	net.Conn
	in    *connections
	from  netip.Addr  // the zero Addr counts for nobody
	peer  string      // the client's address; "" where it may speak for others
	used  atomic.Bool // something was received
	ended atomic.Bool

	lingers atomic.Bool // there may be more to read that nobody wants

	text         string    // that Text returned last
	until, armed time.Time // when reading is to end, and when the system believes it is
}

// Read implements net.Conn.
func (c *connection) Read(p []byte) (int, error) {
	if err := c.arm(); err != nil {
		return 0, err
	}
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.used.Store(true)
	}
	if err != nil {
		c.ended.Store(true)
	}
	return n, err
}

// SetReadDeadline implements net.Conn, for the goroutine that reads. It counts from the next Read on: the HTTP server sets
// three for each request, most of which has come by then. It may be a second early.
func (c *connection) SetReadDeadline(t time.Time) error {
	c.until = t
	return nil
}

// SetDeadline implements net.Conn.
func (c *connection) SetDeadline(t time.Time) error {
	c.until, c.armed = t, t
	return c.Conn.SetDeadline(t)
}

// arm has the system know when reading is to end, unless what it knows is at most a second earlier.
func (c *connection) arm() error {
	if early := c.until.Sub(c.armed); early == 0 || 0 < early && early < time.Second && !c.armed.IsZero() {
		return nil
	}
	c.armed = c.until
	return c.Conn.SetReadDeadline(c.until)
}

// Peer is the client's address, and "" for a proxy, which speaks for others.
func (c *connection) Peer() string { return c.peer }

// Text returns what a client says in each of its requests as a string, and the one that it returned last where it is the
// same. It is for the goroutine that reads.
func (c *connection) Text(said []byte) string {
	if string(said) != c.text {
		c.text = string(said)
	}
	return c.text
}

// Ended reports whether reading has come to the end of what the client sends, or failed.
func (c *connection) Ended() bool { return c.ended.Load() }

// Accept implements net.Listener. A connection too many is closed at once.
func (l *connections) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if tracked := l.track(c); tracked != nil {
			return tracked, nil
		}
		l.refused.Add(1)
		_ = c.Close()
	}
}

// track keeps a connection in mind, or returns nil where its address has enough of them.
func (l *connections) track(c net.Conn) net.Conn {
	from, peer := l.counted(c.RemoteAddr())
	tracked := &connection{Conn: c, in: l, from: from, peer: peer}
	l.mu.Lock()
	defer l.mu.Unlock()
	if tracked.from.IsValid() {
		if l.of[tracked.from] >= l.most {
			return nil
		}
		l.of[tracked.from]++
	}
	l.open[tracked] = struct{}{}
	return tracked
}

// counted is the address that a connection counts for, and the client's own one. Of IPv6 a whole /64 is one, since that is
// what one customer has.
func (l *connections) counted(remote net.Addr) (counts netip.Addr, peer string) {
	tcp, ok := remote.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}, ""
	}
	a := tcp.AddrPort().Addr().Unmap().WithZone("")
	for _, p := range l.exempt {
		if p.Contains(a) {
			return netip.Addr{}, ""
		}
	}
	peer = a.String()
	switch {
	case l.most <= 0:
		return netip.Addr{}, peer
	case a.Is6():
		return netip.PrefixFrom(a, 64).Masked().Addr(), peer
	}
	return a, peer
}

// cutUnused closes the connections on which nothing was asked, as browsers open them in advance, until the context ends:
// the HTTP server closes those between two requests only.
func (l *connections) cutUnused(ctx context.Context) {
	tick := time.NewTicker(settleTick)
	defer tick.Stop()
	for ctx.Err() == nil {
		l.mu.Lock()
		for c := range l.open {
			if !c.used.Load() {
				_ = c.Conn.Close()
			}
		}
		l.mu.Unlock()
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
}

// Close implements net.Conn.
func (c *connection) Close() error {
	if c.lingers.CompareAndSwap(true, false) {
		go c.lingeringClose()
		return nil
	}
	c.in.forget(c)
	return c.Conn.Close()
}

func (l *connections) forget(c *connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, open := l.open[c]; !open {
		return
	}
	delete(l.open, c)
	if !c.from.IsValid() {
		return
	}
	if l.of[c.from]--; l.of[c.from] == 0 {
		delete(l.of, c.from)
	}
}

// count is how many connections are open.
func (l *connections) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.open)
}

// cut closes every open connection and returns how many there were.
func (l *connections) cut() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	for c := range l.open {
		_ = c.Conn.Close()
	}
	return len(l.open)
}

// refusalEvery is how often it is told that connections were refused.
const refusalEvery = time.Minute

// tellRefusals warns of connections that were refused, until done is closed.
func (s *Server) tellRefusals(done <-chan struct{}) {
	tick := time.NewTicker(refusalEvery)
	defer tick.Stop()
	told := uint64(0)
	for {
		select {
		case <-done:
			return
		case <-tick.C:
		}
		if n := s.connections.refused.Load(); n > told {
			s.config.Log.Warn("connections were refused, since their address has as many open as it may",
				"refused", n-told, "most", s.connections.most)
			told = n
		}
	}
}

//go:build linux

package server_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// How many slow connections there are, and what they may cost.
const (
	slowHeaders = 8000
	slowBodies  = 1000
	slowReaders = 1000
	slowMemory  = 250 << 20
	slowCut     = 45 * time.Second // by then headers (10 s) and bodies (30 s) are cut off, but not yet readers (a minute)
)

// TestSlowConnections holds that ten thousand clients that send headers or bodies byte by byte, or take no answers, from
// as many addresses as that takes, cost a server little memory, keep it from nobody else, and are cut off.
func TestSlowConnections(t *testing.T) {
	share := 1
	if raced {
		share = 10
	}
	enoughFiles(t, slowHeaders+slowBodies+slowReaders+1000)
	c := newCrash(t, 0)
	c.serve()
	defer c.kill()
	c.root.want("POST", "/api/_/records/orders/", `{"id":"00000000-0000-4000-8000-000000000001"}`, 201, "")
	s := &slow{t: t, addr: strings.TrimPrefix(c.root.base, "http://")}
	defer s.close()
	end, done := time.Now().Add(slowCut), make(chan struct{})
	most := c.watchMemory(done)
	s.open(slowReaders/share, "GET /api/schema/ HTTP/1.1\r\nHost: localhost\r\n\r\n"+strings.Repeat("GET /api/schema/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 20), nil)
	s.open(slowBodies/share, "POST /api/token/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n{", &s.bodies)
	s.open(slowHeaders/share, "GET /api/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ", &s.headers)
	if got := s.headers.Load() + s.bodies.Load(); got < int64((slowHeaders+slowBodies)/share*9/10) {
		t.Errorf("only %d slow connections are open at once", got)
	}
	for i := 0; s.headers.Load()+s.bodies.Load() > 0; i++ {
		if time.Now().After(end) {
			t.Fatalf("%d connections with slow headers and %d with slow bodies are not cut off", s.headers.Load(), s.bodies.Load())
		}
		s.honest(c.root.base, i)
	}
	close(done)
	peak := <-most
	t.Logf("most memory: %d MB", peak>>20)
	if peak > slowMemory && !raced {
		t.Errorf("the server took %d MB", peak>>20)
	}
}

// enoughFiles makes sure that so many files may be open. The Go runtime has raised the soft limit to the hard one already.
func enoughFiles(t *testing.T, n uint64) {
	t.Helper()
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	if limit.Max >= n {
		return
	}
	text := fmt.Sprintf("%d files may be open, %d are needed: raise the limit (ulimit -Hn %d)", limit.Max, n, n)
	if os.Getenv("CI") != "" {
		t.Fatal(text)
	}
	t.Skip(text)
}

// slow are clients that take their time.
type slow struct {
	t               *testing.T
	addr            string
	conns           []net.Conn
	headers, bodies atomic.Int64 // open
}

// open opens connections from ten addresses, sends their beginning, and, where they are counted, a byte every two seconds
// until they are cut off.
func (s *slow) open(n int, beginning string, count *atomic.Int64) {
	s.t.Helper()
	for i := range n {
		from := &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i%10))}
		d := net.Dialer{LocalAddr: from, Timeout: liveTime, Control: smallBuffer}
		conn, err := d.Dial("tcp", s.addr)
		if err == nil {
			_, err = io.WriteString(conn, beginning)
		}
		if err != nil {
			s.t.Fatalf("connection %d: %v", i, err)
		}
		s.conns = append(s.conns, conn)
		if count == nil {
			continue
		}
		count.Add(1)
		go drip(conn, count)
	}
}

// smallBuffer makes a connection take little of an answer that nobody reads.
func smallBuffer(_, _ string, c syscall.RawConn) (err error) {
	failed := c.Control(func(fd uintptr) { err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, 4096) })
	if failed != nil {
		return failed
	}
	return err
}

func drip(conn net.Conn, count *atomic.Int64) {
	defer count.Add(-1)
	tick := time.NewTicker(2 * time.Second)
	defer tick.Stop()
	for range tick.C {
		if _, err := io.WriteString(conn, "x"); err != nil {
			return
		}
	}
}

// honest asks as others do meanwhile.
func (s *slow) honest(base string, i int) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 3*time.Second)
	defer cancel()
	path := "/api/orders/?page_size=" + strconv.Itoa(1+i%100)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Close = i%10 == 0 // a new connection now and then
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatalf("an honest client is not answered: %v", err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
		s.t.Errorf("an honest client is answered %d, %v", res.StatusCode, err)
	}
}

func (s *slow) close() {
	for _, c := range s.conns {
		_ = c.Close()
	}
}

// resident is how much memory the server has, in bytes.
func (c *crash) resident() int64 {
	c.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", c.served.Process.Pid))
	if err != nil {
		c.t.Error(err)
		return 0
	}
	pages, _ := strconv.ParseInt(strings.Fields(string(text))[1], 10, 64)
	return pages * int64(os.Getpagesize())
}

// watchMemory tells, when it is done, how much the server had at most.
func (c *crash) watchMemory(done <-chan struct{}) <-chan int64 {
	most := make(chan int64, 1)
	go func() {
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		top := int64(0)
		for {
			select {
			case <-done:
				most <- top
				return
			case <-tick.C:
				top = max(top, c.resident())
			}
		}
	}()
	return most
}

package sqlite

import (
	"context"
	"sync"
	"time"

	"zombiezen.com/go/sqlite"
)

// watchInterval is how late a reader whose context has ended is interrupted at most.
const watchInterval = 20 * time.Millisecond

// watchdog interrupts readers whose context has ended. One goroutine looks at all of them now and then, because a
// goroutine for each request would cost more than a request for one record.
type watchdog struct {
	mu     sync.Mutex
	guards []*guard
	done   chan struct{}
}

// guard holds the context that a connection works for.
type guard struct {
	mu    sync.Mutex
	ctx   context.Context // nil while nothing is read
	stop  chan struct{}   // closed: interrupts the connection
	fired bool
}

func newWatchdog() *watchdog {
	w := &watchdog{done: make(chan struct{})}
	go w.run()
	return w
}

func (w *watchdog) add(c *conn) {
	g := &guard{stop: make(chan struct{})}
	c.guard = g
	c.sqlite.SetInterrupt(g.stop)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.guards = append(w.guards, g)
}

func (w *watchdog) run() {
	tick := time.NewTicker(watchInterval)
	defer tick.Stop()
	for {
		select {
		case <-w.done:
			return
		case <-tick.C:
		}
		w.mu.Lock()
		for _, g := range w.guards {
			g.look()
		}
		w.mu.Unlock()
	}
}

func (w *watchdog) stop() { close(w.done) }

func (g *guard) look() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ctx != nil && !g.fired && g.ctx.Err() != nil {
		g.fired = true
		close(g.stop)
	}
}

func (g *guard) begin(ctx context.Context) {
	g.mu.Lock()
	g.ctx = ctx
	g.mu.Unlock()
}

// end makes the connection usable again and reports whether it was interrupted.
func (g *guard) end(c *sqlite.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.ctx = nil
	if !g.fired {
		return false
	}
	g.fired = false
	g.stop = make(chan struct{})
	c.SetInterrupt(g.stop)
	return true
}

package postgres

import "sync"

// turns puts what follows commits in an order. A turn is taken before COMMIT is sent: a transaction that saw what another
// one did, or waited for its locks, takes its own after that one's.
type turns struct {
	mu   sync.Mutex
	last <-chan struct{} // closed when the last turn taken has ended; nil before the first
}

// turn is a place in that order.
type turn struct {
	before <-chan struct{}
	done   chan struct{}
}

func (t *turns) take() turn {
	done := make(chan struct{})
	t.mu.Lock()
	defer t.mu.Unlock()
	before := t.last
	t.last = done
	return turn{before, done}
}

// wait returns when every turn before has ended.
func (t turn) wait() {
	if t.before != nil {
		<-t.before
	}
}

// end lets the next one go on.
func (t turn) end() {
	t.wait()
	close(t.done)
}

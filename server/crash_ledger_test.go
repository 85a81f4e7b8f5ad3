package server_test

import (
	"maps"
	"sync"
	"testing"
)

// absent is the state of an order that is not stored.
const absent = "absent"

// deed is a write: a request, and the states of what it touches before and after it.
type deed struct {
	method, path, kind, body string
	before, after            map[string]string
	rows                     int // that its changeset has in the log
}

// ledger notes what must be stored: what was acknowledged, and what was under way when the server was killed.
type ledger struct {
	mu    sync.Mutex
	known map[string]string // states by order
	rows  map[string]int    // how many rows the changeset has that made an order
	open  map[*deed]bool
	count int // acknowledged writes
	ids   int
}

func newLedger() ledger {
	return ledger{known: map[string]string{}, rows: map[string]int{}, open: map[*deed]bool{}}
}

func (l *ledger) begin(d *deed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.open[d] = true
	for key := range d.after {
		if d.before[key] == absent {
			l.rows[key] = d.rows
		}
	}
}

func (l *ledger) done(d *deed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, d)
	maps.Copy(l.known, d.after)
	l.count++
}

func (l *ledger) refused(d *deed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.open, d)
}

func (l *ledger) acknowledged() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.count
}

// settle decides, by what was found, which of the writes under way were stored, each as a whole.
func (l *ledger) settle(found map[string]string) {
	for d := range l.open {
		stored := true
		for key, state := range d.after {
			stored = stored && stateOf(found, key) == state
		}
		if stored {
			maps.Copy(l.known, d.after)
		}
		delete(l.open, d)
	}
}

// compare holds what was found against what must be there.
func (l *ledger) compare(t *testing.T, found map[string]string) {
	for key, want := range l.known {
		if got := stateOf(found, key); got != want {
			t.Errorf("%s is %s, want %s", key, got, want)
		}
	}
	for key, state := range found {
		if stateOf(l.known, key) == absent {
			t.Errorf("%s is %s, by a write that is not stored as a whole", key, state)
		}
	}
}

func stateOf(states map[string]string, key string) string {
	if s, ok := states[key]; ok {
		return s
	}
	return absent
}

package live

import (
	"sync"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
)

// maxInbox is how many changes may wait for the hub. Beyond it commits are not kept, and the hub reads the log instead.
const maxInbox = 50_000

// job is one thing for the hub to do.
type job struct {
	commit  *store.Commit
	news    *rest.Told
	recheck bool // credentials have ended
	lost    bool // commits were not kept
}

// inbox takes jobs without ever blocking.
type inbox struct {
	wake chan struct{}
	mu   *sync.Mutex
	list []job
	size int // changes
}

func newInbox() inbox { return inbox{wake: make(chan struct{}, 1), mu: &sync.Mutex{}} }

// commit is called by the store's writers.
func (b *inbox) commit(c *store.Commit) {
	b.put(job{commit: c}, len(c.Changes))
}

func (b *inbox) recheck() { b.put(job{recheck: true}, 0) }

func (b *inbox) put(j job, size int) {
	b.mu.Lock()
	b.size += size
	n := len(b.list)
	switch {
	case j.recheck && n > 0 && b.list[n-1].recheck:
	case j.commit == nil || j.commit.Changeset == "" || b.size <= maxInbox:
		b.list = append(b.list, j)
	case !b.list[n-1].lost:
		b.list = append(b.list, job{lost: true})
	}
	b.mu.Unlock()
	b.nudge()
}

func (b *inbox) take() []job {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.list
	b.list, b.size = nil, 0
	return list
}

// nudge wakes the hub without a job.
func (b *inbox) nudge() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

package sqlite

import (
	"os"
	"time"

	"github.com/couplet/couplet/store/db"
)

// counters are what Stats tells beside what can be looked up.
type counters struct{ groups, seconds *db.Histogram }

func newCounters() counters {
	return counters{
		groups:  db.NewHistogram(1, 2, 4, 8, 16, 32, groupSize),
		seconds: db.NewHistogram(.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10),
	}
}

// wrote counts a write that was queued at a time.
func (c counters) wrote(queued time.Time) { c.seconds.Add(time.Since(queued).Seconds()) }

// Stats implements db.Observed.
func (e *Engine) Stats() db.Stats {
	s := db.Stats{
		Readers: cap(e.readers), Groups: e.counters.groups.Counts(), WriteSeconds: e.counters.seconds.Counts(),
		Bytes: sizeOf(e.path), LogBytes: sizeOf(e.path + "-wal"),
	}
	e.mu.Lock()
	s.ReadersInUse = e.opened - len(e.readers)
	e.mu.Unlock()
	if e.write != nil {
		s.Queue = len(e.write.queue)
	}
	return s
}

func sizeOf(path string) int64 {
	st, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return st.Size()
}

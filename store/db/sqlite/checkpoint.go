package sqlite

import (
	"os"
	"sync"
	"time"
)

// The write-ahead log is moved into the database file when it is larger than checkpointAt, at most once each interval.
const (
	checkpointAt       = 4 << 20
	checkpointTruncate = 64 << 20
	checkpointInterval = 250 * time.Millisecond

	// checkpointWait is how long a checkpoint that truncates the log may hold the writer up while a long read, such as
	// that of a backup, keeps it from finishing.
	checkpointWait = 10 * time.Millisecond
)

// checkpointer moves the write-ahead log on a connection of its own, so that no write waits for it.
type checkpointer struct {
	conn  *conn
	wal   string
	wakes chan struct{}
	done  chan struct{}
	ended sync.WaitGroup
}

func newCheckpointer(c *conn, wal string) *checkpointer {
	k := &checkpointer{conn: c, wal: wal, wakes: make(chan struct{}, 1), done: make(chan struct{})}
	k.ended.Go(k.run)
	return k
}

// wake tells that something was committed.
func (k *checkpointer) wake() {
	select {
	case k.wakes <- struct{}{}:
	default:
	}
}

func (k *checkpointer) stop() {
	close(k.done)
	k.ended.Wait()
	_ = k.conn.Script("PRAGMA wal_checkpoint(TRUNCATE)") // the log stays valid where this fails
}

func (k *checkpointer) run() {
	var last int64 // size of the log after the last checkpoint that could not shrink it
	for {
		select {
		case <-k.done:
			return
		case <-k.wakes:
		}
		if st, err := os.Stat(k.wal); err == nil && st.Size() >= checkpointAt {
			mode := "PASSIVE"
			if st.Size() >= checkpointTruncate && st.Size() != last {
				mode, last = "TRUNCATE", st.Size()
			}
			_ = k.conn.Script("PRAGMA wal_checkpoint(" + mode + ")") // tried again at the next commit
		}
		select {
		case <-k.done:
			return
		case <-time.After(checkpointInterval):
		}
	}
}

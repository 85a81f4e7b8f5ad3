package postgres

import "github.com/couplet/couplet/store/db"

var _ db.Observed = (*Engine)(nil)

func newSeconds() *db.Histogram {
	return db.NewHistogram(.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
}

// Stats implements db.Observed. Readers and writers share the pool; the server groups commits by itself.
func (e *Engine) Stats() db.Stats {
	pool := e.pool.Stat()
	return db.Stats{
		Queue: int(e.queue.Load()), ReadersInUse: int(pool.AcquiredConns()), Readers: int(pool.MaxConns()),
		WriteSeconds: e.seconds.Counts(),
	}
}

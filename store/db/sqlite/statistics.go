package sqlite

import (
	"context"

	"github.com/couplet/couplet/store/db"
)

// The planner's statistics are taken anew after firstAnalysis writes, then each time there have been analysisGrowth
// times as many. Without them SQLite looks up every branch of an OR by its index, even one that most records meet.
const (
	firstAnalysis  = 1000
	analysisGrowth = 4
)

// analysis takes the statistics from samples of 400 rows an index. Histograms (sqlite_stat4) are thrown away: with them
// SQLite plans a statement anew for every value that is bound. Readers only look at new statistics when the schema has
// changed, so a table comes and goes.
const analysis = `PRAGMA analysis_limit = 400;
BEGIN IMMEDIATE;
ANALYZE;
DELETE FROM sqlite_stat4;
CREATE TABLE couplet_statistics (n INTEGER);
DROP TABLE couplet_statistics;
COMMIT;
ANALYZE sqlite_schema`

// wrote counts a write and has the statistics taken when it is time.
func (e *Engine) wrote() {
	n := e.writes.Add(1)
	if due := e.analyzeAt.Load(); n < due || !e.analyzeAt.CompareAndSwap(due, due*analysisGrowth) {
		return
	}
	e.background.Go(func() {
		err := e.Exclusive(context.Background(), func(c db.Conn) error { return c.Script(analysis) })
		if err != nil { // a closed or full database: the plans stay as they are, and the next time is soon
			e.analyzeAt.Store(e.writes.Load() + firstAnalysis)
		}
	})
}

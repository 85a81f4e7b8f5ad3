package sqlite

import (
	"context"
	"maps"
	"math"
	"slices"
	"sync/atomic"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// Without statistics SQLite's planner takes every table for a large one, and looks up each branch of an OR by its index
// even where most records meet it: a list under a row rule then reads and sorts nearly the whole table. So a table's
// are taken as soon as it holds something, and anew each time it has grown growth times.
const growth = 4

// Tables are looked at after firstLook changed rows, then each time after twice as many, but at most lastLook: one that
// begins to be filled late shall not wait for long. A look reads the end of each table and costs about as much as a list.
const (
	firstLook = 64
	lastLook  = 1024
)

// statistics are what an engine knows of the planner's.
type statistics struct {
	changes atomic.Int64     // rows changed since the engine was opened
	next    atomic.Int64     // the number of them at which tables are looked at; never, during a look
	pause   int64            // until the look after that; of the look under way
	sizes   map[string]int64 // of tables whose statistics were taken; of the look under way
}

func newStatistics() *statistics {
	s := &statistics{pause: firstLook, sizes: map[string]int64{}}
	s.next.Store(firstLook)
	return s
}

// wrote has the tables looked at when it is time.
func (e *Engine) wrote() {
	if due := e.statistics.next.Load(); e.statistics.changes.Load() < due || !e.statistics.next.CompareAndSwap(due, math.MaxInt64) {
		return
	}
	e.inBackground(func() {
		_ = e.analyze() // of a closed or full database: the plans stay as they are until the next look
		e.statistics.pause = min(2*e.statistics.pause, lastLook)
		e.statistics.next.Store(e.statistics.changes.Load() + e.statistics.pause)
	})
}

// analyze takes the statistics of the tables that have grown out of theirs.
func (e *Engine) analyze() error {
	var grown map[string]int64
	err := e.Read(context.Background(), func(c db.Conn) (err error) {
		grown, err = e.statistics.grown(c)
		return err
	})
	if err != nil || len(grown) == 0 {
		return err
	}
	err = e.write.exclusive(context.Background(), func(c db.Conn) error {
		return takeStatistics(c, slices.Sorted(maps.Keys(grown)))
	})
	if err == nil {
		maps.Copy(e.statistics.sizes, grown)
	}
	return err
}

// grown returns the tables that have become growth times as large as they were when their statistics were taken, and
// their sizes now: the highest row id, which is found at once.
func (s *statistics) grown(c db.Conn) (map[string]int64, error) {
	then, err := analyzed(c)
	if err != nil {
		return nil, err
	}
	grown := map[string]int64{}
	names, err := rowTables(c)
	for _, name := range names {
		if err != nil {
			return nil, err
		}
		err = c.Query("SELECT max(_rowid_) FROM "+sqlb.Quote(name), nil, func(r db.Row) error {
			if size := r.Int(0); size > 0 && size >= growth*max(then[name], s.sizes[name]) {
				grown[name] = size
			}
			return nil
		})
	}
	return grown, err
}

// rowTables returns the names of the tables that have row ids.
func rowTables(c db.Conn) (names []string, err error) {
	err = c.Query("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT wr AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
		nil, func(r db.Row) error {
			names = append(names, r.Text(0))
			return nil
		})
	return names, err
}

// analyzed returns how many rows tables had when their statistics were taken.
func analyzed(c db.Conn) (map[string]int64, error) {
	rows := map[string]int64{}
	there := false
	err := c.Query("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat1'", nil, func(db.Row) error {
		there = true
		return nil
	})
	if err != nil || !there {
		return rows, err
	}
	return rows, c.Query("SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl", nil, func(r db.Row) error {
		rows[r.Text(0)] = r.Int(1)
		return nil
	})
}

package api

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/couplet/couplet/server/doctor"
	"github.com/couplet/couplet/server/observe"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/query"
)

// slowLists are the lists that took long for want of an index, under the schema in force: of those that miss the same
// index the slowest.
type slowLists struct {
	mu   sync.Mutex
	seen map[string]*slowList // by advice
}

// slowList is one of them.
type slowList struct {
	path, query string // without secrets
	took        time.Duration
	records     int64 // that the filter lets through, or uncounted
	times       int
	told        time.Time // in the log
}

// uncounted is the number of records of a list that was not counted.
const uncounted = -1

// Bounds of slowLists: how many are remembered, and how often the log tells of one.
const (
	maxSlow   = 100
	slowEvery = time.Hour
)

// add notes a list and reports whether the log has not told of its kind for an hour.
func (s *slowLists) add(advice string, l slowList, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	have := s.seen[advice]
	if have == nil {
		if len(s.seen) >= maxSlow {
			return false
		}
		if s.seen == nil {
			s.seen = map[string]*slowList{}
		}
		have = &slowList{}
		s.seen[advice] = have
	}
	l.times, l.told = have.times+1, have.told
	if l.took < have.took {
		l.path, l.query, l.took, l.records = have.path, have.query, have.took, have.records
	}
	tell := l.told.IsZero() || now.Sub(l.told) >= slowEvery
	if tell {
		l.told = now
	}
	*have = l
	return tell
}

// findings are what the doctor says of them, the slowest first.
func (s *slowLists) findings() []doctor.Finding {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []doctor.Finding
	for _, advice := range slices.SortedFunc(maps.Keys(s.seen), func(a, b string) int { return cmp.Compare(s.seen[b].took, s.seen[a].took) }) {
		l := s.seen[advice]
		out = append(out, doctor.Finding{
			Check: "lists", Level: doctor.Warning, Message: l.String(), Advice: "In schema.json, " + advice + ".",
		})
	}
	if out == nil {
		out = []doctor.Finding{{Check: "lists", Level: doctor.OK, Message: "No list took long for want of an index since the server began with this schema."}}
	}
	return out
}

// String says what was seen: "GET /api/articles/?ordering=-views took 180 ms, …".
func (l *slowList) String() string {
	text := "GET " + l.path
	if l.query != "" {
		text += "?" + l.query
	}
	text += fmt.Sprintf(" took %s: no index serves it", l.took.Round(time.Millisecond))
	if l.records != uncounted {
		text += fmt.Sprintf(", and %d records are in it", l.records)
	}
	if l.times > 1 {
		text += fmt.Sprintf(" (the slowest of %d)", l.times)
	}
	return text + "."
}

// timed runs a page and takes the time.
func (c *Call) timed(rd *store.Reader, list *query.List, page *rest.Page) ([]*query.Row, error) {
	start := time.Now()
	rows, count, err := runPage(rd, list, page)
	if err == nil {
		c.noteSlow(list, count, time.Since(start))
	}
	return rows, err
}

// noteSlow looks at a list that took long for the index that it misses.
func (c *Call) noteSlow(list *query.List, records int64, took time.Duration) {
	if c.API.SlowList <= 0 || took < c.API.SlowList {
		return
	}
	missing, ok := list.Missing()
	if !ok {
		return
	}
	l := slowList{path: c.Path, query: observe.Redact(c.Query), took: took, records: records}
	if c.compiled.slow.add(missing.Advice(), l, c.API.Store.Now()) {
		c.API.Log.WarnContext(c.Context(), "a list took long, since no index serves it",
			"path", l.path, "query", l.query, "seconds", took.Seconds(), "advice", missing.Advice())
	}
}

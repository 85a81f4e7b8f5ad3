package store

import (
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// maxCounts is how many counts are kept.
const maxCounts = 4096

// counts keeps the number of records of lists until anything is written. Every write goes through this process, so a
// count is right as long as the generation that it was taken in lasts: a reader notes the generation before its snapshot
// begins, a writer ends it after its commit and before it answers.
type counts struct {
	generation atomic.Uint64
	mu         sync.Mutex
	of         uint64 // the generation that known belongs to
	known      map[string]int64
}

// changed ends the generation: something was committed.
func (c *counts) changed() { c.generation.Add(1) }

func (c *counts) get(generation uint64, key string) (n int64, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of != generation {
		return 0, false
	}
	n, ok = c.known[key]
	return n, ok
}

func (c *counts) put(generation uint64, key string, n int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of > generation {
		return
	}
	if c.of != generation || len(c.known) >= maxCounts {
		c.of, c.known = generation, make(map[string]int64)
	}
	c.known[key] = n
}

// Count returns the number of a list's records, from memory where nothing was written since it was last counted.
func (r *Reader) Count(l *query.List) (int64, error) {
	if r.counts == nil {
		return l.Count(r)
	}
	return l.Count(counting{r.Conn, r})
}

// Exact returns the reader without the counts that are kept: these may be a write behind the snapshot, if never behind a
// write that was answered.
func (r *Reader) Exact() *Reader {
	exact := *r
	exact.counts = nil
	return &exact
}

// counting is a connection that remembers the numbers it is asked for.
type counting struct {
	db.Conn
	r *Reader
}

// Dialect tells query which engine it writes for.
func (c counting) Dialect() sqlb.Dialect { return c.r.dialect }

func (c counting) Query(sql string, args []sqlb.Arg, each func(db.Row) error) error {
	key := statementKey(sql, args)
	if n, ok := c.r.counts.get(c.r.generation, key); ok {
		return each(number(n))
	}
	return c.Conn.Query(sql, args, func(row db.Row) error {
		c.r.counts.put(c.r.generation, key, row.Int(0))
		return each(row)
	})
}

// statementKey is a statement with its arguments as one text.
func statementKey(sql string, args []sqlb.Arg) string {
	var b strings.Builder
	b.WriteString(sql)
	for _, a := range args {
		b.WriteByte(0)
		b.WriteByte('0' + byte(a.Value.Class()))
		b.WriteString(strconv.FormatUint(a.Value.Bits(), 36))
		b.WriteByte(':')
		b.WriteString(a.Value.Text())
	}
	return b.String()
}

// number is a row that holds one number.
type number int64

func (n number) Value(int, value.Type) value.Value { return value.Int(int64(n)) }
func (n number) Int(int) int64                     { return int64(n) }
func (n number) Text(int) string                   { return strconv.FormatInt(int64(n), 10) }
func (n number) IsNull(int) bool                   { return false }

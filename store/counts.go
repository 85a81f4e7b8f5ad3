package store

import (
	"strconv"
	"strings"
	"sync"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// maxCounts is how many counts are kept.
const maxCounts = 4096

// counts keeps the number of records of lists until a commit changes what was counted.
type counts struct {
	mu    sync.RWMutex
	known map[string]count
}

type count struct {
	n     int64
	basis *Basis
}

func (c *counts) get(st *State, key string) (n int64, ok bool) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	have, ok := c.known[key]
	return have.n, ok && have.basis.Stands(st)
}

func (c *counts) put(key string, n int64, b *Basis) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || len(c.known) >= maxCounts {
		c.known = make(map[string]count)
	}
	c.known[key] = count{n, b}
}

// Count returns the number of a list's records, from memory where nothing of it has changed since it was last counted.
func (r *Reader) Count(l *query.List) (int64, error) {
	if r.counts == nil {
		return l.Count(r)
	}
	return l.Count(&counting{Conn: r.Conn, r: r})
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
	r     *Reader
	asked access.Statement
}

// Dialect tells query which engine it writes for.
func (c *counting) Dialect() sqlb.Dialect { return c.r.dialect }

// Only implements query.Witness.
func (c *counting) Only(f *schema.Field, v value.Value, times int) {
	c.asked = access.Statement{Field: f, Value: v, Times: times}
	c.r.Only(f, v, times)
}

func (c *counting) Query(sql string, args []sqlb.Arg, each func(db.Row) error) error {
	key := statementKey(sql, args)
	if n, ok := c.r.counts.get(c.r.State, key); ok {
		if t := c.r.Scope.Trace(); t != nil {
			t.Ran(sql)
		}
		return each(number(n))
	}
	c.asked.SQL = sql
	return c.Conn.Query(sql, args, func(row db.Row) error {
		if b, ok := c.r.moment.Basis([]access.Statement{c.asked}); ok {
			c.r.counts.put(key, row.Int(0), b)
		}
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

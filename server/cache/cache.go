package cache

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
	"sync/atomic"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Cache keeps answers. It is safe for concurrent use; nil keeps nothing.
type Cache[A any] struct {
	shards       [shards]shard[A]
	seed         maphash.Seed
	door         door
	hits, misses atomic.Uint64
}

// shards is how many parts a cache has, each with a lock of its own.
const shards = 8

// New returns a Cache that takes about size bytes; nil for none.
func New[A any](size int64) *Cache[A] {
	if size <= 0 {
		return nil
	}
	c := &Cache[A]{seed: maphash.MakeSeed()}
	for i := range c.shards {
		c.shards[i].init(size / shards)
	}
	return c
}

// Request is by whom and when something is asked.
type Request struct {
	State  *store.State
	User   expr.Record // nil: anonymous
	Second int64       // the time that rules read
}

// Fill is an answer that is being made: what is read for it is to be noted in Trace. There is none for an answer that
// nobody asked for lately.
type Fill[A any] struct {
	Trace  *access.Trace
	cache  *Cache[A]
	key    []byte
	of     Request
	moment store.Moment
}

// entry is an answer, or tells by which values of the user answers to its key differ.
type entry[A any] struct {
	key    string
	size   int64
	answer A
	vary   []*schema.Field // not nil: there is no answer here but under the key with these values
	state  *store.State    // whose fields these are
	basis  *store.Basis
	second int64 // 0: at any time
	used   atomic.Bool
}

// Get returns the answer to a request where it is known. Where it is not, it is made now, and Put keeps it, if it is asked
// for again: f is nil the first time. The key is of everything that the answer depends on beside records, rules and the
// time; it may lie on the caller's stack.
func (c *Cache[A]) Get(key []byte, r Request) (answer A, ok bool, f *Fill[A]) {
	e := c.find(key)
	if e != nil && e.state == r.State {
		if whole, err := appendValues(key, r.User, e.vary); err == nil {
			e = c.find(whole)
		}
	}
	if e == nil || e.vary != nil || e.second != 0 && e.second != r.Second || !e.basis.Stands(r.State) {
		c.misses.Add(1)
		if !c.door.again(maphash.Bytes(c.seed, key)) {
			return answer, false, nil
		}
		return answer, false, &Fill[A]{Trace: &access.Trace{}, cache: c, key: slices.Clone(key), of: r, moment: r.State.Moment()}
	}
	c.hits.Add(1)
	return e.answer, true, nil
}

// Put keeps an answer of so many bytes, if that can be done: not where other requests would be answered otherwise, or
// where what was read has changed already.
func (f *Fill[A]) Put(answer A, size int) {
	if f.Trace.Request || f.Trace.Relations {
		return
	}
	basis, ok := f.moment.Basis(f.Trace.Statements)
	if !ok || !basis.Stands(f.of.State) {
		return
	}
	e := &entry[A]{answer: answer, basis: basis}
	if f.Trace.Now {
		e.second = f.of.Second
	}
	key := f.key
	if vary := f.cache.vary(f.key, &f.of, f.Trace.User); vary != nil {
		var err error
		if key, err = appendValues(key, f.of.User, vary); err != nil {
			return
		}
	}
	f.cache.insert(e, key, size+basis.Size())
}

// vary returns the fields of the user by which answers to a key differ, which are noted beside the answers: those that
// were read for this one, and for those before.
func (c *Cache[A]) vary(key []byte, r *Request, read []*schema.Field) []*schema.Field {
	var known []*schema.Field
	if e := c.find(key); e != nil && e.state == r.State {
		known = e.vary
	}
	all := slices.Clip(known)
	for _, f := range read {
		if !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	if len(all) > len(known) {
		c.insert(&entry[A]{vary: all, state: r.State}, key, 0)
	}
	return all
}

// appendValues returns a key with what the user's fields hold.
func appendValues(key []byte, user expr.Record, fields []*schema.Field) ([]byte, error) {
	key = slices.Clip(key)
	for _, f := range fields {
		v := value.Null
		if user != nil {
			var err error
			if v, err = user.Value(f); err != nil {
				return nil, err
			}
		}
		key = append(binary.AppendUvarint(key, uint64(f.Position)), byte(v.Class())) //nolint:gosec // not negative: it has a column
		key = binary.AppendUvarint(key, v.Bits())
		key = append(binary.AppendUvarint(key, uint64(len(v.Text()))), v.Text()...)
	}
	return key, nil
}

func (c *Cache[A]) shardOf(key []byte) *shard[A] { return &c.shards[maphash.Bytes(c.seed, key)%shards] }

func (c *Cache[A]) find(key []byte) *entry[A] { return c.shardOf(key).find(key) }

// overhead is about what an entry takes beside key and answer.
const overhead = 256

func (c *Cache[A]) insert(e *entry[A], key []byte, size int) {
	e.key, e.size = string(key), int64(len(key)+size+overhead)
	c.shardOf(key).insert(e)
}

// Stats tells what a cache has done and holds.
type Stats struct {
	Hits, Misses uint64
	Entries      int
	Bytes        int64
}

// Stats returns the numbers since the start.
func (c *Cache[A]) Stats() Stats {
	if c == nil {
		return Stats{}
	}
	s := Stats{Hits: c.hits.Load(), Misses: c.misses.Load()}
	for i := range c.shards {
		n, bytes := c.shards[i].holds()
		s.Entries, s.Bytes = s.Entries+n, s.Bytes+bytes
	}
	return s
}

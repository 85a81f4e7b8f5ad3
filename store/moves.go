package store

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// moves knows which commit was the last to change what statements can read of each table. It belongs to a schema in
// force. Every write goes through this process, so it is exact: a commit is noted after it is on disk and before it is
// acknowledged.
type moves struct {
	commits     atomic.Uint64
	undecided   *atomic.Int64          // transactions of which nobody knows whether they were committed: nothing stands meanwhile
	tables      map[string]*tableMoves // by name
	collections map[*schema.Collection]*tableMoves
	pairs       map[*schema.Field]*tableMoves // of many-to-many fields
	texts       texts
}

// tableMoves holds the numbers of the last commits that changed a table.
type tableMoves struct {
	collection *schema.Collection // nil: pairs of a many-to-many field
	whole      atomic.Uint64      // nobody knows what
	rows       atomic.Uint64      // records came or went
	columns    []columnMoves      // by position
	values     [valueMarks]atomic.Uint64
	touching   []*tableMoves // the pairs that name its records
}

// columnMoves is what is known of one column.
type columnMoves struct {
	last    atomic.Uint64 // the commit that gave a record another value
	watched atomic.Bool   // commits mark the values of their records
	since   atomic.Uint64 // all after this one did, where it is not 0: one more than its number
}

// valueMarks is how many marks the values of a table share: the last commit that changed anything of a record which had
// or got the value. Two values with one mark seem to change together.
const valueMarks = 512

var markSeed = maphash.MakeSeed()

func (t *tableMoves) mark(column int, v value.Value) *atomic.Uint64 {
	return &t.values[(maphash.Comparable(markSeed, v)+uint64(column))%valueMarks] //nolint:gosec // a position is not negative
}

func newMoves(s *schema.Schema) *moves {
	m := &moves{
		undecided: &atomic.Int64{}, tables: map[string]*tableMoves{}, collections: map[*schema.Collection]*tableMoves{}, pairs: map[*schema.Field]*tableMoves{},
	}
	for _, c := range s.Collections {
		t := &tableMoves{collection: c, columns: make([]columnMoves, len(c.Columns))}
		m.tables[c.Table], m.collections[c] = t, t
	}
	for _, c := range s.Collections {
		for _, f := range c.ManyToMany {
			m.pair(f)
		}
	}
	return m
}

// pair makes the pairs of a many-to-many field known. Those of a through collection are its records.
func (m *moves) pair(f *schema.Field) {
	t := m.tables[f.Through.Table]
	if t == nil {
		t = &tableMoves{}
		m.tables[f.Through.Table] = t
	}
	m.pairs[f] = t
	for _, end := range []*schema.Collection{f.Collection, f.To} {
		m.collections[end].touching = append(m.collections[end].touching, t)
	}
}

// committed notes the changes of a commit.
func (m *moves) committed(changes []RecordChange) {
	n := m.commits.Add(1)
	for i := range changes {
		m.changed(&changes[i], n)
	}
}

// lost notes that a connection broke, maybe after a commit had been asked for: it may have changed anything.
func (m *moves) lost() {
	n := m.commits.Add(1)
	for _, t := range m.tables {
		t.whole.Store(n)
	}
}

func (m *moves) changed(ch *RecordChange, n uint64) {
	t := m.collections[ch.Collection]
	for _, l := range ch.Links {
		m.pairs[l.Field].rows.Store(n)
	}
	switch ch.Op {
	case OpRewritten:
		t.whole.Store(n)
	case OpUpdate:
		for i, v := range ch.After {
			if v != ch.Before[i] {
				t.columns[i].last.Store(n)
			}
		}
	default:
		t.rows.Store(n)
	}
	t.marked(ch.Before, n)
	t.marked(ch.After, n)
	if ch.Op == OpDelete || ch.Op == OpRewritten {
		for _, pairs := range t.touching {
			pairs.rows.Store(n)
		}
	}
}

// marked marks what a record had or got in the columns that somebody watches.
func (t *tableMoves) marked(record []value.Value, n uint64) {
	for i, v := range record {
		if t.columns[i].watched.Load() {
			t.mark(i, v).Store(n)
		}
	}
}

// watch returns the mark of a value, if every commit after one has set it; from now on they do.
func (t *tableMoves) watch(m *moves, column int, v value.Value, at uint64) *atomic.Uint64 {
	c := &t.columns[column]
	if !c.watched.Swap(true) {
		c.since.Store(m.commits.Load() + 1)
	}
	if since := c.since.Load(); since == 0 || at+1 < since {
		return nil
	}
	return t.mark(column, v)
}

// Moment is a place in the order of commits.
type Moment struct {
	moves *moves
	at    uint64
}

// Moment returns the place after every commit that was acknowledged. What is read in a snapshot that begins later holds
// at least these.
func (st *State) Moment() Moment { return Moment{st.moves, st.moves.commits.Load()} }

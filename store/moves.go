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
	tables      map[string]*tableMoves // by name
	collections map[*schema.Collection]*tableMoves
	pairs       map[*schema.Field]*tableMoves // of many-to-many fields
	texts       texts
}

// tableMoves holds the numbers of the last commits that changed a table.
type tableMoves struct {
	collection *schema.Collection         // nil: pairs of a many-to-many field
	whole      atomic.Uint64              // nobody knows what
	rows       atomic.Uint64              // records came or went
	columns    []atomic.Uint64            // a record has another value in the column
	records    [recordMarks]atomic.Uint64 // anything of a record, by the hash of its key
	touching   []*tableMoves              // the pairs that name its records
}

// recordMarks is how many marks the records of a table share. Two that share one seem to change together.
const recordMarks = 512

var markSeed = maphash.MakeSeed()

func markOf(key value.Value) uint64 { return maphash.Comparable(markSeed, key) % recordMarks }

func newMoves(s *schema.Schema) *moves {
	m := &moves{
		tables: map[string]*tableMoves{}, collections: map[*schema.Collection]*tableMoves{}, pairs: map[*schema.Field]*tableMoves{},
	}
	for _, c := range s.Collections {
		t := &tableMoves{collection: c, columns: make([]atomic.Uint64, len(c.Columns))}
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
				t.columns[i].Store(n)
			}
		}
		t.records[markOf(ch.Before[0])].Store(n)
		t.records[markOf(ch.After[0])].Store(n)
		return
	default:
		t.rows.Store(n)
		t.records[markOf(ch.Key)].Store(n)
	}
	if ch.Op != OpCreate {
		for _, pairs := range t.touching {
			pairs.rows.Store(n)
		}
	}
}

// Moment is a place in the order of commits.
type Moment struct {
	moves *moves
	at    uint64
}

// Moment returns the place after every commit that was acknowledged. What is read in a snapshot that begins later holds
// at least these.
func (st *State) Moment() Moment { return Moment{st.moves, st.moves.commits.Load()} }

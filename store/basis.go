package store

import (
	"strings"
	"sync"
	"sync/atomic"

	"github.com/couplet/couplet/store/access"
)

// Basis is what statements have read since a Moment. What was made of it stands until a commit changes any of it.
type Basis struct {
	moment Moment
	reads  []reading
}

// reading is a table that a statement names so many times, with the columns that it names.
type reading struct {
	table   *tableMoves
	columns []int
	times   int
	mark    *atomic.Uint64 // of the value that all records have which the statement can read; nil: it can read any
}

// Basis returns what statements have read since a moment. Nothing is known, and ok false, where a table is read that
// others write, too, or that is none of the schema's.
func (m Moment) Basis(statements []access.Statement) (b *Basis, ok bool) {
	b = &Basis{moment: m}
	for _, st := range statements {
		reads := m.moves.reads(st.SQL)
		if reads == nil {
			return nil, false
		}
		for _, r := range reads {
			if st.Field != nil && r.table.collection == st.Field.Collection && r.times == st.Times {
				r.mark = r.table.watch(m.moves, st.Field.Position, st.Value, m.at)
			}
			b.reads = append(b.reads, r)
		}
	}
	return b, true
}

// Size returns about how many bytes a basis takes.
func (b *Basis) Size() int { return 64 + len(b.reads)*48 }

// Stands reports whether the schema is the one in force at the basis's moment, and nothing that was read has changed.
func (b *Basis) Stands(st *State) bool {
	if b.moment.moves != st.moves || st.moves.undecided.Load() > 0 {
		return false
	}
	for i := range b.reads {
		if !b.reads[i].stands(b.moment.at) {
			return false
		}
	}
	return true
}

func (r *reading) stands(at uint64) bool {
	if r.table.whole.Load() > at {
		return false
	}
	if r.mark != nil {
		return r.mark.Load() <= at
	}
	if r.table.rows.Load() > at {
		return false
	}
	for _, i := range r.columns {
		if r.table.columns[i].last.Load() > at {
			return false
		}
	}
	return true
}

// maxTexts is how many statements are known by their text.
const maxTexts = 1024

// texts keeps what statements read.
type texts struct {
	mu    sync.RWMutex
	known map[string][]reading
}

// reads returns what a statement reads: every table and column that it names. nil: it cannot be told.
func (m *moves) reads(sql string) []reading {
	m.texts.mu.RLock()
	reads, ok := m.texts.known[sql]
	m.texts.mu.RUnlock()
	if ok {
		return reads
	}
	reads = m.parse(sql)
	m.texts.mu.Lock()
	defer m.texts.mu.Unlock()
	if m.texts.known == nil || len(m.texts.known) >= maxTexts {
		m.texts.known = map[string][]reading{}
	}
	m.texts.known[sql] = reads
	return reads
}

// parse finds the names in a statement: those of the schema are always quoted, those of Couplet's own tables never.
func (m *moves) parse(sql string) []reading {
	if strings.Contains(sql, "FROM couplet_") || strings.Contains(sql, "JOIN couplet_") {
		return nil
	}
	names := quoted(sql)
	var reads []reading
	for name, times := range names {
		t := m.tables[name]
		if t == nil {
			continue
		}
		r := reading{table: t, times: times}
		if c := t.collection; c != nil {
			if !c.Owned {
				return nil
			}
			for i, f := range c.Columns {
				if names[f.Column] > 0 {
					r.columns = append(r.columns, i)
				}
			}
		}
		reads = append(reads, r)
	}
	return reads
}

// quoted counts the quoted names in a statement. Text literals are passed over.
func quoted(sql string) map[string]int {
	names := map[string]int{}
	for i := strings.IndexAny(sql, `"'`); i >= 0; i = strings.IndexAny(sql, `"'`) {
		mark := sql[i : i+1]
		name, rest, _ := strings.Cut(sql[i+1:], mark)
		for strings.HasPrefix(rest, mark) { // a doubled quote stands for itself
			more, after, _ := strings.Cut(rest[1:], mark)
			name, rest = name+mark+more, after
		}
		if mark == `"` {
			names[name]++
		}
		sql = rest
	}
	return names
}

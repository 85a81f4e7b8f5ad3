package store

import (
	"slices"
	"time"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// Commit is what a transaction changed, told once it is on disk. It is shared and must not be altered.
type Commit struct {
	Cursor    Cursor // the place in the feed after all of it
	Changeset string // "" where the schema or everything changed
	Group     string
	At        time.Time
	Actor     string
	Via       string
	State     *State         // what Changes are told in; another one than before after a change of the schema
	Changes   []RecordChange // in the order in which they were made; one record may be there more than once
}

// RecordChange is one record before and after a write, or a whole collection that was rewritten.
type RecordChange struct {
	Collection *schema.Collection
	Key        value.Value   // null where Op is OpRewritten
	Op         string        // OpCreate, OpUpdate, OpDelete, OpRewritten
	Before     []value.Value // in the order of Collection.Columns, secrets included; nil for a create
	After      []value.Value // nil for a delete
	Links      []LinksChange // the many-to-many fields that changed
}

// LinksChange is a many-to-many field of one record before and after a write: sorted keys.
type LinksChange struct {
	Field         *schema.Field
	Before, After []value.Value
}

// How many records one transaction keeps for its Commit, and how many bytes of texts in them. One that changes more tells
// of whole collections as OpRewritten.
const (
	maxImages     = 10_000
	maxImageBytes = 16 << 20
)

// OnCommit makes fn be called for every transaction that changes records, and for every change of the schema and every
// wipe, after it is on disk and before whoever asked for it is answered; one call after the other, for transactions that
// touch the same records in the order in which they were made. It counts from when OnCommit returns until stop returns.
// fn holds up all writing: it must not block, write, or call stop.
func (s *Store) OnCommit(fn func(*Commit)) (stop func()) {
	l := &listener{fn}
	s.schema.Lock() // no transaction is under way
	defer s.schema.Unlock()
	s.listeners = append(slices.Clip(s.listeners), l)
	return func() {
		s.schema.Lock()
		defer s.schema.Unlock()
		s.listeners = slices.DeleteFunc(slices.Clone(s.listeners), func(other *listener) bool { return other == l })
	}
}

type listener struct{ fn func(*Commit) }

// committed runs after a transaction is on disk and before its caller is answered.
func (s *Store) committed(tx *Tx) {
	for _, up := range tx.placed {
		up.keep()
	}
	if len(tx.changes) == 0 {
		return
	}
	tx.moves.committed(tx.changes)
	for _, ch := range tx.changes {
		switch {
		case !ch.Collection.System:
		case ch.Op == OpRewritten:
			s.users.forgetAll()
		default:
			s.users.forget(ch.Key)
		}
	}
	s.announce(&Commit{
		Cursor: tx.cursor, Changeset: tx.changeset, Group: tx.origin.Group, At: tx.now,
		Actor: tx.origin.Actor, Via: tx.origin.Via, State: tx.State, Changes: tx.changes,
	})
}

func (s *Store) announce(c *Commit) {
	for _, l := range s.listeners {
		l.fn(c)
	}
}

// rewritten tells that everything may have changed.
func (s *Store) rewritten(via string, at Cursor) {
	s.users.forgetAll()
	c := &Commit{Cursor: at, At: s.Now(), Via: via, State: s.State()}
	for _, coll := range c.State.Schema.Collections {
		c.Changes = append(c.Changes, RecordChange{Collection: coll, Op: OpRewritten})
	}
	c.State.moves.committed(c.Changes)
	s.announce(c)
}

// note keeps what a log row is about for the Commit.
func (tx *Tx) note(ch RecordChange) {
	tx.imageBytes += textBytes(ch.Before) + textBytes(ch.After)
	switch {
	case tx.crowd == nil && len(tx.changes) < maxImages && tx.imageBytes <= maxImageBytes:
		tx.changes = append(tx.changes, ch)
		return
	case tx.crowd == nil:
		tx.crowd = map[*schema.Collection]bool{}
		all := tx.changes
		tx.changes = nil
		for _, earlier := range all {
			tx.noteCollection(earlier.Collection)
		}
	}
	tx.noteCollection(ch.Collection)
}

func textBytes(values []value.Value) (n int) {
	for i := range values {
		n += len(values[i].Text())
	}
	return n
}

func (tx *Tx) noteCollection(c *schema.Collection) {
	if !tx.crowd[c] {
		tx.crowd[c] = true
		tx.changes = append(tx.changes, RecordChange{Collection: c, Op: OpRewritten})
	}
}

package store

import (
	"context"
	"errors"
	"time"

	"github.com/google/uuid"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Origin says who changes something, and by which door.
type Origin struct {
	Scope *access.Scope // the rights that every change of the transaction passes
	Actor string        // key of the user, "" for nobody (set-up, command line)
	Via   string        // rest, admin, import, fixture, cli, accounts
	Group string        // id that changesets of one large work share; "" for none

	// Serial writes follow one another on every engine: what one of them looks up stays as it is until it ends.
	Serial bool
}

// Tx is a write transaction. It reads what it has written. It is valid inside the function it was given to.
type Tx struct {
	Reader
	store      *Store
	origin     Origin
	changeset  string
	now        time.Time
	changes    []RecordChange               // for what follows the commit
	crowd      map[*schema.Collection]bool  // the collections of changes, once these are too many to tell of each
	imageBytes int                          // of the texts in changes
	cursor     Cursor                       // after the last row of the log
	cause      string                       // what it undoes
	given      map[*schema.Collection]int64 // the greatest key that was given to a record instead of an automatic one
	placed     []*Upload                    // files that records of the transaction name
	deferred   bool                         // foreign keys are looked at when the transaction ends
}

type recordID struct {
	collection *schema.Collection
	key        value.Value
}

// Write runs fn as one transaction, one changeset of the log, and returns the changeset's id when it is on disk. An
// error of fn undoes everything. fn may run more than once, so it must set what it returns anew each time; it may
// only call the transaction: no network, no password work, nothing slow. The context's end counts only until fn begins.
// ErrSchemaChanged says that the scope is of a schema that is no longer in force.
func (s *Store) Write(ctx context.Context, o Origin, fn func(*Tx) error) (string, error) {
	id, err := uuid.NewV7()
	if err != nil {
		return "", err
	}
	st, end, err := s.begin(o)
	if err != nil {
		return "", err
	}
	defer end()
	var tx *Tx
	err = s.engine.Write(ctx, func(c db.Conn) error {
		tx = &Tx{
			Reader: Reader{Conn: c, State: st, Scope: o.Scope, dialect: s.engine.Dialect()},
			store:  s, origin: o, changeset: id.String(), now: s.Now(),
		}
		if wait := tx.dialect.WaitForTurn(); o.Serial && wait != "" {
			if _, err := c.Exec(wait); err != nil {
				return err
			}
		}
		if err := fn(tx); err != nil {
			return err
		}
		return tx.skipGiven()
	}, func() { s.committed(tx) })
	if err != nil {
		s.failed(st, err)
		return "", err
	}
	return id.String(), nil
}

// failed forgets what is kept in memory where a connection broke: the commit may have been made all the same.
func (s *Store) failed(st *State, err error) {
	switch db.CodeOf(err) {
	case db.Busy:
		s.forget(st)
	case db.Undecided:
		s.doubt(err)
	}
}

// doubt keeps nothing in memory until it is known what became of a transaction, and then begins anew.
func (s *Store) doubt(err error) {
	var open *db.UndecidedError
	if !errors.As(err, &open) {
		return
	}
	s.undecided.Add(1)
	s.users.hold()
	go func() {
		<-open.Settled
		s.forget(s.State())
		s.users.release()
		s.undecided.Add(-1)
	}()
}

// forget drops what is kept in memory of records and users.
func (s *Store) forget(st *State) {
	st.moves.lost()
	s.users.forgetAll()
}

// begin waits for a change of the schema that is under way, holds off the next one until end is called, and returns the
// schema in force. A scope of another one is ErrSchemaChanged: what was prepared with it names other columns.
func (s *Store) begin(o Origin) (st *State, end func(), err error) {
	s.schema.RLock()
	if st = s.State(); o.Scope.Policy() != st.Policy {
		s.schema.RUnlock()
		return nil, nil, ErrSchemaChanged
	}
	return st, s.schema.RUnlock, nil
}

// hold returns a record that the transaction will change: where others write at the same time they wait for it. Errors:
// ErrNotFound.
func (tx *Tx) hold(c *schema.Collection, key value.Value) (*Record, error) {
	return queryRecord(tx.Conn, tx.State, tx.dialect, tx.table(c).selectKey+tx.dialect.ForUpdate(), c, key)
}

// attempt is Exec for a statement whose failure is explained by asking the database.
func (tx *Tx) attempt(sql string, args ...sqlb.Arg) error {
	return tx.Attempt(sql, args, func(db.Row) error { return nil })
}

// gave notes a key that was given where keys are automatic.
func (tx *Tx) gave(c *schema.Collection, key value.Value) {
	if !c.Key.Auto || !c.Key.Type.IsInteger() || tx.dialect.KeyGiven() == "" {
		return
	}
	if tx.given == nil {
		tx.given = map[*schema.Collection]int64{}
	}
	tx.given[c] = max(tx.given[c], key.Int())
}

// skipGiven makes automatic keys go on after those that were given.
func (tx *Tx) skipGiven() error {
	for c, key := range tx.given {
		if _, err := tx.Exec(tx.dialect.KeyGiven(), sqlb.T(sqlb.Quote(c.Table)), sqlb.I(key)); err != nil {
			return err
		}
	}
	clear(tx.given)
	return nil
}

// Because tells the log what the writes that follow undo: "revert ID".
func (tx *Tx) Because(cause string) { tx.cause = cause }

// Now returns the transaction's time.
func (tx *Tx) Now() time.Time { return tx.now }

// Changeset returns the id under which the transaction is logged.
func (tx *Tx) Changeset() string { return tx.changeset }

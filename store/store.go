// Package store keeps the records of a project: it opens the data folder, holds the schema in force, reads through
// snapshots and writes through transactions that check permissions and append to the change log. Every door (REST,
// system API, import, command line) goes through it. It may import the packages below store/ and nothing of server/.
package store

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
)

// Options say how a data folder is opened.
type Options struct {
	Dir      string           // the data folder; made where there is none
	Database string           // PostgreSQL's address; "" for SQLite in the data folder
	Beside   *Store           // a store that is open on the same data folder, which stays open for longer
	NoSync   bool             // tests only: with SQLite an acknowledged write may be lost with the machine
	Now      func() time.Time // nil: time.Now

	// ReadOnly opens a folder that is there for reading only, also while another process serves it: nothing is made,
	// brought up to date or locked.
	ReadOnly bool
}

// databaseFile is the name of the embedded database in the data folder.
const databaseFile = "couplet.db"

// Store is an open data folder. It is safe for concurrent use.
type Store struct {
	dir       string
	engine    db.Engine
	lock      *lock // nil: another process, or another store of this one, may have the folder
	readOnly  bool
	now       func() time.Time
	state     atomic.Pointer[State]
	users     userCache
	seal      cipher.Block // of versions
	counts    counts
	undecided atomic.Int64 // see moves
	schema    sync.RWMutex // held by writes; a change of the schema or of listeners holds it alone
	Files     *Files

	listeners []*listener
}

// State is the schema in force with what is compiled from it. It is immutable.
type State struct {
	Schema *schema.Schema
	Policy *access.Policy
	tables map[*schema.Collection]*table
	moves  *moves
	seal   cipher.Block // nil: not in force
}

// Open opens a data folder and loads the schema that its database holds.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{dir: o.Dir, readOnly: o.ReadOnly, now: o.Now, Files: newFiles(o.Dir)}
	if s.now == nil {
		s.now = time.Now
	}
	open := s.open
	switch {
	case o.ReadOnly:
		open = s.openReadOnly
	case o.Beside != nil && o.Beside.dir == o.Dir: // it has the lock
	default:
		if err := s.take(); err != nil {
			return nil, err
		}
	}
	if err := open(ctx, o); err != nil {
		return nil, errors.Join(openError(o.Dir, err), s.Close())
	}
	return s, nil
}

// take makes the data folder, locks it, and finishes a restore that was interrupted in it.
func (s *Store) take() (err error) {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return fmt.Errorf("store: the data folder cannot be made: %w", err)
	}
	if err := writable(s.dir); err != nil {
		return err
	}
	if s.lock, err = acquire(filepath.Join(s.dir, "couplet.lock")); err != nil {
		return err
	}
	if err := finishRestore(s.dir); err != nil {
		return errors.Join(err, s.lock.release())
	}
	return nil
}

// writable says why a folder cannot be written to, which SQLite does not tell.
func writable(dir string) error {
	f, err := os.CreateTemp(dir, ".try-*")
	if err == nil {
		err = errors.Join(f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		return fmt.Errorf("store: the data folder cannot be written to: look at its owner, its permissions and its disk (%w)", err)
	}
	return nil
}

func (s *Store) openReadOnly(ctx context.Context, o Options) error {
	var err error
	if s.engine, err = openEngine(ctx, o); err != nil {
		return err
	}
	if err := s.checkFormat(ctx); err != nil {
		return err
	}
	return s.Reload(ctx)
}

func (s *Store) open(ctx context.Context, o Options) error {
	var err error
	if s.engine, err = openEngine(ctx, o); err != nil {
		return err
	}
	if err := s.engine.Exclusive(ctx, s.createSystemTables); err != nil {
		return err
	}
	if err := s.checkFormat(ctx); err != nil {
		return err
	}
	if err := s.Files.prepare(); err != nil {
		return err
	}
	if err := s.loadSeal(ctx); err != nil {
		return err
	}
	return s.Reload(ctx)
}

// Close waits for the writes under way and closes the data folder.
func (s *Store) Close() error {
	var err error
	if s.engine != nil {
		err = s.engine.Close()
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.release())
	}
	return err
}

// Dir returns the data folder.
func (s *Store) Dir() string { return s.dir }

// Engine returns the database below, for packages that plan migrations or take backups.
func (s *Store) Engine() db.Engine { return s.engine }

// State returns the schema in force.
func (s *Store) State() *State { return s.state.Load() }

// Schema returns the schema in force.
func (s *Store) Schema() *schema.Schema { return s.state.Load().Schema }

// Now returns the store's time, UTC cut to the microsecond.
func (s *Store) Now() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// Read calls fn with a Reader on a snapshot of the database, in the sight of a scope, which may be nil where fn needs
// none. ErrSchemaChanged says that the scope is of a schema that is no longer in force, or that its tables changed
// before they were read.
func (s *Store) Read(ctx context.Context, scope *access.Scope, fn func(*Reader) error) error {
	st := s.State()
	if scope != nil && scope.Policy() != st.Policy {
		return ErrSchemaChanged
	}
	moment := st.Moment()
	err := s.engine.Read(ctx, func(c db.Conn) error {
		if t := scope.Trace(); t != nil {
			c = tracing{c, t}
		}
		return fn(&Reader{
			Conn: c, State: st, Scope: scope, dialect: s.engine.Dialect(), counts: &s.counts, moment: moment,
		})
	})
	if failed := new(db.Error); errors.As(err, &failed) && s.left(st) {
		return fmt.Errorf("%w: %w", ErrSchemaChanged, err)
	}
	return err
}

// left reports whether a state is no longer in force, or about to go.
func (s *Store) left(st *State) bool {
	if !s.schema.TryRLock() {
		return true
	}
	defer s.schema.RUnlock()
	return s.State() != st
}

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
	"github.com/couplet/couplet/store/db/postgres"
	"github.com/couplet/couplet/store/db/sqlite"
	"github.com/couplet/couplet/store/schema"
)

// Options say how a data folder is opened.
type Options struct {
	Dir      string           // the data folder; made where there is none
	Database string           // PostgreSQL's address; "" for SQLite in the data folder
	Beside   *Store           // a store that is open on the same data folder, which stays open for longer
	NoSync   bool             // tests only: with SQLite an acknowledged write may be lost with the machine
	Now      func() time.Time // nil: time.Now
}

// Store is an open data folder. It is safe for concurrent use.
type Store struct {
	dir    string
	engine db.Engine
	lock   *lock
	now    func() time.Time
	state  atomic.Pointer[State]
	users  userCache
	seal   cipher.Block // of versions
	counts counts
	schema sync.RWMutex // held by writes; a change of the schema or of listeners holds it alone
	Files  *Files

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
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("store: the data folder cannot be made: %w", err)
	}
	s := &Store{dir: o.Dir, now: o.Now, Files: newFiles(o.Dir)}
	if o.Beside == nil || o.Beside.dir != o.Dir {
		var err error
		if s.lock, err = acquire(filepath.Join(o.Dir, "couplet.lock")); err != nil {
			return nil, err
		}
	}
	if s.now == nil {
		s.now = time.Now
	}
	if err := s.open(ctx, o); err != nil {
		return nil, errors.Join(openError(o.Dir, err), s.Close())
	}
	return s, nil
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

// openEngine opens the engine that the options ask for.
func openEngine(ctx context.Context, o Options) (db.Engine, error) {
	if o.Database != "" {
		e, err := postgres.Open(ctx, o.Database, postgres.Options{})
		if errors.Is(err, postgres.ErrInUse) {
			err = fmt.Errorf("%w: %w", ErrLocked, err)
		}
		if err != nil {
			return nil, err
		}
		return e, nil
	}
	path := filepath.Join(o.Dir, "couplet.db")
	if err := makePrivate(path); err != nil {
		return nil, err
	}
	e, err := sqlite.Open(path, sqlite.Options{NoSync: o.NoSync})
	if err != nil {
		return nil, err
	}
	return e, nil
}

// Close waits for the writes under way and closes the data folder.
func (s *Store) Close() error {
	var err error
	if s.engine != nil {
		err = s.engine.Close()
	}
	return errors.Join(err, s.lock.release())
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

// Read calls fn with a Reader on a snapshot of the database, in the sight of a scope.
func (s *Store) Read(ctx context.Context, scope *access.Scope, fn func(*Reader) error) error {
	st := s.State()
	moment := st.Moment()
	return s.engine.Read(ctx, func(c db.Conn) error {
		if t := scope.Trace(); t != nil {
			c = tracing{c, t}
		}
		return fn(&Reader{
			Conn: c, State: st, Scope: scope, dialect: s.engine.Dialect(), counts: &s.counts, moment: moment,
		})
	})
}

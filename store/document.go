package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// emptyDocument is the schema of a database that nothing was applied to: the built-in users.
var emptyDocument = []byte("{}")

// Compile reads a schema document and compiles everything in it. The error is schema.Problems.
func Compile(source []byte) (*State, error) {
	s, problems := schema.Parse(source)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	policy, problems := access.Compile(s)
	if err := problems.Err(); err != nil {
		return nil, err
	}
	return &State{Schema: s, Policy: policy, tables: newTables(s), moves: newMoves(s)}, nil
}

func (st *State) table(c *schema.Collection) *table { return st.tables[c] }

// Migrations returns the runner that keeps the database in step with a migrations folder, "" for none. What changes the
// document goes through Apply, Up and Down.
func (s *Store) Migrations(dir string) *migrate.Runner {
	return &migrate.Runner{Engine: s.engine, Dir: dir, ReadOnly: s.readOnly}
}

// Empty reports whether no schema document was ever applied.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	now, err := s.Migrations("").Current(ctx)
	return err == nil && now.Version == 0, err
}

// Apply takes the database to a schema document and puts it into force; dir is the migrations folder, "" for none.
// Errors: schema.Problems, and those of migrate.Runner.Apply, after which everything is as before.
func (s *Store) Apply(ctx context.Context, dir string, source []byte, o migrate.Options) (*migrate.Applied, error) {
	s.schema.Lock()
	defer s.schema.Unlock()
	st, err := Compile(source)
	if err != nil {
		return nil, err
	}
	done, err := s.Migrations(dir).Apply(ctx, st.Schema, o)
	if err != nil {
		return done, err
	}
	return done, s.reload(context.WithoutCancel(ctx)) // what is in the database is in force
}

// Up runs the migrations of a folder that wait, puts what they lead to into force, and returns their names, also of
// those before one that failed. Errors: those of migrate.Runner.Up.
func (s *Store) Up(ctx context.Context, dir string) ([]string, error) {
	return s.moved(ctx, func() ([]string, error) { return s.Migrations(dir).Up(ctx) })
}

// Down undoes the last n migrations, puts the document before them into force, and returns their names. Errors: those of
// migrate.Runner.Down.
func (s *Store) Down(ctx context.Context, dir string, n int, consent migrate.Consent) ([]string, error) {
	return s.moved(ctx, func() ([]string, error) { return s.Migrations(dir).Down(ctx, n, consent) })
}

// moved runs migrations while no write is under way.
func (s *Store) moved(ctx context.Context, run func() ([]string, error)) ([]string, error) {
	s.schema.Lock()
	defer s.schema.Unlock()
	done, err := run()
	if len(done) > 0 {
		err = errors.Join(err, s.reload(context.WithoutCancel(ctx)))
	}
	return done, err
}

// Reload puts the document that the database holds into force.
func (s *Store) Reload(ctx context.Context) error {
	s.schema.Lock()
	defer s.schema.Unlock()
	return s.reload(ctx)
}

func (s *Store) reload(ctx context.Context) error {
	now, err := s.Migrations("").Current(ctx)
	if err != nil {
		return err
	}
	source := now.Document
	if source == nil {
		source = emptyDocument
	}
	st, err := Compile(source)
	if err != nil {
		return fmt.Errorf("store: the stored schema document is not valid: %w", err)
	}
	var at Cursor
	err = s.engine.Read(ctx, func(c db.Conn) (err error) {
		at, err = feedEnd(c, s.engine.Dialect())
		return err
	})
	if err != nil {
		return err
	}
	st.seal, st.moves.undecided = s.seal, &s.undecided
	s.state.Store(st)
	s.rewritten("schema", at)
	return nil
}

// Meta returns a value that was kept under a name with SetMeta, or "".
func (s *Store) Meta(ctx context.Context, name string) (string, error) {
	text := ""
	err := s.engine.Read(ctx, func(c db.Conn) error {
		return c.Query("SELECT value FROM couplet_meta WHERE name = $1", []sqlb.Arg{sqlb.T(name)}, func(r db.Row) error {
			text = r.Text(0)
			return nil
		})
	})
	return text, err
}

// SetMeta keeps a value under a name.
func (s *Store) SetMeta(ctx context.Context, name, text string) error {
	return s.engine.Write(ctx, func(c db.Conn) error {
		_, err := c.Exec("INSERT INTO couplet_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
			sqlb.T(name), sqlb.T(text))
		return err
	}, nil)
}

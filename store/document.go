package store

import (
	"context"
	"fmt"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// Compile reads a schema document and compiles everything in it. The error is schema.Problems.
func Compile(source []byte) (*State, error) {
	s, problems := schema.Parse(source)
	if len(problems) > 0 {
		return nil, problems
	}
	policy, problems := access.Compile(s)
	if len(problems) > 0 {
		return nil, problems
	}
	st := &State{Schema: s, Policy: policy, tables: map[*schema.Collection]*table{}}
	for _, c := range s.Collections {
		st.tables[c] = newTable(c)
	}
	return st, nil
}

func (st *State) table(c *schema.Collection) *table { return st.tables[c] }

// load compiles the document that the database holds; an empty one where it holds none.
func (s *Store) load(ctx context.Context) error {
	source := []byte("{}")
	err := s.engine.Read(ctx, func(c db.Conn) error {
		return c.Query("SELECT value FROM couplet_meta WHERE name = $1", []sqlb.Arg{sqlb.T("document")}, func(r db.Row) error {
			source = []byte(r.Text(0))
			return nil
		})
	})
	if err != nil {
		return err
	}
	st, err := Compile(source)
	if err != nil {
		return fmt.Errorf("store: the stored schema document is not valid: %w", err)
	}
	s.state.Store(st)
	s.users.forgetAll()
	return nil
}

// Create makes the tables of a schema in an empty database.
func (s *Store) Create(ctx context.Context, source []byte) error {
	st, err := Compile(source)
	if err != nil {
		return err
	}
	err = s.engine.Exclusive(ctx, func(c db.Conn) error {
		for _, sql := range migrate.CreateAll(st.Schema, s.engine.Dialect()) {
			if _, err := c.Exec(sql); err != nil {
				return err
			}
		}
		_, err := c.Exec("INSERT INTO couplet_meta (name, value) VALUES ($1, $2)", sqlb.T("document"), sqlb.T(string(source)))
		return err
	})
	if err != nil {
		return err
	}
	return s.load(ctx)
}

// Empty reports whether the database holds no schema document yet.
func (s *Store) Empty(ctx context.Context) (bool, error) {
	empty := true
	err := s.engine.Read(ctx, func(c db.Conn) error {
		return c.Query("SELECT 1 FROM couplet_meta WHERE name = $1", []sqlb.Arg{sqlb.T("document")}, func(db.Row) error {
			empty = false
			return nil
		})
	})
	return empty, err
}

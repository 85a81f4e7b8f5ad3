package migrate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	migrator "github.com/golang-migrate/migrate/v4"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// Runner keeps a database and a project's migrations folder in step. Its methods take the writing connection for
// themselves; the caller keeps other processes out of the data folder and swaps its schema after Apply, Up and Down.
type Runner struct {
	Engine db.Engine
	Dir    string // the project's migrations folder; "" writes no files, but couplet_migrations keeps their texts
	Actor  string // for the change log

	// ReadOnly looks at the database and the folder without the writer, and clears nothing away.
	ReadOnly bool
}

// Current is what a database stands at.
type Current struct {
	Version  int // 0: nothing was ever applied
	Name     string
	Document []byte // the last applied document; nil where there is none
}

// state is what a Runner's method sees: the rows and files, and which files wait.
type state struct {
	conn    db.Conn
	dialect sqlb.Dialect
	applied []*migration
	at      map[int]time.Time
	sums    map[int]string // checksums of the applied
	pending []*migration
	files   []*migration
}

// with runs fn on the writing connection with everything read, and what a crash left behind cleared away.
func (r *Runner) with(ctx context.Context, check bool, fn func(s *state) error) error {
	run := r.Engine.Exclusive
	if r.ReadOnly {
		run = r.Engine.Read
	}
	return run(ctx, func(conn db.Conn) error {
		s := &state{conn: conn, dialect: r.Engine.Dialect(), at: map[int]time.Time{}, sums: map[int]string{}}
		if err := r.prepare(s); err != nil {
			return err
		}
		files, err := folder(r.Dir).read(s.dialect)
		if err != nil {
			return err
		}
		s.files = files
		if s.pending, err = verify(s.files, s.applied, s.sums); err != nil && check {
			return err
		}
		return fn(s)
	})
}

// prepare loads what was applied. It makes the tables and finishes what a crash interrupted, unless it may only read.
func (r *Runner) prepare(s *state) error {
	var err error
	if !r.ReadOnly {
		err = Ensure(s.conn, s.dialect)
	}
	if err == nil {
		err = s.load()
	}
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	if r.ReadOnly {
		return nil
	}
	return folder(r.Dir).recover(func(version int) bool {
		return slices.ContainsFunc(s.applied, func(m *migration) bool { return m.version == version })
	})
}

func (s *state) load() error {
	return s.conn.Query("SELECT version, name, up, down, checksum, document, applied_at FROM couplet_migrations ORDER BY version",
		nil, func(r db.Row) error {
			m := &migration{version: int(r.Int(0)), name: r.Text(1), up: r.Text(2), down: r.Text(3), document: r.Text(5)}
			s.applied = append(s.applied, m)
			s.at[m.version] = time.UnixMicro(r.Int(6)).UTC()
			s.sums[m.version] = r.Text(4)
			return nil
		})
}

func (s *state) last() *migration {
	if len(s.applied) == 0 {
		return nil
	}
	return s.applied[len(s.applied)-1]
}

// driver returns golang-migrate's driver over the applied versions and those that are to come.
func (r *Runner) driver(s *state, more ...*migration) *driver {
	all := slices.Concat(s.applied, more)
	slices.SortFunc(all, func(a, b *migration) int { return cmp.Compare(a.version, b.version) })
	return &driver{conn: s.conn, dialect: s.dialect, versions: all, log: r.change(Options{}), now: time.Now}
}

// steps runs one version after another, each in its own transaction: n up, -n down. One at a time, since a failure
// would leave golang-migrate's readers of later ones waiting for ever.
func (r *Runner) steps(d *driver, n int) error {
	m, err := migrator.NewWithInstance("couplet", d.versions, d.dialect.String(), d)
	if err != nil {
		return err
	}
	defer r.Engine.SchemaChanged()
	one := cmp.Compare(n, 0)
	for ; n != 0; n -= one {
		if err := m.Steps(one); err != nil {
			return err
		}
	}
	return nil
}

// Current returns what the database stands at.
func (r *Runner) Current(ctx context.Context) (*Current, error) {
	out := &Current{}
	err := r.with(ctx, false, func(s *state) error {
		if m := s.last(); m != nil {
			out.Version, out.Name = m.version, m.id()
			if m.document != "" {
				out.Document = []byte(m.document)
			}
		}
		return nil
	})
	return out, err
}

// Plan plans the way from the database's document to another one. It changes nothing.
func (r *Runner) Plan(ctx context.Context, to *schema.Schema) (*Plan, error) {
	var p *Plan
	err := r.with(ctx, true, func(s *state) (err error) {
		if p, err = s.plan(to); err == nil {
			p.Files = r.fileNames(s, p)
		}
		return err
	})
	return p, err
}

// fileNames lists the files that applying a plan would write, as paths from beside the folder.
func (r *Runner) fileNames(s *state, p *Plan) []string {
	if r.Dir == "" || p.SQL() == "" && p.down == "" && len(s.applied) > 0 {
		return nil
	}
	m, f := &migration{version: s.next(), name: fileName(p.name())}, folder(filepath.Base(r.Dir))
	out := []string{f.documentPath(m)}
	for _, d := range dialects {
		up, down := f.paths(m, d)
		out = append(out, up, down)
	}
	slices.Sort(out)
	return out
}

func (s *state) plan(to *schema.Schema) (*Plan, error) {
	from, err := currentSchema(s.conn)
	if err != nil {
		return nil, err
	}
	return NewPlan(s.conn, s.dialect, from, to)
}

// Drift returns how the live tables differ from what the database's own document says, nil where they do not.
func (r *Runner) Drift(ctx context.Context) ([]Difference, error) {
	var out []Difference
	err := r.Engine.Read(ctx, func(conn db.Conn) error {
		s, err := currentSchema(conn)
		if err == nil && s != nil {
			out, err = Drift(conn, r.Engine.Dialect(), s)
		}
		return err
	})
	return out, err
}

// Up applies the files that wait, oldest first, and returns their names. A file that fails leaves everything as the
// one before it left it.
func (r *Runner) Up(ctx context.Context) ([]string, error) {
	var done []string
	err := r.with(ctx, true, func(s *state) error {
		document := ""
		if m := s.last(); m != nil {
			document = m.document
		}
		for _, m := range s.pending {
			var err error
			if document, err = leadsTo(m, document); err != nil {
				return err
			}
			if err := r.steps(r.driver(s, m), 1); err != nil {
				return fmt.Errorf("migrate: %s: %w", m.id(), err)
			}
			s.applied = append(s.applied, m)
			done = append(done, m.id())
		}
		return nil
	})
	return done, err
}

// leadsTo completes a file's document: its own, or the one before it where a hand-written file names none.
func leadsTo(m *migration, before string) (string, error) {
	hash, _ := headers(m.up)
	if hash == "" {
		m.document = before
		return before, nil
	}
	s, problems := schema.ParseDocument([]byte(m.document))
	if m.document == "" || problems.Err() != nil || s.Hash() != hash {
		return "", &FileError{m.id(), "leads to a document that " + m.id() + ".schema.json beside it should hold, but does not"}
	}
	return m.document, nil
}

// Down undoes the last n versions, newest first. What that destroys, by DownPlan, needs consent.
func (r *Runner) Down(ctx context.Context, n int, consent Consent) ([]string, error) {
	var done []string
	err := r.with(ctx, true, func(s *state) error {
		p, err := s.downPlan(n)
		if err != nil {
			return err
		}
		if p != nil && len(p.Problems()) > 0 {
			return &ProblemError{p}
		}
		if p != nil && !consent.covers(p) {
			return &ConsentError{p}
		}
		for range n {
			m := s.last()
			if m.down == "" {
				return fmt.Errorf("%w: %s has no .down.sql", ErrDown, m.id())
			}
			if err := r.steps(r.driver(s), -1); err != nil {
				return undone(m, err)
			}
			s.applied = s.applied[:len(s.applied)-1]
			done = append(done, m.id())
		}
		return nil
	})
	return done, err
}

// undone tells why a version could not be undone. Records that the tables of old refuse are a problem of the data, as
// those that a plan finds beforehand; nothing has been changed.
func undone(m *migration, err error) error {
	switch db.CodeOf(err) {
	case db.UniqueViolation, db.ForeignKeyViolation, db.NotNullViolation, db.CheckViolation:
		return &ProblemError{&Plan{Steps: []Step{{
			ID: "undo:" + m.id(), Sentence: "Undo " + m.id() + ".",
			Problem: "Records that are there now do not fit the tables as they were: " + err.Error(),
		}}}}
	}
	return fmt.Errorf("migrate: %s: %w", m.id(), err)
}

// DownPlan tells what undoing the last n versions would do to the data, as the plan to the document before them; nil
// where that changes no document. Its SQL is not what runs: the files' is.
func (r *Runner) DownPlan(ctx context.Context, n int) (*Plan, error) {
	var p *Plan
	err := r.with(ctx, true, func(s *state) (err error) {
		p, err = s.downPlan(n)
		return err
	})
	return p, err
}

func (s *state) downPlan(n int) (*Plan, error) {
	if n < 1 || n > len(s.applied) {
		return nil, fmt.Errorf("%w: %d versions are applied", ErrDown, len(s.applied))
	}
	var to *schema.Schema
	if at := len(s.applied) - n; at > 0 {
		var problems schema.Problems
		if to, problems = schema.Parse([]byte(s.applied[at-1].document)); problems.Err() != nil {
			return nil, errors.Join(ErrDown, problems)
		}
	}
	from, err := currentSchema(s.conn)
	if err != nil || from == nil || to != nil && from.Hash == to.Hash {
		return nil, err
	}
	return newPlan(s.conn, s.dialect, from, to, true)
}

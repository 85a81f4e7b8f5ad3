package migrate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// Consent is what somebody agreed to: everything, a plan by its hash, or single steps by their ids.
type Consent struct {
	All   bool
	Hash  string
	Steps []string
}

// covers reports whether nothing of a plan's destructive steps is left to agree to.
func (c Consent) covers(p *Plan) bool {
	if c.All || c.Hash != "" && c.Hash == p.Hash {
		return true
	}
	for _, s := range p.Destructive() {
		if !slices.Contains(c.Steps, s.ID) {
			return false
		}
	}
	return true
}

// Options of Apply.
type Options struct {
	Consent Consent
	Base    string // hash of the document that the change was made from; "" does not care
	Plan    string // hash of the plan that was shown; "" does not care
	Name    string // of the files; "" takes one from the first step
	Actor   string // for the change log: the key of who asked for it; "" is the Runner's
	Cause   string // for the change log: what the change undoes; "" is the version
	Watch   Watch  // nil: nobody is told how far it is
}

// Watch is told how many statements of a change have been run, of how many; the last is the check of what points where.
// Its error ends the change, and everything is as before.
type Watch func(done, total int64) error

// Applied is what Apply did.
type Applied struct {
	Plan      *Plan
	Name      string   // "0003_add_price"; "" where no table changed
	Files     []string // written, for both engines
	Changeset string   // of the change log; "" where nothing changed
}

// Apply takes the database to another document: it plans, writes the files, runs them, and stores the document, all in
// one transaction. Errors: ErrPending, ErrMoved, *ProblemError, *ConsentError, and whatever the engine says, after
// which everything is as before. A change that touches no table only stores the document.
func (r *Runner) Apply(ctx context.Context, to *schema.Schema, o Options) (*Applied, error) {
	out := &Applied{}
	err := r.with(ctx, true, func(s *state) error {
		if len(s.pending) > 0 {
			return fmt.Errorf("%w: %s is the first; run them (couplet migrate up)", ErrPending, s.pending[0].id())
		}
		if err := s.sweep(time.Now()); err != nil {
			return err
		}
		from, err := currentSchema(s.conn)
		if err != nil {
			return err
		}
		if out.Plan, err = NewPlan(s.conn, s.dialect, from, to); err != nil {
			return err
		}
		switch {
		case o.Base != "" && o.Base != out.Plan.From, o.Plan != "" && o.Plan != out.Plan.Hash:
			return ErrMoved
		case len(out.Plan.Problems()) > 0:
			return &ProblemError{out.Plan}
		case !o.Consent.covers(out.Plan):
			return &ConsentError{out.Plan}
		case out.Plan.SQL() == "" && out.Plan.down == "" && len(s.applied) > 0:
			out.Changeset, err = s.keepDocument(r.change(o), to)
			return err
		}
		return r.apply(s, from, to, o, out)
	})
	return out, err
}

// remember is how long the attic keeps what a step lost.
const remember = 30 * 24 * time.Hour

func (s *state) sweep(now time.Time) error {
	_, err := s.conn.Exec("DELETE FROM couplet_attic WHERE at < $1", sqlb.I(now.Add(-remember).UnixMicro()))
	return err
}

// causeDocument is the cause of a change that needed no version of its own, in the change log.
const causeDocument = "document"

// keepDocument stores a document that asks for the same tables as the last version.
func (s *state) keepDocument(c logged, to *schema.Schema) (changeset string, err error) {
	last, document := s.last(), string(to.Document.Canonical())
	id, err := uuid.NewV7()
	if err != nil || document == last.document {
		return "", err
	}
	if err := s.conn.Script(s.dialect.BeginWrite()); err != nil {
		return "", err
	}
	_, err = s.conn.Exec("UPDATE couplet_migrations SET document = $1 WHERE version = $2", sqlb.T(document), sqlb.I(int64(last.version)))
	if err == nil {
		c.changeset, c.at, c.version = id.String(), time.Now(), last.id()
		if c.cause == "" {
			c.cause = causeDocument
		}
		err = c.document(s.conn, s.dialect, last.document, document)
	}
	if err == nil {
		_, err = s.conn.Exec("COMMIT")
	}
	if err != nil {
		_, undo := s.conn.Exec("ROLLBACK")
		return "", errors.Join(err, undo)
	}
	return c.changeset, nil
}

// change is what the log is told of a change of the schema that is asked for with options.
func (r *Runner) change(o Options) logged {
	if o.Actor == "" {
		o.Actor = r.Actor
	}
	return logged{actor: o.Actor, cause: o.Cause}
}

func (r *Runner) apply(s *state, from, to *schema.Schema, o Options, out *Applied) error {
	p, name := out.Plan, o.Name
	if name == "" {
		name = p.name()
	}
	m := &migration{version: s.next(), name: fileName(name), document: string(p.document),
		up: documentHeader + p.To + "\n" + rewritesHeader(p.Rewrites) + p.SQL(), down: documentHeader + p.From + "\n" + p.down}
	out.Name = m.id()
	files, err := stage(r.texts(m, p, from, to))
	if err != nil {
		return err
	}
	d := r.driver(s, m)
	d.log, d.watch = r.change(o), o.Watch
	if err := r.steps(d, 1); err != nil {
		return errors.Join(fmt.Errorf("migrate: %s: %w", m.id(), err), files.discard())
	}
	out.Files, out.Changeset = files, d.log.changeset
	slices.Sort(out.Files)
	return files.publish()
}

func (s *state) next() int {
	n := 0
	for _, m := range slices.Concat(s.applied, s.files) {
		n = max(n, m.version)
	}
	return n + 1
}

// texts returns the files of a version by path: for its engine as planned, for the other from the same documents.
func (r *Runner) texts(m *migration, p *Plan, from, to *schema.Schema) map[string]string {
	if r.Dir == "" {
		return nil
	}
	f := folder(r.Dir)
	out := map[string]string{f.documentPath(m): m.document}
	for _, d := range dialects {
		up, down := f.paths(m, d)
		if d == p.Dialect {
			out[up], out[down] = m.up, m.down
		} else {
			out[up], out[down] = between(d, from, to)
		}
	}
	return out
}

// between returns the texts of a version that leads from one document to another, without looking at a database.
func between(d sqlb.Dialect, from, to *schema.Schema) (up, down string) {
	b := newBuild(d, &live{}, tables(from), tables(to), false)
	b.run()
	before := ""
	if from != nil {
		before = from.Hash
	}
	return documentHeader + to.Hash + "\n" + rewritesHeader(b.rewrites) + b.sql(),
		documentHeader + before + "\n" + way(d, b.after(), tables(to), tables(from))
}

// name makes a file's name of the first step that says something.
func (p *Plan) name() string {
	if p.From == "" {
		return "initial"
	}
	means := ""
	for _, s := range p.Steps {
		kind, _, _ := strings.Cut(s.ID, ":")
		switch kind {
		case "suspend_trigger", "suspend_view", "rename_column", "rename_table", "drop_table", "drop_keys", "alter_table":
			continue
		case "drop_index", "add_index": // of a field that changes, perhaps
			if means == "" {
				means = kind + "_" + s.Collection
			}
			continue
		}
		return kind + "_" + s.Collection
	}
	return cmp.Or(means, "change")
}

// New writes an empty pair for a hand-written migration, for both engines, and returns the paths of the files.
func (r *Runner) New(ctx context.Context, name string) ([]string, error) {
	if r.Dir == "" {
		return nil, errors.New("migrate: there is no migrations folder")
	}
	var paths []string
	err := r.with(ctx, true, func(s *state) error {
		m := &migration{version: s.next(), name: fileName(name)}
		const hint = "-- Runs in one transaction with %s\n-- Collections that it changes in ways its\n" +
			"-- SQL does not show (by a trigger) are named in a line like this, without the first dash:\n--- couplet: rewrites articles, tags\n"
		for _, d := range dialects {
			up, down := folder(r.Dir).paths(m, d)
			for _, path := range []string{up, down} {
				if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
					return fmt.Errorf("migrate: %w", err)
				}
				if err := writeDurably(path, fmt.Sprintf(hint, engineOf(d).checked())); err != nil {
					return fmt.Errorf("migrate: %w", err)
				}
				paths = append(paths, path)
			}
		}
		return nil
	})
	return paths, err
}

// Entry is one line of Status.
type Entry struct {
	Version int       `json:"version"`
	Name    string    `json:"name"` // "0003_add_price"
	State   string    `json:"state"`
	At      time.Time `json:"applied_at"` // zero when it was not
	Problem string    `json:"problem,omitempty"`
}

// States of an Entry.
const (
	StateApplied = "applied"
	StatePending = "pending"
	StateMissing = "applied, its file is missing"
	StateRefused = "refused"
)

// Status lists every version that the database or the folder knows, oldest first. What verify would refuse is told,
// not returned as an error.
func (r *Runner) Status(ctx context.Context) ([]Entry, error) {
	var out []Entry
	err := r.with(ctx, false, func(s *state) error {
		for _, m := range s.applied {
			e := Entry{m.version, m.id(), StateApplied, s.at[m.version], ""}
			if r.Dir != "" && !slices.ContainsFunc(s.files, func(f *migration) bool { return f.version == m.version }) {
				e.State = StateMissing
			}
			out = append(out, e)
		}
		for _, f := range s.files {
			_, err := verify([]*migration{f}, s.applied, s.sums)
			at := slices.IndexFunc(out, func(e Entry) bool { return e.Version == f.version })
			switch {
			case err != nil && at >= 0:
				out[at].State, out[at].Problem = StateRefused, err.Error()
			case err != nil:
				out = append(out, Entry{Version: f.version, Name: f.id(), State: StateRefused, Problem: err.Error()})
			case at < 0:
				out = append(out, Entry{Version: f.version, Name: f.id(), State: StatePending})
			}
		}
		slices.SortStableFunc(out, func(a, b Entry) int { return a.Version - b.Version })
		return nil
	})
	return out, err
}

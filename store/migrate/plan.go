package migrate

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
)

// Plan is what a change of the schema document does to a database: steps in their order, the way back, and a hash
// that stands for all of it. Whoever consents to the hash consents to what the steps say.
type Plan struct {
	Hash     string // of the documents and the steps; counts only as none or some, so that traffic does not move it
	From, To string // hashes of the documents; From is "" for a fresh database
	Dialect  sqlb.Dialect
	Steps    []Step
	Rewrites []string // collections whose stored values change
	Files    []string // that applying it writes, for both engines; of a Runner's plans only
	down     string
	document []byte
}

// NewPlan plans the way from one schema to another on a live database, which stays as it is. old is nil for a fresh
// one. It needs the tables of System and, where triggers or views meet a rename, the writing connection outside any
// transaction: the rename is tried and taken back.
func NewPlan(conn db.Conn, d sqlb.Dialect, old, new *schema.Schema) (*Plan, error) {
	return newPlan(conn, d, old, new, false)
}

func newPlan(conn db.Conn, d sqlb.Dialect, old, new *schema.Schema, down bool) (*Plan, error) {
	l, err := inspect(conn, d)
	if err != nil {
		return nil, fmt.Errorf("migrate: inspect: %w", err)
	}
	b := newBuild(d, l, tables(old), tables(new), down)
	b.run()
	if err := b.engine.rehearse(b, conn); err != nil {
		return nil, fmt.Errorf("migrate: rename: %w", err)
	}
	p := &Plan{Dialect: d, Rewrites: b.rewrites}
	if new != nil {
		p.To, p.document = new.Hash, new.Document.Canonical()
	}
	if old != nil {
		p.From = old.Hash
	}
	for _, dr := range b.drafts {
		if err := dr.run(conn); err != nil {
			return nil, fmt.Errorf("migrate: step %s: %w", dr.ID, err)
		}
		p.Steps = append(p.Steps, dr.Step)
	}
	p.down = way(d, b.after(), tables(new), tables(old))
	p.Hash = p.hash()
	return p, nil
}

// way returns the SQL between two sets of tables without looking at a database.
func way(d sqlb.Dialect, l *live, old, new []*table) string {
	b := newBuild(d, l, old, new, true)
	b.run()
	return rewritesHeader(b.rewrites) + b.sql()
}

func (b *build) sql() string {
	var s strings.Builder
	for _, d := range b.drafts {
		s.WriteString(d.SQL)
	}
	return complete(b.dialect, s.String())
}

// complete puts first what makes the attic and functions of ours, so that a file replays where Couplet never was.
func complete(d sqlb.Dialect, sql string) string {
	if sql == "" {
		return ""
	}
	first := engineOf(d).functions(sql)
	if strings.Contains(sql, "couplet_attic") {
		first += atticTable + ";\n"
	}
	return first + sql
}

// after returns what is live once the build's steps are done: triggers, views and indexes with their new names.
func (b *build) after() *live {
	out := &live{attic: b.live.attic, final: map[string]string{}}
	for _, o := range slices.Concat(b.live.triggers, b.live.views, b.live.indexes) {
		out.final[o.name] = o.sql // the way back ends where this began
	}
	moved := func(o object) object {
		for _, c := range b.changes {
			if c.old != nil && c.new != nil && strings.EqualFold(c.old.name, o.table) {
				o.table = c.new.name
				o.sql = renameIn(o.sql, b.newNames(c))
				break
			}
		}
		if sql := b.live.final[o.name]; sql != "" {
			o.sql = sql
		}
		return o
	}
	dropped := func(o object) bool {
		return slices.ContainsFunc(b.changes, func(c *change) bool {
			return c.new == nil && strings.EqualFold(c.old.name, o.table)
		})
	}
	for _, o := range b.live.views {
		out.views = append(out.views, moved(o))
	}
	for _, o := range b.live.triggers {
		if !dropped(o) {
			out.triggers = append(out.triggers, moved(o))
		}
	}
	for _, o := range b.live.indexes {
		if !dropped(o) {
			out.indexes = append(out.indexes, moved(o))
		}
	}
	return out
}

// SQL returns the whole text that the plan runs.
func (p *Plan) SQL() string {
	var s strings.Builder
	for i := range p.Steps {
		s.WriteString(p.Steps[i].SQL)
	}
	return complete(p.Dialect, s.String())
}

// Empty reports whether the plan has nothing to say: the document differs in what no table knows, or not at all. A plan
// can have steps and no SQL, where limits become narrower.
func (p *Plan) Empty() bool { return len(p.Steps) == 0 }

// Destructive returns the steps that need consent.
func (p *Plan) Destructive() []Step {
	return p.filter(func(s *Step) bool { return s.Destructive })
}

// Problems returns the steps that cannot be done.
func (p *Plan) Problems() []Step {
	return p.filter(func(s *Step) bool { return s.Problem != "" })
}

func (p *Plan) filter(keep func(*Step) bool) []Step {
	var out []Step
	for i := range p.Steps {
		if keep(&p.Steps[i]) {
			out = append(out, p.Steps[i])
		}
	}
	return out
}

func (p *Plan) hash() string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%s\n%s\n", p.Dialect, p.From, p.To)
	for _, s := range p.Steps {
		fmt.Fprintf(h, "%q %q %t %t\n", s.ID, s.SQL, s.Destructive, s.Problem != "")
	}
	return hex.EncodeToString(h.Sum(nil))
}

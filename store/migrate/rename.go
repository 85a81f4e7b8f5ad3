package migrate

import (
	"slices"
	"strings"

	"github.com/couplet/couplet/store/sqlb"
)

// renaming moves names that may be each other's: whoever sits on a wanted name steps aside first.
type renaming struct {
	from, to string
}

// settle returns the renames in an order that never meets a taken name. taken are all names there are; one that is
// wanted by another and not itself renamed belongs to something that goes, and is moved out of the way.
func settle(wanted []renaming, taken []string) []renaming {
	var asides, betweens, directs, finals []renaming
	gone := map[string]bool{}
	for _, t := range taken {
		if !slices.ContainsFunc(wanted, func(r renaming) bool { return r.from == t }) &&
			slices.ContainsFunc(wanted, func(r renaming) bool { return strings.EqualFold(r.to, t) }) {
			asides = append(asides, renaming{t, identifier("couplet_old", t)})
			gone[strings.ToLower(t)] = true
		}
	}
	for _, r := range wanted {
		occupied := slices.ContainsFunc(taken, func(t string) bool { return strings.EqualFold(t, r.to) })
		if !occupied || gone[strings.ToLower(r.to)] {
			directs = append(directs, r)
			continue
		}
		between := identifier("couplet_tmp", r.from)
		betweens = append(betweens, renaming{r.from, between})
		finals = append(finals, renaming{between, r.to})
	}
	return slices.Concat(asides, betweens, directs, finals)
}

// columnRenames returns the renames of a table's surviving columns and where dropped ones in their way go.
func columnRenames(c *change) []renaming {
	var wanted []renaming
	var taken []string
	for _, o := range c.old.columns {
		taken = append(taken, o.name)
		if n := c.new.column(o.id); n != nil && n.name != o.name {
			wanted = append(wanted, renaming{o.name, n.name})
		}
	}
	return settle(wanted, taken)
}

// renamedColumn returns the name that a column of the old table has after the renames.
func (b *build) renamedColumn(c *change, o *column) string {
	name := o.name
	for _, r := range columnRenames(c) {
		if r.from == name {
			name = r.to
		}
	}
	return name
}

// renames adds the steps that rename tables and columns. Foreign keys and indexes follow by themselves.
func (b *build) renames() {
	var wanted []renaming
	var taken []string
	by := map[string]*change{}
	for _, c := range b.changes {
		if c.old == nil || c.new == nil || c.adopted() {
			continue
		}
		taken = append(taken, c.old.name)
		if c.old.name != c.new.name {
			wanted = append(wanted, renaming{c.old.name, c.new.name})
		}
		by[c.old.name] = c
	}
	for _, r := range settle(wanted, taken) {
		c := by[r.from]
		by[r.to] = c
		b.step(phaseRename, "rename_table", c.new, r.to, "Rename table "+r.from+" to "+r.to+".",
			b.engine.renameTable(r.from, r.to)...)
	}
	for _, c := range b.changes {
		if c.old == nil || c.new == nil || c.adopted() {
			continue
		}
		for _, r := range columnRenames(c) {
			b.step(phaseRename, "rename_column", c.new, r.to, "Rename column "+r.from+" of "+c.new.name+" to "+r.to+".",
				"ALTER TABLE "+sqlb.Quote(c.new.name)+" RENAME COLUMN "+sqlb.Quote(r.from)+" TO "+sqlb.Quote(r.to))
		}
	}
}

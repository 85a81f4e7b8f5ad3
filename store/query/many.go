package query

import (
	"strconv"
	"strings"
	"sync"

	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// loader loads what a page's statement leaves out: lists, aggregates and scoped branches, one statement each for all
// the records of the page.
type loader struct {
	conn    db.Conn
	dialect sqlb.Dialect
	scope   *access.Scope
}

// below loads the parts of records that have the form of n.
func (ld loader) below(n *node, rows []*Row) error {
	s := n.shape
	for i, child := range n.one {
		if child == nil {
			if err := ld.scopedOne(s, i, rows); err != nil {
				return err
			}
		} else if child.many {
			if err := ld.below(child, inner(rows, i)); err != nil {
				return err
			}
		}
	}
	if len(s.Many) > 0 {
		for _, row := range rows {
			row.Many = make([][]*Row, len(s.Many))
		}
	}
	for i, branch := range s.Many {
		lists, err := ld.fetch(branch, ownersOf(rows, 0))
		if err != nil {
			return err
		}
		for _, row := range rows {
			row.Many[i] = lists.of(row.Values[0])
		}
	}
	return ld.aggregates(s, rows)
}

// inner returns the records of the i-th forward branch.
func inner(rows []*Row, i int) []*Row {
	var out []*Row
	for _, row := range rows {
		if one := row.One[i]; one != nil {
			out = append(out, one)
		}
	}
	return out
}

// scopedOne loads a forward branch that obeys the scope's sight.
func (ld loader) scopedOne(s *Shape, i int, rows []*Row) error {
	branch, at := s.One[i], 0
	if branch.Step.Reverse == nil {
		at = s.Column(branch.Step.Field)
	}
	lists, err := ld.fetch(branch, ownersOf(rows, at))
	if err != nil {
		return err
	}
	for _, row := range rows {
		if list := lists.of(row.Values[at]); len(list) > 0 {
			row.One[i] = list[0]
		}
	}
	return nil
}

// owners are the distinct keys that a batch is loaded for, and the lists that come of it.
type owners struct {
	keys  []value.Value
	index map[value.Value]int
	lists [][]*Row
}

func ownersOf(rows []*Row, column int) *owners {
	o := &owners{index: make(map[value.Value]int, len(rows)), keys: make([]value.Value, 0, len(rows))}
	for _, row := range rows {
		key := row.Values[column]
		if _, have := o.index[key]; !have && !key.IsNull() {
			o.index[key] = len(o.keys)
			o.keys = append(o.keys, key)
		}
	}
	return o
}

var noRows = []*Row{}

// of returns an owner's list, never nil.
func (o *owners) of(key value.Value) []*Row {
	if i, ok := o.index[key]; ok && o.lists[i] != nil {
		return o.lists[i]
	}
	return noRows
}

// maxKeys is the number of owners that one statement loads for.
const maxKeys = 500

// fetch loads a branch for all owners, with what lies below it.
func (ld loader) fetch(branch *Branch, o *owners) (*owners, error) {
	o.lists = make([][]*Row, len(o.keys))
	p := planFor(branch.Shape, ld.dialect)
	var all []*Row
	a := newArena(2 * len(o.keys))
	for start := 0; start < len(o.keys); start += maxKeys {
		st, err := ld.batch(branch, p, o.keys[start:min(start+maxKeys, len(o.keys))])
		if err != nil {
			return nil, err
		}
		if st == nil {
			return o, nil
		}
		err = ld.conn.Query(st.text, st.args, func(r db.Row) error {
			i, ok := o.index[r.Value(st.owner, st.ownerType)]
			if !ok {
				return nil
			}
			row := p.node.read(r, a)
			o.lists[i] = append(o.lists[i], row)
			if p.node.many {
				all = append(all, row)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if len(all) > 0 {
		return o, ld.below(p.node, all)
	}
	return o, nil
}

// batch is the statement that loads a branch for some owners.
type batch struct {
	text      string
	args      []sqlb.Arg
	owner     int // column of the owner's key
	ownerType value.Type
}

// batch writes the statement for a branch; nil when the scope sees none of its records.
func (ld loader) batch(branch *Branch, p *plan, keys []value.Value) (*batch, error) {
	step := branch.Step
	if !branch.Scoped {
		bp := p.constant(step)
		list, args := keyList(bp.ownerType, keys)
		return &batch{bp.before + list + bp.after, args, bp.owner, bp.ownerType}, nil
	}
	b := sqlb.New(ld.dialect)
	from := p.base.Clone(b)
	o := originOf(b, from, step)
	list, args := keyList(o.typ, keys)
	for _, a := range args {
		b.Bind(a.Type, a.Value)
	}
	sight := &List{Shape: branch.Shape, Scope: ld.scope}
	rule, none, err := sight.where(b, from)
	if err != nil || none {
		return nil, err
	}
	order := orderBy(ld.dialect, from, orderTerms(step.Target(), nil))
	b.SQL("SELECT ", p.selects, ", ", o.column, " FROM ", o.source, from.SQL(p.root), " WHERE ", o.on, o.column, list)
	if rule != "" {
		b.SQL(" AND ", strings.TrimPrefix(rule, " WHERE "))
	}
	return &batch{b.SQL(order).String(), b.Args(), p.columns, o.typ}, nil
}

// branchPlan is the text of a branch's statement around its list of keys.
type branchPlan struct {
	before, after string
	owner         int
	ownerType     value.Type
}

// constant returns the text for a branch along step to the plan's shape. Where only the keys along a many-to-many
// relation are asked for, and they come in the order of the keys, the pair table alone is read.
func (p *plan) constant(step schema.Step) *branchPlan {
	if bp := p.branch.Load(); bp != nil {
		return bp
	}
	b := sqlb.New(p.dialect)
	from := p.base.Clone(b)
	terms := orderTerms(p.root, nil)
	bp := &branchPlan{owner: p.columns}
	if link, own, other := linkOf(step); link != "" && p.columns == 1 && len(terms) == 1 && !terms[0].desc {
		own, other = sqlb.Quote(own), sqlb.Quote(other)
		bp.before = "SELECT " + other + ", " + own + " FROM " + sqlb.Quote(link) + " WHERE " + own
		bp.after, bp.ownerType = " ORDER BY "+other, ownerKey(step).Type
	} else {
		o := originOf(b, from, step)
		order := orderBy(p.dialect, from, terms)
		bp.before = "SELECT " + p.selects + ", " + o.column + " FROM " + o.source + from.SQL(p.root) + " WHERE " + o.on + o.column
		bp.after, bp.ownerType = order, o.typ
	}
	p.branch.Store(bp)
	return bp
}

// origin is where a branch's statement finds the owners' keys.
type origin struct {
	source string // what it reads from beside the target
	on     string // what ties that to the target
	column string
	typ    value.Type
}

func originOf(b *sqlb.Builder, from *sqlb.From, step schema.Step) origin {
	column := func(name string) string { return from.Alias() + "." + sqlb.Quote(name) }
	if link, own, other := linkOf(step); link != "" {
		// The pair table comes first, since it has the owners.
		alias := b.Alias()
		return origin{sqlb.Quote(link) + " AS " + alias + " CROSS JOIN ",
			column(step.Target().Key.Column) + " = " + alias + "." + sqlb.Quote(other) + " AND ",
			alias + "." + sqlb.Quote(own), ownerKey(step).Type}
	}
	if step.Reverse != nil {
		return origin{column: column(step.Reverse.Field.Column), typ: step.Reverse.Field.Type}
	}
	return origin{column: column(step.Field.To.Key.Column), typ: step.Field.Type}
}

// ownerKey is the key of the records that a step starts from.
func ownerKey(step schema.Step) *schema.Field {
	if step.Reverse != nil {
		return step.Reverse.Field.To.Key
	}
	return step.Field.Collection.Key
}

// padded are the numbers of placeholders that lists of keys have, so that few statement texts are ever prepared.
var padded = []int{1, 2, 4, 8, 16, 32, 64, 128, 256, maxKeys}

// pad repeats the last of some keys up to a padded number.
func pad(keys []value.Value) []value.Value {
	out := make([]value.Value, padTo(len(keys)))
	for i := range out {
		out[i] = keys[min(i, len(keys)-1)]
	}
	return out
}

// padTo returns the number of placeholders for n keys; there is none for none.
func padTo(n int) int {
	if n == 0 {
		return 0
	}
	for _, size := range padded {
		if size >= n {
			return size
		}
	}
	return (n + maxKeys - 1) / maxKeys * maxKeys
}

// placeholders returns " IN ($1, …)" for n keys.
var placeholders = sync.OnceValue(func() []string {
	texts := make([]string, maxKeys+1)
	for _, n := range padded {
		var s strings.Builder
		s.WriteString(" IN (")
		for i := 1; i <= n; i++ {
			if i > 1 {
				s.WriteString(", ")
			}
			s.WriteString("$" + strconv.Itoa(i))
		}
		texts[n] = s.String() + ")"
	}
	return texts
})

// keyList returns the text of a list of keys and its arguments, the last key repeated up to a padded number. Its
// arguments are the statement's first ones.
func keyList(t value.Type, keys []value.Value) (string, []sqlb.Arg) {
	n := padTo(len(keys))
	args := make([]sqlb.Arg, n)
	for i := range args {
		args[i] = sqlb.Arg{Type: t, Value: keys[min(i, len(keys)-1)]}
	}
	return placeholders()[n], args
}

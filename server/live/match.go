package live

import (
	"errors"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/query"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// maxEvents is how many records of one group may change in one commit. After more its subscriptions start over.
const maxEvents = 200

// result is what a commit does to a group.
type result struct {
	events [][]byte // each as in a frame, after its id: `"op":…}`
	delta  int64    // of the number of records
	reset  bool     // it cannot be told
}

// matcher decides what one commit does to groups. It reads from one snapshot, which is at the commit or after it.
type matcher struct {
	dialect sqlb.Dialect
	reader  *store.Reader // nil where nothing but the changes is read
	newest  map[recordID]*store.Record
	images  map[imageID]*image
	texts   map[textID][]byte
}

type recordID struct {
	collection *schema.Collection
	key        value.Value
}

type imageID struct {
	change *store.RecordChange
	after  bool
}

type textID struct {
	texts string
	recordID
}

func newMatcher(d sqlb.Dialect, r *store.Reader) *matcher {
	return &matcher{d, r, map[recordID]*store.Record{}, map[imageID]*image{}, map[textID][]byte{}}
}

// merged puts the changes of one record together, each record once, in the order in which they were first touched.
// A record that came and went is none.
func merged(list []store.RecordChange) []*store.RecordChange {
	at := make(map[recordID]*store.RecordChange, len(list))
	out := make([]*store.RecordChange, 0, len(list))
	for i := range list {
		ch := &list[i]
		id := recordID{ch.Collection, ch.Key}
		first := at[id]
		if first == nil || ch.Op == store.OpRewritten {
			one := *ch
			at[id] = &one
			out = append(out, &one)
			continue
		}
		first.After = ch.After
		first.Links = mergedLinks(first.Links, ch.Links)
		switch {
		case first.Before == nil:
			first.Op = store.OpCreate
		case first.After == nil:
			first.Op = store.OpDelete
		default:
			first.Op = store.OpUpdate
		}
	}
	return out
}

func mergedLinks(first, then []store.LinksChange) []store.LinksChange {
	out := append([]store.LinksChange(nil), first...)
next:
	for _, l := range then {
		for i := range out {
			if out[i].Field == l.Field {
				out[i].After = l.After
				continue next
			}
		}
		out = append(out, l)
	}
	return out
}

// add adds to a result what one change of a record of the group's collection does.
func (m *matcher) add(g *group, ch *store.RecordChange, r *result) error {
	was, err := m.belongs(g, ch, false)
	if err != nil {
		return err
	}
	is, err := m.belongs(g, ch, true)
	if err != nil || !was && !is {
		return err
	}
	switch {
	case !is:
		r.delta--
		pk := g.KeyType.AppendJSON([]byte(`"op":"gone","pk":`), ch.Key)
		r.events = append(r.events, append(pk, '}'))
	case was:
		err = m.addRecord(g, ch, `"op":"updated","record":`, r)
	default:
		r.delta++
		err = m.addRecord(g, ch, `"op":"created","record":`, r)
	}
	if len(r.events) > maxEvents {
		r.reset = true
	}
	return err
}

func (m *matcher) addRecord(g *group, ch *store.RecordChange, lead string, r *result) error {
	text, err := m.text(g, ch)
	if err != nil || text == nil {
		return err
	}
	event := make([]byte, 0, len(lead)+len(text)+1)
	event = append(append(append(event, lead...), text...), '}')
	r.events = append(r.events, event)
	return nil
}

// belongs reports whether a record belongs to the group, before or after a change.
func (m *matcher) belongs(g *group, ch *store.RecordChange, after bool) (bool, error) {
	values := ch.Before
	if after {
		values = ch.After
	}
	if values == nil {
		return false, nil
	}
	return g.List.Holds(m.image(ch, values, after), m.dialect)
}

// text is a record as the group shows it; nil where it is no longer there, or has left meanwhile: that is told next.
func (m *matcher) text(g *group, ch *store.RecordChange) ([]byte, error) {
	id := recordID{ch.Collection, ch.Key}
	if !g.Flat {
		if still, err := m.still(g, ch, id); !still || err != nil {
			return nil, err
		}
	}
	at := textID{g.Texts, id}
	if text, ok := m.texts[at]; ok {
		return text, nil
	}
	row := &query.Row{}
	if g.Flat {
		for _, f := range g.List.Shape.Columns {
			row.Values = append(row.Values, ch.After[f.Position])
		}
	} else {
		var err error
		row, err = query.Get(m.reader, g.List.Shape, g.List.Scope, query.Key(ch.Collection, ch.Key))
		if errors.Is(err, query.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
	}
	text := g.Render(nil, row)
	m.texts[at] = text
	return text, nil
}

// still reports whether the record as it is now, which is what will be shown, belongs to the group.
func (m *matcher) still(g *group, ch *store.RecordChange, id recordID) (bool, error) {
	now, known := m.newest[id]
	if !known {
		var err error
		if now, err = m.reader.Record(ch.Collection, ch.Key); err != nil && !errors.Is(err, store.ErrNotFound) {
			return false, err
		}
		m.newest[id] = now
	}
	if now == nil {
		return false, nil
	}
	for i, v := range now.Values {
		if v != ch.After[i] {
			return g.List.Holds(now, m.dialect)
		}
	}
	return true, nil
}

// image returns a record as it was before or after a change, the same for every group.
func (m *matcher) image(ch *store.RecordChange, values []value.Value, after bool) *image {
	at := imageID{ch, after}
	if have := m.images[at]; have != nil {
		return have
	}
	i := &image{m: m, values: values}
	if m.reader != nil {
		i.Record = m.reader.NewRecord(ch.Collection, values)
	}
	for _, l := range ch.Links {
		keys := l.Before
		if after {
			keys = l.After
		}
		if i.links == nil {
			i.links = map[*schema.Field][]value.Value{}
		}
		i.links[l.Field] = keys
	}
	m.images[at] = i
	return i
}

// image is a record as it was at some time. Its relations are those of the reader's snapshot, but for the many-to-many
// fields that the change is about.
type image struct {
	*store.Record // nil where nothing is read
	m             *matcher
	values        []value.Value
	links         map[*schema.Field][]value.Value
	ones          map[schema.Step]expr.Record
}

// Value implements expr.Record.
func (i *image) Value(f *schema.Field) (value.Value, error) { return i.values[f.Position], nil }

// One implements expr.Record; what it finds is kept for the other groups.
func (i *image) One(s schema.Step) (expr.Record, error) {
	if one, ok := i.ones[s]; ok {
		return one, nil
	}
	one, err := i.Record.One(s)
	if err != nil {
		return nil, err
	}
	if i.ones == nil {
		i.ones = map[schema.Step]expr.Record{}
	}
	i.ones[s] = one
	return one, nil
}

// Many implements expr.Record.
func (i *image) Many(s schema.Step) ([]expr.Record, error) {
	keys, changed := i.links[s.Field]
	if s.Field == nil || !changed {
		return i.Record.Many(s)
	}
	var list []expr.Record
	for _, k := range keys {
		rec, err := i.m.reader.Record(s.Field.To, k)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, rec)
	}
	return list, nil
}

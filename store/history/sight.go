package history

import (
	"errors"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// sight is what a reader may see of the log. It remembers what it has decided of each record.
type sight struct {
	*names
	seen map[place]*sighting
}

// place names a record by the ids that the log has.
type place struct{ collection, key string }

// sighting is what the reader may see of one record.
type sighting struct {
	visible bool
	gone    bool        // it is not stored now
	rec     expr.Record // as it is now, or as it was when it was deleted; nil where that is not known
	went    int64       // the number of the row that tells of its delete, where rec is of then
}

func newSight(r *store.Reader) *sight { return &sight{newNames(r), map[place]*sighting{}} }

// whole reports whether a scope sees everything, what the schema has dropped included.
func whole(s *access.Scope) bool {
	return s.IsSystem() || s.User() != nil && s.User().Superuser && !s.Narrowed()
}

// views reports whether the reader may view records of a collection at all.
func (s *sight) views(collection string) bool {
	c := s.collections[collection]
	return c != nil && !s.r.Scope.Grant(c, schema.View).None
}

// shows reports whether the reader may know of a row.
func (s *sight) shows(x *row) (bool, error) {
	c := s.collections[x.Collection]
	switch {
	case c == nil:
		return whole(s.r.Scope), nil
	case !s.views(x.Collection):
		return false, nil
	case x.Op == store.OpRewritten:
		return true, nil
	}
	seen, err := s.of(c, x.Key)
	return err == nil && seen.visible, err
}

// of decides over a record.
func (s *sight) of(c *schema.Collection, keyText string) (*sighting, error) {
	at := place{c.ID, keyText}
	if known := s.seen[at]; known != nil {
		return known, nil
	}
	out, err := s.look(c, keyText)
	if err == nil {
		s.seen[at] = out
	}
	return out, err
}

func (s *sight) look(c *schema.Collection, keyText string) (*sighting, error) {
	grant := s.r.Scope.Grant(c, schema.View)
	if grant.None {
		return &sighting{}, nil
	}
	key, err := c.Key.Type.Parse(keyText)
	if err != nil { // the key has another type now
		return &sighting{visible: whole(s.r.Scope), gone: true}, nil //nolint:nilerr // the answer tells it
	}
	rec, err := s.r.Record(c, key)
	switch {
	case err == nil:
		visible, err := s.r.Allows(c, schema.View, key)
		return &sighting{visible: visible, rec: rec}, err
	case !errors.Is(err, store.ErrNotFound):
		return nil, err
	}
	old, went, err := s.deleted(c, keyText)
	if err != nil {
		return nil, err
	}
	out := &sighting{visible: grant.All, gone: true, went: went}
	if old == nil {
		return out, nil
	}
	out.rec = old
	if !grant.All {
		out.visible, err = s.r.Scope.Allows(c, schema.View, old)
		if errors.Is(err, errUnknown) {
			out.visible, err = false, nil
		}
	}
	return out, err
}

// deleted returns a record that is gone as it was when it was deleted, nil where the log does not know, and the number
// of the row that tells of it.
func (s *sight) deleted(c *schema.Collection, keyText string) (expr.Record, int64, error) {
	var last *row
	err := rows(s.r, "collection = $1 AND key = $2 ORDER BY seq DESC LIMIT 1", []sqlb.Arg{sqlb.T(c.ID), sqlb.T(keyText)},
		func(x *row) error {
			last = x
			return nil
		})
	if err != nil || last == nil || last.Op != store.OpDelete || last.erased() {
		return nil, 0, err
	}
	was, err := state(nil).before(last)
	if err != nil {
		return nil, 0, err
	}
	return newImage(s.r, c, was), last.seq(), nil
}

// reads reports whether the reader may read a field of a record.
func (s *sight) reads(f *schema.Field, seen *sighting) (bool, error) {
	return s.masks(f, seen, s.r.Scope.Readable, s.r.Scope.ReadablePerRecord, s.r.Scope.ReadableIn)
}

// writes reports whether the reader may write a field of a record.
func (s *sight) writes(f *schema.Field, seen *sighting) (bool, error) {
	return s.masks(f, seen, s.r.Scope.Writable, s.r.Scope.WritablePerRecord, s.r.Scope.WritableIn)
}

func (s *sight) masks(f *schema.Field, seen *sighting, some, perRecord func(*schema.Field) bool,
	in func(*schema.Field, expr.Record) (bool, error),
) (bool, error) {
	switch {
	case f.Secret || !some(f):
		return false, nil
	case !perRecord(f):
		return true, nil
	case seen.rec == nil:
		return false, nil
	}
	ok, err := in(f, seen.rec)
	if errors.Is(err, errUnknown) {
		return false, nil
	}
	return ok, err
}

// errUnknown says that a rule asks for what the log does not know of a record that is gone.
var errUnknown = errors.New("history: not known of a record that is gone")

// image is a record that is gone, as rules read it: its own values as they were, what they point to as it is now.
type image struct {
	*store.Record
	r     *store.Reader
	links map[*schema.Field][]value.Value
}

func newImage(r *store.Reader, c *schema.Collection, was state) *image {
	values := make([]value.Value, len(c.Columns))
	for i, f := range c.Columns {
		if raw, ok := was[f.ID]; ok {
			values[i], _ = columnValue(f, raw) // null, where the field has another type now
		}
	}
	out := &image{r.NewRecord(c, values), r, map[*schema.Field][]value.Value{}}
	for _, f := range c.ManyToMany {
		out.links[f] = keysOf(f, was[f.ID])
	}
	return out
}

// One implements expr.Record. What pointed to the record points elsewhere now.
func (i *image) One(s schema.Step) (expr.Record, error) {
	if s.Reverse != nil {
		return nil, errUnknown
	}
	return i.Record.One(s)
}

// Many implements expr.Record.
func (i *image) Many(s schema.Step) ([]expr.Record, error) {
	if s.Reverse != nil {
		return nil, errUnknown
	}
	var list []expr.Record
	for _, key := range i.links[s.Field] {
		rec, err := i.r.Record(s.Field.To, key)
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

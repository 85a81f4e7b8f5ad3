package history

import (
	"encoding/json"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// Version is a change of one record with the values that it led to.
type Version struct {
	Change
	Exact  bool                       `json:"exact"`  // false where a migration has rewritten the collection since
	Values map[string]json.RawMessage `json:"values"` // null: the record was gone
}

// Versions returns the versions of a record, the latest first, in pages as List does. Their values are worked out from
// the record as it is now, backwards. store.ErrNotFound where there is no such record, or none that the reader may see.
func Versions(r *store.Reader, c *schema.Collection, key value.Value, cursor string, limit int) (list []*Version, next string, err error) {
	below := int64(-1)
	if cursor != "" {
		if below, err = parseCursor(cursor); err != nil {
			return nil, "", err
		}
	}
	s := newSight(r)
	w, err := s.walk(c, key)
	if err != nil {
		return nil, "", err
	}
	list = []*Version{}
	err = w.each(func(x *row) error {
		if below >= 0 && x.seq() >= below {
			return nil
		}
		if len(list) == limit {
			next = list[limit-1].Cursor
			return errStop
		}
		v, err := w.version(x)
		list = append(list, v)
		return err
	})
	return list, next, err
}

// walk goes back in the history of a record.
type walk struct {
	*sight
	collection *schema.Collection
	key        value.Value
	seen       *sighting
	now        state // as it was after the row at hand
	exact      bool
}

// walk begins with the record as it is now. store.ErrNotFound where there is none to see, and none was.
func (s *sight) walk(c *schema.Collection, key value.Value) (*walk, error) {
	seen, err := s.of(c, c.Key.Type.String(key))
	if err != nil {
		return nil, err
	}
	if !seen.visible {
		return nil, store.ErrNotFound
	}
	w := &walk{sight: s, collection: c, key: key, seen: seen, exact: true}
	w.now, _, err = present(s.r, c, key)
	if err != nil || w.now != nil {
		return w, err
	}
	known := false
	err = rows(s.r, "collection = $1 AND key = $2 ORDER BY seq DESC LIMIT 1", w.args(), func(*row) error {
		known = true
		return nil
	})
	if err == nil && !known {
		err = store.ErrNotFound
	}
	return w, err
}

func (w *walk) args() []sqlb.Arg {
	return []sqlb.Arg{sqlb.T(w.collection.ID), sqlb.T(w.collection.Key.Type.String(w.key))}
}

// each calls fn for the rows about the record, and for those that tell of a rewritten collection, the latest first.
func (w *walk) each(fn func(*row) error) error {
	rewritten, err := all(w.r, maxScan, "collection = $1 AND key = '' AND op = 'rewritten' ORDER BY seq DESC", sqlb.T(w.collection.ID))
	if err != nil {
		return err
	}
	step := func(x *row) error {
		if err := fn(x); err != nil {
			return err
		}
		w.exact = w.exact && x.Op != store.OpRewritten
		w.now, err = w.now.before(x)
		return err
	}
	later := func(seq int64) error {
		for len(rewritten) > 0 && rewritten[0].seq() > seq {
			x := rewritten[0]
			rewritten = rewritten[1:]
			if err := step(x); err != nil {
				return err
			}
		}
		return nil
	}
	var list []*row // read before any is looked at: what fn asks of the database would come between
	if err := rows(w.r, "collection = $1 AND key = $2 AND op <> 'rewritten' ORDER BY seq DESC LIMIT "+maxVersions, w.args(), func(x *row) error {
		list = append(list, x)
		return nil
	}); err != nil {
		return err
	}
	for _, x := range list {
		if err := later(x.seq()); err != nil {
			return stopped(err)
		}
		if err := step(x); err != nil {
			return stopped(err)
		}
	}
	return stopped(later(-1))
}

// maxVersions bounds the versions of one record that are looked at.
const maxVersions = "10000"

func stopped(err error) error {
	if err == errStop { //nolint:errorlint // returned as it is
		return nil
	}
	return err
}

// version puts the row at hand and what it led to into the reader's words.
func (w *walk) version(x *row) (*Version, error) {
	c, err := w.change(x)
	if err != nil {
		return nil, err
	}
	out := &Version{Change: *c, Exact: w.exact}
	if w.now == nil {
		return out, nil
	}
	out.Values = map[string]json.RawMessage{}
	for id, raw := range w.now {
		name, ok, err := w.readable(w.collection, id, w.seen)
		if err != nil {
			return nil, err
		}
		if ok {
			out.Values[name] = raw
		}
		if ok && x.Op == store.OpCreate {
			out.Fields[name] = []json.RawMessage{nil, raw}
		}
	}
	return out, nil
}

// at returns the record as it was after a row that a cursor or a changeset names, as it was before where that deleted
// it. ErrCursor where the log does not have the row.
func (w *walk) at(cursor, changeset string) (state, error) {
	var found state
	err := w.each(func(x *row) error {
		if x.Op == store.OpRewritten || x.cursor() != cursor && x.Changeset != changeset {
			return nil
		}
		found = w.now
		if x.Op == store.OpDelete {
			was, err := w.now.before(x)
			if err != nil {
				return err
			}
			found = was
		}
		if found == nil {
			found = state{}
		}
		return errStop
	})
	if err == nil && found == nil {
		err = ErrCursor
	}
	return found, err
}

package history

import (
	"encoding/json"
	"errors"
	"math"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/schema"
)

// Deleted is a record that is gone and that the log still knows whole.
type Deleted struct {
	Key       string                     `json:"key"`
	Display   *string                    `json:"display"` // what it called itself; nil where the reader may not know
	Time      time.Time                  `json:"at"`
	Actor     *string                    `json:"actor"`
	Via       string                     `json:"via"`
	Changeset string                     `json:"changeset"`
	Group     *string                    `json:"group"`
	Values    map[string]json.RawMessage `json:"values"` // as it was, of the fields that the reader may read
}

// ListDeleted returns the records of a collection that are gone and that the reader could see, the latest deleted
// first, after the place that the cursor of a page before names ("" begins). next is "" after the last.
func ListDeleted(r *store.Reader, c *schema.Collection, cursor string, limit int) (list []*Deleted, next string, err error) {
	s := newSight(r)
	below := int64(-1)
	if cursor != "" {
		if below, err = parseCursor(cursor); err != nil {
			return nil, "", err
		}
	}
	list = []*Deleted{}
	f := Filter{Collection: c, Op: store.OpDelete}
	for scanned := 0; scanned < maxScan; {
		chunk, err := s.chunk(f, seqs{high: math.MaxInt64}, below, 2*limit)
		if err != nil {
			return nil, "", err
		}
		for _, x := range chunk {
			seen, err := s.of(c, x.Key)
			if err != nil {
				return nil, "", err
			}
			ok := seen.visible && seen.gone && seen.rec != nil && seen.went == x.seq()
			if ok && len(list) == limit {
				return list, next, nil
			}
			if ok {
				d, err := s.goneRecord(c, x, seen)
				if err != nil {
					return nil, "", err
				}
				list = append(list, d)
			}
			below, next = x.seq(), x.cursor()
		}
		if len(chunk) < 2*limit {
			return list, "", nil
		}
		scanned += len(chunk)
	}
	return list, next, nil
}

func (s *sight) goneRecord(c *schema.Collection, x *row, seen *sighting) (*Deleted, error) {
	change, err := s.change(x)
	if err != nil {
		return nil, err
	}
	d := &Deleted{Key: x.Key, Time: x.At, Actor: optional(x.Actor), Via: x.Via, Changeset: x.Changeset, Group: optional(x.Group),
		Values: make(map[string]json.RawMessage, len(change.Fields))}
	for name, values := range change.Fields {
		d.Values[name] = values[0]
	}
	d.Display, err = s.called(c, seen)
	return d, err
}

// called is what a record that is gone called itself; what that reads of others is as they are now.
func (s *sight) called(c *schema.Collection, seen *sighting) (*string, error) {
	path := c.DisplayPath
	if len(path) == 0 && c.Display != nil {
		path = []*schema.Field{c.Display}
	}
	if len(path) == 0 {
		path = []*schema.Field{c.Key}
	}
	rec := seen.rec
	for i, f := range path {
		at := seen
		if i > 0 {
			at = &sighting{rec: rec}
		}
		if ok, err := s.reads(f, at); err != nil || !ok {
			return nil, err
		}
		if i == len(path)-1 {
			v, err := rec.Value(f)
			text := f.Type.String(v)
			return &text, err
		}
		var err error
		if rec, err = rec.One(schema.Step{Field: f}); errors.Is(err, errUnknown) || err == nil && rec == nil {
			return nil, nil
		} else if err != nil {
			return nil, err
		}
	}
	return nil, nil
}

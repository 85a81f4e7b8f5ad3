package history

import (
	"encoding/json"
	"errors"
	"fmt"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/sqlb"
)

// ErrCursor says that a text is not the cursor of a row that the log still has.
var ErrCursor = errors.New("history: not the cursor of a change")

// row is a row of the change log as it is kept: ids, not names.
type row struct{ *store.Change }

func (x row) seq() int64     { return x.Cursor.Seq() }
func (x row) cursor() string { return x.Cursor.String() }

// rows calls each for the rows of the log that a condition (and an order) selects. errStop of each ends it.
func rows(r *store.Reader, where string, args []sqlb.Arg, each func(*row) error) error {
	err := r.Changes(where, args, func(c *store.Change) error { return each(&row{c}) })
	if errors.Is(err, errStop) {
		return nil
	}
	return err
}

// ErrTooMany says that a change is too large to be looked at as a whole.
var ErrTooMany = errors.New("history: too many changes")

var errStop = errors.New("history: enough")

// all returns the rows that a condition selects, or errTooMany where there are more than most.
func all(r *store.Reader, most int, where string, args ...sqlb.Arg) ([]*row, error) {
	var list []*row
	err := rows(r, where, args, func(x *row) error {
		if len(list) == most {
			return ErrTooMany
		}
		list = append(list, x)
		return nil
	})
	return list, err
}

// parseCursor reads a cursor's place.
func parseCursor(text string) (int64, error) {
	c, err := store.ParseCursor(text)
	if err != nil {
		return 0, ErrCursor
	}
	return c.Seq(), nil
}

// pair is what a row says of a field: its value before and after. nil is not known: a secret, or erased.
type pair [2]json.RawMessage

func (p pair) known() bool { return p[0] != nil || p[1] != nil }

// fields returns what the row says by field id. Of a delete there are no values after.
func (x *row) fields() (map[string]pair, error) {
	var members map[string]json.RawMessage
	if x.Diff == nil || x.Op != store.OpUpdate && x.Op != store.OpDelete {
		return nil, nil
	}
	if err := json.Unmarshal(x.Diff, &members); err != nil {
		return nil, fmt.Errorf("history: row %d of the log: %w", x.seq(), err)
	}
	out := make(map[string]pair, len(members))
	for id, raw := range members {
		p := pair{raw, nil}
		if x.Op == store.OpUpdate {
			p = pair{}
			if string(raw) != "null" {
				if err := json.Unmarshal(raw, &p); err != nil {
					return nil, fmt.Errorf("history: row %d of the log: %w", x.seq(), err)
				}
			}
		}
		out[id] = p
	}
	return out, nil
}

// erased reports whether the row's values were taken out of the log.
func (x *row) erased() bool { return x.Op == store.OpDelete && x.Diff == nil }

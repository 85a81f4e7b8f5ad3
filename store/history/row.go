package history

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// ErrCursor says that a text is not the cursor of a row that the log still has.
var ErrCursor = errors.New("history: not the cursor of a change")

// row is a row of the change log as it is kept: ids, not names.
type row struct {
	seq              int64
	changeset, group string
	at               time.Time
	actor, via       string
	cause            string
	collection, key  string
	op               string
	diff             string
}

const columns = "seq, changeset, grp, at, actor, via, cause, collection, key, op, diff"

// rows calls each for the rows of the log that a condition (and an order) selects. errStop of each ends it.
func rows(r *store.Reader, where string, args []sqlb.Arg, each func(*row) error) error {
	err := r.Query("SELECT "+columns+" FROM couplet_changes WHERE "+where, args, func(x db.Row) error {
		return each(&row{
			seq: x.Int(0), changeset: x.Text(1), group: x.Text(2), at: time.UnixMicro(x.Int(3)).UTC(), actor: x.Text(4),
			via: x.Text(5), cause: x.Text(6), collection: x.Text(7), key: x.Text(8), op: x.Text(9), diff: x.Text(10),
		})
	})
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

// cursor names the row: its place, and the end of its changeset's random id, so that a row of another history (a copy, a
// backup that was restored) is not taken for it.
func (x *row) cursor() string {
	return strconv.FormatInt(x.seq, 36) + "." + x.changeset[max(0, len(x.changeset)-8):]
}

// parseCursor reads a cursor's place.
func parseCursor(text string) (int64, error) {
	place, _, ok := strings.Cut(text, ".")
	seq, err := strconv.ParseInt(place, 36, 64)
	if err != nil || !ok || seq < 0 {
		return 0, ErrCursor
	}
	return seq, nil
}

// pair is what a row says of a field: its value before and after. nil is not known: a secret, or erased.
type pair [2]json.RawMessage

func (p pair) known() bool { return p[0] != nil || p[1] != nil }

// fields returns what the row says by field id. Of a delete there are no values after.
func (x *row) fields() (map[string]pair, error) {
	var members map[string]json.RawMessage
	if x.diff == "" || x.op != store.OpUpdate && x.op != store.OpDelete {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(x.diff), &members); err != nil {
		return nil, fmt.Errorf("history: row %d of the log: %w", x.seq, err)
	}
	out := make(map[string]pair, len(members))
	for id, raw := range members {
		p := pair{raw, nil}
		if x.op == store.OpUpdate {
			p = pair{}
			if string(raw) != "null" {
				if err := json.Unmarshal(raw, &p); err != nil {
					return nil, fmt.Errorf("history: row %d of the log: %w", x.seq, err)
				}
			}
		}
		out[id] = p
	}
	return out, nil
}

// erased reports whether the row's values were taken out of the log.
func (x *row) erased() bool { return x.op == store.OpDelete && x.diff == "" }

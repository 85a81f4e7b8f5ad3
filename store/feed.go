package store

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// Change is one row of the change log.
type Change struct {
	Cursor     Cursor
	Changeset  string
	Group      string
	At         time.Time
	Actor      string
	Via        string
	Cause      string
	Collection string // id of the schema document
	Key        string // as the wire writes it
	Op         string
	Diff       []byte // see diff; nil for a create
}

// Cursor is a place in the feed of changes: after all of a changeset. The zero Cursor is before everything.
type Cursor struct {
	xid   uint64 // of the transaction, on PostgreSQL
	seq   int64
	check [4]byte // of the changeset's id: the place is another one after a restore or a copy
}

// Errors of cursors.
var (
	ErrCursor     = errors.New("store: not a cursor")
	ErrCursorGone = errors.New("store: what the cursor points to is no longer in the log")
)

// String returns the cursor as clients keep it.
func (c Cursor) String() string {
	b := binary.AppendUvarint(nil, c.xid)
	b = binary.AppendVarint(b, c.seq)
	return base64.RawURLEncoding.EncodeToString(append(b, c.check[:]...))
}

// ParseCursor reads what String wrote. Errors: ErrCursor.
func ParseCursor(s string) (Cursor, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return Cursor{}, ErrCursor
	}
	r := bytes.NewReader(b)
	xid, bad := binary.ReadUvarint(r)
	seq, worse := binary.ReadVarint(r)
	c := Cursor{xid: xid, seq: seq}
	if n, err := r.Read(c.check[:]); bad != nil || worse != nil || err != nil || n != len(c.check) || r.Len() > 0 {
		return Cursor{}, ErrCursor
	}
	return c, nil
}

// Seq is the number of the cursor's row in the log.
func (c Cursor) Seq() int64 { return c.seq }

func newCursor(row db.Row, changeset string) Cursor {
	c := Cursor{xid: uint64(row.Int(0)), seq: row.Int(1)} //nolint:gosec // a transaction's number is not negative
	if tail := strings.ReplaceAll(changeset, "-", ""); len(tail) >= 2*len(c.check) {
		_, _ = hex.Decode(c.check[:], []byte(tail[len(tail)-2*len(c.check):])) // another form is another check
	}
	return c
}

const changeColumns = "changeset, grp, at, actor, via, cause, collection, key, op, diff"

// Feed returns the changes after a place in the order of their commits, whole changesets, at least one where there is
// one and about limit rows. Each change carries the cursor of its row; the last one's is where to go on. Errors:
// ErrCursorGone.
func (s *Store) Feed(ctx context.Context, after Cursor, limit int) (list []Change, err error) {
	err = s.engine.Read(ctx, func(c db.Conn) error {
		if err := checkCursor(c, s.engine.Dialect(), after); err != nil {
			return err
		}
		list, err = s.feedWhole(c, after, limit)
		return err
	})
	return list, err
}

// FeedKept is Feed for a place that is kept in the same database, so that it is never gone: where the log was shortened
// it goes on behind the gap, where the log was copied to another engine, at the row's new place, and where it was
// emptied, at its beginning. It leaves out what the place has from beyond the feed; next is the place to go on from,
// which is after where nothing was read.
func (s *Store) FeedKept(ctx context.Context, after Place, limit int) (list []Change, next Place, err error) {
	err = s.engine.Read(ctx, func(c db.Conn) error {
		now, err := s.cursorNow(c, after.At)
		if err != nil {
			return err
		}
		if next = after; now != after.At {
			next = Place{At: now}
		}
		if list, err = s.feedWhole(c, now, limit); err != nil || len(list) == 0 {
			return err
		}
		seen := next
		next = next.Settle(list[len(list)-1].Cursor)
		list = slices.DeleteFunc(list, func(ch Change) bool { return seen.Includes(ch.Cursor) })
		return nil
	})
	return list, next, err
}

// cursorNow finds the place of a cursor that this database kept.
func (s *Store) cursorNow(c db.Conn, kept Cursor) (Cursor, error) {
	place := kept
	where, at := "WHERE seq = $1", []sqlb.Arg{sqlb.I(kept.seq)}
	err := c.Query("SELECT "+s.engine.Dialect().FeedPlace()+", changeset FROM couplet_changes "+where, at, func(r db.Row) error {
		if place = newCursor(r, r.Text(2)); place.check != kept.check { // of a log that began anew
			place = Cursor{}
		}
		return nil
	})
	if err != nil || place != kept {
		return place, err
	}
	err = c.Query("SELECT coalesce(max(seq), $1) FROM couplet_changes", at, func(r db.Row) error {
		if r.Int(0) < kept.seq {
			place = Cursor{}
		}
		return nil
	})
	return place, err
}

func (s *Store) feedWhole(c db.Conn, after Cursor, limit int) ([]Change, error) {
	for n := limit + 1; ; n *= 4 {
		list, err := s.feed(c, after, n)
		if err != nil || len(list) < n {
			return list, err
		}
		if list = wholeChangesets(list); len(list) > 0 {
			return list, nil
		}
	}
}

func (s *Store) feed(c db.Conn, after Cursor, limit int) ([]Change, error) {
	var list []Change
	args := []sqlb.Arg{sqlb.T(strconv.FormatUint(after.xid, 10)), sqlb.I(after.seq), sqlb.I(int64(limit))}
	err := c.Query(s.engine.Dialect().Feed(changeColumns), args, func(r db.Row) error {
		list = append(list, scanChange(r))
		return nil
	})
	return list, err
}

func scanChange(r db.Row) Change {
	ch := Change{Cursor: newCursor(r, r.Text(2)), Changeset: r.Text(2), Group: r.Text(3), At: time.UnixMicro(r.Int(4)).UTC(),
		Actor: r.Text(5), Via: r.Text(6), Cause: r.Text(7), Collection: r.Text(8), Key: r.Text(9), Op: r.Text(10)}
	if !r.IsNull(11) {
		ch.Diff = []byte(r.Text(11))
	}
	return ch
}

// Changes calls each for the rows of the log that a condition, and an order behind it, selects: for looking back. What is
// to be followed is read as Feed.
func (r *Reader) Changes(where string, args []sqlb.Arg, each func(*Change) error) error {
	sql := "SELECT " + r.dialect.FeedPlace() + ", " + changeColumns + " FROM couplet_changes WHERE " + where
	return r.Query(sql, args, func(row db.Row) error {
		c := scanChange(row)
		return each(&c)
	})
}

// wholeChangesets leaves out the last changeset, of which there may be more.
func wholeChangesets(list []Change) []Change {
	last := list[len(list)-1].Changeset
	for len(list) > 0 && list[len(list)-1].Changeset == last {
		list = list[:len(list)-1]
	}
	return list
}

// checkCursor makes sure that the row of a cursor is the one it was made of.
func checkCursor(c db.Conn, d sqlb.Dialect, at Cursor) error {
	if at == (Cursor{}) {
		return nil
	}
	found := false
	err := c.Query("SELECT "+d.FeedPlace()+", changeset FROM couplet_changes WHERE seq = $1", []sqlb.Arg{sqlb.I(at.seq)}, func(r db.Row) error {
		found = newCursor(r, r.Text(2)) == at
		return nil
	})
	if err == nil && !found {
		err = ErrCursorGone
	}
	return err
}

func feedEnd(c db.Conn, d sqlb.Dialect) (at Cursor, err error) {
	err = c.Query(d.FeedEnd(), nil, func(row db.Row) error {
		at = newCursor(row, row.Text(2))
		return nil
	})
	return at, err
}

// HeldBack tells what is committed and not in the feed yet, because a transaction that began before is still under way
// somewhere in the database cluster. It is empty on SQLite.
type HeldBack struct {
	Changes int64
	Since   time.Time // of the first of them
	Holder  string    // who holds them back, where it can be told
}

// FeedHeldBack looks at the feed as it is now.
func (s *Store) FeedHeldBack(ctx context.Context) (HeldBack, error) {
	var h HeldBack
	sql := s.engine.Dialect().FeedHeldBack()
	if sql == "" {
		return h, nil
	}
	err := s.engine.Read(ctx, func(c db.Conn) error {
		return c.Query(sql, nil, func(r db.Row) error {
			if h.Changes = r.Int(0); h.Changes == 0 {
				return nil
			}
			h.Since = time.UnixMicro(r.Int(1)).UTC()
			if !r.IsNull(2) {
				h.Holder = "process " + r.Text(2) + " (" + r.Text(3) + "), " + r.Text(4) + " for " + r.Text(5) + " s"
			}
			return nil
		})
	})
	return h, err
}

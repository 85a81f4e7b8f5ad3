package store

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"io"
	"slices"
	"strconv"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// Place is how much of the changes somebody has seen: the feed up to a cursor and, on PostgreSQL, single transactions
// beyond it, which were committed while an older one was under way. It is a value: With and Settle return new ones.
type Place struct {
	At     Cursor
	beyond []uint64 // transactions, ascending
}

// maxBeyond is how many transactions a Place is read with.
const maxBeyond = 1024

// Beyond returns the number of transactions that were seen and are not in the feed yet.
func (p Place) Beyond() int { return len(p.beyond) }

// Includes reports whether the changeset of a cursor was seen.
func (p Place) Includes(c Cursor) bool {
	if c.xid == 0 || c.xid == p.At.xid {
		return c.seq <= p.At.seq
	}
	if c.xid < p.At.xid {
		return true
	}
	_, found := slices.BinarySearch(p.beyond, c.xid)
	return found
}

// With returns the place of who has also seen the changeset of a cursor.
func (p Place) With(c Cursor) Place {
	if p.Includes(c) {
		return p
	}
	if c.xid == 0 {
		return Place{At: c}
	}
	at, _ := slices.BinarySearch(p.beyond, c.xid)
	return Place{p.At, slices.Insert(slices.Clone(p.beyond), at, c.xid)}
}

// Settle returns the place of who has seen everything in the feed up to a cursor, which is not before that of p.
func (p Place) Settle(c Cursor) Place {
	from, _ := slices.BinarySearch(p.beyond, c.xid+1)
	return Place{c, slices.Clone(p.beyond[from:])}
}

// Append writes the place as ReadPlace reads it.
func (p Place) Append(b []byte) []byte {
	b = binary.AppendUvarint(b, p.At.xid)
	b = binary.AppendVarint(b, p.At.seq)
	b = append(b, p.At.check[:]...)
	last := p.At.xid
	for _, xid := range p.beyond {
		b = binary.AppendUvarint(b, xid-last)
		last = xid
	}
	return b
}

// ReadPlace reads what Append wrote. Errors: ErrCursor.
func ReadPlace(b []byte) (Place, error) {
	r := bytes.NewReader(b)
	xid, bad := binary.ReadUvarint(r)
	seq, worse := binary.ReadVarint(r)
	p := Place{At: Cursor{xid: xid, seq: seq}}
	if _, err := io.ReadFull(r, p.At.check[:]); bad != nil || worse != nil || err != nil || seq < 0 {
		return Place{}, ErrCursor
	}
	for last := xid; r.Len() > 0; {
		d, err := binary.ReadUvarint(r)
		if err != nil || d == 0 || last+d < last || len(p.beyond) == maxBeyond {
			return Place{}, ErrCursor
		}
		last += d
		p.beyond = append(p.beyond, last)
	}
	return p, nil
}

// String returns the place as a text without spaces.
func (p Place) String() string { return base64.RawURLEncoding.EncodeToString(p.Append(nil)) }

// ParsePlace reads what String wrote. Errors: ErrCursor.
func ParsePlace(s string) (Place, error) {
	b, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil {
		return Place{}, ErrCursor
	}
	return ReadPlace(b)
}

// Place returns how much of the changes the reader's snapshot shows. A write transaction has a snapshot for each
// statement: what gets into the feed between the two is in the place.
func (r *Reader) Place() (Place, error) {
	var p Place
	if sql := r.dialect.FeedBeyond(); sql != "" {
		err := r.Query(sql, nil, func(row db.Row) error {
			p.beyond = append(p.beyond, uint64(row.Int(0))) //nolint:gosec // a transaction's number is not negative
			return nil
		})
		if err != nil {
			return p, err
		}
	}
	end, err := feedEnd(r.Conn, r.dialect)
	return p.Settle(end), err
}

// Since returns the changes that the reader's snapshot shows and that are not in a place, whole changesets in the order
// of the log. ErrCursorGone says that there are more than about limit, or that the place is one of another log.
func (r *Reader) Since(p Place, limit int) ([]Change, error) {
	if err := checkCursor(r.Conn, r.dialect, p.At); err != nil {
		return nil, err
	}
	var list []Change
	most := limit + 1
	least, seen := int64(0), map[uint64]bool{}
	args := []sqlb.Arg{sqlb.T(strconv.FormatUint(p.At.xid, 10)), sqlb.I(p.At.seq), sqlb.I(int64(most + len(p.beyond)))}
	err := r.Query(r.dialect.FeedSince(changeColumns), args, func(row db.Row) error {
		most--
		ch := scanChange(row)
		if least == 0 || ch.Cursor.seq < least {
			least = ch.Cursor.seq
		}
		if p.Includes(ch.Cursor) {
			seen[ch.Cursor.xid] = true
		} else {
			list = append(list, ch)
		}
		return nil
	})
	cut := p.At == Cursor{} && least > 1 // the beginning, which it was before, is no longer there
	if err == nil && (most+len(p.beyond) == 0 || cut || len(seen) < len(p.beyond)) {
		return nil, ErrCursorGone
	}
	return list, err
}

// Covers reports whether everything that was seen at another place was surely seen at this one.
func (p Place) Covers(q Place) bool {
	if q.At.xid > p.At.xid || q.At.xid == p.At.xid && q.At.seq > p.At.seq {
		return false
	}
	for _, xid := range q.beyond {
		if !p.Includes(Cursor{xid: xid}) {
			return false
		}
	}
	return true
}

package history

import (
	"context"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// Keeper keeps the log within an age and a size. It belongs to one goroutine.
type Keeper struct {
	Store *store.Store
	Age   time.Duration // 0: for ever
	Size  int64         // bytes; 0: no limit
	seen  int64         // the last row that is in bytes
	bytes int64
}

// rowBytes is what a row takes beside its values and key: its other columns, and its entries in the indexes.
const rowBytes = 200

// pruneBatch is how many rows one transaction deletes: others write in between.
const pruneBatch = "1000"

const rowSize = "octet_length(key) + coalesce(octet_length(diff), 0)"

// Prune deletes the oldest rows beyond the limits, whole changesets at a time, and returns how many.
func (k *Keeper) Prune(ctx context.Context) (int64, error) {
	if k.Age == 0 && k.Size == 0 {
		return 0, nil
	}
	if err := k.measure(ctx); err != nil {
		return 0, err
	}
	total := int64(0)
	for ctx.Err() == nil {
		last, err := k.beyond(ctx)
		if err != nil || last == "" {
			return total, err
		}
		n, err := k.drop(ctx, last)
		if err != nil || n == 0 {
			return total, err
		}
		total += n
	}
	return total, ctx.Err()
}

// measure adds the rows that are new to the size. The first time it looks at all of them.
func (k *Keeper) measure(ctx context.Context) error {
	if k.Size == 0 {
		return nil
	}
	top := int64(0)
	if err := k.read(ctx, "SELECT coalesce(max(seq), 0) FROM couplet_changes", nil, func(x db.Row) { top = x.Int(0) }); err != nil {
		return err
	}
	if top < k.seen { // the log was emptied
		k.seen, k.bytes = 0, 0
	}
	return k.read(ctx, "SELECT coalesce(max(seq), 0), count(*), coalesce(sum("+rowSize+"), 0) FROM couplet_changes WHERE seq > $1",
		[]sqlb.Arg{sqlb.I(k.seen)}, func(x db.Row) {
			k.seen = max(k.seen, x.Int(0))
			k.bytes += x.Int(1)*rowBytes + x.Int(2)
		})
}

func (k *Keeper) read(ctx context.Context, sql string, args []sqlb.Arg, each func(db.Row)) error {
	return k.Store.Read(ctx, access.System(k.Store.State().Policy), func(r *store.Reader) error {
		return r.Query(sql, args, func(x db.Row) error {
			each(x)
			return nil
		})
	})
}

// beyond returns the last changeset of a batch of the oldest rows that are beyond a limit, "" where none is.
func (k *Keeper) beyond(ctx context.Context) (string, error) {
	last, over, done := "", k.bytes-k.Size, false
	cutoff := k.Store.Now().Add(-k.Age).UnixMicro()
	err := k.read(ctx, "SELECT changeset, at, "+rowSize+" FROM couplet_changes ORDER BY seq LIMIT "+pruneBatch, nil, func(x db.Row) {
		old, large := k.Age > 0 && x.Int(1) < cutoff, k.Size > 0 && over > 0
		if done = done || !old && !large; done {
			return
		}
		last = x.Text(0)
		over -= rowBytes + x.Int(2)
	})
	return last, err
}

// drop deletes the oldest rows down to a changeset's last, at most a batch and the rest of a changeset.
func (k *Keeper) drop(ctx context.Context, last string) (n int64, err error) {
	var bytes int64
	const these = "seq <= (SELECT max(seq) FROM couplet_changes WHERE changeset = $1)"
	err = k.Store.Engine().Write(ctx, func(c db.Conn) error {
		bytes = 0
		sum := "SELECT coalesce(sum(" + rowSize + "), 0) FROM couplet_changes WHERE " + these
		if err := c.Query(sum, []sqlb.Arg{sqlb.T(last)}, func(x db.Row) error {
			bytes = x.Int(0)
			return nil
		}); err != nil {
			return err
		}
		n, err = c.Exec("DELETE FROM couplet_changes WHERE "+these, sqlb.T(last))
		return err
	}, nil)
	if err == nil && k.Size > 0 {
		k.bytes -= n*rowBytes + bytes
	}
	return n, err
}

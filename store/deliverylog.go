package store

import (
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

const again = "UPDATE couplet_webhook_deliveries SET state = 'waiting', tries = 0, due = $1, done = NULL WHERE webhook = $2 "

// ReplayDelivery puts a delivery into the outbox again. It reports whether there is one that was done with.
func ReplayDelivery(c db.Conn, webhook, id string, now time.Time) (bool, error) {
	n, err := c.Exec(again+"AND state <> 'waiting' AND id = $3", timeArg(now), sqlb.T(webhook), sqlb.T(id))
	return n > 0, err
}

// ReplayDeliveries puts those deliveries of a webhook into the outbox again that tell of changes from a time to another
// and are in a state, and returns how many.
func ReplayDeliveries(c db.Conn, webhook, state string, from, to, now time.Time) (int64, error) {
	return c.Exec(again+"AND state = $3 AND at >= $4 AND at < $5", timeArg(now), sqlb.T(webhook), sqlb.T(state), timeArg(from), timeArg(to))
}

// ForgetDeliveries deletes every delivery that tells of a record, sent or not.
func ForgetDeliveries(c db.Conn, collection, key string) error {
	const about = "FROM couplet_webhook_deliveries WHERE collection = $1 AND key = $2"
	args := []sqlb.Arg{sqlb.T(collection), sqlb.T(key)}
	if _, err := c.Exec("DELETE FROM couplet_webhook_attempts WHERE delivery IN (SELECT id "+about+")", args...); err != nil {
		return err
	}
	_, err := c.Exec("DELETE "+about, args...)
	return err
}

// PurgeDeliveries deletes from the log what was done with before a time, what should have been sent before it to a webhook
// that has been off since, and what is beyond the latest keep of each webhook. It returns how many deliveries.
func PurgeDeliveries(c db.Conn, before time.Time, keep int) (int64, error) {
	hooks, err := Webhooks(c)
	if err != nil {
		return 0, err
	}
	total := int64(0)
	for _, w := range hooks {
		oldest, err := beyondKept(c, w.ID, before, keep)
		if err != nil {
			return total, err
		}
		for _, gone := range []struct {
			which  string
			before time.Time
		}{{"state <> 'waiting' AND done < $2", oldest}, {"state = 'waiting' AND due < $2", before}} {
			n, err := purgeDeliveries(c, w.ID, gone.which, gone.before)
			if total += n; err != nil {
				return total, err
			}
		}
	}
	return total, nil
}

// beyondKept returns the time before which a webhook's deliveries leave the log.
func beyondKept(c db.Conn, webhook string, before time.Time, keep int) (time.Time, error) {
	oldest := before
	err := c.Query("SELECT done FROM couplet_webhook_deliveries WHERE webhook = $1 AND state <> 'waiting' ORDER BY done DESC LIMIT 1 OFFSET $2",
		[]sqlb.Arg{sqlb.T(webhook), sqlb.I(int64(keep - 1))}, func(r db.Row) error {
			if at := rowTime(r, 0); at.After(oldest) {
				oldest = at
			}
			return nil
		})
	return oldest, err
}

func purgeDeliveries(c db.Conn, webhook, which string, before time.Time) (int64, error) {
	gone := "FROM couplet_webhook_deliveries WHERE webhook = $1 AND " + which
	args := []sqlb.Arg{sqlb.T(webhook), timeArg(before)}
	if _, err := c.Exec("DELETE FROM couplet_webhook_attempts WHERE delivery IN (SELECT id "+gone+")", args...); err != nil {
		return 0, err
	}
	return c.Exec("DELETE "+gone, args...)
}

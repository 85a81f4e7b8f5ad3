package store

import (
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// LastTime returns the latest time that one of the last changes has; the zero time where there are none.
func LastTime(c db.Conn) (last time.Time, err error) {
	err = c.Query("SELECT max(at) FROM (SELECT at FROM couplet_changes ORDER BY seq DESC LIMIT 1000) AS newest", nil, func(r db.Row) error {
		last = rowTime(r, 0)
		return nil
	})
	return last, err
}

// PutBack makes what waits for a time that comes after now wait for an earlier one, since the clock was put back by that
// much: messages of webhooks, and leases of jobs. Jobs run again at the times that come once more.
func PutBack(c db.Conn, now time.Time, by time.Duration) error {
	if _, err := c.Exec("UPDATE couplet_jobs SET handled = $1 WHERE handled > $1", timeArg(now)); err != nil {
		return err
	}
	for _, sql := range []string{
		"UPDATE couplet_webhook_deliveries SET due = due - $1 WHERE state = 'waiting' AND due > $2",
		"UPDATE couplet_jobs SET lease = lease - $1 WHERE lease > $2",
	} {
		if _, err := c.Exec(sql, sqlb.I(by.Microseconds()), timeArg(now)); err != nil {
			return err
		}
	}
	return nil
}

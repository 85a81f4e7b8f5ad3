package store

import (
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// The states of a delivery.
const (
	DeliveryWaiting   = "waiting"
	DeliveryDelivered = "delivered"
	DeliveryFailed    = "failed"
)

// Delivery is a message to a webhook, in the outbox or after.
type Delivery struct {
	ID         string // the message's, the same however often it is sent
	Webhook    string
	Event      string // "articles.updated"
	Collection string // id of the schema document; "" in a test
	Key        string
	Seq        int64 // of the change in the log
	At         time.Time
	Body       string
	State      string
	Tries      int64 // since it was put into the outbox, first or again
	Due        time.Time
	Done       time.Time // zero: it waits
}

// Attempt is one request to a webhook and its answer.
type Attempt struct {
	Number   int64 // counts from 1
	At       time.Time
	Duration time.Duration
	Status   int64  // 0: there was no answer
	Error    string // "": it was taken
	Request  string // headers, as JSON
	Response string // headers and the beginning of the body, as JSON
}

const deliveryColumns = "d.id, d.webhook, d.event, d.collection, d.key, d.seq, d.at, d.body, d.state, d.tries, d.due, d.done"

// InsertDelivery puts a message into the outbox unless it is there already.
func InsertDelivery(c db.Conn, d *Delivery) error {
	_, err := c.Exec("INSERT INTO couplet_webhook_deliveries (id, webhook, event, collection, key, seq, at, body, state, tries, due, done) "+
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (id) DO NOTHING",
		sqlb.T(d.ID), sqlb.T(d.Webhook), sqlb.T(d.Event), sqlb.T(d.Collection), sqlb.T(d.Key), sqlb.I(d.Seq), timeArg(d.At),
		sqlb.T(d.Body), sqlb.T(d.State), sqlb.I(d.Tries), timeArg(d.Due), timeArg(d.Done))
	return err
}

// DueDeliveries returns what is to be sent to a webhook now, at most limit: of each record the earliest change that
// waits, once it is due.
func DueDeliveries(c db.Conn, webhook string, now time.Time, limit int) ([]*Delivery, error) {
	return deliveries(c, "WHERE d.webhook = $1 AND d.state = 'waiting' AND d.due <= $2 AND NOT EXISTS (SELECT 1 FROM couplet_webhook_deliveries AS e "+
		"WHERE e.webhook = d.webhook AND e.collection = d.collection AND e.key = d.key AND e.state = 'waiting' AND e.seq < d.seq) "+
		"ORDER BY d.due, d.seq LIMIT $3", sqlb.T(webhook), timeArg(now), sqlb.I(int64(limit)))
}

// NextDelivery returns when something becomes due after now; the zero time for never.
func NextDelivery(c db.Conn, now time.Time) (at time.Time, err error) {
	err = c.Query("SELECT min(d.due) FROM couplet_webhook_deliveries AS d JOIN couplet_webhooks AS w ON w.id = d.webhook "+
		"WHERE w.enabled = 1 AND d.state = 'waiting' AND d.due > $1", []sqlb.Arg{timeArg(now)}, func(r db.Row) error {
		at = rowTime(r, 0)
		return nil
	})
	return at, err
}

// DeliveryByID returns a webhook's delivery, or ErrNotFound.
func DeliveryByID(c db.Conn, webhook, id string) (*Delivery, error) {
	list, err := deliveries(c, "WHERE d.webhook = $1 AND d.id = $2", sqlb.T(webhook), sqlb.T(id))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ErrNotFound
	}
	return list[0], nil
}

// Deliveries returns a webhook's deliveries, the latest changes first, at most limit: those in a state ("" any), and
// after another one in this order (nil: from the first).
func Deliveries(c db.Conn, webhook, state string, after *Delivery, limit int) ([]*Delivery, error) {
	where, args := "WHERE d.webhook = $1", []sqlb.Arg{sqlb.T(webhook)}
	if state != "" {
		where += " AND d.state = $2"
		args = append(args, sqlb.T(state))
	}
	if after != nil {
		n := len(args)
		where += " AND (d.at, d.id) < ($" + itoa(n+1) + ", $" + itoa(n+2) + ")"
		args = append(args, timeArg(after.At), sqlb.T(after.ID))
	}
	args = append(args, sqlb.I(int64(limit)))
	return deliveries(c, where+" ORDER BY d.at DESC, d.id DESC LIMIT $"+itoa(len(args)), args...)
}

func deliveries(c db.Conn, where string, args ...sqlb.Arg) ([]*Delivery, error) {
	var list []*Delivery
	err := c.Query("SELECT "+deliveryColumns+" FROM couplet_webhook_deliveries AS d "+where, args, func(r db.Row) error {
		list = append(list, &Delivery{ID: r.Text(0), Webhook: r.Text(1), Event: r.Text(2), Collection: r.Text(3), Key: r.Text(4),
			Seq: r.Int(5), At: rowTime(r, 6), Body: r.Text(7), State: r.Text(8), Tries: r.Int(9), Due: rowTime(r, 10), Done: rowTime(r, 11)})
		return nil
	})
	return list, err
}

// Attempts returns the attempts of a delivery, the first first.
func Attempts(c db.Conn, delivery string) ([]*Attempt, error) {
	var list []*Attempt
	err := c.Query("SELECT number, at, duration, status, error, request, response FROM couplet_webhook_attempts WHERE delivery = $1 ORDER BY number",
		[]sqlb.Arg{sqlb.T(delivery)}, func(r db.Row) error {
			list = append(list, &Attempt{Number: r.Int(0), At: rowTime(r, 1), Duration: time.Duration(r.Int(2)) * time.Microsecond,
				Status: r.Int(3), Error: r.Text(4), Request: r.Text(5), Response: r.Text(6)})
			return nil
		})
	return list, err
}

// Attempted notes an attempt, whose number it gives, and what becomes of its delivery. A delivery that is gone by then
// stays gone.
func Attempted(c db.Conn, d *Delivery, a *Attempt) error {
	n, err := c.Exec("UPDATE couplet_webhook_deliveries SET state = $1, tries = $2, due = $3, done = $4 WHERE id = $5",
		sqlb.T(d.State), sqlb.I(d.Tries), timeArg(d.Due), timeArg(d.Done), sqlb.T(d.ID))
	if err != nil || n == 0 {
		return err
	}
	err = c.Query("SELECT coalesce(max(number), 0) + 1 FROM couplet_webhook_attempts WHERE delivery = $1", []sqlb.Arg{sqlb.T(d.ID)}, func(r db.Row) error {
		a.Number = r.Int(0)
		return nil
	})
	if err != nil {
		return err
	}
	status := sqlb.Arg{Type: sqlb.IntType}
	if a.Status != 0 {
		status = sqlb.I(a.Status)
	}
	_, err = c.Exec("INSERT INTO couplet_webhook_attempts (delivery, number, at, duration, status, error, request, response) "+
		"VALUES ($1, $2, $3, $4, $5, $6, $7, $8)", sqlb.T(d.ID), sqlb.I(a.Number), timeArg(a.At), sqlb.I(a.Duration.Microseconds()),
		status, optionalText(cleanText(a.Error)), sqlb.T(a.Request), sqlb.T(a.Response))
	return err
}

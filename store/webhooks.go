package store

import (
	"encoding/json"
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// Webhook is somebody outside who is told of changes.
type Webhook struct {
	ID            string
	Name          string
	URL           string
	User          string // the key of the user whose sight decides what is sent
	Events        []WebhookEvent
	Enabled       bool
	Notice        string // why Couplet turned it off; "" where it did not
	Secret        string // whsec_…, which signs
	Previous      string // the secret before, which signs beside it until PreviousUntil
	PreviousUntil time.Time
	Created       time.Time
}

// WebhookEvent is what a webhook is told of one collection.
type WebhookEvent struct {
	Collection string   `json:"collection"` // id of the schema document
	Operations []string `json:"operations"` // OpCreate, OpUpdate, OpDelete
	Filter     string   `json:"filter,omitempty"`
	Fields     []string `json:"fields,omitempty"` // ids, a key without one by name; none: all that the user may read
}

const webhookColumns = "id, name, url, user_key, events, enabled, notice, secret, previous, previous_until, created"

// Webhooks returns every webhook, the oldest first.
func Webhooks(c db.Conn) ([]*Webhook, error) { return webhooks(c, "ORDER BY created, id") }

// WebhookByID returns a webhook, or ErrNotFound.
func WebhookByID(c db.Conn, id string) (*Webhook, error) {
	list, err := webhooks(c, "WHERE id = $1", sqlb.T(id))
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ErrNotFound
	}
	return list[0], nil
}

func webhooks(c db.Conn, where string, args ...sqlb.Arg) ([]*Webhook, error) {
	var list []*Webhook
	err := c.Query("SELECT "+webhookColumns+" FROM couplet_webhooks "+where, args, func(r db.Row) error {
		w := &Webhook{ID: r.Text(0), Name: r.Text(1), URL: r.Text(2), User: r.Text(3), Enabled: r.Int(5) != 0, Notice: r.Text(6),
			Secret: r.Text(7), Previous: r.Text(8), PreviousUntil: rowTime(r, 9), Created: rowTime(r, 10)}
		list = append(list, w)
		return json.Unmarshal([]byte(r.Text(4)), &w.Events)
	})
	return list, err
}

// SaveWebhook stores a webhook in the place of the one with its id, where there is one.
func SaveWebhook(c db.Conn, w *Webhook) error {
	events, err := json.Marshal(w.Events)
	if err != nil {
		return err
	}
	_, err = c.Exec("INSERT INTO couplet_webhooks ("+webhookColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) "+
		"ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url, user_key = excluded.user_key, events = excluded.events, "+
		"enabled = excluded.enabled, notice = excluded.notice, secret = excluded.secret, previous = excluded.previous, "+
		"previous_until = excluded.previous_until",
		sqlb.T(w.ID), sqlb.T(w.Name), sqlb.T(w.URL), sqlb.T(w.User), sqlb.T(string(events)), flag(w.Enabled), sqlb.T(w.Notice),
		sqlb.T(w.Secret), optionalText(w.Previous), timeArg(w.PreviousUntil), timeArg(w.Created))
	return err
}

// DisableWebhook turns a webhook off and says why. It reports whether it was on.
func DisableWebhook(c db.Conn, id, notice string) (bool, error) {
	n, err := c.Exec("UPDATE couplet_webhooks SET enabled = 0, notice = $1 WHERE id = $2 AND enabled = 1", sqlb.T(notice), sqlb.T(id))
	return n > 0, err
}

// DeleteWebhook deletes a webhook with all that was sent to it. It reports whether there was one.
func DeleteWebhook(c db.Conn, id string) (bool, error) {
	for _, sql := range []string{
		"DELETE FROM couplet_webhook_attempts WHERE delivery IN (SELECT id FROM couplet_webhook_deliveries WHERE webhook = $1)",
		"DELETE FROM couplet_webhook_deliveries WHERE webhook = $1",
	} {
		if _, err := c.Exec(sql, sqlb.T(id)); err != nil {
			return false, err
		}
	}
	n, err := c.Exec("DELETE FROM couplet_webhooks WHERE id = $1", sqlb.T(id))
	return n > 0, err
}

// webhooksPlace is under which name the place in the feed is kept up to which webhooks have their messages.
const webhooksPlace = "webhooks"

// WebhooksPlace returns the place in the feed up to which webhooks have their messages.
func WebhooksPlace(c db.Conn) (at Place, err error) {
	err = c.Query("SELECT value FROM couplet_meta WHERE name = $1", []sqlb.Arg{sqlb.T(webhooksPlace)}, func(r db.Row) error {
		at, err = ParsePlace(r.Text(0))
		return err
	})
	return at, err
}

// MoveWebhooksPlace keeps another place. What one names beyond what can be read again is told once more.
func MoveWebhooksPlace(c db.Conn, to Place) error {
	if len(to.beyond) > maxBeyond {
		to.beyond = nil
	}
	_, err := c.Exec("INSERT INTO couplet_meta (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
		sqlb.T(webhooksPlace), sqlb.T(to.String()))
	return err
}

// flag is a boolean of a system table.
func flag(b bool) sqlb.Arg {
	if b {
		return sqlb.I(1)
	}
	return sqlb.I(0)
}

package api

import (
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

var deliveryStates = []string{store.DeliveryWaiting, store.DeliveryDelivered, store.DeliveryFailed}

// deliveryBody is a message to a webhook; in lists without message and attempts.
type deliveryBody struct {
	ID       string          `json:"id" doc:"The webhook-id of every request of it."`
	Type     string          `json:"type"`
	Key      string          `json:"key"`
	Time     time.Time       `json:"time" doc:"Of the change."`
	State    string          `json:"state" openapi:"enum=waiting|delivered|failed"`
	Tries    int64           `json:"tries"`
	Next     *time.Time      `json:"next" doc:"When it is tried again."`
	Done     *time.Time      `json:"done"`
	Message  json.RawMessage `json:"message,omitempty"`
	Attempts []attemptBody   `json:"attempts,omitempty"`
}

// attemptBody is one request and its answer.
type attemptBody struct {
	Number   int64           `json:"number"`
	Time     time.Time       `json:"time"`
	Duration float64         `json:"duration" doc:"Seconds."`
	Status   *int64          `json:"status"`
	Error    string          `json:"error" words:"say"`
	Request  json.RawMessage `json:"request"`
	Response json.RawMessage `json:"response"`
}

type deliveriesBody struct {
	Results []deliveryBody `json:"results"`
	Next    *string        `json:"next"`
}

type replayRequest struct {
	From  *time.Time `json:"from"`
	To    *time.Time `json:"to" openapi:"optional" doc:"Default: now."`
	State string     `json:"state" openapi:"optional,enum=failed|delivered" doc:"Default: failed."`
}

type replayBody struct {
	Deliveries int64 `json:"deliveries" doc:"How many will be sent again."`
}

func newDelivery(d *store.Delivery) deliveryBody {
	b := deliveryBody{ID: d.ID, Type: d.Event, Key: d.Key, Time: d.At, State: d.State, Tries: d.Tries}
	if d.State == store.DeliveryWaiting {
		b.Next = &d.Due
	} else {
		b.Done = &d.Done
	}
	return b
}

func newAttempt(a *store.Attempt) attemptBody {
	b := attemptBody{Number: a.Number, Time: a.At, Duration: a.Duration.Seconds(), Error: a.Error, Request: json.RawMessage(a.Request), Response: json.RawMessage(a.Response)}
	if a.Status != 0 {
		b.Status = &a.Status
	}
	return b
}

// Sizes of a page of deliveries or runs.
const (
	usualPage = 50
	maxPage   = 500
)

func (c *Call) listDeliveries() (any, error) {
	state, limit, err := c.deliveryPage()
	if err != nil {
		return nil, err
	}
	id, after := c.Params["id"], c.params.Get("after")
	var list []*store.Delivery
	err = c.API.Auth.Read(c.Context(), func(conn db.Conn) error {
		if _, err := store.WebhookByID(conn, id); err != nil {
			return err
		}
		var last *store.Delivery
		if after != "" {
			if last, err = store.DeliveryByID(conn, id, after); errors.Is(err, store.ErrNotFound) {
				return rest.FieldError("after", "This is not the next of a page.", "invalid")
			} else if err != nil {
				return err
			}
		}
		list, err = store.Deliveries(conn, id, state, last, limit+1)
		return err
	})
	if err != nil {
		return nil, webhookError(err)
	}
	out := deliveriesBody{Results: []deliveryBody{}}
	if len(list) > limit {
		list = list[:limit]
		out.Next = &list[limit-1].ID
	}
	for _, d := range list {
		out.Results = append(out.Results, newDelivery(d))
	}
	return out, nil
}

func (c *Call) deliveryPage() (state string, limit int, err error) {
	if _, err = c.parameters(); err != nil {
		return "", 0, err
	}
	state = c.params.Get("state")
	if state != "" && !slices.Contains(deliveryStates, state) {
		return "", 0, rest.Validation(rest.FieldError("state", "This is waiting, delivered or failed.", "invalid_choice"))
	}
	limit, err = c.limit(usualPage, maxPage)
	return state, limit, err
}

func (c *Call) readDelivery() (any, error) {
	var d *store.Delivery
	var attempts []*store.Attempt
	err := c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		if d, err = store.DeliveryByID(conn, c.Params["id"], c.Params["delivery"]); err != nil {
			return err
		}
		attempts, err = store.Attempts(conn, d.ID)
		return err
	})
	if err != nil {
		return nil, webhookError(err)
	}
	return wholeDelivery(d, attempts), nil
}

func wholeDelivery(d *store.Delivery, attempts []*store.Attempt) deliveryBody {
	b := newDelivery(d)
	b.Message = json.RawMessage(d.Body)
	for _, a := range attempts {
		b.Attempts = append(b.Attempts, newAttempt(a))
	}
	return b
}

func (c *Call) replayDelivery() (any, error) {
	id, delivery := c.Params["id"], c.Params["delivery"]
	err := c.API.Webhooks.Replay(c.Context(), id, delivery)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	body, missing := c.readDelivery()
	if missing == nil && err != nil {
		return nil, &rest.APIError{Status: 409, Code: "waiting", Detail: "This delivery waits to be sent already."}
	}
	return body, missing
}

func (c *Call) replayWebhook() (any, error) {
	var in replayRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	state, to := in.State, c.API.Webhooks.Now()
	set(&to, in.To)
	if state == "" {
		state = store.DeliveryFailed
	}
	errs := &rest.Errors{}
	if in.From == nil {
		errs.Put("from", rest.Fail("This field is required.", "required"))
	} else if !in.From.Before(to) {
		errs.Put("to", rest.Fail("This is not after from.", "invalid"))
	}
	if state != store.DeliveryFailed && state != store.DeliveryDelivered {
		errs.Put("state", rest.Fail("This is failed or delivered.", "invalid_choice"))
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	if _, err := c.API.Webhooks.Get(c.Context(), c.Params["id"]); err != nil {
		return nil, webhookError(err)
	}
	n, err := c.API.Webhooks.ReplayRange(c.Context(), c.Params["id"], state, *in.From, to)
	return replayBody{n}, err
}

func (c *Call) testWebhook() (any, error) {
	w, err := c.API.Webhooks.Get(c.Context(), c.Params["id"])
	if err != nil {
		return nil, webhookError(err)
	}
	d, a, err := c.API.Webhooks.Test(c.Context(), w)
	if err != nil {
		return nil, err
	}
	return wholeDelivery(d, []*store.Attempt{a}), nil
}

package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/webhooks"
	"github.com/couplet/couplet/store"
)

// webhookBody is a webhook without its secret.
type webhookBody struct {
	ID      string           `json:"id"`
	Name    string           `json:"name"`
	URL     string           `json:"url"`
	User    string           `json:"user"`
	Events  []webhooks.Event `json:"events"`
	Enabled bool             `json:"enabled"`
	Notice  string           `json:"notice" words:"say" doc:"Why Couplet turned it off."`
	Rotated *time.Time       `json:"old_secret_until" doc:"Until when the secret before signs, too."`
	Created time.Time        `json:"created"`
}

// webhookSecret is a webhook with its secret, which is told this once.
type webhookSecret struct {
	webhookBody
	Secret string `json:"secret"`
}

// webhookRequest makes a webhook, or changes what it names of one.
type webhookRequest struct {
	Name    *string           `json:"name" openapi:"optional"`
	URL     *string           `json:"url" openapi:"optional"`
	User    *string           `json:"user" openapi:"optional" doc:"The key of the user whose sight decides what is sent. Default: the caller."`
	Events  *[]webhooks.Event `json:"events" openapi:"optional"`
	Enabled *bool             `json:"enabled" openapi:"optional" doc:"Default: true."`
}

type rotateRequest struct {
	Overlap *int `json:"overlap" openapi:"optional" doc:"For how many hours the old secret signs, too: 0 to 168. Default: 24."`
}

// webhookOperations lists the system API's part about webhooks.
func (a *API) webhookOperations() []operation {
	one := "webhooks/{id}/"
	op := func(method, path, summary string, in, out any, handle func(*Call) (any, error), errors ...int) operation {
		return super(operation{handle: handle, Operation: openapi.Operation{
			Method: method, Path: systemPrefix + path, Summary: summary, Request: in, Response: out, Errors: errors,
		}})
	}
	create := op("POST", "webhooks/", "Make a webhook; the answer tells its secret, once", webhookRequest{}, webhookSecret{}, (*Call).createWebhook, 400)
	create.Status = http.StatusCreated
	list := op("GET", one+"deliveries/", "What was sent, the latest changes first", nil, deliveriesBody{}, (*Call).listDeliveries, 400, 404)
	list.Parameters = []openapi.Parameter{
		{Name: "state", Enum: deliveryStates}, {Name: "limit", Type: "integer", Description: "1 to 500; 50."},
		{Name: "after", Description: "The next of the page before."},
	}
	return []operation{
		op("GET", "webhooks/", "Every webhook", nil, []webhookBody{}, (*Call).listWebhooks),
		create,
		op("GET", one, "A webhook", nil, webhookBody{}, (*Call).readWebhook, 404),
		op("PATCH", one, "Change a webhook", webhookRequest{}, webhookBody{}, (*Call).changeWebhook, 400, 404),
		op("DELETE", one, "Delete a webhook with its deliveries", nil, nil, (*Call).deleteWebhook, 404),
		op("POST", one+"secret/", "Give a webhook a new secret; the answer tells it, once", rotateRequest{}, webhookSecret{}, (*Call).rotateWebhook, 400, 404),
		op("POST", one+"test/", "Send a message of the type webhook.test now", nil, deliveryBody{}, (*Call).testWebhook, 404),
		op("POST", one+"replay/", "Send what told of changes in a range of time again", replayRequest{}, replayBody{}, (*Call).replayWebhook, 400, 404),
		list,
		op("GET", one+"deliveries/{delivery}/", "A delivery with its requests and answers", nil, deliveryBody{}, (*Call).readDelivery, 404),
		op("POST", one+"deliveries/{delivery}/replay/", "Send a delivery again", nil, deliveryBody{}, (*Call).replayDelivery, 404, 409),
	}
}

func (c *Call) webhookBody(w *store.Webhook) webhookBody {
	b := webhookBody{
		ID: w.ID, Name: w.Name, URL: w.URL, User: w.User, Events: c.API.Webhooks.Events(w), Enabled: w.Enabled, Notice: w.Notice, Created: w.Created,
	}
	if w.Previous != "" && w.PreviousUntil.After(c.API.Webhooks.Now()) {
		b.Rotated = &w.PreviousUntil
	}
	return b
}

// webhookError words what went wrong with a webhook.
func webhookError(err error) error {
	var wrong *rest.Errors
	switch {
	case errors.Is(err, store.ErrNotFound):
		return rest.NotFound("")
	case errors.As(err, &wrong):
		return rest.Validation(wrong)
	}
	return err
}

func (c *Call) listWebhooks() (any, error) {
	list, err := c.API.Webhooks.List(c.Context())
	out := []webhookBody{}
	for _, w := range list {
		out = append(out, c.webhookBody(w))
	}
	return out, err
}

func (c *Call) createWebhook() (any, error) {
	var in webhookRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	want := webhooks.Spec{User: c.userID(), Enabled: true}
	in.edit(&want)
	w, err := c.API.Webhooks.Create(c.Context(), want)
	if err != nil {
		return nil, webhookError(err)
	}
	return webhookSecret{c.webhookBody(w), w.Secret}, nil
}

// edit puts what a request names into a webhook.
func (in *webhookRequest) edit(s *webhooks.Spec) {
	set(&s.Name, in.Name)
	set(&s.URL, in.URL)
	set(&s.User, in.User)
	set(&s.Events, in.Events)
	set(&s.Enabled, in.Enabled)
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (c *Call) readWebhook() (any, error) {
	w, err := c.API.Webhooks.Get(c.Context(), c.Params["id"])
	if err != nil {
		return nil, webhookError(err)
	}
	return c.webhookBody(w), nil
}

func (c *Call) changeWebhook() (any, error) {
	var in webhookRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	w, err := c.API.Webhooks.Change(c.Context(), c.Params["id"], in.edit)
	if err != nil {
		return nil, webhookError(err)
	}
	return c.webhookBody(w), nil
}

func (c *Call) deleteWebhook() (any, error) {
	if err := c.API.Webhooks.Delete(c.Context(), c.Params["id"]); err != nil {
		return nil, webhookError(err)
	}
	return &Answer{Status: http.StatusNoContent}, nil
}

// The hours for which an old secret signs beside the new one.
const (
	usualOverlap = 24
	maxOverlap   = 168
)

func (c *Call) rotateWebhook() (any, error) {
	var in rotateRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	hours := usualOverlap
	set(&hours, in.Overlap)
	if hours < 0 || hours > maxOverlap {
		return nil, rest.Validation(rest.FieldError("overlap", "This must be 0 to 168 hours.", "invalid"))
	}
	w, err := c.API.Webhooks.Rotate(c.Context(), c.Params["id"], time.Duration(hours)*time.Hour)
	if err != nil {
		return nil, webhookError(err)
	}
	return webhookSecret{c.webhookBody(w), w.Secret}, nil
}

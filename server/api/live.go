package api

import (
	"net/http"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
)

// ticketBody is what a browser puts into the address of /api/live/, where it can send no header.
type ticketBody struct {
	Ticket    string `json:"ticket"`
	ExpiresIn int    `json:"expires_in"` // seconds
}

// liveTicket makes a ticket that stands for the credentials of the request.
func (c *Call) liveTicket() (any, error) {
	kept, err := c.API.Auth.Keep(c.Context(), c.authRequest(), LiveClasses)
	if err != nil {
		return nil, err
	}
	text := c.API.Auth.Ticket(kept)
	if text == "" {
		return nil, rest.Throttled(auth.TicketLife)
	}
	return ticketBody{text, int(auth.TicketLife.Seconds())}, nil
}

func (c *Call) liveFrames() (any, error) {
	return &Answer{Status: http.StatusOK, Body: openapi.LiveFrames, Type: "application/schema+json"}, nil
}

// liveBody is the answer of a long-poll.
type liveBody struct {
	Cursor   string           `json:"cursor"`
	Messages []map[string]any `json:"messages"`
}

// liveOperation describes what /api/live/ is to a client without WebSocket.
var liveOperation = openapi.Operation{
	Method: http.MethodGet, Path: prefix + "live/", ID: "live", Open: true, Response: liveBody{}, Errors: []int{400, 403, 404, 429},
	Summary: "Live updates: a WebSocket, an event stream (Accept: text/event-stream), or a long-poll",
	Parameters: []openapi.Parameter{
		{Name: "subscribe", Required: true, Description: "The path of a list or record, with its query string; may be given several times."},
		{Name: "cursor", Description: "The cursor of the last message; without one the answer begins with snapshots."},
		{Name: "wait", Description: "How many seconds a long-poll waits for something to tell: 25 at most, and the default."},
		{Name: "ticket", Description: "A ticket of /api/_/live/ticket/ in the place of other credentials."},
	},
}

// AuthRequest is what authentication reads of a request. It is good until the request ends.
func (a *API) AuthRequest(c fiber.Ctx) *auth.Request { return a.newCall(c, &View{}).authRequest() }

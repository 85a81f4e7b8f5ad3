package live

import (
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/words"
)

// Serve answers /api/live/: with a WebSocket where the client asks for one, an event stream where it accepts that, else
// as a long-poll.
func (h *Hub) Serve(c fiber.Ctx) error {
	err := h.serve(c)
	if err != nil {
		return h.Fail(c, err)
	}
	return nil
}

func (h *Hub) serve(c fiber.Ctx) error {
	if c.Method() != fiber.MethodGet {
		c.Set("Allow", "GET")
		return rest.MethodNotAllowed(c.Method())
	}
	upgrade := strings.EqualFold(c.Get("Upgrade"), "websocket")
	kept, err := h.identify(c, upgrade)
	if err != nil {
		return err
	}
	if upgrade {
		if err := checkHandshake(c); err != nil {
			return err
		}
	}
	conn, err := h.admit(kept, c.Scheme()+"://"+c.Host(), clientOf(c, upgrade))
	if err != nil {
		return err
	}
	conn.language = words.Preferred(c.Get("Accept-Language"))
	if upgrade {
		h.upgrade(c, conn)
		return nil
	}
	if err := h.request(c, conn); err != nil {
		h.remove(conn)
		return err
	}
	return nil
}

// identify finds out who connects. A WebSocket is not bound by what browsers allow pages of other origins, so its origin
// must be our own or one that CORS allows, and cookies count only from those that may use them.
func (h *Hub) identify(c fiber.Ctx, upgrade bool) (*auth.Kept, error) {
	r := h.Request(c)
	r.Method = fiber.MethodGet
	if upgrade && !h.Auth.OwnOrigin(r) {
		if !slices.Contains(h.Store.Schema().Settings.CORS.AllowedOrigins, r.Origin) {
			return nil, rest.PermissionDenied("Pages of " + r.Origin + " may not connect. Add the origin to cors.allowed_origins, or start the server with --trusted-origins.")
		}
		r.Cookie = nil
	}
	if t := c.Query("ticket"); t != "" {
		return h.Auth.Redeem(c.Context(), t)
	}
	return h.Auth.Keep(c.Context(), r, h.Classes)
}

// request answers a client without a WebSocket, whose subscriptions are in the query string.
func (h *Hub) request(c fiber.Ctx, conn *conn) error {
	params, err := rest.ParseParams(string(c.Request().URI().QueryString()))
	if err != nil {
		return err
	}
	paths := params.All("subscribe")
	if len(paths) == 0 {
		return rest.Validation(rest.FieldError("subscribe", "Name the path of a list or record.", "required"))
	}
	stream := strings.Contains(c.Get("Accept"), "text/event-stream")
	if !stream && slices.ContainsFunc(paths, passing) {
		return rest.Validation(rest.FieldError("subscribe", "Presence and topics are told over a WebSocket or an event stream (Accept: text/event-stream) only.", "invalid"))
	}
	wait, err := waitOf(params)
	if err != nil {
		return err
	}
	from := params.Get("cursor")
	if id := c.Get("Last-Event-ID"); id != "" && stream {
		from = id
	}
	var subs []*sub
	for _, path := range paths {
		s, err := conn.open(c.Context(), path, path)
		if err != nil {
			return err
		}
		if !passing(path) {
			subs = append(subs, s)
		}
	}
	if len(subs) > 0 {
		if err := h.begin(c.Context(), subs, from); err != nil {
			return err
		}
	}
	if stream {
		h.stream(c, conn)
		return nil
	}
	return h.poll(c, conn, wait)
}

// maxWait is how long a long-poll waits.
const maxWait = 25 * time.Second

func waitOf(params *rest.Params) (time.Duration, error) {
	text, given := params.Last("wait")
	if !given {
		return maxWait, nil
	}
	d, err := time.ParseDuration(text + "s")
	if err != nil || d < 0 || d > maxWait {
		return 0, rest.Validation(rest.FieldError("wait", "Enter a number of seconds from 0 to 25.", "invalid"))
	}
	return d, nil
}

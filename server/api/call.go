package api

import (
	"context"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/words"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/expr"
)

// Call is one request to a View.
type Call struct {
	API      *API
	View     *View
	Method   string
	Path     string            // percent-encoded in one way (rest.CanonicalPath), without the query
	Query    string            // raw
	Lookup   string            // what the path names a record by
	Params   map[string]string // of the path of an operation of the system API
	Format   string            // of a suffix: "json" in /articles.json
	Accepted rest.Accepted
	User     *access.User // nil: anonymous
	Identity auth.Identity
	Scope    *access.Scope
	fiber    fiber.Ctx
	compiled *compiled
	base     string
	language words.Language // that the client prefers; "" before it is asked for
	ip       string
	asks     auth.Request // what programRequest returned last
	params   *rest.Params
	coming   coming    // in a batch
	claims   *claims   // of uploads; nil in a request that writes nothing
	watching *watching // in the place of fiber, for a subscription
}

// OriginalMethod is the user value of a request whose method is none that the HTTP server knows.
const OriginalMethod = "couplet.method"

// methodOf is the request's method as it was sent.
func methodOf(c fiber.Ctx) string {
	if name, ok := c.RequestCtx().UserValue(OriginalMethod).(string); ok {
		return name
	}
	return c.Method()
}

func (a *API) newCall(c fiber.Ctx, v *View) *Call {
	return a.newCallTo(c, v, string(c.Request().URI().PathOriginal()))
}

// newCallTo is newCall where the path was read already.
func (a *API) newCallTo(c fiber.Ctx, v *View, path string) *Call {
	call := &Call{
		API: a, View: v, Method: methodOf(c), Path: path, Query: string(c.Request().URI().QueryString()),
		fiber: c, compiled: a.current(),
	}
	if call.Method != "GET" && call.Method != "HEAD" {
		call.claims = &claims{call: call}
	}
	first := call.renderers()[0] // until something is negotiated, and where nothing is acceptable
	call.Accepted = rest.Accepted{Renderer: first, MediaType: first.MediaType}
	return call
}

// Context ends with the request's deadline.
func (c *Call) Context() context.Context {
	if c.watching != nil {
		return c.watching.ctx
	}
	return c.fiber.Context()
}

// Base is the scheme and host that links in the answer begin with.
func (c *Call) Base() string {
	if c.base == "" {
		c.base = c.fiber.Scheme() + "://" + c.fiber.Host()
	}
	return c.base
}

// parameters returns the query string's parameters.
func (c *Call) parameters() (*rest.Params, error) {
	if c.params == nil {
		p, err := rest.ParseParams(c.Query)
		if err != nil {
			return nil, err
		}
		c.params = p
	}
	return c.params, nil
}

// linkQuery is what links keep of the query string: the format, empty or not (DRF: preserve_builtin_query_params).
func (c *Call) linkQuery() string {
	format, found := c.params.Last("format")
	if !found {
		return ""
	}
	return "?format=" + url.QueryEscape(format)
}

// accept returns the Accept header. Where there is one without content, nothing is acceptable, as in DRF.
func (c *Call) accept() string {
	accept := c.Header("Accept")
	if accept == "" && len(c.fiber.Request().Header.PeekAll("Accept")) > 0 {
		return ","
	}
	return accept
}

// selection is what the client asks for with fields, omit and expand.
func (c *Call) selection() rest.Selection {
	return rest.NewSelection(c.params.Get("fields"), c.params.Get("omit"), c.params.Get("expand"))
}

// Header returns a request header.
func (c *Call) Header(name string) string { return c.fiber.Get(name) }

// Language is the language in which messages are for the client.
func (c *Call) Language() words.Language {
	if c.language == "" {
		c.language = words.Preferred(c.Header("Accept-Language"))
	}
	return c.language
}

func (c *Call) renderers() []rest.Renderer {
	if c.View.Renderers != nil {
		return c.View.Renderers
	}
	return rest.Renderers
}

// negotiate chooses the form of the answer.
func (c *Call) negotiate() error {
	format := c.Format
	params, err := c.parameters()
	if err != nil {
		return err
	}
	if c.View.File != nil && c.View.File(params) {
		return nil
	}
	if format == "" {
		format = params.Get("format")
	}
	accepted, refused := rest.Negotiate(c.renderers(), format, c.accept())
	if refused != nil {
		return refused
	}
	c.Accepted = accepted
	return nil
}

func (c *Call) classes() []string {
	if c.View.Authentication != nil {
		return c.View.Authentication
	}
	return c.compiled.state.Schema.Settings.Authentication
}

// authenticate finds out who asks, and what he may do.
func (c *Call) authenticate() error {
	if c.withoutCredentials() {
		c.Scope = c.scopeOf(nil)
		return nil
	}
	r := c.authRequest
	if len(c.fiber.Request().Header.Peek("Cookie")) == 0 {
		r = c.programRequest
	}
	id, err := c.API.Auth.Authenticate(c.Context(), r(), c.classes())
	if err != nil {
		return err
	}
	c.Identity, c.User = id, id.User
	c.Scope = c.scopeOf(c.User)
	if len(id.Scopes) > 0 {
		c.Scope = c.Scope.Narrow(id.Allows)
	}
	return nil
}

// withoutCredentials reports whether the request holds nothing that any class looks at: the quick way of most reads.
func (c *Call) withoutCredentials() bool {
	h := &c.fiber.Request().Header
	return len(h.Peek("Authorization")) == 0 && len(h.Peek("Cookie")) == 0 && len(h.Peek("X-API-Key")) == 0
}

// scopeOf is the rights of a user, or of the anonymous visitor, in this request.
func (c *Call) scopeOf(u *access.User) *access.Scope {
	return c.compiled.state.Policy.Scope(u, c.API.Store.Now(), expr.Request{Method: c.Method, IP: c.IP()})
}

// IP is the address that the request comes from.
func (c *Call) IP() string {
	if c.ip == "" {
		c.ip = addressOf(c.fiber)
	}
	return c.ip
}

// addressOf asks the connection, which knows once for all requests, unless others speak through it.
func addressOf(c fiber.Ctx) string {
	if conn, ok := Beneath[client](c.RequestCtx().Conn()); ok && conn.Peer() != "" {
		return conn.Peer()
	}
	return c.IP()
}

// authRequest is what authentication reads of the request.
func (c *Call) authRequest() *auth.Request {
	f, r := c.fiber, c.programRequest()
	r.Origin, r.Referer, r.CSRFToken = f.Get("Origin"), f.Get("Referer"), f.Get("X-CSRFToken")
	r.Host, r.Secure = f.Host(), f.Scheme() == "https"
	r.Cookie, r.FormToken = func(name string) string { return f.Cookies(name) }, c.formToken
	return r
}

// programRequest is what authentication reads of a request without cookies: nothing that only browsers send.
func (c *Call) programRequest() *auth.Request {
	header := c.authorization()
	c.asks = auth.Request{
		Method: c.Method, Authorization: header, HasAuth: header != "",
		APIKey: c.fiber.Get("X-API-Key"), IP: c.IP(),
	}
	return &c.asks
}

// authorization returns the Authorization header.
func (c *Call) authorization() string {
	header := c.fiber.Request().Header.Peek("Authorization")
	if conn, ok := Beneath[client](c.fiber.RequestCtx().Conn()); ok && len(header) > 0 {
		return conn.Text(header)
	}
	return string(header)
}

// origin says in the change log who wrote by which door.
func (c *Call) origin(via string) store.Origin {
	o := store.Origin{Scope: c.Scope, Via: via}
	if c.User != nil {
		o.Actor = c.API.Store.Schema().Users().Key.Type.String(c.User.Key)
	}
	return o
}

// denied is the answer to a request without the right: 401 for the anonymous where the first class has a challenge.
func (c *Call) denied() *rest.APIError {
	if c.User == nil {
		return rest.NotAuthenticated(auth.Challenge(c.classes()))
	}
	return rest.PermissionDenied("")
}

// superuser reports whether the caller may do everything: a key with scopes may not, whoever's it is.
func (c *Call) superuser() bool { return c.User != nil && c.User.Superuser && !c.Scope.Narrowed() }

// formToken returns the CSRF token of a form's body.
func (c *Call) formToken() string {
	r := c.fiber.Request()
	n := r.Header.ContentLength()
	if !strings.HasPrefix(string(r.Header.ContentType()), "application/x-www-form-urlencoded") || n < 0 || n > rest.MaxBody {
		return ""
	}
	form, err := rest.ParseForm(r.Body())
	if err != nil {
		return ""
	}
	return form.Last(auth.CSRFFormField).Text
}

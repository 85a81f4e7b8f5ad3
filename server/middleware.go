package server

import (
	"bytes"
	"net"
	"net/url"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v3"
	"github.com/valyala/fasthttp"

	"github.com/couplet/couplet/server/api"
	"github.com/couplet/couplet/server/observe"
	"github.com/couplet/couplet/server/rest"
)

// noContent is the Content-Security-Policy of answers that are no page: whatever a browser takes them for, nothing in
// them runs. Pages have one of their own.
const noContent = "default-src 'none'; frame-ancestors 'none'"

// frame gives every request its id, its deadline and the headers that every answer has, as Django's SecurityMiddleware
// and XFrameOptionsMiddleware do.
func (s *Server) frame(c fiber.Ctx) (err error) {
	start, id := time.Now(), s.requestID(c)
	ctx := &deadline{at: start.Add(requestTime)}
	defer ctx.end()
	c.SetContext(observe.WithRequest(ctx, id))
	defer func() { s.answered(c, id, start) }()
	header := &c.Response().Header
	header.SetCanonical(requestIDHeader, []byte(id))
	for _, h := range securityHeaders {
		header.SetCanonical(h[0], h[1])
	}
	defer func() {
		if r := recover(); r != nil {
			s.config.Log.ErrorContext(c.Context(), "request panicked", "method", c.Method(), "path", c.Path(), "panic", r, "stack", string(debug.Stack()))
			err = s.api.Error(c, rest.Internal(nil))
		}
	}()
	if !s.allowedHost(c.Host()) {
		return s.api.Error(c, &rest.APIError{Status: 400, Code: "bad_host",
			Detail: "This server does not answer to that host name. Start it with --allowed-hosts or --public-url to add it."})
	}
	if err := c.Next(); err != nil {
		return s.api.Error(c, err)
	}
	return nil
}

var requestIDHeader = []byte("X-Request-Id")

// securityHeaders are those of every answer, their names in canonical form.
var securityHeaders = [][2][]byte{
	{[]byte("X-Frame-Options"), []byte("DENY")}, {[]byte("X-Content-Type-Options"), []byte("nosniff")},
	{[]byte("Referrer-Policy"), []byte("same-origin")}, {[]byte("Cross-Origin-Opener-Policy"), []byte("same-origin")},
	{[]byte("Content-Security-Policy"), []byte(noContent)},
}

// asDjango reads the request line as Django does. A method is upper-cased (browsers send fetch's "patch" as it is
// written), and one that HTTP does not know reaches the views, which refuse it as DRF does: Fiber would answer 501 before
// any handler, so it travels as TRACE, its own name kept aside. A path is decoded and encoded again in one way.
func asDjango(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if !ctx.IsGet() {
			methodAsDjango(ctx)
		}
		if path := ctx.Request.URI().PathOriginal(); bytes.IndexByte(path, '%') >= 0 {
			ctx.Request.URI().SetPath(rest.CanonicalPath(string(path)))
		}
		next(ctx)
	}
}

func methodAsDjango(ctx *fasthttp.RequestCtx) {
	name := strings.ToUpper(string(ctx.Method()))
	if !slices.Contains(fiber.DefaultMethods, name) {
		ctx.SetUserValue(api.OriginalMethod, name)
		name = fiber.MethodTrace
	}
	ctx.Request.Header.SetMethod(name)
}

// allowedHost reports whether a Host header names this server: loopback, the public URL, or a name that was allowed
// (Django's ALLOWED_HOSTS: ".example.com" matches below it, too).
func (s *Server) allowedHost(host string) bool {
	public := s.publicURL.Load()
	if last := s.lastHost.Load(); last != nil && last.host == host && last.public == public { // as most clients ask
		return true
	}
	if !s.allows(host) {
		return false
	}
	s.lastHost.Store(&hostCheck{host, public})
	return true
}

// hostCheck is the Host header that was allowed last, and the public URL of that time, which is a setting.
type hostCheck struct {
	host   string
	public *string
}

func (s *Server) allows(host string) bool {
	name := strings.ToLower(strings.TrimSuffix(hostname(host), "."))
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	if ip := net.ParseIP(name); ip != nil && ip.IsLoopback() {
		return true
	}
	if u, err := url.Parse(s.PublicURL()); err == nil && name != "" && strings.EqualFold(u.Hostname(), name) {
		return true
	}
	return slices.ContainsFunc(s.config.AllowedHosts, func(allowed string) bool {
		allowed = strings.ToLower(allowed)
		return allowed == "*" || allowed == name || strings.HasPrefix(allowed, ".") && (strings.HasSuffix(name, allowed) || name == allowed[1:])
	})
}

func hostname(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		return h
	}
	return strings.Trim(host, "[]")
}

// Header values of django-cors-headers.
const (
	corsMethods = "DELETE, GET, OPTIONS, PATCH, POST, PUT"
	corsHeaders = "accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with"
	corsMaxAge  = "86400"
)

// corsExtra are the headers of Couplet's own that a preflight request may ask for beside django-cors-headers' list.
var corsExtra = []string{"couplet-error-codes", "idempotency-key", "if-match", "if-none-match", "x-api-key"}

// corsExposed are the headers of the answer to a write that a page of another origin may read.
const corsExposed = "couplet-changeset, couplet-group, etag, idempotent-replayed"

// cors is django-cors-headers' CorsMiddleware: it answers preflight requests and marks the answers that a page of
// another origin may read.
func (s *Server) cors(c fiber.Ctx) error {
	options := c.Method() == "OPTIONS"
	preflight := options && len(c.Request().Header.PeekAll("Access-Control-Request-Method")) > 0
	settings := s.store.Schema().Settings.CORS
	allowed := allowedOrigin(settings.AllowedOrigins, c.Get("Origin"))
	if allowed == "" && !preflight {
		return c.Next()
	}
	if allowed != "" {
		c.Set("Access-Control-Allow-Origin", allowed)
		if settings.AllowCredentials {
			c.Set("Access-Control-Allow-Credentials", "true")
		}
	}
	if allowed != "" && options {
		c.Set("Access-Control-Allow-Headers", allowedHeaders(c.Get("Access-Control-Request-Headers")))
		c.Set("Access-Control-Allow-Methods", corsMethods)
		c.Set("Access-Control-Max-Age", corsMaxAge)
	}
	if !preflight {
		err := c.Next()
		if h := &c.Response().Header; allowed != "" && len(h.Peek("Couplet-Changeset"))+len(h.Peek("Couplet-Group")) > 0 {
			c.Set("Access-Control-Expose-Headers", corsExposed)
		}
		return err
	}
	c.Vary("origin")
	c.Set("Content-Type", "text/html; charset=utf-8")
	return c.Status(200).Send(nil)
}

// allowedOrigin is what Access-Control-Allow-Origin says to an Origin header: "*" where every origin is allowed, the
// header itself where its scheme and host are those of an allowed one, whatever follows them; otherwise "".
func allowedOrigin(origins []string, origin string) string {
	if origin == "" {
		return ""
	}
	u, err := url.Parse(origin)
	if err != nil {
		return ""
	}
	if slices.Contains(origins, "*") {
		return "*"
	}
	same := func(allowed string) bool {
		a, err := url.Parse(allowed)
		return err == nil && u.Host != "" && u.User == nil && a.Scheme == u.Scheme && a.Host == u.Host
	}
	if slices.ContainsFunc(origins, same) {
		return origin
	}
	return ""
}

func allowedHeaders(asked string) string {
	list := corsHeaders
	for h := range strings.SplitSeq(strings.ToLower(asked), ",") {
		if h = strings.TrimSpace(h); slices.Contains(corsExtra, h) {
			list += ", " + h
		}
	}
	return list
}

package api

import (
	"bytes"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/browse"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
)

// pageHeaders keep a page that knows a password or a key to itself.
var pageHeaders = [][2]string{
	{"Content-Type", "text/html; charset=utf-8"},
	{"Content-Security-Policy", browse.CSP},
	{"Referrer-Policy", "same-origin"}, {"Cache-Control", "no-store"},
}

// sendPage writes a page of accounts, whose message and errors are still in English, with further headers.
func (c *Call) sendPage(status int, p browse.Account, headers ...[2]string) error {
	f := c.fiber
	p.Language, p.Site, p.Home = c.Language(), c.compiled.state.Schema.Settings.Title, prefix
	p.Message = p.Say(p.Message)
	for i, text := range p.Errors {
		p.Errors[i] = p.Say(text)
	}
	var b bytes.Buffer
	if err := browse.RenderAccount(&b, &p); err != nil {
		return err
	}
	for _, h := range append(slices.Clone(pageHeaders), headers...) {
		if h[0] == "Set-Cookie" {
			f.Response().Header.Add(h[0], h[1])
			continue
		}
		f.Set(h[0], h[1])
	}
	f.Set("Content-Language", p.Language.String())
	f.Vary("Cookie", "Accept-Language")
	return f.Status(status).Send(b.Bytes())
}

// pageView is what a Call of a page belongs to: it is no API view, so nothing is negotiated.
var pageView = &View{Name: "Account", Methods: []string{"GET", "POST"}, Authentication: noAuthentication}

// pageCall begins a page: only its methods are answered, and where protect is set unsafe ones only with a CSRF token.
// done says that the request was answered.
func (a *API) pageCall(f fiber.Ctx, protect bool, methods ...string) (c *Call, done bool, err error) {
	c = a.newCall(f, pageView)
	if err := c.authenticate(); err != nil {
		return c, true, a.Error(f, err)
	}
	if protect {
		if reason := auth.CheckCSRF(c.authRequest(), a.Auth.Trusted); reason != "" {
			return c, true, c.sendPage(403, browse.Account{Title: c.text("Forbidden (403)"), Errors: []string{"CSRF verification failed. Request aborted."}, Message: reason})
		}
	}
	if slices.Contains(methods, c.Method) || c.Method == "HEAD" && slices.Contains(methods, "GET") {
		return c, false, nil
	}
	f.Set("Allow", allowHeader(methods))
	if c.Method == "OPTIONS" {
		f.Set("Content-Type", "text/html; charset=utf-8")
		return c, true, f.Status(200).Send(nil)
	}
	return c, true, c.sendPage(405, browse.Account{Title: c.text("Method not allowed")})
}

// pageForm reads the fields of a page's form; anything that is no form has none.
func (c *Call) pageForm() (*rest.Form, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	body.Discard(true)
	if body.Node.Kind != rest.FormNode {
		return rest.NewForm(), nil
	}
	return body.Node.Form, nil
}

// csrfToken returns a masked token for a form, and the cookie that it belongs to.
func (c *Call) csrfToken() (string, [2]string) {
	secret, ok := auth.CSRFSecret(c.authRequest().Cookie(auth.CSRFCookie))
	if !ok {
		secret = auth.NewCSRFSecret()
	}
	return auth.MaskCSRF(secret), c.csrfCookie(secret)
}

// LoginPage is DRF's /api-auth/login/: a form that begins a browser session.
func (a *API) LoginPage(f fiber.Ctx) error {
	c, done, err := a.pageCall(f, true, "GET", "POST", "PUT")
	if done {
		return err
	}
	params, err := c.parameters()
	if err != nil {
		return a.Error(f, err)
	}
	p := browse.Account{Title: c.text("Log in"), Button: c.text("Log in"), Next: params.Get("next"), Fields: []browse.Field{
		{Name: "username", Label: c.text("Username"), Type: "text", Auto: "username"}, {Name: "password", Label: c.text("Password"), Type: "password", Auto: "current-password"},
	}}
	if c.Method != "GET" && c.Method != "HEAD" { // Django's forms take PUT as POST
		form, err := c.pageForm()
		if err != nil {
			return a.Error(f, err)
		}
		if form.Has("next") {
			p.Next = form.Last("next").Text
		}
		p.Fields[0].Value = form.Last("username").Text
		account, err := c.check(strings.TrimSpace(form.Last("username").Text), form.Last("password").Text)
		if err == nil {
			return c.beginSession(account, p.Next)
		}
		if p.Errors = loginProblem(err); p.Errors == nil {
			return a.Error(f, err)
		}
	}
	token, cookie := c.csrfToken()
	p.CSRF = token
	return c.sendPage(200, p, cookie)
}

// loginProblem words a refused log-in as Django's AuthenticationForm does; nil where the error is another one.
func loginProblem(err error) []string {
	switch {
	case errors.Is(err, auth.ErrCredentials):
		return []string{"Please enter a correct username and password. Note that both fields may be case-sensitive."}
	case errors.Is(err, errUnverified):
		return []string{"E-mail is not verified."}
	}
	return nil
}

// beginSession starts a session, with a new CSRF secret, and leads on.
func (c *Call) beginSession(account *auth.Account, next string) error {
	service, cookie := c.API.Auth, ""
	var login *store.Login
	_, err := service.Write(c.Context(), account.ID, func(tx *store.Tx) (err error) {
		if cookie, login, err = service.StartSession(tx.Conn, account, c.client()); err != nil {
			return err
		}
		return service.LoggedIn(tx, account)
	})
	if err != nil {
		return c.API.Error(c.fiber, err)
	}
	for _, h := range [][2]string{
		c.setCookie(service.Cookies.SessionName(c.secure()), cookie, login.Expires, false), c.csrfCookie(auth.NewCSRFSecret()),
	} {
		c.fiber.Response().Header.Add(h[0], h[1])
	}
	return c.leadTo(next)
}

func (c *Call) leadTo(next string) error {
	c.fiber.Set("Content-Type", "text/html; charset=utf-8")
	c.fiber.Set("Location", safeNext(next))
	c.fiber.Set("Cache-Control", "no-store")
	return c.fiber.Status(302).Send(nil)
}

// safeNext returns where to go after a log-in: a path of this site, never another one (Django's
// url_has_allowed_host_and_scheme).
func safeNext(next string) string {
	u, err := url.Parse(next)
	bad := func(r rune) bool { return r < ' ' || r == '\\' || r == 0x7f }
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsFunc(next, bad) {
		return prefix
	}
	return u.String()
}

// LogoutPage is DRF's /api-auth/logout/: it ends the browser session.
func (a *API) LogoutPage(f fiber.Ctx) error {
	c, done, err := a.pageCall(f, true, "POST")
	if done {
		return err
	}
	if _, err := c.endSession(c.authRequest()); err != nil {
		return a.Error(f, err)
	}
	form, err := c.pageForm()
	if err != nil {
		return a.Error(f, err)
	}
	gone := c.setCookie(a.Auth.Cookies.SessionName(c.secure()), "", a.Auth.Now(), false)
	next := form.Last("next").Text
	if next == "" {
		if params, err := c.parameters(); err == nil {
			next = params.Get("next")
		}
	}
	if next != "" {
		f.Response().Header.Add(gone[0], gone[1])
		return c.leadTo(next)
	}
	return c.sendPage(200, browse.Account{Title: c.text("Logged out"), Message: "Thanks for spending some quality time with the web site today."}, gone)
}

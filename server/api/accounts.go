package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/mail"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/value"
)

// noAuthentication are the classes of views that look at no credentials (authentication_classes = ()).
var noAuthentication = []string{}

// address is a fixed path and its view.
type address struct {
	path string
	view *View
}

// accountPaths lists the addresses of tokens and accounts. dj-rest-auth's take a missing slash, too.
func (a *API) accountPaths() []address {
	return slices.Concat(a.tokenPaths(), a.loginPaths(), a.userPaths(), a.passwordPaths(), a.registrationPaths(), a.sessionPaths(), a.keyPaths())
}

// mountAccounts mounts the addresses of tokens and accounts and the pages that go with them.
func (a *API) mountAccounts(app fiber.Router) {
	for _, p := range a.accountPaths() {
		a.mount(app, p.path, p.view)
		bare := strings.TrimSuffix(p.path, "/")
		if strings.HasPrefix(p.path, prefix+"auth/") {
			app.All(bare, a.Serve(p.view))
		} else {
			app.All(bare, a.slashed(bare))
		}
	}
	app.Get("/.well-known/jwks.json", a.JWKS)
	app.All("/api-auth/login/", a.LoginPage)
	app.All("/api-auth/login", a.slashed("/api-auth/login"))
	app.All("/api-auth/logout/", a.LogoutPage)
	app.All("/api-auth/logout", a.slashed("/api-auth/logout"))
	app.All("/account/reset/:uid/:token/", a.ResetPage)
	app.All("/account/verify-email/:key/", a.VerifyPage)
	app.All("/account/change-email/:key/", a.ChangeEmailPage)
}

// slashed leads from a fixed address without its slash to the one with it, where the project wants that.
func (a *API) slashed(bare string) fiber.Handler {
	return func(c fiber.Ctx) error {
		if !a.current().state.Schema.Settings.AppendSlash {
			return a.NotFound(c)
		}
		return appendSlash(c, bare)
	}
}

// formView is a view that takes a form by POST (DRF: GenericAPIView with a declared serializer).
func formView(name, description string, form *rest.PlainForm, handle func(*Call, *rest.PlainValues) (*Answer, error)) *View {
	return &View{
		Name: name, Description: description, Methods: []string{"POST"},
		Handle: func(c *Call) (*Answer, error) {
			values, err := c.form(form, false)
			if err != nil {
				return nil, err
			}
			return handle(c, values)
		},
		Metadata: func(_ *Call, info *rest.ViewInfo) error {
			info.Actions = form.AppendActions(nil, "POST")
			return nil
		},
	}
}

// with sets the authentication classes and the permission of a view.
func (v *View) with(classes []string, permission func(*Call) *rest.APIError) *View {
	v.Authentication, v.Permission = classes, permission
	return v
}

// signedIn is IsAuthenticated, for endpoints about the account itself: an API key needs the scope for it.
func signedIn(c *Call) *rest.APIError {
	if c.User == nil {
		return c.denied()
	}
	if !c.Identity.AllowsAccount() {
		return rest.PermissionDenied("This API key has no access to account endpoints.")
	}
	return nil
}

// accountClasses are the classes of account endpoints: whatever proves who somebody is.
var accountClasses = []string{auth.JWT, auth.Session, auth.Basic, auth.Token, auth.APIKey}

// form reads the body and validates it.
func (c *Call) form(form *rest.PlainForm, partial bool) (*rest.PlainValues, error) {
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	defer body.Discard(true)
	return form.Bind(body.Node, partial)
}

// account returns the caller's account.
func (c *Call) account() *auth.Account { return c.Identity.Account }

func (c *Call) client() auth.Client {
	return auth.Client{UserAgent: c.Header("User-Agent"), IP: c.IP()}
}

// secure reports whether the request came by https.
func (c *Call) secure() bool { return c.fiber.Scheme() == "https" }

// setCookie returns the header of a cookie for the whole site; an empty value deletes it.
func (c *Call) setCookie(name, text string, expires time.Time, forScripts bool) [2]string {
	k := http.Cookie{Name: name, Value: text, Path: "/", HttpOnly: !forScripts, Secure: c.secure(), SameSite: http.SameSiteLaxMode}
	if text == "" {
		k.MaxAge = -1
	} else {
		k.Expires = expires
		k.MaxAge = max(int(expires.Sub(c.API.Auth.Now())/time.Second), 1)
	}
	return [2]string{"Set-Cookie", k.String()}
}

// csrfLifetime is Django's CSRF_COOKIE_AGE: a year, less the leap day.
const csrfLifetime = 52 * 7 * 24 * time.Hour

func (c *Call) csrfCookie(secret string) [2]string {
	return c.setCookie(auth.CSRFCookie, secret, c.API.Auth.Now().Add(csrfLifetime), true)
}

// detail answers with a message.
func (c *Call) detail(status int, text string) *Answer {
	return &Answer{Status: status, Body: append(value.AppendJSONString([]byte(`{"detail":`), c.Language().Say(text)), '}')}
}

// nonField is a 400 with one message that belongs to no field.
func nonField(text, code string) error { return rest.NonField(text, code) }

// mail sends a mail about an account, by a template, with a link below the public URL to path, "" for none. Nobody
// waits for a mail server to answer who could learn from the time that the account exists: all is done behind the
// answer.
func (c *Call) mail(template string, account *auth.Account, to string, d mail.Data, path string) {
	a := c.API
	d.Site, d.User = c.site(), account.Username
	if path != "" {
		d.Link = a.PublicURL() + "/" + path
		if a.PublicURL() == "" {
			a.Log.WarnContext(c.Context(), "a mail has a link without a host: start with --public-url to make it whole", "template", template)
		}
	}
	request, wish := context.WithoutCancel(c.Context()), c.Header("Accept-Language")
	a.background(func() {
		ctx, cancel := context.WithTimeout(request, backgroundTime)
		defer cancel()
		d.Language = a.languageOf(ctx, account, wish)
		m, err := mail.Render(template, to, d)
		if err == nil {
			err = a.Mail.Send(ctx, m)
		}
		if err != nil {
			a.Log.ErrorContext(ctx, "mail could not be sent", "template", template, "error", err)
		}
	})
}

// site is the project's title, as mails call it.
func (c *Call) site() string {
	if t := c.compiled.state.Schema.Settings.Title; t != "" {
		return t
	}
	return "Couplet"
}

// mayLogIn reports whether an account whose password is right may log in: not before its e-mail address is verified,
// where the project demands that.
func (a *API) mayLogIn(c *Call, account *auth.Account) (bool, error) {
	if c.compiled.state.Schema.Settings.Accounts.EmailVerification != "mandatory" {
		return true, nil
	}
	return a.emailVerified(c, account)
}

func (a *API) emailVerified(c *Call, account *auth.Account) (ok bool, err error) {
	if account.Email == "" {
		return false, nil
	}
	err = a.Store.Read(c.Context(), c.Scope, func(r *store.Reader) error {
		ok, err = store.EmailVerified(r.Conn, account.ID, account.Email)
		return err
	})
	return ok, err
}

// check returns the active account of a name and password that may log in. It fails with auth.ErrCredentials,
// errUnverified, or a 429.
func (c *Call) check(name, password string) (*auth.Account, error) {
	account, err := c.API.Auth.Passwords.Check(c.Context(), name, password, c.IP())
	if err != nil {
		return nil, err
	}
	ok, err := c.API.mayLogIn(c, account)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, errUnverified
	}
	return c.API.Auth.Users.ByID(c.Context(), account.ID) // as it is after its hash was renewed
}

var errUnverified = errors.New("api: the e-mail address is not verified")

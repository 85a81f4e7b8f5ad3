package api

import (
	"errors"
	"strings"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/value"
)

// dj-rest-auth's serializers of log-in and tokens.
var (
	loginForm = rest.NewPlainForm(rest.PlainField{Name: "username", AllowBlank: true},
		rest.PlainField{Name: "email", Kind: rest.PlainEmail, AllowBlank: true}, rest.PlainField{Name: "password", Required: true})
	logoutForm        = rest.NewPlainForm(rest.PlainField{Name: "refresh", AllowBlank: true, AllowNull: true})
	cookieRefreshForm = rest.NewPlainForm(rest.PlainField{Name: "refresh", AllowBlank: true, AllowNull: true},
		rest.PlainField{Name: "access", ReadOnly: true})
)

// loginPaths are dj-rest-auth's log-in, log-out and token endpoints.
func (a *API) loginPaths() []address {
	return []address{
		{prefix + "auth/login/", formView("Login", "Check the credentials and return tokens, also in cookies.", loginForm, login).with(noAuthentication, nil)},
		{prefix + "auth/logout/", formView("Logout", "End the log-in: blacklist its refresh token and delete the cookies.", logoutForm, logout).with(noAuthentication, nil)},
		{prefix + "auth/token/verify/", formView("Token Verify", "Takes a token and indicates if it is valid.", verifyForm, verifyToken).with(noAuthentication, nil)},
		{prefix + "auth/token/refresh/", formView("Refresh View With Cookie Support", "Takes a refresh token, from the body or a cookie, and returns an access token.",
			cookieRefreshForm, cookieRefresh).with(noAuthentication, nil)},
	}
}

// login is dj-rest-auth's LoginView with USE_JWT and JWT_AUTH_HTTPONLY.
func login(c *Call, in *rest.PlainValues) (*Answer, error) {
	name, err := c.loginName(in)
	if err != nil {
		return nil, err
	}
	account, err := c.check(name, in.Text("password"))
	switch {
	case errors.Is(err, auth.ErrInactive):
		return nil, nonField("User account is disabled.", "invalid")
	case errors.Is(err, auth.ErrCredentials):
		return nil, nonField("Unable to log in with provided credentials.", "invalid")
	case errors.Is(err, errUnverified):
		return nil, nonField("E-mail is not verified.", "invalid")
	case err != nil:
		return nil, err
	}
	return c.loggedIn(account, 200)
}

// loginName returns the username that a log-in names, by itself or by an e-mail address.
func (c *Call) loginName(in *rest.PlainValues) (string, error) {
	if email := in.Text("email"); email != "" {
		list, err := c.API.Auth.Directory.ByEmail(c.Context(), email)
		if err != nil {
			return "", err
		}
		if len(list) == 1 {
			return list[0].Username, nil
		}
		return email, nil // nobody's: it fails like a wrong password, after the same time
	}
	if name := in.Text("username"); name != "" {
		return name, nil
	}
	return "", nonField(`Must include either "username" or "email" and "password".`, "invalid")
}

// loggedIn begins a log-in and answers with dj-rest-auth's JWTSerializer: the refresh token only in its cookie.
func (c *Call) loggedIn(account *auth.Account, status int) (*Answer, error) {
	pair, err := c.startFamily(account, true)
	if err != nil {
		return nil, err
	}
	body := value.AppendJSONString([]byte(`{"access":`), pair.Access)
	body = c.appendUser(append(body, `,"refresh":"","user":`...), account)
	return &Answer{Status: status, Body: append(body, '}'), Headers: append(c.jwtCookies(pair), c.csrfCookie(auth.NewCSRFSecret()))}, nil
}

// appendUser appends dj-rest-auth's UserDetailsSerializer.
func (c *Call) appendUser(b []byte, a *auth.Account) []byte {
	b = c.compiled.state.Schema.Users().Key.Type.AppendJSON(append(b, `{"pk":`...), a.Key)
	b = value.AppendJSONString(append(b, `,"username":`...), a.Username)
	b = value.AppendJSONString(append(b, `,"email":`...), a.Email)
	b = value.AppendJSONString(append(b, `,"first_name":`...), a.FirstName)
	b = value.AppendJSONString(append(b, `,"last_name":`...), a.LastName)
	return append(b, '}')
}

// jwtCookies are the cookies of a pair. A page of a foreign origin gets none, so that it cannot log its visitors in as
// somebody else.
func (c *Call) jwtCookies(p *auth.Pair) [][2]string {
	if !c.API.Auth.OwnOrigin(c.authRequest()) {
		return nil
	}
	names := c.API.Auth.Cookies
	return [][2]string{
		c.setCookie(names.AccessName(c.secure()), p.Access, p.AccessUntil, false),
		c.setCookie(names.RefreshName(c.secure()), p.Refresh, p.RefreshExpires, false),
	}
}

func (c *Call) noCookies() [][2]string {
	names, now := c.API.Auth.Cookies, c.API.Auth.Now()
	return [][2]string{
		c.setCookie(names.AccessName(c.secure()), "", now, false),
		c.setCookie(names.RefreshName(c.secure()), "", now, false),
		c.setCookie(names.SessionName(c.secure()), "", now, false),
	}
}

// logout is dj-rest-auth's LogoutView: it ends the log-in whose refresh token the body or the cookie holds, and the
// browser session. A page of a foreign origin cannot log its visitors out by their cookies.
func logout(c *Call, in *rest.PlainValues) (*Answer, error) {
	token, r := in.Text("refresh"), c.authRequest()
	ended := false
	if c.API.Auth.OwnOrigin(r) {
		if token == "" {
			token = r.Cookie(c.API.Auth.Cookies.RefreshName(c.secure()))
		}
		var err error
		if ended, err = c.endSession(r); err != nil {
			return nil, err
		}
	}
	answer := c.detail(200, "Successfully logged out.")
	switch {
	case token != "":
		if err := c.blacklist(token, "logout"); err != nil {
			var e *rest.APIError
			if !errors.As(err, &e) || e.Status >= 500 {
				return nil, err
			}
			answer = c.detail(e.Status, e.Detail)
		}
	case !ended && strings.HasPrefix(c.Header("Content-Type"), "application/json") && in.Has("refresh"):
		answer = c.detail(401, "Refresh token was not included in request data.")
	case !ended:
		answer = c.detail(401, "Refresh token was not included in cookie data.")
	}
	answer.Headers = c.noCookies()
	return answer, nil
}

// endSession ends the browser session of a request; it reports whether there was one.
func (c *Call) endSession(r *auth.Request) (bool, error) {
	session, _, err := c.API.Auth.SessionOf(c.Context(), r)
	if errors.Is(err, auth.ErrNoUser) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, c.endLogin(session.ID, session.User, "logout")
}

// endLogin revokes a log-in and makes that felt at once.
func (c *Call) endLogin(id, actor, reason string) error {
	_, err := c.API.Auth.Write(c.Context(), actor, func(tx *store.Tx) error {
		_, err := store.RevokeLogin(tx.Conn, id, reason, c.API.Auth.Now())
		return err
	})
	if err == nil {
		c.API.Auth.Ended(id)
	}
	return err
}

// cookieRefresh is dj-rest-auth's RefreshViewWithCookieSupport. A token from the body is answered in the body, as
// simplejwt does; one from the cookie in cookies, and its successor is given again for a few seconds.
func cookieRefresh(c *Call, in *rest.PlainValues) (*Answer, error) {
	token, r := in.Text("refresh"), c.authRequest()
	fromCookie := false
	if token == "" && c.API.Auth.OwnOrigin(r) {
		token = r.Cookie(c.API.Auth.Cookies.RefreshName(c.secure()))
		fromCookie = token != ""
	}
	if token == "" {
		return nil, auth.InvalidToken("No valid refresh token found.")
	}
	grace := auth.RefreshGrace
	if !fromCookie {
		grace = 0
	}
	pair, _, err := c.refresh(token, grace)
	if err != nil {
		return nil, err
	}
	body := value.AppendJSONString([]byte(`{"access":`), pair.Access)
	if !fromCookie {
		body = value.AppendJSONString(append(body, `,"refresh":`...), pair.Refresh)
	}
	body = value.AppendJSONString(append(body, `,"access_expiration":`...), pair.AccessUntil.UTC().Format("2006-01-02T15:04:05Z"))
	answer := &Answer{Status: 200, Body: append(body, '}')}
	if fromCookie {
		answer.Headers = c.jwtCookies(pair)
	}
	return answer, nil
}

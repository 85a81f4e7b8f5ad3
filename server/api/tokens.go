package api

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/value"
)

// The serializers of simplejwt and of DRF's authtoken.
var (
	obtainForm  = rest.NewPlainForm(rest.PlainField{Name: "username", Required: true}, rest.PlainField{Name: "password", Required: true})
	refreshForm = rest.NewPlainForm(rest.PlainField{Name: "refresh", Required: true}, rest.PlainField{Name: "access", ReadOnly: true})
	verifyForm  = rest.NewPlainForm(rest.PlainField{Name: "token", Required: true})
	blackForm   = rest.NewPlainForm(rest.PlainField{Name: "refresh", Required: true})
	authForm    = rest.NewPlainForm(rest.PlainField{Name: "username", Required: true},
		rest.PlainField{Name: "password", Required: true, KeepSpace: true}, rest.PlainField{Name: "token", ReadOnly: true})
)

// tokenPaths are simplejwt's addresses, and DRF's obtain_auth_token.
func (a *API) tokenPaths() []address {
	authToken := formView("Obtain Auth Token", "", authForm, obtainAuthToken)
	authToken.Renderers = []rest.Renderer{rest.JSONRenderer}
	authToken.Parsers = []string{"application/x-www-form-urlencoded", "multipart/form-data", "application/json"}
	return []address{
		{prefix + "token/", formView("Token Obtain Pair", "Takes a set of user credentials and returns an access and refresh JSON web\n"+
			"token pair to prove the authentication of those credentials.", obtainForm, obtainPair).with(noAuthentication, nil)},
		{prefix + "token/refresh/", formView("Token Refresh", "Takes a refresh type JSON web token and returns an access type JSON web\n"+
			"token if the refresh token is valid.", refreshForm, refreshPair).with(noAuthentication, nil)},
		{prefix + "token/verify/", formView("Token Verify", "Takes a token and indicates if it is valid.  This view provides no\n"+
			"information about a token's fitness for a particular use.", verifyForm, verifyToken).with(noAuthentication, nil)},
		{prefix + "token/blacklist/", formView("Token Blacklist", "Takes a token and blacklists it. Must be used with the\n"+
			"`rest_framework_simplejwt.token_blacklist` app installed.", blackForm, blacklistToken).with(noAuthentication, nil)},
		{prefix + "token-auth/", authToken},
	}
}

// bearerOnly are the classes that the answers of token endpoints challenge for.
var bearerOnly = []string{auth.JWT}

func noActiveAccount(text string) *rest.APIError {
	return rest.AuthenticationFailed(text, "no_active_account", auth.Challenge(bearerOnly))
}

// obtainPair is simplejwt's TokenObtainPairView.
func obtainPair(c *Call, in *rest.PlainValues) (*Answer, error) {
	account, err := c.check(in.Text("username"), in.Text("password"))
	if errors.Is(err, auth.ErrCredentials) || errors.Is(err, errUnverified) {
		return nil, noActiveAccount("No active account found with the given credentials")
	}
	if err != nil {
		return nil, err
	}
	pair, err := c.startFamily(account, false)
	if err != nil {
		return nil, err
	}
	body := value.AppendJSONString([]byte(`{"refresh":`), pair.Refresh)
	body = value.AppendJSONString(append(body, `,"access":`...), pair.Access)
	return &Answer{Status: 200, Body: append(body, '}')}, nil
}

// startFamily begins a family of refresh tokens; note also notes the time of the log-in.
func (c *Call) startFamily(account *auth.Account, note bool) (*auth.Pair, error) {
	service := c.API.Auth
	var refresh *auth.Claims
	_, err := service.Write(c.Context(), account.ID, func(tx *store.Tx) (err error) {
		if refresh, err = service.Tokens.Start(tx.Conn, account, c.client()); err != nil || !note {
			return err
		}
		return service.LoggedIn(tx, account)
	})
	if err != nil {
		return nil, err
	}
	return service.Tokens.Pair(refresh, account.Epoch)
}

// refreshPair is simplejwt's TokenRefreshView: strict, with rotation.
func refreshPair(c *Call, in *rest.PlainValues) (*Answer, error) {
	pair, _, err := c.refresh(in.Text("refresh"), 0)
	if err != nil {
		return nil, err
	}
	body := value.AppendJSONString([]byte(`{"access":`), pair.Access)
	body = value.AppendJSONString(append(body, `,"refresh":`...), pair.Refresh)
	return &Answer{Status: 200, Body: append(body, '}')}, nil
}

// refresh exchanges a refresh token for a new pair. A token that was exchanged before gets its successor within the
// grace, and after it ends the whole log-in.
func (c *Call) refresh(token string, grace time.Duration) (*auth.Pair, *auth.Account, error) {
	service := c.API.Auth
	claims, reason, err := c.readRefresh(token)
	if err != nil || reason != "" && reason != auth.ErrTokenBlacklisted {
		return nil, nil, orElse(err, auth.InvalidToken(reason))
	}
	account, err := service.Users.ByID(c.Context(), claims.UserID)
	if err != nil && !errors.Is(err, auth.ErrNoUser) {
		return nil, nil, err
	}
	if reason == "" && (account == nil || !account.Active) {
		return nil, nil, noActiveAccount("No active account found for the given token.")
	}
	if account == nil || claims.IssuedAt < account.Epoch {
		return nil, nil, auth.InvalidToken(auth.ErrTokenBlacklisted)
	}
	var rotation auth.Rotation
	_, err = service.Write(c.Context(), account.ID, func(tx *store.Tx) (err error) {
		rotation, err = service.Tokens.Rotate(tx.Conn, claims, account.Epoch, grace, c.client())
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	if rotation.Ended != "" {
		c.API.Log.WarnContext(c.Context(), "refresh token used twice: the log-in is revoked", "login", rotation.Ended, "user", account.ID)
		service.Ended(rotation.Ended)
	}
	if rotation.Refused != "" {
		return nil, nil, auth.InvalidToken(rotation.Refused)
	}
	pair, err := service.Tokens.Pair(rotation.Next, account.Epoch)
	return pair, account, err
}

// readRefresh verifies a refresh token. reason says why it is refused; a blacklisted one still has claims.
func (c *Call) readRefresh(token string) (claims *auth.Claims, reason auth.TokenError, err error) {
	err = c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		claims, err = c.API.Auth.Tokens.ReadRefresh(conn, token)
		return err
	})
	if errors.As(err, &reason) {
		return claims, reason, nil
	}
	return claims, "", err
}

func orElse(err error, other *rest.APIError) error {
	if err != nil {
		return err
	}
	return other
}

// verifyToken is simplejwt's TokenVerifyView.
func verifyToken(c *Call, in *rest.PlainValues) (*Answer, error) {
	err := c.API.Auth.Read(c.Context(), func(conn db.Conn) error { return c.API.Auth.Tokens.Verify(conn, in.Text("token")) })
	var reason auth.TokenError
	switch {
	case errors.Is(err, auth.ErrTokenBlacklisted):
		return nil, nonField(string(auth.ErrTokenBlacklisted), "invalid")
	case errors.As(err, &reason):
		return nil, auth.InvalidToken(reason)
	case err != nil:
		return nil, err
	}
	return &Answer{Status: 200, Body: []byte("{}")}, nil
}

// blacklistToken is simplejwt's TokenBlacklistView.
func blacklistToken(c *Call, in *rest.PlainValues) (*Answer, error) {
	if err := c.blacklist(in.Text("refresh"), "blacklist"); err != nil {
		return nil, err
	}
	return &Answer{Status: 200, Body: []byte("{}")}, nil
}

// blacklist ends a refresh token and its log-in.
func (c *Call) blacklist(token, why string) error {
	claims, reason, err := c.readRefresh(token)
	if err != nil || reason != "" {
		return orElse(err, auth.InvalidToken(reason))
	}
	_, err = c.API.Auth.Write(c.Context(), claims.UserID, func(tx *store.Tx) error {
		return c.API.Auth.Tokens.Blacklist(tx.Conn, claims, why)
	})
	if err == nil && why == "logout" {
		c.API.Auth.Ended(claims.ID)
	}
	return err
}

// obtainAuthToken is DRF's ObtainAuthToken: the user's one key for TokenAuthentication.
func obtainAuthToken(c *Call, in *rest.PlainValues) (*Answer, error) {
	account, err := c.check(in.Text("username"), in.Text("password"))
	if errors.Is(err, auth.ErrCredentials) || errors.Is(err, errUnverified) {
		return nil, nonField("Unable to log in with provided credentials.", "authorization")
	}
	if err != nil {
		return nil, err
	}
	var key string
	_, err = c.API.Auth.Write(c.Context(), account.ID, func(tx *store.Tx) (err error) {
		key, err = auth.AuthTokenFor(tx.Conn, account.ID, c.API.Auth.Now())
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Answer{Status: 200, Body: append(value.AppendJSONString([]byte(`{"token":`), key), '}')}, nil
}

// JWKS publishes the keys by which any service can verify our tokens.
func (a *API) JWKS(c fiber.Ctx) error {
	document, etag := a.Auth.Tokens.Ring.JWKS()
	c.Set("ETag", etag)
	c.Set("Cache-Control", "public, max-age=300")
	c.Set("Access-Control-Allow-Origin", "*")
	if matchesETag(c.Get("If-None-Match"), etag) {
		return c.SendStatus(304)
	}
	c.Set("Content-Type", "application/jwk-set+json")
	return c.Send(document)
}

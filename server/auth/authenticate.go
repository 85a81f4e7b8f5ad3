package auth

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store/access"
)

// Identity is who a request comes from. The zero Identity is anonymous.
type Identity struct {
	User    *access.User // nil: anonymous
	Account *Account     // the same as account endpoints see it
	Class   string       // the class that knew the credentials
	Cookie  bool         // proved by a cookie: the browser sent it by itself
	Login   string       // the log-in: its id for a session, its FamilyOf for a token; "" for other classes
	Scopes  []string     // of an API key; nil: everything the user may
	Expires time.Time    // when the credentials end by themselves; zero: never
}

// Anonymous reports whether nobody is logged in.
func (id Identity) Anonymous() bool { return id.User == nil }

func known(a *Account, class string) Identity {
	return Identity{User: a.User, Account: a, Class: class}
}

// Authenticate tries a resource's classes in order: the first that finds credentials of its kind decides. Without any
// the request is anonymous. Errors are *rest.APIError, or failures of the database.
func (a *Service) Authenticate(ctx context.Context, r *Request, classes []string) (Identity, error) {
	for _, class := range classes {
		var id Identity
		var err error
		switch class {
		case JWT:
			id, err = a.jwt(ctx, classes, r)
		case Session:
			id, err = a.session(ctx, r)
		case Basic:
			id, err = a.basic(ctx, classes, r)
		case Token:
			id, err = a.token(ctx, classes, r)
		case APIKey:
			id, err = a.apiKey(ctx, classes, r)
		}
		if err != nil || !id.Anonymous() {
			return id, err
		}
	}
	return Identity{}, nil
}

// jwt is simplejwt's JWTAuthentication, and dj-rest-auth's cookie where there is no Authorization header.
func (a *Service) jwt(ctx context.Context, classes []string, r *Request) (Identity, error) {
	raw, fromCookie := "", false
	if r.HasAuth {
		var err error
		if raw, err = bearer(classes, r.Authorization); err != nil || raw == "" {
			return Identity{}, err
		}
	} else {
		if raw = r.cookie(a.Cookies.AccessName(r.Secure)); raw == "" {
			return Identity{}, nil
		}
		fromCookie = true
		if reason := CheckCSRF(r, a.cookieOrigins()); reason != "" {
			return Identity{}, rest.PermissionDenied("CSRF Failed: " + reason)
		}
	}
	claims, err := a.Tokens.ReadAccess(raw)
	if err != nil {
		var reason TokenError
		if errors.As(err, &reason) {
			return Identity{}, badAccess(classes, reason)
		}
		return Identity{}, err
	}
	account, err := a.tokenUser(ctx, classes, claims)
	if err != nil {
		return Identity{}, err
	}
	id := known(account, JWT)
	id.Cookie, id.Login, id.Expires = fromCookie, FamilyOf(claims.ID), time.Unix(claims.Expires, 0)
	return id, nil
}

// bearer returns the token of an Authorization header; "" where the header is none of simplejwt's.
func bearer(classes []string, header string) (string, error) {
	if len(header) > len("Bearer ") && header[:7] == "Bearer " && !hasSpace(header[7:]) { // the usual form, without allocation
		return header[7:], nil
	}
	parts := fields(header)
	if len(parts) == 0 || parts[0] != "Bearer" {
		return "", nil
	}
	if len(parts) != 2 {
		return "", failedWith(classes, "Authorization header must contain two space-delimited values", "bad_authorization_header")
	}
	return parts[1], nil
}

// fields splits as Python's bytes.split does.
func fields(s string) []string { return strings.FieldsFunc(s, isSpace) }

func isSpace(r rune) bool { return r == ' ' || (r >= '\t' && r <= '\r') }

// hasSpace looks for the white space that a header can hold.
func hasSpace(s string) bool {
	return strings.IndexByte(s, ' ') >= 0 || strings.IndexByte(s, '\t') >= 0
}

// tokenUser returns the user that a token names, if that user may still use it.
func (a *Service) tokenUser(ctx context.Context, classes []string, c *Claims) (*Account, error) {
	if c.NoUser {
		return nil, failedWith(classes, "Token contained no recognizable user identification", "token_not_valid")
	}
	account, err := a.Users.ByID(ctx, c.UserID)
	switch {
	case errors.Is(err, ErrNoUser):
		return nil, failedWith(classes, "User not found", "user_not_found")
	case err != nil:
		return nil, err
	case !account.Active:
		return nil, failedWith(classes, "User is inactive", "user_inactive")
	case c.IssuedAt < account.Epoch:
		return nil, failedWith(classes, "The user's password has been changed.", "password_changed")
	case a.revoked.has(FamilyOf(c.ID)):
		return nil, badAccess(classes, ErrTokenBlacklisted)
	}
	return account, nil
}

// OwnOrigin reports whether a request came from no page at all, from one of our own, or from one of an origin that may
// use our cookies. Endpoints that give out or end cookies without a CSRF token ask it.
func (a *Service) OwnOrigin(r *Request) bool {
	return r.Origin == "" || originVerified(r, a.cookieOrigins())
}

// cookieOrigins are the origins whose pages may use the cookies of tokens: those that are trusted, and those that CORS
// lets send credentials. Sessions are stricter, as in Django, which trusts CSRF_TRUSTED_ORIGINS only.
func (a *Service) cookieOrigins() []string {
	if a.store == nil {
		return a.Trusted
	}
	cors := a.store.Schema().Settings.CORS
	if !cors.AllowCredentials {
		return a.Trusted
	}
	return append(slices.Clone(a.Trusted), cors.AllowedOrigins...)
}

package auth

import (
	"context"
	"errors"
	"strings"

	"github.com/couplet/couplet/store/db"
)

// Identity is who a request comes from. The zero Identity is anonymous.
type Identity struct {
	Account *Account // nil: anonymous
	Method  Method
	Cookie  bool     // proved by a cookie: the browser sent it by itself
	Login   string   // the log-in: its id for a session, its FamilyOf for a token; "" for other methods
	Scopes  []string // of an API key; nil: everything the user may
}

// Anonymous reports whether nobody is logged in.
func (id Identity) Anonymous() bool { return id.Account == nil }

// Reads runs a function on a snapshot of the database.
type Reads func(ctx context.Context, fn func(db.Conn) error) error

// Authenticator finds out who a request comes from. It is safe for concurrent use.
type Authenticator struct {
	Users    Users
	Tokens   *Tokens
	Read     Reads
	Password *PasswordCheck
	Cookies  CookieNames
	Trusted  []string // origins whose pages may send unsafe requests with cookies

	sessions *cache[string, *sessionEntry]
	apiKeys  *cache[string, *apiKeyEntry]
	keys     *cache[string, *keyEntry]
	revoked  revocations
	Touches  Touches
}

// NewAuthenticator returns an Authenticator over these parts.
func NewAuthenticator(users Users, tokens *Tokens, read Reads, password *PasswordCheck) *Authenticator {
	return &Authenticator{
		Users: users, Tokens: tokens, Read: read, Password: password, Cookies: DefaultCookies,
		sessions: newCache[string, *sessionEntry](maxRemembered),
		apiKeys:  newCache[string, *apiKeyEntry](maxRemembered),
		keys:     newCache[string, *keyEntry](maxRemembered),
	}
}

const maxRemembered = 8192

// Authenticate tries a resource's methods in order: the first that finds credentials of its kind decides. Without any
// the request is anonymous. Errors are *Failure, or failures of the database.
func (a *Authenticator) Authenticate(ctx context.Context, methods []Method, r *Request) (Identity, error) {
	for _, m := range methods {
		var id Identity
		var err error
		switch m {
		case JWT:
			id, err = a.jwt(ctx, methods, r)
		case Session:
			id, err = a.session(ctx, r)
		case Basic:
			id, err = a.basic(ctx, methods, r)
		case Token:
			id, err = a.token(ctx, methods, r)
		case APIKey:
			id, err = a.apiKey(ctx, methods, r)
		}
		if err != nil || !id.Anonymous() {
			return id, err
		}
	}
	return Identity{}, nil
}

// jwt is simplejwt's JWTAuthentication, and dj-rest-auth's cookie where there is no Authorization header.
func (a *Authenticator) jwt(ctx context.Context, methods []Method, r *Request) (Identity, error) {
	raw, fromCookie := "", false
	if r.HasAuth {
		var err error
		if raw, err = bearer(methods, r.Authorization); err != nil || raw == "" {
			return Identity{}, err
		}
	} else {
		if raw = r.cookie(a.Cookies.AccessName(r.Secure)); raw == "" {
			return Identity{}, nil
		}
		fromCookie = true
		if reason := CheckCSRF(r, a.Trusted); reason != "" {
			return Identity{}, PermissionDenied("CSRF Failed: " + reason)
		}
	}
	claims, err := a.Tokens.ReadAccess(raw)
	if err != nil {
		return Identity{}, badAccess(methods, err)
	}
	account, err := a.tokenUser(ctx, methods, claims)
	if err != nil {
		return Identity{}, err
	}
	return Identity{Account: account, Method: JWT, Cookie: fromCookie, Login: FamilyOf(claims.ID)}, nil
}

// bearer returns the token of an Authorization header; "" where the header is none of simplejwt's.
func bearer(methods []Method, header string) (string, error) {
	if len(header) > len("Bearer ") && header[:7] == "Bearer " && !hasSpace(header[7:]) { // the usual form, without allocation
		return header[7:], nil
	}
	parts := fields(header)
	if len(parts) == 0 || parts[0] != "Bearer" {
		return "", nil
	}
	if len(parts) != 2 {
		f := failed(methods, "Authorization header must contain two space-delimited values", "bad_authorization_header")
		f.ShowCode = true
		return "", f
	}
	return parts[1], nil
}

// fields splits as Python's bytes.split does.
func fields(s string) []string { return strings.FieldsFunc(s, isSpace) }

func isSpace(r rune) bool { return r == ' ' || (r >= '\t' && r <= '\r') }

func hasSpace(s string) bool { return strings.ContainsFunc(s, isSpace) }

func badAccess(methods []Method, err error) error {
	var reason TokenError
	if !errors.As(err, &reason) {
		return err
	}
	f := failed(methods, "Given token not valid for any token type", "token_not_valid")
	f.ShowCode = true
	f.Messages = []TokenMessage{{Class: "AccessToken", Type: string(AccessToken), Message: string(reason)}}
	return f
}

// tokenUser returns the user that a token names, if that user may still use it.
func (a *Authenticator) tokenUser(ctx context.Context, methods []Method, c *Claims) (*Account, error) {
	refuse := func(detail, code string) error {
		f := failed(methods, detail, code)
		f.ShowCode = true
		return f
	}
	if c.UserID == "" {
		return nil, refuse("Token contained no recognizable user identification", "token_not_valid")
	}
	account, err := a.Users.ByID(ctx, c.UserID)
	switch {
	case errors.Is(err, ErrNoUser):
		return nil, refuse("User not found", "user_not_found")
	case err != nil:
		return nil, err
	case !account.Active:
		return nil, refuse("User is inactive", "user_inactive")
	case c.IssuedAt < account.Epoch:
		return nil, refuse("The user's password has been changed.", "password_changed")
	case a.revoked.has(FamilyOf(c.ID)):
		return nil, badAccess(methods, ErrTokenBlacklisted)
	}
	return account, nil
}

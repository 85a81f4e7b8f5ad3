package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"

	"github.com/couplet/couplet/server/rest"
)

// SessionLifetime is Django's SESSION_COOKIE_AGE: two weeks from the log-in.
const SessionLifetime = 14 * 24 * time.Hour

// CookieNames are the names of the cookies that Couplet sets, without the __Host- prefix that they get over https.
// The csrftoken cookie never has it: scripts look for it by its name.
type CookieNames struct{ Access, Refresh, Session string }

// DefaultCookies are the names where no others are configured.
var DefaultCookies = CookieNames{Access: "couplet_access", Refresh: "couplet_refresh", Session: "sessionid"}

func hostPrefix(name string, secure bool) string {
	if secure && name != "" {
		return "__Host-" + name
	}
	return name
}

// AccessName returns the name of the access token's cookie; "" where there is none.
func (n CookieNames) AccessName(secure bool) string { return hostPrefix(n.Access, secure) }

// RefreshName returns the name of the refresh token's cookie.
func (n CookieNames) RefreshName(secure bool) string { return hostPrefix(n.Refresh, secure) }

// SessionName returns the name of the session's cookie.
func (n CookieNames) SessionName(secure bool) string { return hostPrefix(n.Session, secure) }

// sessionEntry is a session in memory; it is read again after remember.
type sessionEntry struct {
	login *store.Login
	read  time.Time
}

// remember is how long a session or key in memory is believed without asking the database. Revocations act at once,
// because they drop it.
const remember = 30 * time.Second

// touchAfter is how old a note of use may be before it is renewed.
const touchAfter = 5 * time.Minute

func hashSecret(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// StartSession begins a browser session on the writer and returns the value of its cookie.
func (a *Service) StartSession(c db.Conn, account *Account, from Client) (cookie string, login *store.Login, err error) {
	now := a.Tokens.Now()
	cookie = randomString(32)
	login = &store.Login{ID: NewTokenID(), Kind: store.LoginSession, User: account.ID, Secret: hashSecret(cookie), Epoch: account.Epoch,
		Created: now, Expires: now.Add(SessionLifetime), Used: now, UserAgent: from.UserAgent, IP: from.IP}
	return cookie, login, store.InsertLogin(c, login)
}

// SessionOf returns the live session that a request's cookie names and its user; ErrNoUser where there is none.
func (a *Service) SessionOf(ctx context.Context, r *Request) (*store.Login, *Account, error) {
	cookie := r.cookie(a.Cookies.SessionName(r.Secure))
	if cookie == "" || len(cookie) > 64 {
		return nil, nil, ErrNoUser
	}
	login, err := a.sessionBySecret(ctx, hashSecret(cookie))
	if err != nil {
		return nil, nil, err
	}
	now := a.Tokens.Now()
	if !login.Revoked.IsZero() || !now.Before(login.Expires) || a.revoked.has(FamilyOf(login.ID)) {
		return nil, nil, ErrNoUser
	}
	account, err := a.Users.ByID(ctx, login.User)
	if err != nil {
		return nil, nil, err
	}
	if !account.Active || account.Epoch != login.Epoch {
		return nil, nil, ErrNoUser
	}
	if now.Sub(login.Used) > touchAfter {
		a.Touches.login(login.ID, now, login.Expires)
	}
	return login, account, nil
}

func (a *Service) sessionBySecret(ctx context.Context, hash string) (*store.Login, error) {
	now := a.Tokens.Now()
	if e, ok := a.sessions.get(hash); ok && now.Sub(e.read) < remember {
		return e.login, nil
	}
	var login *store.Login
	err := a.read(ctx, func(c db.Conn) (err error) {
		login, err = store.SessionBySecret(c, hash)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNoUser
	}
	if err != nil {
		return nil, err
	}
	a.sessions.put(hash, &sessionEntry{login, now})
	return login, nil
}

// session is DRF's SessionAuthentication: an invalid session is no session, a missing CSRF token a refusal.
func (a *Service) session(ctx context.Context, r *Request) (Identity, error) {
	login, account, err := a.SessionOf(ctx, r)
	if errors.Is(err, ErrNoUser) {
		return Identity{}, nil
	}
	if err != nil {
		return Identity{}, err
	}
	if reason := CheckCSRF(r, a.Trusted); reason != "" {
		return Identity{}, rest.PermissionDenied("CSRF Failed: " + reason)
	}
	id := known(account, Session)
	id.Cookie, id.Login, id.Expires = true, login.ID, login.Expires
	return id, nil
}

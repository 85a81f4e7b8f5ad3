package auth

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
)

// keyEntry and apiKeyEntry are keys in memory; they are read again after remember.
type keyEntry struct {
	user string
	read time.Time
}

type apiKeyEntry struct {
	key  *store.APIKey
	read time.Time
}

// NewAuthTokenKey returns a key for DRF's TokenAuthentication: 40 hexadecimal digits.
func NewAuthTokenKey() string {
	var b [20]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// AuthTokenFor returns a user's TokenAuthentication key and makes it where there is none (get_or_create), on the writer.
func AuthTokenFor(c db.Conn, user string, now time.Time) (string, error) {
	t, err := store.AuthTokenOfUser(c, user)
	if err == nil {
		return t.Key, nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return "", err
	}
	t = &store.AuthToken{Key: NewAuthTokenKey(), User: user, Created: now}
	return t.Key, store.SaveAuthToken(c, t)
}

// ForgetAuthToken makes the end of a user's TokenAuthentication key felt at once.
func (a *Service) ForgetAuthToken(user string) {
	a.keys.removeIf(func(_ string, e *keyEntry) bool { return e.user == user })
	a.ends.tell()
}

// token is DRF's TokenAuthentication.
func (a *Service) token(ctx context.Context, classes []string, r *Request) (Identity, error) {
	parts := fields(r.Authorization)
	if len(parts) == 0 || !strings.EqualFold(parts[0], "token") {
		return Identity{}, nil
	}
	switch {
	case len(parts) == 1:
		return Identity{}, failed(classes, "Invalid token header. No credentials provided.")
	case len(parts) > 2:
		return Identity{}, failed(classes, "Invalid token header. Token string should not contain spaces.")
	case !validText(parts[1]):
		return Identity{}, failed(classes, "Invalid token header. Token string should not contain invalid characters.")
	}
	user, err := a.userOfKey(ctx, parts[1])
	if errors.Is(err, ErrNoUser) {
		return Identity{}, failed(classes, "Invalid token.")
	}
	if err != nil {
		return Identity{}, err
	}
	account, err := a.activeUser(ctx, classes, user)
	if err != nil {
		return Identity{}, err
	}
	return known(account, Token), nil
}

func (a *Service) activeUser(ctx context.Context, classes []string, user string) (*Account, error) {
	account, err := a.Users.ByID(ctx, user)
	if errors.Is(err, ErrNoUser) || err == nil && !account.Active {
		return nil, failed(classes, "User inactive or deleted.")
	}
	return account, err
}

func (a *Service) userOfKey(ctx context.Context, key string) (string, error) {
	if len(key) > 64 {
		return "", ErrNoUser
	}
	now := a.Tokens.Now()
	if e, ok := a.keys.get(key); ok && now.Sub(e.read) < remember {
		return e.user, nil
	}
	var t *store.AuthToken
	err := a.read(ctx, func(c db.Conn) (err error) {
		t, err = store.AuthTokenByKey(c, key)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return "", ErrNoUser
	}
	if err != nil {
		return "", err
	}
	a.keys.put(t.Key, &keyEntry{t.User, now})
	return t.User, nil
}

// NewAPIKey returns a key for a user and its text, prefix.secret, which is shown this once.
func NewAPIKey(user, name string, scopes []string, now, expires time.Time) (*store.APIKey, string) {
	prefix, secret := randomString(8), randomString(40)
	return &store.APIKey{ID: NewTokenID(), Prefix: prefix, Hash: hashSecret(secret), User: user, Name: name, Scopes: scopes,
		Created: now, Expires: expires}, prefix + "." + secret
}

// ForgetAPIKey makes a change or the end of a key felt at once.
func (a *Service) ForgetAPIKey(id string) {
	a.apiKeys.removeIf(func(_ string, e *apiKeyEntry) bool { return e.key.ID == id })
	a.ends.tell()
}

// apiKey reads "Authorization: Api-Key prefix.secret" (djangorestframework-api-key's form), or X-Api-Key.
func (a *Service) apiKey(ctx context.Context, classes []string, r *Request) (Identity, error) {
	text := r.APIKey
	if parts := fields(r.Authorization); len(parts) > 0 && strings.EqualFold(parts[0], "api-key") {
		if len(parts) != 2 {
			return Identity{}, failed(classes, "Invalid API key header. Give one key without spaces.")
		}
		text = parts[1]
	}
	if text == "" {
		return Identity{}, nil
	}
	refused := failed(classes, "Invalid API key.")
	prefix, secret, found := strings.Cut(text, ".")
	if !found || len(text) > 128 || !validText(text) {
		return Identity{}, refused
	}
	key, err := a.apiKeyByPrefix(ctx, prefix)
	if errors.Is(err, ErrNoUser) {
		return Identity{}, refused
	}
	if err != nil {
		return Identity{}, err
	}
	now := a.Tokens.Now()
	if !equal([]byte(key.Hash), []byte(hashSecret(secret))) || !key.Revoked.IsZero() || !key.Expires.IsZero() && !now.Before(key.Expires) {
		return Identity{}, refused
	}
	account, err := a.activeUser(ctx, classes, key.User)
	if err != nil {
		return Identity{}, err
	}
	if now.Sub(key.Used) > touchAfter {
		a.Touches.key(key.ID, now)
	}
	id := known(account, APIKey)
	id.Scopes, id.Expires = key.Scopes, key.Expires
	return id, nil
}

func (a *Service) apiKeyByPrefix(ctx context.Context, prefix string) (*store.APIKey, error) {
	now := a.Tokens.Now()
	if e, ok := a.apiKeys.get(prefix); ok && now.Sub(e.read) < remember {
		return e.key, nil
	}
	var k *store.APIKey
	err := a.read(ctx, func(c db.Conn) (err error) {
		k, err = store.APIKeyByPrefix(c, prefix)
		return err
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNoUser
	}
	if err != nil {
		return nil, err
	}
	a.apiKeys.put(prefix, &apiKeyEntry{k, now})
	return k, nil
}

// validText reports whether a text can be looked up in a database.
func validText(s string) bool {
	return strings.IndexByte(s, 0) < 0 && utf8.ValidString(s)
}

// AccountScope lets an API key use the account's own endpoints.
const AccountScope = "account"

// CheckScope returns nil where a text is a scope: "account", or collection:action, where the collection may be "*" and
// the action is view, add, change, delete, "read" (view), "write" (all four) or "*" (all four).
func CheckScope(scope string) error {
	if scope == AccountScope {
		return nil
	}
	name, action, found := strings.Cut(scope, ":")
	if found && name != "" && len(scope) <= 128 {
		switch action {
		case "view", "add", "change", "delete", "read", "write", "*":
			return nil
		}
	}
	return fmt.Errorf(`%q is not a scope: write "articles:read", "articles:write", "*:view" or "account"`, scope)
}

// Allows reports whether the credentials reach as far as an action on a collection. It only ever narrows what the user
// may: only API keys with scopes say no.
func (id Identity) Allows(collection string, a schema.Action) bool {
	if len(id.Scopes) == 0 {
		return true
	}
	for _, s := range id.Scopes {
		name, action, found := strings.Cut(s, ":")
		if !found || name != "*" && name != collection {
			continue
		}
		if action == string(a) || action == "*" || action == "write" || action == "read" && a == schema.View {
			return true
		}
	}
	return false
}

// AllowsAccount reports whether the credentials reach the account's own endpoints.
func (id Identity) AllowsAccount() bool {
	if len(id.Scopes) == 0 {
		return true
	}
	for _, s := range id.Scopes {
		if s == AccountScope {
			return true
		}
	}
	return false
}

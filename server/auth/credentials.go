package auth

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
	"time"
	"unicode/utf8"
)

// PasswordCheck decides whether a name and a password belong together, slowly on purpose: every door that takes
// passwords goes through it.
type PasswordCheck struct {
	Hasher  *Hasher
	Users   Users
	Backoff *Backoff
	Now     Clock
	// Upgrade stores a new hash of the same password, when the account's is of an older kind. May be nil.
	Upgrade func(ctx context.Context, a *Account, hash string) error

	proved *cache[[32]byte, provedEntry]
	secret [32]byte
}

// provedEntry is a Basic log-in that succeeded: it holds as long as the user's hash stays what it was.
type provedEntry struct {
	id    string
	hash  string
	until time.Time
}

// ErrCredentials says that name and password do not belong together, or that the account is not active.
var ErrCredentials = errors.New("auth: no active account with these credentials")

// basicMemory is how long a successful Basic log-in is believed.
const basicMemory = time.Minute

// NewPasswordCheck returns a PasswordCheck over these parts.
func NewPasswordCheck(h *Hasher, users Users, b *Backoff, now Clock) *PasswordCheck {
	p := &PasswordCheck{Hasher: h, Users: users, Backoff: b, Now: now, proved: newCache[[32]byte, provedEntry](4096)}
	_, _ = rand.Read(p.secret[:])
	return p
}

// Check returns the active account that name and password belong to. Errors are ErrCredentials (after the same time
// for an unknown name as for a wrong password), ErrInactive for the right password of an inactive account, or a
// *rest.APIError (429).
func (p *PasswordCheck) Check(ctx context.Context, name, password, ip string) (*Account, error) {
	if f := p.Backoff.Check(name, ip); f != nil {
		return nil, f
	}
	account, err := p.Users.ByLogin(ctx, name)
	if err != nil && !errors.Is(err, ErrNoUser) {
		return nil, err
	}
	hash := ""
	if account != nil {
		hash = account.Password
	}
	ok, err := p.Hasher.Verify(ctx, password, hash)
	if err != nil {
		return nil, busy(err)
	}
	if !ok {
		p.Backoff.Failed(name, ip)
		return nil, ErrCredentials
	}
	p.Backoff.Succeeded(name, ip)
	if !account.Active {
		return nil, ErrInactive
	}
	return account, p.upgrade(ctx, account, password)
}

// busy turns ErrBusy into DRF's 429.
func busy(err error) error {
	if errors.Is(err, ErrBusy) {
		return throttled(time.Second)
	}
	return err
}

// ErrInactive is an ErrCredentials that only an owner of the password sees; most answers do not tell them apart.
var ErrInactive = errInactive{}

type errInactive struct{}

func (errInactive) Error() string   { return "auth: the account is not active" }
func (errInactive) Is(t error) bool { return t == ErrCredentials }

// upgrade renews an old hash. A log-in does not fail because its hash could not be renewed now.
func (p *PasswordCheck) upgrade(ctx context.Context, a *Account, password string) error {
	if p.Upgrade == nil || !NeedsUpgrade(a.Password) {
		return nil
	}
	hash, err := p.Hasher.Hash(ctx, password)
	if errors.Is(err, ErrBusy) {
		return nil
	}
	if err != nil {
		return err
	}
	return p.Upgrade(ctx, a, hash)
}

// basic is DRF's BasicAuthentication.
func (a *Service) basic(ctx context.Context, classes []string, r *Request) (Identity, error) {
	parts := fields(r.Authorization)
	if len(parts) == 0 || !strings.EqualFold(parts[0], "basic") {
		return Identity{}, nil
	}
	switch {
	case len(parts) == 1:
		return Identity{}, failed(classes, "Invalid basic header. No credentials provided.")
	case len(parts) > 2:
		return Identity{}, failed(classes, "Invalid basic header. Credentials string should not contain spaces.")
	}
	name, password, ok := basicCredentials(parts[1])
	if !ok {
		return Identity{}, failed(classes, "Invalid basic header. Credentials not correctly base64 encoded.")
	}
	account, err := a.Passwords.checkOften(ctx, name, password, r.IP)
	if errors.Is(err, ErrCredentials) {
		return Identity{}, failed(classes, "Invalid username/password.")
	}
	if err != nil {
		return Identity{}, err
	}
	return known(account, Basic), nil
}

// basicCredentials decodes as Python's b64decode does, which skips what is no base64.
func basicCredentials(text string) (name, password string, ok bool) {
	clean := strings.Map(func(r rune) rune {
		if r < 128 && strings.ContainsRune("+/=", r) || r < 128 && strings.IndexByte(alphanumeric, byte(r)) >= 0 {
			return r
		}
		return -1
	}, text)
	raw, err := base64.StdEncoding.DecodeString(clean)
	if err != nil {
		return "", "", false
	}
	s := string(raw)
	if !utf8.ValidString(s) { // then it is Latin-1
		runes := make([]rune, len(raw))
		for i, b := range raw {
			runes[i] = rune(b)
		}
		s = string(runes)
	}
	return strings.Cut(s, ":")
}

// checkOften is Check for credentials that come with every request: a success is believed for a minute, or until the
// user's password changes. Memory holds an HMAC of them, under a secret of this process.
func (p *PasswordCheck) checkOften(ctx context.Context, name, password, ip string) (*Account, error) {
	mac := hmac.New(sha256.New, p.secret[:])
	mac.Write([]byte(name + "\x00" + password))
	key := [32]byte(mac.Sum(nil))
	if e, ok := p.proved.get(key); ok && p.Now().Before(e.until) {
		account, err := p.Users.ByID(ctx, e.id)
		if err == nil && account.Active && account.Password == e.hash {
			return account, nil
		}
		if err != nil && !errors.Is(err, ErrNoUser) {
			return nil, err
		}
	}
	p.proved.remove(key)
	account, err := p.Check(ctx, name, password, ip)
	if err != nil {
		return nil, err
	}
	if now, err := p.Users.ByID(ctx, account.ID); err == nil { // with the hash as it is after an upgrade
		account = now
	}
	p.proved.put(key, provedEntry{account.ID, account.Password, p.Now().Add(basicMemory)})
	return account, nil
}

func (p *PasswordCheck) forget() { p.proved.clear() }

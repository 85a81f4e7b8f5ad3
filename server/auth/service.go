package auth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/value"
)

// Config says how credentials are made and checked. The zero Config is right for a new project.
type Config struct {
	Secret         string   // HS256: signs and verifies, in the place of keys of its own
	VerifySecrets  []string // HS256: verify only, as for the tokens of a Django site being replaced
	Algorithm      string   // of new signing keys: ES256 (default) or EdDSA
	TrustedOrigins []string // origins whose pages may send unsafe requests with cookies
	Cookies        CookieNames
	Log            *slog.Logger
	Now            Clock
}

// Service is authentication over a store: it finds out who a request comes from, and makes and ends credentials. It
// is safe for concurrent use.
type Service struct {
	Users     Users
	Directory *Directory // the same, over the store
	Tokens    *Tokens
	Passwords *PasswordCheck
	Links     *MailKeys
	Throttle  *Throttle
	Cookies   CookieNames
	Trusted   []string
	Touches   Touches

	store    *store.Store
	config   Config
	read     Reads
	sessions *cache[string, *sessionEntry]
	apiKeys  *cache[string, *apiKeyEntry]
	keys     *cache[string, *keyEntry]
	revoked  revocations
	ends     ended
	tickets  tickets
}

// Reads runs a function on a snapshot of the database.
type Reads func(ctx context.Context, fn func(db.Conn) error) error

const maxRemembered = 8192

// maxQueue is how many passwords may wait to be checked, for each that is being checked: about a second's worth.
const maxQueue = 64

// New returns the Service of an open store. On a new data folder it makes the keys that sign tokens.
func New(ctx context.Context, st *store.Store, c Config) (*Service, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Algorithm == "" {
		c.Algorithm = string(jose.ES256)
	}
	if c.Cookies == (CookieNames{}) {
		c.Cookies = DefaultCookies
	}
	dir := NewDirectory(st)
	s := newService(dir, c)
	s.store, s.Directory, s.read = st, dir, st.Engine().Read
	s.Passwords.Upgrade = s.upgrade
	s.Tokens.Life = func() Lifetimes {
		a := st.Schema().Settings.Accounts
		return Lifetimes{time.Duration(a.Access) * time.Second, time.Duration(a.Refresh) * time.Second}
	}
	if err := s.loadKeys(ctx); err != nil {
		return nil, fmt.Errorf("auth: keys: %w", err)
	}
	return s, s.read(ctx, s.loadRevoked)
}

// newService returns a Service without a store, keys or lifetimes.
func newService(users Users, c Config) *Service {
	cores := runtime.GOMAXPROCS(0)
	parallel := max(cores-1, 1)
	return &Service{
		Users: users, Tokens: NewTokens(&KeyRing{}, nil, c.Now), Links: &MailKeys{Now: c.Now}, Throttle: NewThrottle(c.Now),
		Passwords: NewPasswordCheck(NewHasher(parallel, parallel*maxQueue), users, NewBackoff(c.Now), c.Now),
		Cookies:   c.Cookies, Trusted: c.TrustedOrigins, config: c,
		sessions: newCache[string, *sessionEntry](maxRemembered),
		apiKeys:  newCache[string, *apiKeyEntry](maxRemembered),
		keys:     newCache[string, *keyEntry](maxRemembered),
	}
}

// Now returns the service's time.
func (a *Service) Now() time.Time { return a.config.Now() }

// loadKeys fills the ring and the secret of links from the database and the configuration.
func (a *Service) loadKeys(ctx context.Context) error {
	var keys []*Key
	var secret []byte
	_, err := a.Write(ctx, "", func(tx *store.Tx) (err error) {
		keys, secret, err = LoadKeys(tx.Conn, jose.SignatureAlgorithm(a.config.Algorithm), a.Now())
		return err
	})
	if err != nil {
		return err
	}
	a.Links.Secret = secret
	return a.useKeys(keys)
}

func (a *Service) useKeys(keys []*Key) error {
	var secrets []*Key
	var signWith *Key
	if a.config.Secret != "" {
		k, err := NewSecret(a.config.Secret)
		if err != nil {
			return err
		}
		signWith, secrets = k, append(secrets, k)
	}
	for _, text := range a.config.VerifySecrets {
		k, err := NewSecret(text)
		if err != nil {
			return err
		}
		secrets = append(secrets, k)
	}
	return a.Tokens.Ring.Replace(keys, secrets, signWith)
}

// RotateKeys makes a new signing key for an algorithm; tokens that the old one signed stay good until they expire.
func (a *Service) RotateKeys(ctx context.Context, algorithm jose.SignatureAlgorithm) error {
	overlap := a.Tokens.Life().Refresh + time.Hour
	_, err := a.Write(ctx, "", func(tx *store.Tx) error {
		return RotateKeys(tx.Conn, algorithm, a.Now(), overlap)
	})
	if err != nil {
		return err
	}
	return a.loadKeys(ctx)
}

// Write runs a transaction of the account system: it sees and may everything, and actor stands in the change log. Where
// the schema changes before it begins, it runs under the new one.
func (a *Service) Write(ctx context.Context, actor string, fn func(*store.Tx) error) (string, error) {
	for {
		o := store.Origin{Scope: access.System(a.store.State().Policy), Actor: actor, Via: "accounts", Serial: true}
		changeset, err := a.store.Write(ctx, o, fn)
		if !errors.Is(err, store.ErrSchemaChanged) || ctx.Err() != nil {
			return changeset, err
		}
	}
}

// Read runs a function on a snapshot of the database.
func (a *Service) Read(ctx context.Context, fn func(db.Conn) error) error { return a.read(ctx, fn) }

// upgrade stores a new hash of the same password.
func (a *Service) upgrade(ctx context.Context, account *Account, hash string) error {
	_, err := a.Write(ctx, account.ID, func(tx *store.Tx) error {
		rec, err := tx.Record(tx.Schema.Users(), account.Key)
		if err != nil {
			return err
		}
		if rec.Get("password").Text() != account.Password { // changed meanwhile: the old password must not come back
			return nil
		}
		return tx.SetUser(account.Key, map[string]value.Value{"password": value.Text(hash)})
	})
	return err
}

// SetPassword gives a user a new password, ends every log-in and token but one session (which may be ""), and returns
// the account as it is then. Keys of programs (TokenAuthentication, API keys) stay.
func (a *Service) SetPassword(ctx context.Context, account *Account, password, actor, keepSession string) (*Account, error) {
	hash, err := a.Passwords.Hasher.Hash(ctx, password)
	if err != nil {
		return nil, busy(err)
	}
	var ended []string
	_, err = a.Write(ctx, actor, func(tx *store.Tx) (err error) {
		epoch := account.NextEpoch(a.Tokens.Latest())
		if err := tx.SetUser(account.Key, map[string]value.Value{"password": value.Text(hash), "token_epoch": value.Int(epoch)}); err != nil {
			return err
		}
		if _, err := store.EndInvitation(tx.Conn, account.ID); err != nil {
			return err
		}
		if ended, err = store.RevokeUserLogins(tx.Conn, account.ID, keepSession, "password", a.Now()); err != nil || keepSession == "" {
			return err
		}
		return store.ContinueSession(tx.Conn, keepSession, epoch)
	})
	if err != nil {
		return nil, err
	}
	a.Ended(ended...)
	a.forgetSession(keepSession)
	return a.Users.ByID(ctx, account.ID)
}

// LoggedIn notes the time of a log-in (Django's update_last_login).
func (a *Service) LoggedIn(tx *store.Tx, account *Account) error {
	return tx.SetUser(account.Key, map[string]value.Value{"last_login": value.FormatDateTime(a.Now())})
}

// Maintain writes what was collected and deletes what has expired, for a job that runs now and then. It returns how many
// log-ins and tokens it deleted.
func (a *Service) Maintain(ctx context.Context) (n int64, err error) {
	_, err = a.Write(ctx, "", func(tx *store.Tx) error {
		if err := a.Touches.Flush(tx.Conn); err != nil {
			return err
		}
		n, err = store.PurgeLogins(tx.Conn, a.Now().Add(-24*time.Hour))
		return err
	})
	return n, err
}

// HashPassword returns a new hash of a password, or a 429.
func (a *Service) HashPassword(ctx context.Context, password string) (string, error) {
	hash, err := a.Passwords.Hasher.Hash(ctx, password)
	return hash, busy(err)
}

package auth

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/db/dbtest"
	"github.com/couplet/couplet/store/fixture"
	"github.com/couplet/couplet/store/migrate"
	"github.com/couplet/couplet/store/sample"
	"github.com/couplet/couplet/store/value"
)

// referenceSecret is the SECRET_KEY of the project whose answers are in the corpus.
const referenceSecret = "drf-conformance-secret-key-0123456789abcdefghijklmnopqrstuvwxyz"

// newTestService returns the Service of a fresh sample project in a time of its own.
func newTestService(t testing.TB, c Config) (*Service, *fakeTime) {
	t.Helper()
	ctx, clock := context.Background(), newFakeTime()
	st, err := store.Open(ctx, store.Options{Dir: t.TempDir(), Database: dbtest.URL(t), NoSync: true, Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	if _, err := st.Apply(ctx, "", sample.Schema, migrate.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := fixture.Load(ctx, st, bytes.NewReader(sample.Fixtures), fixture.LoadOptions{}); err != nil {
		t.Fatal(err)
	}
	c.Now = clock.now
	s, err := New(ctx, st, c)
	if err != nil {
		t.Fatal(err)
	}
	return s, clock
}

func (a *Service) must(t testing.TB, fn func(c db.Conn) error) {
	t.Helper()
	if _, err := a.Write(context.Background(), "", func(tx *store.Tx) error { return fn(tx.Conn) }); err != nil {
		t.Fatal(err)
	}
}

func (a *Service) user(t testing.TB, id string) *Account {
	t.Helper()
	account, err := a.Users.ByID(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	return account
}

// login begins a family and returns its pair.
func (a *Service) login(t testing.TB, id string) *Pair {
	t.Helper()
	account := a.user(t, id)
	var claims *Claims
	a.must(t, func(c db.Conn) (err error) {
		claims, err = a.Tokens.Start(c, account, Client{"browser", "192.0.2.1"})
		return err
	})
	pair, err := a.Tokens.Pair(claims, account.Epoch)
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// rotate exchanges a refresh token as the endpoints do and returns the next one, or why not.
func (a *Service) rotate(t *testing.T, token string, grace time.Duration) (string, TokenError) {
	t.Helper()
	var r Rotation
	var reason TokenError
	a.must(t, func(c db.Conn) error {
		claims, err := a.Tokens.ReadRefresh(c, token)
		if err != nil && !errors.Is(err, ErrTokenBlacklisted) {
			if errors.As(err, &reason) {
				return nil
			}
			return err
		}
		r, err = a.Tokens.Rotate(c, claims, 0, grace, Client{})
		return err
	})
	if r.Ended != "" {
		a.Ended(r.Ended)
	}
	if r.Next == nil {
		return "", reason + r.Refused
	}
	next, err := a.Tokens.Sign(r.Next)
	if err != nil {
		t.Fatal(err)
	}
	return next, ""
}

func (a *Service) bearer(token string) (Identity, error) {
	return a.Authenticate(context.Background(), &Request{Method: "GET", Authorization: "Bearer " + token, HasAuth: true}, []string{JWT, Session})
}

func TestRotation(t *testing.T) {
	a, clock := newTestService(t, Config{})
	pair := a.login(t, "2")
	if id, err := a.bearer(pair.Access); err != nil || id.User.Username != "user" || id.Login != pair.Login {
		t.Fatalf("bearer: %+v, %v", id, err)
	}
	second, reason := a.rotate(t, pair.Refresh, 0)
	if reason != "" {
		t.Fatal(reason)
	}
	clock.advance(time.Second)
	third, reason := a.rotate(t, second, 0)
	if reason != "" {
		t.Fatal(reason)
	}
	if _, err := a.bearer(pair.Access); err != nil {
		t.Errorf("the access token ended with a rotation: %v", err)
	}
	if _, reason := a.rotate(t, pair.Refresh, 0); reason != ErrTokenBlacklisted {
		t.Errorf("a token used twice: %q", reason)
	}
	if _, reason := a.rotate(t, third, 0); reason != ErrTokenBlacklisted {
		t.Errorf("the family lives on after a token was used twice: %q", reason)
	}
	if _, err := a.bearer(pair.Access); err == nil {
		t.Error("an access token of a stolen family is good")
	}
	clock.advance(16 * time.Minute)
	if _, err := a.bearer(pair.Access); err == nil {
		t.Error("an expired token is good")
	}
}

func TestRotationGrace(t *testing.T) {
	a, clock := newTestService(t, Config{})
	pair := a.login(t, "2")
	second, _ := a.rotate(t, pair.Refresh, RefreshGrace)
	clock.advance(9 * time.Second)
	again, reason := a.rotate(t, pair.Refresh, RefreshGrace)
	if reason != "" || claimsOf(t, a, again).ID != claimsOf(t, a, second).ID {
		t.Errorf("within the grace: %q", reason)
	}
	clock.advance(2 * time.Second)
	if _, reason := a.rotate(t, pair.Refresh, RefreshGrace); reason != ErrTokenBlacklisted {
		t.Errorf("after the grace: %q", reason)
	}
	if _, reason := a.rotate(t, second, RefreshGrace); reason != ErrTokenBlacklisted {
		t.Errorf("the family after reuse: %q", reason)
	}
}

func claimsOf(t *testing.T, a *Service, token string) *Claims {
	t.Helper()
	c, err := a.Tokens.Read(token, Untyped)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestAdoption: a refresh token of the Django site that is being replaced rotates and is then known.
func TestAdoption(t *testing.T) {
	a, _ := newTestService(t, Config{VerifySecrets: []string{referenceSecret}})
	const foreign = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ0b2tlbl90eXBlIjoicmVmcmVzaCIsImV4cCI6NDEwMjQ0NDgwMCwiaWF0IjoxNTc3ODM2ODAwLCJqdGkiOiJjMGZmZWUwMGMwZmZlZTAwYzBmZmVlMDBjMGZmZWUwMiIsInVzZXJfaWQiOiIyIn0.sBqz_TEATsYRT_eCk6cCL2ZErG-9_lodAAxEp1KBO6s"
	next, reason := a.rotate(t, foreign, 0)
	if reason != "" {
		t.Fatal(reason)
	}
	if _, reason := a.rotate(t, foreign, 0); reason != ErrTokenBlacklisted {
		t.Errorf("used twice: %q", reason)
	}
	if _, reason := a.rotate(t, next, 0); reason != ErrTokenBlacklisted {
		t.Errorf("its successor after that: %q", reason)
	}
}

func TestBlacklist(t *testing.T) {
	a, _ := newTestService(t, Config{})
	pair := a.login(t, "2")
	a.must(t, func(c db.Conn) error { return a.Tokens.Blacklist(c, claimsOf(t, a, pair.Refresh), "blacklist") })
	if _, reason := a.rotate(t, pair.Refresh, RefreshGrace); reason != ErrTokenBlacklisted {
		t.Errorf("blacklisted: %q", reason)
	}
	if _, err := a.bearer(pair.Access); err != nil {
		t.Errorf("the access token of a blacklisted one: %v", err)
	}
	if err := a.Read(context.Background(), func(c db.Conn) error { return a.Tokens.Verify(c, pair.Refresh) }); !errors.Is(err, ErrTokenBlacklisted) {
		t.Errorf("verify: %v", err)
	}
}

// TestUserChangesActAtOnce: deactivation, a new password and a revoked log-in are felt by the next request, although
// tokens are kept in memory.
func TestUserChangesActAtOnce(t *testing.T) {
	a, clock := newTestService(t, Config{})
	ctx := context.Background()
	first, second := a.login(t, "2"), a.login(t, "2")
	for _, p := range []*Pair{first, second} {
		if _, err := a.bearer(p.Access); err != nil {
			t.Fatal(err)
		}
	}
	logins, err := loginsOf(a, "2")
	if err != nil || len(logins) != 2 {
		t.Fatalf("%d log-ins, %v", len(logins), err)
	}
	for _, l := range logins {
		if FamilyOf(l.ID) == first.Login {
			a.must(t, func(c db.Conn) error { _, err := store.RevokeLogin(c, l.ID, "user", a.Now()); return err })
			a.Ended(l.ID)
		}
	}
	if _, err := a.bearer(first.Access); err == nil {
		t.Error("a revoked log-in goes on")
	}
	if _, err := a.bearer(second.Access); err != nil {
		t.Errorf("another log-in ended, too: %v", err)
	}
	account, err := a.SetPassword(ctx, a.user(t, "2"), "a new Password 1", "2", "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.bearer(second.Access); err == nil {
		t.Error("a token outlives a password change")
	}
	if _, reason := a.rotate(t, second.Refresh, 0); reason != ErrTokenBlacklisted {
		t.Errorf("a refresh token outlives a password change: %q", reason)
	}
	third := a.login(t, "2") // in the same second
	if _, err := a.bearer(third.Access); err != nil {
		t.Errorf("a token of the same second, made after the change: %v", err)
	}
	if _, err := a.Passwords.Check(ctx, "user", "a new Password 1", "192.0.2.1"); err != nil {
		t.Errorf("the new password: %v", err)
	}
	clock.advance(time.Minute)
	_, err = a.Write(ctx, "", func(tx *store.Tx) error {
		return tx.SetUser(account.Key, map[string]value.Value{"is_active": value.Bool(false)})
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.bearer(third.Access); err == nil || err.Error() != "User is inactive" {
		t.Errorf("an inactive user: %v", err)
	}
}

func loginsOf(a *Service, user string) (list []*store.Login, err error) {
	err = a.Read(context.Background(), func(c db.Conn) error {
		list, err = store.Logins(c, user, a.Now(), 100)
		return err
	})
	return list, err
}

func TestKeysAreKeptAndRotated(t *testing.T) {
	a, clock := newTestService(t, Config{})
	ctx := context.Background()
	old := a.login(t, "2")
	again, err := New(ctx, a.store, Config{Now: clock.now})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := again.bearer(old.Access); err != nil {
		t.Errorf("after a restart: %v", err)
	}
	before, _ := a.Tokens.Ring.JWKS()
	if err := a.RotateKeys(ctx, jose.ES256); err != nil {
		t.Fatal(err)
	}
	after, _ := a.Tokens.Ring.JWKS()
	if bytes.Equal(before, after) || bytes.Count(after, []byte(`"kid"`)) != 2 || bytes.Contains(after, []byte(`"d"`)) {
		t.Errorf("JWKS after a rotation: %s", after)
	}
	if _, err := a.bearer(old.Access); err != nil {
		t.Errorf("a token of the old key: %v", err)
	}
	fresh := a.login(t, "2")
	if claims, err := again.Tokens.Read(fresh.Access, AccessToken); err == nil {
		t.Errorf("the new key did not sign: %+v", claims)
	}
	clock.advance(a.Tokens.Life().Refresh + 2*time.Hour)
	if _, err := a.Tokens.Read(old.Refresh, RefreshToken); err == nil {
		t.Error("the old key verifies for ever")
	}
}

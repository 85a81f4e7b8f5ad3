package auth

import (
	"errors"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// RefreshGrace is how long, in cookie mode, a rotated token is answered with its successor: two tabs of a browser
// share one cookie and may refresh at once.
const RefreshGrace = 10 * time.Second

// Client is what is remembered of where a log-in came from.
type Client struct{ UserAgent, IP string }

// Pair is a signed refresh token and an access token made from it.
type Pair struct {
	Refresh, Access             string
	RefreshExpires, AccessUntil time.Time
	Login                       string
}

// Start begins a family for a user who has just logged in. It runs on the writer.
func (t *Tokens) Start(c db.Conn, a *Account, from Client) (*Claims, error) {
	claims := t.New(RefreshToken, a.ID, a.Epoch)
	login := t.family(claims, a.Epoch, from)
	if err := store.InsertLogin(c, login); err != nil {
		return nil, err
	}
	return claims, store.InsertToken(c, row(claims, login.ID))
}

// family returns a new log-in for a refresh token. It takes the first half of the token's jti, which all tokens of
// the family share: so an access token, too, tells which log-in it belongs to, without a claim of its own.
func (t *Tokens) family(c *Claims, epoch int64, from Client) *store.Login {
	now := t.Now()
	return &store.Login{ID: FamilyOf(c.ID) + NewTokenID()[16:], Kind: store.LoginToken, User: c.UserID, Epoch: epoch, Created: now,
		Expires: time.Unix(c.Expires, 0), Used: now, UserAgent: from.UserAgent, IP: from.IP}
}

// FamilyOf returns the part of a jti or log-in id that a family shares: 16 digits.
func FamilyOf(id string) string {
	if len(id) < 16 {
		return id
	}
	return id[:16]
}

func row(c *Claims, login string) *store.Token {
	return &store.Token{ID: c.ID, Login: login, User: c.UserID, Issued: time.Unix(c.IssuedAt, 0), Expires: time.Unix(c.Expires, 0)}
}

// Pair signs a refresh token and makes an access token from it.
func (t *Tokens) Pair(refresh *Claims, epoch int64) (*Pair, error) {
	access := t.AccessFor(refresh, epoch)
	access.ID = FamilyOf(refresh.ID) + access.ID[16:]
	p := &Pair{RefreshExpires: time.Unix(refresh.Expires, 0), AccessUntil: time.Unix(access.Expires, 0), Login: FamilyOf(refresh.ID)}
	var err error
	if p.Refresh, err = t.Sign(refresh); err != nil {
		return nil, err
	}
	p.Access, err = t.Sign(access)
	return p, err
}

// ReadRefresh verifies a refresh token and looks at the blacklist, in simplejwt's order: signature and expiry,
// blacklist, then the other claims.
func (t *Tokens) ReadRefresh(c db.Conn, token string) (*Claims, error) {
	claims, have, err := t.open(token)
	if err != nil {
		return nil, err
	}
	if have.jti {
		if bad, err := blacklisted(c, claims.ID); err != nil {
			return nil, err
		} else if bad {
			return claims, ErrTokenBlacklisted
		}
	}
	return claims, claims.check(RefreshToken, have)
}

// blacklisted reports whether a refresh token was rotated, blacklisted or revoked with its family.
func blacklisted(c db.Conn, jti string) (bool, error) {
	row, err := store.TokenByID(c, jti)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil && !row.Revoked.IsZero(), err
}

// Verify checks a token of any type, as /api/token/verify/ does; it does not look at the user.
func (t *Tokens) Verify(c db.Conn, token string) error {
	claims, err := t.Read(token, Untyped)
	if err != nil {
		return err
	}
	bad, err := blacklisted(c, claims.ID)
	if err == nil && bad {
		return ErrTokenBlacklisted
	}
	return err
}

// Rotation is what became of a refresh token that was shown. Either Next is set, or Refused.
type Rotation struct {
	Next    *Claims
	Refused TokenError
	Ended   string // the log-in that ended because its token was used twice
}

// Rotate exchanges a refresh token, verified before, for its successor, on the writer. A token that was exchanged
// already has been stolen, by this caller or by the one before: its whole family is revoked, which is no error, since
// that has to be committed. With a grace it first gets its successor again for that long.
func (t *Tokens) Rotate(c db.Conn, claims *Claims, epoch int64, grace time.Duration, from Client) (Rotation, error) {
	now := t.Now()
	old, err := store.TokenByID(c, claims.ID)
	switch {
	case errors.Is(err, store.ErrNotFound):
		if old, err = t.adopt(c, claims, epoch, from); err != nil {
			return Rotation{}, err
		}
	case err != nil:
		return Rotation{}, err
	}
	if !old.Rotated.IsZero() {
		return t.again(c, claims, old, now, grace)
	}
	if !old.Revoked.IsZero() {
		return Rotation{Refused: ErrTokenBlacklisted}, nil
	}
	next := t.New(RefreshToken, claims.UserID, epoch)
	next.ID = FamilyOf(old.Login) + next.ID[16:]
	next.Extra = claims.Extra
	if err := store.RotateToken(c, old.ID, next.ID, now); err != nil {
		return Rotation{}, err
	}
	if err := store.InsertToken(c, row(next, old.Login)); err != nil {
		return Rotation{}, err
	}
	return Rotation{Next: next}, store.TouchLogin(c, old.Login, now, time.Unix(next.Expires, 0))
}

// adopt makes a family for a token that was signed elsewhere, as by the Django site that is being replaced.
func (t *Tokens) adopt(c db.Conn, claims *Claims, epoch int64, from Client) (*store.Token, error) {
	login := t.family(claims, epoch, from)
	if err := store.InsertLogin(c, login); err != nil {
		return nil, err
	}
	tok := row(claims, login.ID)
	return tok, store.InsertToken(c, tok)
}

// again answers a token that was exchanged before.
func (t *Tokens) again(c db.Conn, claims *Claims, old *store.Token, now time.Time, grace time.Duration) (Rotation, error) {
	next, err := store.TokenByID(c, old.Successor)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return Rotation{}, err
	}
	if err == nil && now.Sub(old.Rotated).Abs() < grace && (next.Revoked.IsZero() || !next.Rotated.IsZero()) {
		return Rotation{Next: &Claims{Type: RefreshToken, Expires: next.Expires.Unix(), IssuedAt: next.Issued.Unix(), ID: next.ID,
			UserID: claims.UserID, Extra: claims.Extra}}, nil
	}
	live, err := store.RevokeLogin(c, old.Login, "reuse", now)
	if err != nil || !live {
		return Rotation{Refused: ErrTokenBlacklisted}, err
	}
	return Rotation{Refused: ErrTokenBlacklisted, Ended: old.Login}, nil
}

// Blacklist ends a refresh token, verified before, and its log-in. Its access tokens stay good until they expire, as
// simplejwt's do. It runs on the writer.
func (t *Tokens) Blacklist(c db.Conn, claims *Claims, reason string) error {
	old, err := store.TokenByID(c, claims.ID)
	if errors.Is(err, store.ErrNotFound) {
		old, err = t.adopt(c, claims, 0, Client{})
	}
	if err != nil {
		return err
	}
	_, err = store.RevokeLogin(c, old.Login, reason, t.Now())
	return err
}

package auth

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// MaxToken is the longest token text, in bytes, that is looked at.
const MaxToken = 8192

// TokenError is why a token is refused, in simplejwt's words.
type TokenError string

func (e TokenError) Error() string { return string(e) }

// The reasons (simplejwt's TokenError texts).
const (
	ErrTokenInvalid     TokenError = "Token is invalid"
	ErrTokenExpired     TokenError = "Token is expired"
	ErrTokenWrongType   TokenError = "Token has wrong type"
	ErrTokenNoType      TokenError = "Token has no type"
	ErrTokenNoID        TokenError = "Token has no id"
	ErrTokenNoExpiry    TokenError = "Token has no 'exp' claim"
	ErrTokenBlacklisted TokenError = "Token is blacklisted"
)

// TokenType is simplejwt's token_type.
type TokenType string

// The token types. Untyped accepts every type.
const (
	AccessToken  TokenType = "access"
	RefreshToken TokenType = "refresh"
	Untyped      TokenType = ""
)

// Claims are a token's claims. Extra are those of a token made elsewhere; access tokens made from a refresh token
// carry them on, as simplejwt's do.
type Claims struct {
	Type     TokenType
	Expires  int64 // Unix seconds
	IssuedAt int64
	ID       string // jti
	UserID   string // "" where the token names nobody
	NoUser   bool   // it has no user_id claim at all
	Extra    []Claim
}

// Claim is a claim that Couplet does not know.
type Claim struct {
	Name  string
	Value json.RawMessage
}

// NewTokenID returns a jti: 32 hexadecimal digits.
func NewTokenID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// Lifetimes are how long tokens live.
type Lifetimes struct{ Access, Refresh time.Duration }

// Tokens signs and reads tokens.
type Tokens struct {
	Ring  *KeyRing
	Life  func() Lifetimes
	Now   Clock
	last  atomic.Int64 // second in which a token was issued
	cache *cache[string, *Claims]
}

// NewTokens returns Tokens over a ring of keys.
func NewTokens(ring *KeyRing, life func() Lifetimes, now Clock) *Tokens {
	return &Tokens{Ring: ring, Life: life, Now: now, cache: newCache[string, *Claims](maxVerified)}
}

// maxVerified bounds the verified tokens kept in memory: about 10 MB.
const maxVerified = 16384

// New returns the claims of a new token for a user. notBefore is the user's epoch: a token issued in the second of a
// password change carries the next one, so that it can be told from those issued before.
func (t *Tokens) New(kind TokenType, userID string, epoch int64) *Claims {
	now := t.Now().Unix()
	t.issued(now)
	life := t.Life().Access
	if kind == RefreshToken {
		life = t.Life().Refresh
	}
	return &Claims{Type: kind, Expires: now + int64(life/time.Second), IssuedAt: max(now, epoch), ID: NewTokenID(), UserID: userID}
}

// issued notes that tokens were issued in a second.
func (t *Tokens) issued(second int64) {
	for last := t.last.Load(); second > last && !t.last.CompareAndSwap(last, second); last = t.last.Load() {
	}
}

// Latest is the time, or where the clock was put back the last one at which a token was issued.
func (t *Tokens) Latest() time.Time {
	now := t.Now().Round(0)
	if last := time.Unix(t.last.Load(), 0); last.After(now) {
		return last
	}
	return now
}

// AccessFor returns the claims of an access token made from a refresh token.
func (t *Tokens) AccessFor(refresh *Claims, epoch int64) *Claims {
	c := t.New(AccessToken, refresh.UserID, epoch)
	c.Extra = refresh.Extra
	return c
}

// Sign returns the token's text.
func (t *Tokens) Sign(c *Claims) (string, error) { return t.Ring.sign(c.json()) }

// json writes the claims in simplejwt's order.
func (c *Claims) json() []byte {
	b := append(make([]byte, 0, 192), `{"token_type":"`...)
	b = append(append(b, c.Type...), `","exp":`...)
	b = append(strconv.AppendInt(b, c.Expires, 10), `,"iat":`...)
	b = append(strconv.AppendInt(b, c.IssuedAt, 10), `,"jti":`...)
	b = appendString(b, c.ID)
	if c.UserID != "" {
		b = appendString(append(b, `,"user_id":`...), c.UserID)
	}
	for _, e := range c.Extra {
		b = append(appendString(append(b, ','), e.Name), ':')
		b = append(b, e.Value...)
	}
	return append(b, '}')
}

func appendString(b []byte, s string) []byte {
	quoted, _ := json.Marshal(s) // a string cannot fail
	return append(b, quoted...)
}

// ReadAccess returns the claims of an access token, from memory where the same text was verified before.
// The claims are shared: do not change them.
func (t *Tokens) ReadAccess(token string) (*Claims, error) {
	if c, ok := t.cache.get(token); ok {
		if c.Expires <= t.Now().Unix() {
			t.cache.remove(token)
			return nil, ErrTokenExpired
		}
		return c, nil
	}
	c, err := t.Read(token, AccessToken)
	if err != nil {
		return nil, err
	}
	t.cache.put(strings.Clone(token), c)
	return c, nil
}

// Forget drops the verified tokens in memory, as after a change of keys.
func (t *Tokens) Forget() { t.cache.clear() }

// Read verifies a token's signature, times and type, in the order of PyJWT and simplejwt. It does not look at the
// blacklist: only refresh tokens are on it, and ReadRefresh does.
func (t *Tokens) Read(token string, want TokenType) (*Claims, error) {
	c, have, err := t.open(token)
	if err != nil {
		return nil, err
	}
	return c, c.check(want, have)
}

// open verifies signature and times.
func (t *Tokens) open(token string) (*Claims, present, error) {
	now := t.Now()
	if len(token) > MaxToken {
		return nil, present{}, ErrTokenInvalid
	}
	payload, own, ok := t.Ring.open(token, now)
	if !ok {
		return nil, present{}, ErrTokenInvalid
	}
	c, have, err := readClaims(payload, now, own)
	if err != nil {
		return nil, present{}, err
	}
	return c, have, nil
}

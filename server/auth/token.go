package auth

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
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
	life := t.Life().Access
	if kind == RefreshToken {
		life = t.Life().Refresh
	}
	return &Claims{Type: kind, Expires: now + int64(life/time.Second), IssuedAt: max(now, epoch), ID: NewTokenID(), UserID: userID}
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

// present tells which claims a token had.
type present struct{ exp, jti, kind bool }

func (c *Claims) check(want TokenType, have present) error {
	switch {
	case !have.exp:
		return ErrTokenNoExpiry
	case !have.jti:
		return ErrTokenNoID
	case want == Untyped:
		return nil
	case !have.kind:
		return ErrTokenNoType
	case c.Type != want:
		return ErrTokenWrongType
	}
	return nil
}

// open verifies signature and times.
func (t *Tokens) open(token string) (*Claims, present, error) {
	now := t.Now()
	if len(token) > MaxToken {
		return nil, present{}, ErrTokenInvalid
	}
	payload, ok := t.Ring.open(token, now)
	if !ok {
		return nil, present{}, ErrTokenInvalid
	}
	c, have, err := readClaims(payload, now)
	if err != nil {
		return nil, present{}, err
	}
	return c, have, nil
}

// readClaims reads a payload and checks iat, nbf, exp, sub and jti as PyJWT does. An iat one second ahead passes:
// see Tokens.New.
func readClaims(payload []byte, now time.Time) (*Claims, present, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(payload, &raw); err != nil || raw == nil {
		return nil, present{}, ErrTokenInvalid
	}
	c, have := &Claims{}, present{}
	for _, at := range []struct {
		name string
		into *int64
		late int64 // how far ahead it may be; -1: any
	}{{"iat", &c.IssuedAt, 1}, {"nbf", new(int64), 0}, {"exp", &c.Expires, -1}} {
		text, found := raw[at.name]
		if !found {
			continue
		}
		n, err := pythonInt(text)
		if err != nil || at.name == "exp" && isString(text) || (at.late >= 0 && float64(n) > float64(now.UnixNano())/1e9+float64(at.late)) {
			return nil, present{}, ErrTokenInvalid
		}
		*at.into = n
	}
	if _, have.exp = raw["exp"]; have.exp && c.Expires <= now.Unix() {
		return nil, present{}, ErrTokenExpired
	}
	if sub, found := raw["sub"]; found && !isString(sub) {
		return nil, present{}, ErrTokenInvalid
	}
	if jti, found := raw["jti"]; found {
		if !isString(jti) || json.Unmarshal(jti, &c.ID) != nil {
			return nil, present{}, ErrTokenInvalid
		}
		have.jti = true
	}
	if kind, found := raw["token_type"]; found {
		have.kind = true
		if isString(kind) {
			_ = json.Unmarshal(kind, (*string)(&c.Type)) // it is a string: it cannot fail
		} else {
			c.Type = "?" // of no type that is asked for
		}
	}
	user, found := raw["user_id"]
	c.UserID, c.NoUser = userID(user), !found
	c.Extra = extraClaims(payload)
	return c, have, nil
}

// userID reads the user_id claim: simplejwt writes a string since 5.5, a number before. Anything else is nobody.
func userID(raw json.RawMessage) string {
	var s string
	if isString(raw) && json.Unmarshal(raw, &s) == nil {
		return s
	}
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return strconv.FormatInt(n, 10)
	}
	return ""
}

// extraClaims returns the claims that are not simplejwt's own, in the order of the token.
func extraClaims(payload []byte) []Claim {
	dec := json.NewDecoder(bytes.NewReader(payload))
	if _, err := dec.Token(); err != nil {
		return nil
	}
	var extra []Claim
	for dec.More() {
		name, err := dec.Token()
		var v json.RawMessage
		if err != nil || dec.Decode(&v) != nil {
			return nil
		}
		switch name {
		case "token_type", "exp", "iat", "jti", "user_id":
		default:
			extra = append(extra, Claim{name.(string), v})
		}
	}
	return extra
}

func isString(raw json.RawMessage) bool { return len(raw) > 0 && raw[0] == '"' }

// pythonInt is int(x) of a JSON value: numbers are cut, texts and booleans read.
func pythonInt(raw json.RawMessage) (int64, error) {
	text := string(raw)
	switch text {
	case "true":
		return 1, nil
	case "false":
		return 0, nil
	}
	if isString(raw) {
		var s string
		if err := json.Unmarshal(raw, &s); err != nil {
			return 0, err
		}
		return strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.Abs(f) > 1<<62 {
		return 0, errors.New("not a whole number")
	}
	return int64(f), nil
}

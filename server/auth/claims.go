package auth

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"
)

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

// anyTime lets a time be however far ahead.
const anyTime = -1

// readClaims reads a payload and checks iat, nbf, exp, sub and jti as PyJWT does. An iat one second ahead passes: see
// Tokens.New. That of a token of our own may be any: it is ahead where the clock was put back, and who has logged in
// stays so.
func readClaims(payload []byte, now time.Time, own bool) (*Claims, present, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(payload, &raw); err != nil || raw == nil {
		return nil, present{}, ErrTokenInvalid
	}
	c, have := &Claims{}, present{}
	leeway := 1
	if own {
		leeway = anyTime
	}
	for _, at := range []struct {
		name string
		into *int64
		late int // how far ahead it may be
	}{{"iat", &c.IssuedAt, leeway}, {"nbf", new(int64), 0}, {"exp", &c.Expires, anyTime}} {
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

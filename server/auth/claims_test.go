package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"errors"
	"fmt"
	"hash"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// forge signs any header and payload, as PyJWT would.
func forge(header, payload, secret string, digest func() hash.Hash) string {
	enc := base64.RawURLEncoding
	text := enc.EncodeToString([]byte(header)) + "." + enc.EncodeToString([]byte(payload))
	mac := hmac.New(digest, []byte(secret))
	mac.Write([]byte(text))
	return text + "." + enc.EncodeToString(mac.Sum(nil))
}

const hs256 = `{"alg":"HS256","typ":"JWT"}`

func testTokens(t *testing.T) (*Tokens, *fakeTime) {
	t.Helper()
	secret, err := NewSecret(referenceSecret)
	if err != nil {
		t.Fatal(err)
	}
	clock := newFakeTime()
	own, err := NewKey(jose.ES256, clock.now())
	if err != nil {
		t.Fatal(err)
	}
	ring, err := NewKeyRing([]*Key{own}, []*Key{secret}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return NewTokens(ring, func() Lifetimes { return Lifetimes{15 * time.Minute, time.Hour} }, clock.now), clock
}

// TestClaims compares with what simplejwt 5.5.1 and PyJWT 2.15 say to the same tokens; where they crash, it is invalid.
func TestClaims(t *testing.T) {
	tokens, clock := testTokens(t)
	now := clock.now().Unix()
	payload := func(change string) string {
		return fmt.Sprintf(`{"token_type":"access","exp":%d,"iat":%d,"jti":"x","user_id":"2"%s}`, now+60, now-60, change)
	}
	good := payload("")
	cases := []struct {
		name, header, payload string
		want                  error
	}{
		{"good", hs256, good, nil},
		{"no typ", `{"alg":"HS256"}`, good, nil},
		{"another typ", `{"alg":"HS256","typ":"at+jwt"}`, good, nil},
		{"unknown kid", `{"alg":"HS256","kid":"x"}`, good, nil},
		{"kid is a number", `{"alg":"HS256","kid":5}`, good, ErrTokenInvalid},
		{"critical", `{"alg":"HS256","crit":["x"],"x":1}`, good, ErrTokenInvalid},
		{"critical, but nothing", `{"alg":"HS256","crit":[]}`, good, ErrTokenInvalid},
		{"lower case alg", `{"alg":"hs256"}`, good, ErrTokenInvalid},
		{"alg none", `{"alg":"none"}`, good, ErrTokenInvalid},
		{"alg ES256 with the secret", `{"alg":"ES256"}`, good, ErrTokenInvalid},
		{"list", hs256, `[1]`, ErrTokenInvalid},
		{"no JSON", hs256, `{`, ErrTokenInvalid},
		{"null", hs256, `null`, ErrTokenInvalid},
		{"expired", hs256, fmt.Sprintf(`{"token_type":"access","exp":%d,"jti":"x"}`, now), ErrTokenExpired},
		{"exp float", hs256, fmt.Sprintf(`{"token_type":"access","exp":%d.5,"jti":"x"}`, now+1), nil},
		{"exp text", hs256, fmt.Sprintf(`{"token_type":"access","exp":"%d","jti":"x"}`, now+1), ErrTokenInvalid},
		{"exp huge", hs256, `{"token_type":"access","exp":1e400,"jti":"x"}`, ErrTokenInvalid},
		{"exp null", hs256, `{"token_type":"access","exp":null,"jti":"x"}`, ErrTokenInvalid},
		{"no exp", hs256, `{"token_type":"access","jti":"x"}`, ErrTokenNoExpiry},
		{"no jti", hs256, fmt.Sprintf(`{"token_type":"access","exp":%d}`, now+60), ErrTokenNoID},
		{"no type", hs256, fmt.Sprintf(`{"jti":"x","exp":%d}`, now+60), ErrTokenNoType},
		{"type null", hs256, fmt.Sprintf(`{"jti":"x","exp":%d,"token_type":null}`, now+60), ErrTokenWrongType},
		{"type refresh", hs256, fmt.Sprintf(`{"jti":"x","exp":%d,"token_type":"refresh"}`, now+60), ErrTokenWrongType},
		{"jti number", hs256, fmt.Sprintf(`{"jti":5,"exp":%d}`, now+60), ErrTokenInvalid},
		{"iat in the future", hs256, payload(fmt.Sprintf(`,"iat":%d`, now+100)), ErrTokenInvalid},
		{"iat no number", hs256, payload(`,"iat":"x"`), ErrTokenInvalid},
		{"nbf in the future", hs256, payload(fmt.Sprintf(`,"nbf":%d`, now+100)), ErrTokenInvalid},
		{"nbf past", hs256, payload(fmt.Sprintf(`,"nbf":%d`, now-100)), nil},
		{"sub number", hs256, payload(`,"sub":5`), ErrTokenInvalid},
		{"sub text", hs256, payload(`,"sub":"5"`), nil},
		{"aud ignored", hs256, payload(`,"aud":"x"`), nil},
	}
	for _, c := range cases {
		_, err := tokens.Read(forge(c.header, c.payload, referenceSecret, sha256.New), AccessToken)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	for name, token := range map[string]string{
		"HS512":         forge(`{"alg":"HS512","typ":"JWT"}`, good, referenceSecret, sha512.New),
		"another key":   forge(hs256, good, "another secret of some length", sha256.New),
		"public key as": forge(hs256, good, string(mustJWKS(tokens)), sha256.New),
		"garbage":       "a.b.c", "empty": "", "dots": "..", "five": "a.b.c.d.e",
		"JSON": `{"payload":"","signatures":[]}`,
	} {
		if _, err := tokens.Read(token, AccessToken); !errors.Is(err, ErrTokenInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func mustJWKS(t *Tokens) []byte {
	document, _ := t.Ring.JWKS()
	return document
}

func TestUserIDs(t *testing.T) {
	tokens, clock := testTokens(t)
	for raw, want := range map[string]string{`"2"`: "2", `2`: "2", `"abc"`: "abc", `null`: "", `true`: "", `1.5`: "", `[2]`: "", `""`: "",
		`12345678901234567890`: ""} {
		text := fmt.Sprintf(`{"token_type":"access","exp":%d,"jti":"x","user_id":%s}`, clock.now().Unix()+60, raw)
		c, err := tokens.Read(forge(hs256, text, referenceSecret, sha256.New), AccessToken)
		if err != nil || c.UserID != want || c.NoUser {
			t.Errorf("user_id %s: %+v, %v", raw, c, err)
		}
	}
}

// TestSignedClaims: tokens have simplejwt's claims and no others; custom claims of a refresh token are carried on.
func TestSignedClaims(t *testing.T) {
	tokens, _ := testTokens(t)
	refresh := tokens.New(RefreshToken, "2", 0)
	refresh.Extra = []Claim{{"tenant", []byte(`{"a":[1,"é"]}`)}}
	for _, c := range []*Claims{refresh, tokens.AccessFor(refresh, 0)} {
		text, err := tokens.Sign(c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := tokens.Read(text, c.Type)
		if err != nil || back.ID != c.ID || len(back.ID) != 32 || back.UserID != "2" || len(back.Extra) != 1 || string(back.Extra[0].Value) != `{"a":[1,"é"]}` {
			t.Errorf("%s: %+v, %v", c.Type, back, err)
		}
	}
}

func FuzzReadClaims(f *testing.F) {
	f.Add([]byte(`{"token_type":"access","exp":1,"iat":true,"jti":"x","user_id":2,"nbf":"5"}`))
	f.Add([]byte(`{"exp":1e308,"exp":2}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		c, _, err := readClaims(payload, time.Unix(0, 0), false)
		if err == nil && c == nil {
			t.Error("no claims and no error")
		}
	})
}

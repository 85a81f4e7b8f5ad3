package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Key is a key that signs or verifies tokens. Secret keys (HS256) are configured; the others are made and stored here.
type Key struct {
	ID      string // the token header's kid: the RFC 7638 thumbprint; "" for secrets
	Alg     jose.SignatureAlgorithm
	Private any // *ecdsa.PrivateKey, ed25519.PrivateKey, or []byte
	Created time.Time
	Retired time.Time // since then it signs no more; zero: it signs
	Expires time.Time // since then it verifies no more; zero: it verifies
	signer  jose.Signer
}

// NewKey makes a signing key for ES256 or EdDSA.
func NewKey(alg jose.SignatureAlgorithm, now time.Time) (*Key, error) {
	k := &Key{Alg: alg, Created: now}
	var err error
	switch alg {
	case jose.ES256:
		k.Private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case jose.EdDSA:
		_, k.Private, err = ed25519.GenerateKey(rand.Reader)
	default:
		return nil, fmt.Errorf("auth: no key can be made for %q: use ES256 or EdDSA", alg)
	}
	if err != nil {
		return nil, fmt.Errorf("auth: make key: %w", err)
	}
	return k, k.prepare()
}

// NewSecret returns an HS256 key from a shared secret, such as a Django site's SECRET_KEY.
func NewSecret(secret string) (*Key, error) {
	if len(secret) < 16 {
		return nil, fmt.Errorf("auth: an HS256 secret needs at least 16 bytes, this one has %d", len(secret))
	}
	k := &Key{Alg: jose.HS256, Private: []byte(secret)}
	return k, k.prepare()
}

// LoadKey reads a key from the private JWK that MarshalPrivate wrote.
func LoadKey(private []byte) (*Key, error) {
	var jwk jose.JSONWebKey
	if err := json.Unmarshal(private, &jwk); err != nil {
		return nil, fmt.Errorf("auth: stored key: %w", err)
	}
	k := &Key{Alg: jose.SignatureAlgorithm(jwk.Algorithm), Private: jwk.Key}
	return k, k.prepare()
}

// MarshalPrivate returns the key as a private JWK.
func (k *Key) MarshalPrivate() ([]byte, error) {
	return json.Marshal(jose.JSONWebKey{Key: k.Private, KeyID: k.ID, Algorithm: string(k.Alg), Use: "sig"})
}

// prepare sets the key's id and signer.
func (k *Key) prepare() error {
	opts := (&jose.SignerOptions{}).WithType("JWT")
	if k.Alg != jose.HS256 {
		jwk := jose.JSONWebKey{Key: k.Private}
		sum, err := jwk.Thumbprint(crypto.SHA256)
		if err != nil {
			return fmt.Errorf("auth: key: %w", err)
		}
		k.ID = base64.RawURLEncoding.EncodeToString(sum)
		opts = opts.WithHeader(jose.HeaderKey("kid"), k.ID)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: k.Alg, Key: k.Private}, opts)
	if err != nil {
		return fmt.Errorf("auth: key: %w", err)
	}
	k.signer = signer
	return nil
}

// public returns what verifies the key's signatures.
func (k *Key) public() any {
	if p, ok := k.Private.(crypto.Signer); ok {
		return p.Public()
	}
	return k.Private
}

// verifies reports whether tokens signed by the key are still good at a time.
func (k *Key) verifies(at time.Time) bool { return k.Expires.IsZero() || at.Before(k.Expires) }

// KeyRing is the set of keys in use. It is replaced as a whole, so that reading it takes no lock.
type KeyRing struct {
	state atomic.Pointer[ringState]
}

type ringState struct {
	signing *Key
	byID    map[string]*Key
	secrets []*Key
	all     []*Key // asymmetric ones, newest first
	jwks    []byte
	etag    string
}

// NewKeyRing returns a ring of stored keys and configured secrets. Where signWith is nil, the newest key that is not
// retired signs; otherwise signWith does (the HS256 secret of a Django site that still verifies the tokens).
func NewKeyRing(keys, secrets []*Key, signWith *Key) (*KeyRing, error) {
	r := &KeyRing{}
	return r, r.Replace(keys, secrets, signWith)
}

// Replace puts other keys in the place of those of the ring; tokens being checked are not disturbed.
func (r *KeyRing) Replace(keys, secrets []*Key, signWith *Key) error {
	s := &ringState{signing: signWith, byID: map[string]*Key{}, secrets: secrets, all: keys}
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, k := range keys {
		s.byID[k.ID] = k
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k.public(), KeyID: k.ID, Algorithm: string(k.Alg), Use: "sig"})
		if signWith == nil && k.Retired.IsZero() && (s.signing == nil || k.Created.After(s.signing.Created)) {
			s.signing = k
		}
	}
	if s.signing == nil {
		return fmt.Errorf("auth: no key to sign tokens with")
	}
	var err error
	if s.jwks, err = json.Marshal(set); err != nil {
		return fmt.Errorf("auth: JWKS: %w", err)
	}
	sum := sha256.Sum256(s.jwks)
	s.etag = `"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	r.state.Store(s)
	return nil
}

// JWKS returns the public keys as the document of /.well-known/jwks.json, and its ETag. Secrets are never in it.
func (r *KeyRing) JWKS() (document []byte, etag string) {
	s := r.state.Load()
	return s.jwks, s.etag
}

// Keys returns the stored keys of the ring.
func (r *KeyRing) Keys() []*Key { return r.state.Load().all }

// sign returns the compact form of a payload signed by the ring's signing key.
func (r *KeyRing) sign(payload []byte) (string, error) {
	object, err := r.state.Load().signing.signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("auth: sign token: %w", err)
	}
	return object.CompactSerialize()
}

// allowed are the algorithms that any token may name; each key then takes its own only.
var allowed = []jose.SignatureAlgorithm{jose.HS256, jose.ES256, jose.EdDSA}

// open returns the payload of a token that one of the ring's keys signed. The key decides the algorithm, never the
// token: a token that names another is refused before any key sees it.
func (r *KeyRing) open(token string, now time.Time) (payload []byte, own, ok bool) {
	object, err := jose.ParseSignedCompact(token, allowed)
	if err != nil {
		return nil, false, false
	}
	header, s := object.Signatures[0].Header, r.state.Load()
	if _, found := header.ExtraHeaders["crit"]; found { // RFC 7515 §4.1.11: an empty list is not allowed either
		return nil, false, false
	}
	if header.Algorithm == string(jose.HS256) {
		for _, k := range s.secrets {
			if payload, err := object.Verify(k.Private); err == nil {
				return payload, false, true
			}
		}
		return nil, false, false
	}
	k := s.byID[header.KeyID]
	if k == nil || string(k.Alg) != header.Algorithm || !k.verifies(now) {
		return nil, false, false
	}
	payload, err = object.Verify(k.public())
	return payload, true, err == nil
}

package auth

import (
	"crypto/rand"
	"encoding/base64"
	"time"

	"github.com/go-jose/go-jose/v4"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
)

// SecretAlg marks the row of couplet_keys that holds the instance's own secret.
const SecretAlg = "HMAC"

// LoadKeys reads the stored keys and the instance's secret, which signs links in mails. On an empty database it makes
// both; it therefore runs on the writer.
func LoadKeys(c db.Conn, alg jose.SignatureAlgorithm, now time.Time) (keys []*Key, secret []byte, err error) {
	rows, err := store.SigningKeys(c)
	if err != nil {
		return nil, nil, err
	}
	signs := false
	for _, r := range rows {
		if r.Alg == SecretAlg {
			if secret, err = base64.RawURLEncoding.DecodeString(r.Private); err != nil {
				return nil, nil, err
			}
			continue
		}
		k, err := LoadKey([]byte(r.Private))
		if err != nil {
			return nil, nil, err
		}
		k.Created, k.Retired, k.Expires = r.Created, r.Retired, r.Expires
		if !k.verifies(now) {
			continue
		}
		keys = append(keys, k)
		signs = signs || k.Retired.IsZero()
	}
	if !signs {
		k, err := addKey(c, alg, now)
		if err != nil {
			return nil, nil, err
		}
		keys = append([]*Key{k}, keys...)
	}
	if secret == nil {
		secret, err = addSecret(c, now)
	}
	return keys, secret, err
}

// RotateKeys adds a new signing key on the writer. The ones before sign no more; they verify for overlap, which must
// be at least as long as a refresh token lives.
func RotateKeys(c db.Conn, alg jose.SignatureAlgorithm, now time.Time, overlap time.Duration) error {
	k, err := addKey(c, alg, now)
	if err != nil {
		return err
	}
	if err := store.RetireSigningKeys(c, k.ID, now, now.Add(overlap)); err != nil {
		return err
	}
	return store.DeleteSigningKeys(c, now)
}

func addKey(c db.Conn, alg jose.SignatureAlgorithm, now time.Time) (*Key, error) {
	k, err := NewKey(alg, now)
	if err != nil {
		return nil, err
	}
	private, err := k.MarshalPrivate()
	if err != nil {
		return nil, err
	}
	return k, store.InsertSigningKey(c, &store.SigningKey{ID: k.ID, Alg: string(alg), Private: string(private), Created: now})
}

func addSecret(c db.Conn, now time.Time) ([]byte, error) {
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	return secret, store.InsertSigningKey(c, &store.SigningKey{ID: "secret", Alg: SecretAlg, Created: now,
		Private: base64.RawURLEncoding.EncodeToString(secret)})
}

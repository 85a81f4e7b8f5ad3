package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// SigningKey is a stored key: a private JWK that signs and verifies tokens, or the instance's own secret.
type SigningKey struct {
	ID      string
	Alg     string // ES256, EdDSA; HMAC for the instance's secret
	Private string
	Created time.Time
	Retired time.Time // zero: it signs
	Expires time.Time // zero: it verifies
}

// SigningKeys returns the stored keys, the newest first.
func SigningKeys(c db.Conn) ([]*SigningKey, error) {
	var list []*SigningKey
	err := c.Query("SELECT id, alg, private, created, retired, expires FROM couplet_keys ORDER BY created DESC, id", nil, func(r db.Row) error {
		list = append(list, &SigningKey{r.Text(0), r.Text(1), r.Text(2), rowTime(r, 3), rowTime(r, 4), rowTime(r, 5)})
		return nil
	})
	return list, err
}

// InsertSigningKey stores a new key.
func InsertSigningKey(c db.Conn, k *SigningKey) error {
	_, err := c.Exec("INSERT INTO couplet_keys (id, alg, private, created, retired, expires) VALUES ($1, $2, $3, $4, $5, $6)",
		sqlb.T(k.ID), sqlb.T(k.Alg), sqlb.T(k.Private), timeArg(k.Created), timeArg(k.Retired), timeArg(k.Expires))
	return err
}

// RetireSigningKeys makes every signing key but one verify only, and that until a time.
func RetireSigningKeys(c db.Conn, except string, now, until time.Time) error {
	_, err := c.Exec("UPDATE couplet_keys SET retired = $1, expires = $2 WHERE id <> $3 AND retired IS NULL AND alg <> 'HMAC'",
		timeArg(now), timeArg(until), sqlb.T(except))
	return err
}

// DeleteSigningKeys removes the keys that verify nothing since a time.
func DeleteSigningKeys(c db.Conn, before time.Time) error {
	_, err := c.Exec("DELETE FROM couplet_keys WHERE expires < $1", timeArg(before))
	return err
}

// APIKey is a key that a program shows instead of a password.
type APIKey struct {
	ID      string
	Prefix  string // shown, and how it is found
	Hash    string // SHA-256 of the secret, hexadecimal
	User    string
	Name    string
	Scopes  []string // empty: everything its user may
	Created time.Time
	Expires time.Time // zero: never
	Used    time.Time
	Revoked time.Time
}

const apiKeyColumns = "id, prefix, hash, user_key, name, scopes, created, expires, used, revoked"

// InsertAPIKey stores a new key.
func InsertAPIKey(c db.Conn, k *APIKey) error {
	scopes, err := json.Marshal(append([]string{}, k.Scopes...))
	if err != nil {
		return err
	}
	_, err = c.Exec("INSERT INTO couplet_api_keys ("+apiKeyColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
		sqlb.T(k.ID), sqlb.T(k.Prefix), sqlb.T(k.Hash), sqlb.T(k.User), sqlb.T(k.Name), sqlb.T(string(scopes)),
		timeArg(k.Created), timeArg(k.Expires), timeArg(k.Used), timeArg(k.Revoked))
	return err
}

// APIKeyByPrefix returns a key, or ErrNotFound.
func APIKeyByPrefix(c db.Conn, prefix string) (*APIKey, error) {
	return oneAPIKey(c, "prefix = $1", sqlb.T(prefix))
}

// APIKeyByID returns a key, or ErrNotFound.
func APIKeyByID(c db.Conn, id string) (*APIKey, error) { return oneAPIKey(c, "id = $1", sqlb.T(id)) }

func oneAPIKey(c db.Conn, where string, arg sqlb.Arg) (*APIKey, error) {
	list, err := apiKeys(c, "WHERE "+where, arg)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ErrNotFound
	}
	return list[0], nil
}

// APIKeys returns the keys of a user that are not revoked, or those of everybody where user is "", the newest first.
func APIKeys(c db.Conn, user string) ([]*APIKey, error) {
	if user == "" {
		return apiKeys(c, "WHERE revoked IS NULL ORDER BY created DESC, id")
	}
	return apiKeys(c, "WHERE user_key = $1 AND revoked IS NULL ORDER BY created DESC, id", sqlb.T(user))
}

func apiKeys(c db.Conn, where string, args ...sqlb.Arg) ([]*APIKey, error) {
	var list []*APIKey
	err := c.Query("SELECT "+apiKeyColumns+" FROM couplet_api_keys "+where, args, func(r db.Row) error {
		k := &APIKey{ID: r.Text(0), Prefix: r.Text(1), Hash: r.Text(2), User: r.Text(3), Name: r.Text(4), Created: rowTime(r, 6),
			Expires: rowTime(r, 7), Used: rowTime(r, 8), Revoked: rowTime(r, 9)}
		if err := json.Unmarshal([]byte(r.Text(5)), &k.Scopes); err != nil {
			return fmt.Errorf("store: scopes of API key %s: %w", k.ID, err)
		}
		list = append(list, k)
		return nil
	})
	return list, err
}

// UpdateAPIKey changes a key's name, scopes and expiry.
func UpdateAPIKey(c db.Conn, k *APIKey) error {
	scopes, err := json.Marshal(append([]string{}, k.Scopes...))
	if err != nil {
		return err
	}
	_, err = c.Exec("UPDATE couplet_api_keys SET name = $1, scopes = $2, expires = $3 WHERE id = $4",
		sqlb.T(k.Name), sqlb.T(string(scopes)), timeArg(k.Expires), sqlb.T(k.ID))
	return err
}

// RevokeAPIKey ends a key; it reports whether it was live.
func RevokeAPIKey(c db.Conn, id string, now time.Time) (bool, error) {
	n, err := c.Exec("UPDATE couplet_api_keys SET revoked = $1 WHERE id = $2 AND revoked IS NULL", timeArg(now), sqlb.T(id))
	return n > 0, err
}

// TouchAPIKey notes that a key was used.
func TouchAPIKey(c db.Conn, id string, now time.Time) error {
	_, err := c.Exec("UPDATE couplet_api_keys SET used = $1 WHERE id = $2", timeArg(now), sqlb.T(id))
	return err
}

// cleanText drops what a text column of either engine cannot hold: NUL and broken UTF-8.
func cleanText(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")
}

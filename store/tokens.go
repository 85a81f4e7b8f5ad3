package store

import (
	"strings"
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// Token is a refresh token as the database knows it: by its jti, never by its text.
type Token struct {
	ID        string // jti
	Login     string // the family: the id of its Login
	User      string
	Issued    time.Time
	Expires   time.Time
	Rotated   time.Time // zero: not yet exchanged for its successor
	Successor string    // jti
	Revoked   time.Time // zero: good
}

const tokenColumns = "jti, login, user_key, issued, expires, rotated, successor, revoked"

// InsertToken stores a new refresh token.
func InsertToken(c db.Conn, t *Token) error {
	_, err := c.Exec("INSERT INTO couplet_tokens ("+tokenColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
		sqlb.T(t.ID), sqlb.T(t.Login), sqlb.T(t.User), timeArg(t.Issued), timeArg(t.Expires), timeArg(t.Rotated),
		optionalText(t.Successor), timeArg(t.Revoked))
	return err
}

// TokenByID returns a refresh token by its jti, or ErrNotFound: a token signed elsewhere is not known until it is
// rotated or revoked here.
func TokenByID(c db.Conn, jti string) (*Token, error) {
	var t *Token
	err := c.Query("SELECT "+tokenColumns+" FROM couplet_tokens WHERE jti = $1", []sqlb.Arg{sqlb.T(jti)}, func(r db.Row) error {
		t = &Token{ID: r.Text(0), Login: r.Text(1), User: r.Text(2), Issued: rowTime(r, 3), Expires: rowTime(r, 4),
			Rotated: rowTime(r, 5), Successor: r.Text(6), Revoked: rowTime(r, 7)}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, ErrNotFound
	}
	return t, nil
}

// RotateToken notes that a token was exchanged for its successor, which ends it.
func RotateToken(c db.Conn, jti, successor string, now time.Time) error {
	_, err := c.Exec("UPDATE couplet_tokens SET rotated = $1, successor = $2, revoked = $1 WHERE jti = $3",
		timeArg(now), sqlb.T(successor), sqlb.T(jti))
	return err
}

// AuthToken is the key of DRF's TokenAuthentication.
type AuthToken struct {
	Key     string // 40 hexadecimal digits
	User    string
	Created time.Time
}

// AuthTokenByKey returns a key, or ErrNotFound.
func AuthTokenByKey(c db.Conn, key string) (*AuthToken, error) {
	return oneAuthToken(c, "key = $1", key)
}

// AuthTokenOfUser returns a user's key, or ErrNotFound.
func AuthTokenOfUser(c db.Conn, user string) (*AuthToken, error) {
	return oneAuthToken(c, "user_key = $1", user)
}

func oneAuthToken(c db.Conn, where, arg string) (*AuthToken, error) {
	var t *AuthToken
	err := c.Query("SELECT key, user_key, created FROM couplet_auth_tokens WHERE "+where, []sqlb.Arg{sqlb.T(arg)}, func(r db.Row) error {
		t = &AuthToken{r.Text(0), r.Text(1), rowTime(r, 2)}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if t == nil {
		return nil, ErrNotFound
	}
	return t, nil
}

// AuthTokens returns every key, as an export wants them.
func AuthTokens(c db.Conn) ([]*AuthToken, error) {
	var list []*AuthToken
	err := c.Query("SELECT key, user_key, created FROM couplet_auth_tokens ORDER BY key", nil, func(r db.Row) error {
		list = append(list, &AuthToken{r.Text(0), r.Text(1), rowTime(r, 2)})
		return nil
	})
	return list, err
}

// SaveAuthToken stores a user's key in the place of the one there was.
func SaveAuthToken(c db.Conn, t *AuthToken) error {
	_, err := c.Exec("INSERT INTO couplet_auth_tokens (key, user_key, created) VALUES ($1, $2, $3) "+
		"ON CONFLICT (user_key) DO UPDATE SET key = excluded.key, created = excluded.created",
		sqlb.T(t.Key), sqlb.T(t.User), timeArg(t.Created))
	return err
}

// DeleteAuthToken ends a user's key; it reports whether there was one.
func DeleteAuthToken(c db.Conn, user string) (bool, error) {
	n, err := c.Exec("DELETE FROM couplet_auth_tokens WHERE user_key = $1", sqlb.T(user))
	return n > 0, err
}

// DeleteUserCredentials removes everything by which a user could log in or be recognised: for a deleted account.
func DeleteUserCredentials(c db.Conn, user string) error {
	for _, table := range []string{"couplet_logins", "couplet_tokens", "couplet_auth_tokens", "couplet_api_keys", "couplet_emails", "couplet_invitations"} {
		if _, err := c.Exec("DELETE FROM "+table+" WHERE user_key = $1", sqlb.T(user)); err != nil {
			return err
		}
	}
	return nil
}

// VerifyEmail notes that a user has confirmed an e-mail address.
func VerifyEmail(c db.Conn, user, email string, now time.Time) error {
	_, err := c.Exec("INSERT INTO couplet_emails (user_key, email, verified) VALUES ($1, $2, $3) "+
		"ON CONFLICT (user_key, email) DO UPDATE SET verified = excluded.verified",
		sqlb.T(user), sqlb.T(strings.ToLower(email)), timeArg(now))
	return err
}

// EmailVerified reports whether a user has confirmed an e-mail address.
func EmailVerified(c db.Conn, user, email string) (bool, error) {
	found := false
	err := c.Query("SELECT 1 FROM couplet_emails WHERE user_key = $1 AND email = $2",
		[]sqlb.Arg{sqlb.T(user), sqlb.T(strings.ToLower(email))}, func(db.Row) error {
			found = true
			return nil
		})
	return found, err
}

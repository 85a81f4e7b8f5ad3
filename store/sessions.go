package store

import (
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// The kinds of log-ins.
const (
	LoginToken   = "token"   // a family of refresh tokens
	LoginSession = "session" // a browser session
)

// Login is a live or past log-in of a user: a family of refresh tokens or a browser session.
type Login struct {
	ID        string // 32 hexadecimal digits
	Kind      string
	User      string // the user's key as text
	Secret    string // session: SHA-256 of the cookie, hexadecimal; token: ""
	Epoch     int64  // the user's token epoch when it began: a session of another epoch is over
	Created   time.Time
	Expires   time.Time
	Used      time.Time
	Revoked   time.Time // zero: live
	Reason    string    // why it was revoked: logout, blacklist, reuse, user, admin, password
	UserAgent string
	IP        string
}

const loginColumns = "id, kind, user_key, secret, epoch, created, expires, used, revoked, reason, user_agent, ip"

// maxUserAgent bounds what is kept of a User-Agent header, in bytes.
const maxUserAgent = 256

// InsertLogin stores a new log-in.
func InsertLogin(c db.Conn, l *Login) error {
	agent := l.UserAgent
	if len(agent) > maxUserAgent {
		agent = agent[:maxUserAgent]
	}
	_, err := c.Exec("INSERT INTO couplet_logins ("+loginColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
		sqlb.T(l.ID), sqlb.T(l.Kind), sqlb.T(l.User), optionalText(l.Secret), sqlb.I(l.Epoch), timeArg(l.Created),
		timeArg(l.Expires), timeArg(l.Used), timeArg(l.Revoked), optionalText(l.Reason), sqlb.T(cleanText(agent)), sqlb.T(l.IP))
	return err
}

// LoginByID returns a log-in, or ErrNotFound.
func LoginByID(c db.Conn, id string) (*Login, error) {
	return oneLogin(c, "id = $1", sqlb.T(id))
}

// SessionBySecret returns the browser session whose cookie has a hash, or ErrNotFound.
func SessionBySecret(c db.Conn, hash string) (*Login, error) {
	return oneLogin(c, "secret = $1", sqlb.T(hash))
}

func oneLogin(c db.Conn, where string, arg sqlb.Arg) (*Login, error) {
	list, err := logins(c, "WHERE "+where, arg)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, ErrNotFound
	}
	return list[0], nil
}

// Logins returns the live log-ins of a user, or of everybody where user is "", the newest first, at most limit.
func Logins(c db.Conn, user string, now time.Time, limit int) ([]*Login, error) {
	if user == "" {
		return logins(c, "WHERE revoked IS NULL AND expires > $1 ORDER BY created DESC, id LIMIT $2", timeArg(now), sqlb.I(int64(limit)))
	}
	return logins(c, "WHERE user_key = $1 AND revoked IS NULL AND expires > $2 ORDER BY created DESC, id LIMIT $3",
		sqlb.T(user), timeArg(now), sqlb.I(int64(limit)))
}

// RevokedLogins returns the log-ins that were revoked since a time, whose access tokens may still be about.
func RevokedLogins(c db.Conn, since time.Time) ([]*Login, error) {
	return logins(c, "WHERE revoked >= $1 ORDER BY revoked", sqlb.I(max(since.UnixMicro(), 0)))
}

// LastIssued returns the latest time at which a token was issued; the zero time where there are none.
func LastIssued(c db.Conn) (last time.Time, err error) {
	err = c.Query("SELECT max(issued) FROM couplet_tokens", nil, func(r db.Row) error {
		last = rowTime(r, 0)
		return nil
	})
	return last, err
}

func logins(c db.Conn, where string, args ...sqlb.Arg) ([]*Login, error) {
	var list []*Login
	err := c.Query("SELECT "+loginColumns+" FROM couplet_logins "+where, args, func(r db.Row) error {
		list = append(list, &Login{
			ID: r.Text(0), Kind: r.Text(1), User: r.Text(2), Secret: r.Text(3), Epoch: r.Int(4), Created: rowTime(r, 5),
			Expires: rowTime(r, 6), Used: rowTime(r, 7), Revoked: rowTime(r, 8), Reason: r.Text(9), UserAgent: r.Text(10), IP: r.Text(11),
		})
		return nil
	})
	return list, err
}

// RevokeLogin ends a log-in with all its tokens; one that has ended keeps its time and reason. It reports whether it
// was live.
func RevokeLogin(c db.Conn, id, reason string, now time.Time) (bool, error) {
	n, err := c.Exec("UPDATE couplet_logins SET revoked = $1, reason = $2 WHERE id = $3 AND revoked IS NULL",
		timeArg(now), sqlb.T(reason), sqlb.T(id))
	if err != nil {
		return false, err
	}
	_, err = c.Exec("UPDATE couplet_tokens SET revoked = $1 WHERE login = $2 AND revoked IS NULL", timeArg(now), sqlb.T(id))
	return n > 0, err
}

// RevokeUserLogins ends every live log-in of a user but one (except may be ""), and returns the ids of those ended.
func RevokeUserLogins(c db.Conn, user, except, reason string, now time.Time) ([]string, error) {
	list, err := logins(c, "WHERE user_key = $1 AND revoked IS NULL AND id <> $2", sqlb.T(user), sqlb.T(except))
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(list))
	for _, l := range list {
		if _, err := RevokeLogin(c, l.ID, reason, now); err != nil {
			return nil, err
		}
		ids = append(ids, l.ID)
	}
	return ids, nil
}

// TouchLogin notes that a log-in was used, and until when it is good now.
func TouchLogin(c db.Conn, id string, used, expires time.Time) error {
	_, err := c.Exec("UPDATE couplet_logins SET used = $1, expires = $2 WHERE id = $3", timeArg(used), timeArg(expires), sqlb.T(id))
	return err
}

// ContinueSession gives a session the user's new epoch, so that it outlives a password change made in it.
func ContinueSession(c db.Conn, id string, epoch int64) error {
	_, err := c.Exec("UPDATE couplet_logins SET epoch = $1 WHERE id = $2", sqlb.I(epoch), sqlb.T(id))
	return err
}

// PurgeLogins deletes log-ins and tokens that expired before a time, and returns how many rows.
func PurgeLogins(c db.Conn, before time.Time) (int64, error) {
	n, err := c.Exec("DELETE FROM couplet_tokens WHERE expires < $1", timeArg(before))
	if err != nil {
		return 0, err
	}
	m, err := c.Exec("DELETE FROM couplet_logins WHERE expires < $1", timeArg(before))
	return n + m, err
}

// timeArg is a time as UTC microseconds; the zero time is null.
func timeArg(t time.Time) sqlb.Arg {
	if t.IsZero() {
		return sqlb.Arg{Type: sqlb.IntType, Value: value.Null}
	}
	return sqlb.I(t.UnixMicro())
}

func rowTime(r db.Row, i int) time.Time {
	if r.IsNull(i) {
		return time.Time{}
	}
	return time.UnixMicro(r.Int(i)).UTC()
}

// optionalText is a text argument; "" is null.
func optionalText(s string) sqlb.Arg {
	if s == "" {
		return sqlb.Arg{Type: sqlb.TextType, Value: value.Null}
	}
	return sqlb.T(s)
}

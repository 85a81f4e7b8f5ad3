package store

import (
	"time"

	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
)

// Invitation is an account that waits for its person to choose a password.
type Invitation struct {
	User    string // the account's key as text
	Secret  string // hash of what the link holds
	By      string // the key of who invited
	Sent    time.Time
	Expires time.Time
	Mailed  string // the address to which a mail was sent; "": the link was handed over
}

// SaveInvitation stores an invitation in the place of the one there was.
func SaveInvitation(c db.Conn, i *Invitation) error {
	if _, err := EndInvitation(c, i.User); err != nil {
		return err
	}
	_, err := c.Exec("INSERT INTO couplet_invitations (user_key, secret, by_key, sent, expires, mailed) VALUES ($1, $2, $3, $4, $5, $6)",
		sqlb.T(i.User), sqlb.T(i.Secret), sqlb.T(i.By), timeArg(i.Sent), timeArg(i.Expires), sqlb.T(i.Mailed))
	return err
}

// InvitationMailed notes to which address a mail server has taken the mail of an invitation.
func InvitationMailed(c db.Conn, i *Invitation, address string) error {
	_, err := c.Exec("UPDATE couplet_invitations SET mailed = $1 WHERE user_key = $2 AND secret = $3", sqlb.T(address), sqlb.T(i.User), sqlb.T(i.Secret))
	return err
}

// EndInvitation ends the invitation of a user; it reports whether there was one.
func EndInvitation(c db.Conn, user string) (bool, error) {
	n, err := c.Exec("DELETE FROM couplet_invitations WHERE user_key = $1", sqlb.T(user))
	return n > 0, err
}

// InvitationBySecret returns the invitation whose link holds what has a hash, or ErrNotFound.
func InvitationBySecret(c db.Conn, hash string) (*Invitation, error) {
	list, err := invitations(c, " WHERE secret = $1", sqlb.T(hash))
	if err != nil || len(list) == 0 {
		return nil, orElse(err, ErrNotFound)
	}
	return list[0], nil
}

// Invitations returns every invitation that no password has ended, by user.
func Invitations(c db.Conn) (map[string]*Invitation, error) {
	list, err := invitations(c, "")
	out := make(map[string]*Invitation, len(list))
	for _, i := range list {
		out[i.User] = i
	}
	return out, err
}

func invitations(c db.Conn, where string, args ...sqlb.Arg) (list []*Invitation, err error) {
	err = c.Query("SELECT user_key, secret, by_key, sent, expires, mailed FROM couplet_invitations"+where, args, func(r db.Row) error {
		list = append(list, &Invitation{User: r.Text(0), Secret: r.Text(1), By: r.Text(2), Sent: rowTime(r, 3), Expires: rowTime(r, 4), Mailed: r.Text(5)})
		return nil
	})
	return list, err
}

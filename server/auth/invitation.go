package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/value"
)

// InvitationLifetime is how long the link of an invitation is good.
const InvitationLifetime = 7 * 24 * time.Hour

// ErrNoInvitation says that a token invites nobody, or not any more.
var ErrNoInvitation = errors.New("auth: no such invitation")

// ErrHasPassword says that an account needs no invitation.
var ErrHasPassword = errors.New("auth: the account has a password")

// Invite makes an account without a password and an invitation for it, in one transaction, and returns both with the text
// that its link holds. Errors are those of CreateUser.
func (a *Service) Invite(ctx context.Context, u NewUser, by string) (*Account, *store.Invitation, string, error) {
	u.Password = ""
	in, err := a.inputOf(ctx, u)
	if err != nil {
		return nil, nil, "", err
	}
	invitation, token := a.newInvitation(by)
	var key value.Value
	_, err = a.Write(ctx, by, func(tx *store.Tx) (err error) {
		if key, err = tx.Create(in); err != nil {
			return err
		}
		invitation.User = in.Collection.Key.Type.String(key)
		return store.SaveInvitation(tx.Conn, invitation)
	})
	if err != nil {
		return nil, nil, "", err
	}
	account, err := a.Users.ByID(ctx, invitation.User)
	return account, invitation, token, err
}

// InviteAgain makes another invitation for an account that has no password yet, in the place of the one before. Errors:
// ErrHasPassword.
func (a *Service) InviteAgain(ctx context.Context, account *Account, by string) (*store.Invitation, string, error) {
	if IsUsable(account.Password) {
		return nil, "", ErrHasPassword
	}
	invitation, token := a.newInvitation(by)
	invitation.User = account.ID
	_, err := a.Write(ctx, by, func(tx *store.Tx) error { return store.SaveInvitation(tx.Conn, invitation) })
	return invitation, token, err
}

func (a *Service) newInvitation(by string) (*store.Invitation, string) {
	token, now := randomString(43), a.Now().UTC()
	return &store.Invitation{Secret: hashOf(token), By: by, Sent: now, Expires: now.Add(InvitationLifetime)}, token
}

func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Invited returns whom a token invites. Errors: ErrNoInvitation.
func (a *Service) Invited(ctx context.Context, token string) (*Account, *store.Invitation, error) {
	var invitation *store.Invitation
	err := a.Read(ctx, func(c db.Conn) (err error) {
		invitation, err = store.InvitationBySecret(c, hashOf(token))
		return err
	})
	if errors.Is(err, store.ErrNotFound) || err == nil && !a.Now().Before(invitation.Expires) {
		return nil, nil, ErrNoInvitation
	}
	if err != nil {
		return nil, nil, err
	}
	account, err := a.Users.ByID(ctx, invitation.User)
	if errors.Is(err, ErrNoUser) || err == nil && (!account.Active || IsUsable(account.Password)) {
		return nil, nil, ErrNoInvitation
	}
	return account, invitation, err
}

// Accept gives whom a token invites a password and their name, and ends the invitation. Whoever came by a mail has shown
// that the address is theirs. Errors: ErrNoInvitation, *PasswordError, a 429.
func (a *Service) Accept(ctx context.Context, token, password string, first, last *string) (*Account, error) {
	account, invitation, err := a.Invited(ctx, token)
	if err != nil {
		return nil, err
	}
	named := *account
	if first != nil {
		named.FirstName = *first
	}
	if last != nil {
		named.LastName = *last
	}
	account = &named
	if problems := ValidatePassword(DefaultValidators, password, account.Attributes()); len(problems) > 0 {
		return nil, &PasswordError{problems}
	}
	hash, err := a.HashPassword(ctx, password)
	if err != nil {
		return nil, err
	}
	_, err = a.Write(ctx, account.ID, func(tx *store.Tx) error {
		if _, err := store.InvitationBySecret(tx.Conn, invitation.Secret); err != nil {
			return err
		}
		if _, err := store.EndInvitation(tx.Conn, account.ID); err != nil {
			return err
		}
		if invitation.Mailed != "" {
			if err := store.VerifyEmail(tx.Conn, account.ID, invitation.Mailed, a.Now()); err != nil {
				return err
			}
		}
		return tx.SetUser(account.Key, map[string]value.Value{
			"password": value.Text(hash), "first_name": value.Text(account.FirstName), "last_name": value.Text(account.LastName),
		})
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNoInvitation
	}
	if err != nil {
		return nil, err
	}
	return a.Users.ByID(ctx, account.ID)
}

package api

import (
	"errors"
	"strings"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/mail"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
)

func (c *Call) sendVerification(account *auth.Account) {
	if !c.wantsMail(account) {
		return
	}
	key := c.API.Auth.Links.EmailKey(auth.VerifyAddress, account, account.Email)
	c.mail("verify", account, account.Email, mail.Data{Email: account.Email}, "account/verify-email/"+key+"/")
}

// resendEmail is dj-rest-auth's ResendEmailVerificationView: the answer is always the same.
func resendEmail(c *Call, in *rest.PlainValues) (*Answer, error) {
	if err := c.mayMail(); err != nil {
		return nil, err
	}
	list, err := c.API.Auth.Directory.ByEmail(c.Context(), in.Text("email"))
	if err != nil {
		return nil, err
	}
	for _, account := range list {
		verified, err := c.API.emailVerified(c, account)
		if err != nil {
			return nil, err
		}
		if account.Active && !verified {
			c.sendVerification(account)
		}
	}
	return c.detail(200, "ok"), nil
}

// verifyEmail is dj-rest-auth's VerifyEmailView.
func verifyEmail(c *Call, in *rest.PlainValues) (*Answer, error) {
	if err := c.verifyByKey(in.Text("key")); err != nil {
		return nil, err
	}
	return c.detail(200, "ok"), nil
}

// verifyByKey notes that an account's address is confirmed; a key that is no good is a 404.
func (c *Call) verifyByKey(key string) error {
	account, email, err := c.keyAccount(auth.VerifyAddress, key)
	if err != nil {
		return err
	}
	if !strings.EqualFold(email, account.Email) {
		return rest.NotFound("")
	}
	_, err = c.API.Auth.Write(c.Context(), account.ID, func(tx *store.Tx) error {
		return store.VerifyEmail(tx.Conn, account.ID, email, c.API.Auth.Now())
	})
	return err
}

// keyAccount returns the account and the address that a key from a mail is about.
func (c *Call) keyAccount(p auth.Purpose, key string) (*auth.Account, string, error) {
	id, ok := auth.EmailKeyUser(key)
	if !ok {
		return nil, "", rest.NotFound("")
	}
	account, err := c.API.Auth.Users.ByID(c.Context(), id)
	if errors.Is(err, auth.ErrNoUser) {
		return nil, "", rest.NotFound("")
	}
	if err != nil {
		return nil, "", err
	}
	email, ok := c.API.Auth.Links.CheckEmailKey(p, account, key)
	if !ok || !account.Active {
		return nil, "", rest.NotFound("")
	}
	return account, email, nil
}

package api

import (
	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/mail"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/value"
)

var changeEmailForm = rest.NewPlainForm(rest.PlainField{Name: "email", Kind: rest.PlainEmail, Required: true, MaxLength: 254},
	rest.PlainField{Name: "password", AllowBlank: true})

// emailPaths change the address of an account, once its owner has shown to get mail there.
func (a *API) emailPaths() []address {
	return []address{
		{prefix + "auth/email/change/", formView("Email Change", "Ask for a new e-mail address; a mail to it holds the key that confirms it.",
			changeEmailForm, changeEmail).with(accountClasses, inPerson)},
		{prefix + "auth/email/change/confirm/", formView("Email Change Confirm", "Confirm a new address with the key from the mail.",
			keyForm, confirmEmail).with(noAuthentication, nil)},
	}
}

// changeEmail sends a key to the new address. The old one stays in use until the key comes back.
func changeEmail(c *Call, in *rest.PlainValues) (*Answer, error) {
	if err := c.confirmPassword(in, "password"); err != nil {
		return nil, err
	}
	if err := c.mayMail(); err != nil {
		return nil, err
	}
	account, email := c.account(), normalizeEmail(in.Text("email"))
	taken, err := c.emailTaken(email, account.ID)
	if err != nil {
		return nil, err
	}
	if taken {
		return nil, rest.FieldError("email", "User is already registered with this e-mail address.", "invalid")
	}
	if c.wantsMail(account) {
		key := c.API.Auth.Links.EmailKey(auth.ChangeAddress, account, email)
		c.mail("change", account, email, mail.Data{Email: email}, "account/change-email/"+key+"/")
	}
	return c.detail(200, "Confirmation e-mail has been sent."), nil
}

func confirmEmail(c *Call, in *rest.PlainValues) (*Answer, error) {
	if err := c.changeByKey(in.Text("key")); err != nil {
		return nil, err
	}
	return c.detail(200, "The e-mail address has been changed."), nil
}

// changeByKey gives an account the address that a key proves, and tells the old one.
func (c *Call) changeByKey(key string) error {
	account, email, err := c.keyAccount(auth.ChangeAddress, key)
	if err != nil {
		return err
	}
	if taken, err := c.emailTaken(email, account.ID); taken || err != nil {
		return orElse(err, rest.NotFound(""))
	}
	_, err = c.API.Auth.Write(c.Context(), account.ID, func(tx *store.Tx) error {
		if err := tx.SetUser(account.Key, map[string]value.Value{"email": value.Text(email)}); err != nil {
			return err
		}
		return store.VerifyEmail(tx.Conn, account.ID, email, c.API.Auth.Now())
	})
	if err == nil && account.Email != "" {
		c.mail("changed", account, account.Email, mail.Data{Email: email}, "")
	}
	return err
}

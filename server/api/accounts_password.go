package api

import (
	"errors"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/mail"
	"github.com/couplet/couplet/server/rest"
)

// dj-rest-auth's serializers of passwords.
var (
	changeForm  = rest.NewPlainForm(rest.PlainField{Name: "old_password", MaxLength: 128}, newPassword(1), newPassword(2))
	resetForm   = rest.NewPlainForm(rest.PlainField{Name: "email", Kind: rest.PlainEmail, Required: true})
	confirmForm = rest.NewPlainForm(newPassword(1), newPassword(2), rest.PlainField{Name: "uid", Required: true},
		rest.PlainField{Name: "token", Required: true})
)

func newPassword(n int) rest.PlainField {
	return rest.PlainField{Name: []string{"", "new_password1", "new_password2"}[n], Required: true, MaxLength: 128}
}

// passwordPaths are dj-rest-auth's password endpoints.
func (a *API) passwordPaths() []address {
	return []address{
		{prefix + "auth/password/change/", formView("Password Change", "Set a new password; every other log-in ends.", changeForm, changePassword).with(accountClasses, inPerson)},
		{prefix + "auth/password/reset/", formView("Password Reset", "Ask for a mail with a link that resets the password.", resetForm, resetPassword).with(noAuthentication, nil)},
		{prefix + "auth/password/reset/confirm/", formView("Password Reset Confirm", "Set a new password with what the mail's link holds.", confirmForm, confirmReset).with(noAuthentication, nil)},
	}
}

// inPerson is signedIn for what an API key must not do, because it would reach further than the key does.
func inPerson(c *Call) *rest.APIError {
	if e := signedIn(c); e != nil {
		return e
	}
	if c.Identity.Class == auth.APIKey {
		return rest.PermissionDenied("An API key cannot do this: log in with a password.")
	}
	return nil
}

func usable(a *auth.Account) bool { return auth.IsUsable(a.Password) }

// rightPassword checks the caller's password again.
func (c *Call) rightPassword(password, field, message string) error {
	_, err := c.API.Auth.Passwords.Check(c.Context(), c.account().Username, password, c.IP())
	if errors.Is(err, auth.ErrCredentials) {
		return rest.FieldError(field, message, "invalid")
	}
	return err
}

// checkNewPassword is Django's SetPasswordForm: two equal passwords that the validators accept.
func checkNewPassword(account *auth.Account, one, two string) error {
	if one != two {
		return rest.FieldError("new_password2", "The two password fields didn’t match.", "password_mismatch")
	}
	if e := passwordErrors(two, account.Attributes()); e != nil {
		errs := &rest.Errors{}
		errs.Put("new_password2", e)
		return errs
	}
	return nil
}

// passwordErrors returns what the validators say against a password, or nil.
func passwordErrors(password string, user []auth.Attribute) *rest.Errors {
	var e *rest.Errors
	for _, p := range auth.ValidatePassword(auth.DefaultValidators, password, user) {
		if e == nil {
			e = &rest.Errors{}
		}
		e.Messages = append(e.Messages, rest.Message{Text: p.Message, Code: p.Code})
	}
	return e
}

// changePassword is dj-rest-auth's PasswordChangeView. All tokens and sessions end but the caller's own: a session goes
// on, and who came with cookies gets new ones.
func changePassword(c *Call, in *rest.PlainValues) (*Answer, error) {
	account := c.account()
	if in.Has("old_password") && usable(account) {
		err := c.rightPassword(in.Text("old_password"), "old_password", "Your old password was entered incorrectly. Please enter it again.")
		if err != nil {
			return nil, err
		}
	}
	if err := checkNewPassword(account, in.Text("new_password1"), in.Text("new_password2")); err != nil {
		return nil, err
	}
	keep := ""
	if c.Identity.Class == auth.Session {
		keep = c.Identity.Login
	}
	account, err := c.API.Auth.SetPassword(c.Context(), account, in.Text("new_password1"), account.ID, keep)
	if err != nil {
		return nil, err
	}
	answer := c.detail(200, "New password has been saved.")
	if c.Identity.Class == auth.JWT && c.Identity.Cookie {
		pair, err := c.startFamily(account, false)
		if err != nil {
			return nil, err
		}
		answer.Headers = append(c.jwtCookies(pair), c.csrfCookie(auth.NewCSRFSecret()))
	}
	return answer, nil
}

// How many mails one address on the network may cause, and one account may get.
var (
	mailsByAddress = auth.Rate{Requests: 30, Period: time.Hour}
	mailsToAccount = auth.Rate{Requests: 5, Period: time.Hour}
)

// mayMail counts a request that sends mail. Too many from one network address are a 429.
func (c *Call) mayMail() error {
	limit := auth.Limit{Scope: "mail address", Rate: mailsByAddress, Ident: auth.Network(c.IP())}
	if refused := c.API.Auth.Throttle.Allow(limit); refused != nil {
		return refused
	}
	return nil
}

// wantsMail counts a mail to an account. What is too many is not sent, and nobody is told: the answer must not say
// whether there is such an account.
func (c *Call) wantsMail(account *auth.Account) bool {
	return c.API.Auth.Throttle.Allow(auth.Limit{Scope: "mail account", Rate: mailsToAccount, Ident: account.ID}) == nil
}

// resetPassword is dj-rest-auth's PasswordResetView: the answer is always the same.
func resetPassword(c *Call, in *rest.PlainValues) (*Answer, error) {
	return c.resetByMail(in.Text("email"), func(account *auth.Account) string {
		return "account/reset/" + auth.UID(account) + "/" + c.API.Auth.Links.ResetToken(account) + "/"
	})
}

// resetByMail sends mails with links to those who have an address. path is where below the public URL a link leads.
func (c *Call) resetByMail(email string, path func(*auth.Account) string) (*Answer, error) {
	if err := c.mayMail(); err != nil {
		return nil, err
	}
	list, err := c.API.Auth.Directory.ByEmail(c.Context(), email)
	if err != nil {
		return nil, err
	}
	for _, account := range list {
		if !account.Active || !usable(account) || !c.wantsMail(account) {
			continue
		}
		c.mail("reset", account, account.Email, mail.Data{}, path(account))
	}
	return c.detail(200, "Password reset e-mail has been sent."), nil
}

// confirmReset is dj-rest-auth's PasswordResetConfirmView.
func confirmReset(c *Call, in *rest.PlainValues) (*Answer, error) {
	if err := c.setByLink(in); err != nil {
		return nil, err
	}
	return c.detail(200, "Password has been reset with the new password."), nil
}

// setByLink sets a new password with what a reset link holds, and ends every log-in.
func (c *Call) setByLink(in *rest.PlainValues) error {
	account, err := c.resetAccount(in.Text("uid"), in.Text("token"))
	if err != nil {
		return err
	}
	if err := checkNewPassword(account, in.Text("new_password1"), in.Text("new_password2")); err != nil {
		return err
	}
	_, err = c.API.Auth.SetPassword(c.Context(), account, in.Text("new_password1"), account.ID, "")
	return err
}

// resetAccount returns the account that a reset link is for.
func (c *Call) resetAccount(uid, token string) (*auth.Account, error) {
	id, ok := auth.ParseUID(uid)
	if !ok {
		return nil, rest.FieldError("uid", "Invalid value", "invalid")
	}
	account, err := c.API.Auth.Users.ByID(c.Context(), id)
	if errors.Is(err, auth.ErrNoUser) {
		return nil, rest.FieldError("uid", "Invalid value", "invalid")
	}
	if err != nil {
		return nil, err
	}
	if !c.API.Auth.Links.CheckResetToken(account, token) {
		return nil, rest.FieldError("token", "Invalid value", "invalid")
	}
	return account, nil
}

package api

import (
	"errors"
	"net/url"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/browse"
	"github.com/couplet/couplet/server/rest"
)

// The pages that links in mails lead to, for projects whose frontend has none of its own. Opening one changes nothing:
// mail programs open links by themselves. The key in the address is what proves the visitor, so no CSRF token is asked.

// unreferred keeps the address of the page, which holds a key, from the next one.
var unreferred = [2]string{"Referrer-Policy", "no-referrer"}

// ResetPage sets a new password with what a mail's link holds.
func (a *API) ResetPage(f fiber.Ctx) error {
	c, done, err := a.pageCall(f, false, "GET", "POST")
	if done {
		return err
	}
	uid, token := pathValue(f, "uid"), pathValue(f, "token")
	if _, err := c.resetAccount(uid, token); err != nil {
		return c.linkProblem(err, c.text("Password reset"))
	}
	p := browse.Account{Title: c.text("Choose a new password"), Button: c.text("Set password"), Fields: []browse.Field{
		{Name: "new_password1", Label: c.text("New password"), Type: "password", Auto: "new-password"}, {Name: "new_password2", Label: c.text("New password again"), Type: "password", Auto: "new-password"},
	}}
	if c.Method != "POST" {
		return c.sendPage(200, p, unreferred)
	}
	form, err := c.pageForm()
	if err != nil {
		return a.Error(f, err)
	}
	form.Replace("uid", rest.StringValue(uid))
	form.Replace("token", rest.StringValue(token))
	in, err := confirmForm.Bind(&rest.Node{Kind: rest.FormNode, Form: form}, false)
	if err == nil {
		err = c.setByLink(in)
	}
	if err == nil {
		return c.sendPage(200, browse.Account{Title: c.text("Your password is set"), Message: "You can log in with it now."}, unreferred)
	}
	if p.Errors = messages(err); p.Errors == nil {
		return a.Error(f, err)
	}
	return c.sendPage(400, p, unreferred)
}

// VerifyPage confirms the address of an account.
func (a *API) VerifyPage(f fiber.Ctx) error {
	return a.keyPage(f, "Confirm your e-mail address", "Your e-mail address is confirmed", (*Call).verifyByKey)
}

// ChangeEmailPage confirms the new address of an account.
func (a *API) ChangeEmailPage(f fiber.Ctx) error {
	return a.keyPage(f, "Confirm your new e-mail address", "Your e-mail address is changed", (*Call).changeByKey)
}

// keyPage acts on the key in its address once its button is pressed. title and success are texts.
func (a *API) keyPage(f fiber.Ctx, title, success string, act func(*Call, string) error) error {
	c, done, err := a.pageCall(f, false, "GET", "POST")
	if done {
		return err
	}
	title, success = c.text(title), c.text(success)
	if c.Method != "POST" {
		return c.sendPage(200, browse.Account{Title: title, Button: c.text("Confirm")}, unreferred)
	}
	if err := act(c, pathValue(f, "key")); err != nil {
		return c.linkProblem(err, title)
	}
	return c.sendPage(200, browse.Account{Title: success}, unreferred)
}

// linkProblem is the page of a link that is no good (any more).
func (c *Call) linkProblem(err error, title string) error {
	e := rest.FromError(err)
	if e.Status >= 500 || e.Status == 429 {
		return c.API.Error(c.fiber, err)
	}
	return c.sendPage(404, browse.Account{Title: title, Errors: []string{"This link is not good any more. Ask for a new one."}}, unreferred)
}

// messages lists the texts of validation errors; nil where the error is another one.
func messages(err error) []string {
	var errs *rest.Errors
	if !errors.As(err, &errs) {
		return nil
	}
	var list []string
	for _, below := range errs.Below {
		for _, m := range below.Messages {
			list = append(list, m.Text)
		}
	}
	return list
}

func pathValue(f fiber.Ctx, name string) string {
	s, err := url.PathUnescape(f.Params(name))
	if err != nil {
		return ""
	}
	return s
}

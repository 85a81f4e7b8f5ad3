package api

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

var (
	passwordsForm = rest.NewPlainForm(rest.PlainField{Name: "password1", Required: true}, rest.PlainField{Name: "password2", Required: true})
	keyForm       = rest.NewPlainForm(rest.PlainField{Name: "key", Required: true})
	resendForm    = rest.NewPlainForm(rest.PlainField{Name: "email", Kind: rest.PlainEmail, Required: true})
)

// registrationPaths are dj-rest-auth's registration.
func (a *API) registrationPaths() []address {
	register := &View{
		Name: "Register", Description: "Make an account.", Methods: []string{"POST"}, Handle: register,
		Permission: func(c *Call) *rest.APIError {
			if !c.compiled.state.Schema.Settings.Accounts.Registration {
				return rest.PermissionDenied("Registration is not open.")
			}
			return nil
		},
		Metadata: registerMetadata,
	}
	register.Authentication = noAuthentication
	return append([]address{
		{prefix + "auth/registration/", register},
		{prefix + "auth/registration/verify-email/", formView("Verify Email", "Confirm an address with the key from a mail.", keyForm, verifyEmail).with(noAuthentication, nil)},
		{prefix + "auth/registration/resend-email/", formView("Resend Email Verification", "Ask for the mail with the key again.", resendForm, resendEmail).with(noAuthentication, nil)},
	}, a.emailPaths()...)
}

// registerSerializer is the part of dj-rest-auth's RegisterSerializer that the users collection declares.
func (c *Call) registerSerializer() (*rest.Serializer, error) {
	users, accounts, yes, no := c.compiled.state.Schema.Users(), c.compiled.state.Schema.Settings.Accounts, true, false
	email := &schema.SerializerField{Name: "email", Source: []*schema.Field{users.Field("email")}}
	for _, by := range accounts.LoginBy {
		if by == "email" || accounts.EmailVerification == "mandatory" {
			email.Required, email.AllowBlank = &yes, &no
		}
	}
	return rest.CompileSerializer(&schema.Serializer{Name: "Register", Collection: users, Fields: []*schema.SerializerField{
		{Name: "username", Source: []*schema.Field{users.Field("username")}}, email,
	}}, c.compiled.links)
}

func registerMetadata(c *Call, info *rest.ViewInfo) (err error) {
	info.Action = "POST"
	info.Serializer, err = c.registerSerializer()
	return err
}

// register is dj-rest-auth's RegisterView.
func register(c *Call) (*Answer, error) {
	if err := c.mayMail(); err != nil {
		return nil, err
	}
	s, err := c.registerSerializer()
	if err != nil {
		return nil, err
	}
	input, password, err := c.bindRegistration(s)
	if err != nil {
		return nil, err
	}
	hash, err := c.API.Auth.HashPassword(c.Context(), password)
	if err != nil {
		return nil, err
	}
	users := input.Collection
	input.Values[users.Field("password")] = value.Text(hash)
	roles, err := json.Marshal(append([]string{}, c.compiled.state.Schema.Settings.Accounts.RegistrationRoles...))
	if err != nil {
		return nil, err
	}
	input.Values[users.Field("roles")] = value.Text(string(roles))
	var key value.Value
	_, err = c.API.Auth.Write(c.Context(), "", func(tx *store.Tx) (err error) {
		key, err = tx.Create(input)
		return err
	})
	if err != nil {
		return nil, c.userError(s, err)
	}
	account, err := c.API.Auth.Users.ByID(c.Context(), users.Key.Type.String(key))
	if err != nil {
		return nil, err
	}
	verification := c.compiled.state.Schema.Settings.Accounts.EmailVerification
	if verification != "none" && account.Email != "" {
		c.sendVerification(account)
	}
	if verification == "mandatory" {
		return c.detail(201, "Verification e-mail sent."), nil
	}
	return c.loggedIn(account, 201)
}

// bindRegistration validates a registration: every field first, then whether the passwords are equal.
func (c *Call) bindRegistration(s *rest.Serializer) (*store.Input, string, error) {
	body, err := c.body()
	if err != nil {
		return nil, "", err
	}
	defer body.Discard(true)
	errs := &rest.Errors{}
	var input *store.Input
	err = c.API.Store.Read(c.Context(), access.System(c.compiled.state.Policy), func(r *store.Reader) (err error) {
		input, err = s.Bind(body.Node, rest.BindOptions{Lookups: rest.NewLookups(r), Bindings: c.Scope.Bindings()})
		return err
	})
	if err := collect(errs, err); err != nil || errs.Get("non_field_errors") != nil {
		return nil, "", orErrs(err, errs)
	}
	in, err := passwordsForm.Bind(body.Node, false)
	if err := collect(errs, err); err != nil {
		return nil, "", err
	}
	if input != nil {
		if err := c.checkNewEmail(input, errs); err != nil {
			return nil, "", err
		}
	}
	if in != nil {
		if e := passwordErrors(in.Text("password1"), attributesOf(input)); e != nil {
			errs.Put("password1", e)
		}
	}
	if !errs.Empty() {
		return nil, "", usernameTaken(errs)
	}
	if in.Text("password1") != in.Text("password2") {
		return nil, "", nonField("The two password fields didn't match.", "invalid")
	}
	return input, in.Text("password1"), nil
}

// collect joins validation errors to errs and returns any other error.
func collect(errs *rest.Errors, err error) error {
	var more *rest.Errors
	if !errors.As(err, &more) {
		return err
	}
	for i, name := range more.Names {
		errs.Put(name, more.Below[i])
	}
	return nil
}

func orErrs(err error, errs *rest.Errors) error {
	if err != nil {
		return err
	}
	return errs
}

// usernameTaken words a taken username as Django's User model does.
func usernameTaken(errs *rest.Errors) *rest.Errors {
	if e := errs.Get("username"); e != nil {
		for i, m := range e.Messages {
			if m.Code == "unique" {
				e.Messages[i].Text = "A user with that username already exists."
			}
		}
	}
	return errs
}

func attributesOf(in *store.Input) []auth.Attribute {
	if in == nil {
		return nil
	}
	a := &auth.Account{Username: in.Values[in.Collection.Field("username")].Text(), Email: in.Values[in.Collection.Field("email")].Text()}
	return a.Attributes()
}

// checkNewEmail refuses an address that another account has confirmed, and writes its domain in lower case.
func (c *Call) checkNewEmail(in *store.Input, errs *rest.Errors) error {
	f := in.Collection.Field("email")
	email := normalizeEmail(in.Values[f].Text())
	if email == "" {
		return nil
	}
	in.Values[f] = value.Text(email)
	taken, err := c.emailTaken(email, "")
	if taken {
		errs.Put("email", rest.Fail("User is already registered with this e-mail address.", "invalid"))
	}
	return err
}

// emailTaken reports whether another account has an address: one that it has confirmed, or any where people log in by
// e-mail, since an address that two accounts have lets neither in.
func (c *Call) emailTaken(email, except string) (bool, error) {
	list, err := c.API.Auth.Directory.ByEmail(c.Context(), email)
	if err != nil {
		return false, err
	}
	byEmail := false
	for _, by := range c.compiled.state.Schema.Settings.Accounts.LoginBy {
		byEmail = byEmail || by == "email"
	}
	for _, other := range list {
		if other.ID == except {
			continue
		}
		if byEmail {
			return true, nil
		}
		if ok, err := c.API.emailVerified(c, other); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// normalizeEmail is Django's BaseUserManager.normalize_email: the domain in lower case.
func normalizeEmail(email string) string {
	at := strings.LastIndexByte(email, '@')
	if at < 0 {
		return email
	}
	return email[:at] + strings.ToLower(email[at:])
}

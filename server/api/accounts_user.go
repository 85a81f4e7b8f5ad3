package api

import (
	"errors"

	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/value"
)

// userPaths are dj-rest-auth's user endpoint, and what one may do with one's account beside it.
func (a *API) userPaths() []address {
	return []address{
		{prefix + "auth/user/", (&View{
			Name: "User Details", Description: "The account of the caller.", Methods: []string{"GET", "PUT", "PATCH", "DELETE"},
			Handle: userDetails, Metadata: userMetadata,
		}).with(accountClasses, signedIn)},
		{prefix + "auth/export/", (&View{
			Name: "Export", Description: "Everything that is kept about the caller.", Methods: []string{"GET"}, Handle: exportAccount,
		}).with(accountClasses, signedIn)},
	}
}

// userSerializer is dj-rest-auth's UserDetailsSerializer.
func (c *Call) userSerializer() (*rest.Serializer, error) {
	users := c.compiled.state.Schema.Users()
	one := func(name, field string, readOnly bool) *schema.SerializerField {
		f := users.Key
		if field != "" {
			f = users.Field(field)
		}
		return &schema.SerializerField{Name: name, Source: []*schema.Field{f}, ReadOnly: readOnly}
	}
	return rest.CompileSerializer(&schema.Serializer{Name: "UserDetails", Collection: users, Fields: []*schema.SerializerField{
		one("pk", "", true), one("username", "username", false), one("email", "email", true),
		one("first_name", "first_name", false), one("last_name", "last_name", false),
	}}, c.compiled.links)
}

func userMetadata(c *Call, info *rest.ViewInfo) (err error) {
	info.Action = "PUT"
	info.Serializer, err = c.userSerializer()
	return err
}

func userDetails(c *Call) (*Answer, error) {
	switch c.Method {
	case "PUT", "PATCH":
		return c.changeUser(c.Method == "PATCH")
	case "DELETE":
		return c.deleteAccount()
	}
	return &Answer{Status: 200, Body: c.appendUser(nil, c.account())}, nil
}

// changeUser changes the caller's own names. Users may always do that; nothing else of the account is writable here.
func (c *Call) changeUser(partial bool) (*Answer, error) {
	s, err := c.userSerializer()
	if err != nil {
		return nil, err
	}
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	defer body.Discard(true)
	account, system := c.account(), access.System(c.compiled.state.Policy)
	var input *store.Input
	err = c.API.Store.Read(c.Context(), system, func(r *store.Reader) error {
		rec, err := r.Record(r.Schema.Users(), account.Key)
		if err != nil {
			return err
		}
		input, err = s.Bind(body.Node, rest.BindOptions{Partial: partial, Instance: rec, Lookups: rest.NewLookups(r), Bindings: c.Scope.Bindings()})
		return err
	})
	if err != nil {
		return nil, c.userError(s, err)
	}
	_, err = c.API.Auth.Write(c.Context(), account.ID, func(tx *store.Tx) error { return tx.Update(account.Key, input, store.Condition{}) })
	if err != nil {
		return nil, c.userError(s, err)
	}
	now, err := c.API.Auth.Users.ByID(c.Context(), account.ID)
	if err != nil {
		return nil, err
	}
	return &Answer{Status: 200, Body: c.appendUser(nil, now)}, nil
}

// userError words what is wrong with a user's fields.
func (c *Call) userError(s *rest.Serializer, err error) error {
	var invalid *store.Invalid
	if errors.As(err, &invalid) {
		return usernameTaken(s.InvalidErrors(invalid))
	}
	var errs *rest.Errors
	if errors.As(err, &errs) {
		return usernameTaken(errs)
	}
	return err
}

var deleteForm = rest.NewPlainForm(rest.PlainField{Name: "password", AllowBlank: true})

// deleteAccount deletes the caller's account, once the password was given again. Records that refer to it go or stay
// as on_delete says; one that protects it is a 409.
func (c *Call) deleteAccount() (*Answer, error) {
	in, err := c.form(deleteForm, false)
	if err != nil {
		return nil, err
	}
	if err := c.confirmPassword(in, "password"); err != nil {
		return nil, err
	}
	account := c.account()
	var ended []string
	_, err = c.API.Auth.Write(c.Context(), account.ID, func(tx *store.Tx) (err error) {
		if ended, err = store.RevokeUserLogins(tx.Conn, account.ID, "", "user", c.API.Auth.Now()); err != nil {
			return err
		}
		if err := store.DeleteUserCredentials(tx.Conn, account.ID); err != nil {
			return err
		}
		return tx.Delete(tx.Schema.Users(), account.Key, store.Condition{})
	})
	if err != nil {
		return nil, err
	}
	c.API.Auth.Ended(ended...)
	c.API.Auth.ForgetAuthToken(account.ID)
	return &Answer{Status: 204, Headers: c.noCookies()}, nil
}

// confirmPassword demands the caller's password in a field, where the account has a usable one.
func (c *Call) confirmPassword(in *rest.PlainValues, field string) error {
	account := c.account()
	if !usable(account) {
		return nil
	}
	if !in.Has(field) {
		return rest.FieldError(field, "This field is required.", "required")
	}
	return c.rightPassword(in.Text(field), field, "The password is wrong.")
}

// exportAccount answers with what is kept about the caller, as far as the caller may see it: the account without its
// secrets, log-ins, keys, and the records that refer to it.
func exportAccount(c *Call) (*Answer, error) {
	account, service := c.account(), c.API.Auth
	body := []byte(`{"exported_at":`)
	body = value.AppendJSONString(body, service.Now().UTC().Format("2006-01-02T15:04:05Z"))
	err := c.API.Store.Read(c.Context(), access.System(c.compiled.state.Policy), func(r *store.Reader) error {
		rec, err := r.Record(r.Schema.Users(), account.Key)
		if err != nil {
			return err
		}
		if body, err = c.appendOwn(append(body, `,"account":`...), rec); err != nil {
			return err
		}
		logins, err := store.Logins(r.Conn, account.ID, service.Now(), maxLogins)
		if err != nil {
			return err
		}
		body = c.appendLogins(append(body, `,"sessions":`...), logins)
		keys, err := store.APIKeys(r.Conn, account.ID)
		if err != nil {
			return err
		}
		body = c.appendAPIKeys(append(body, `,"api_keys":`...), keys)
		body, err = c.appendReferences(append(body, `,"records":`...), r, account.Key)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Answer{Status: 200, Body: append(body, '}'), Headers: [][2]string{{"Content-Disposition", `attachment; filename="account.json"`}}}, nil
}

package api

import (
	"errors"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/value"
)

var apiKeyForm = rest.NewPlainForm(rest.PlainField{Name: "name", Required: true, MaxLength: 100},
	rest.PlainField{Name: "scopes", Kind: rest.PlainList, MaxLength: 128, Help: `Such as "articles:read"; none: everything its user may.`},
	rest.PlainField{Name: "expires", Kind: rest.PlainDateTime, AllowNull: true})

// maxKeys bounds the API keys of one user.
const maxKeys = 100

// keyPaths make, list, change and end API keys.
func (a *API) keyPaths() []address {
	metadata := func(method string) func(*Call, *rest.ViewInfo) error {
		return func(_ *Call, info *rest.ViewInfo) error {
			info.Actions = apiKeyForm.AppendActions(nil, method)
			return nil
		}
	}
	return []address{
		{prefix + "auth/keys/", (&View{
			Name: "API Key List", Description: "Keys that programs show as Authorization: Api-Key …", Methods: []string{"GET", "POST"},
			Handle: apiKeys, Metadata: metadata("POST"),
		}).with(accountClasses, inPerson)},
		{prefix + "auth/keys/:id/", (&View{
			Name: "API Key Instance", Methods: []string{"GET", "PUT", "PATCH", "DELETE"}, Handle: oneAPIKey, Metadata: metadata("PUT"),
		}).with(accountClasses, inPerson)},
	}
}

func apiKeys(c *Call) (*Answer, error) {
	if c.Method == "POST" {
		return c.createKey()
	}
	user, err := c.whose()
	if err != nil {
		return nil, err
	}
	var list []*store.APIKey
	err = c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		list, err = store.APIKeys(conn, user)
		return err
	})
	return &Answer{Status: 200, Body: c.appendAPIKeys(nil, list)}, err
}

// createKey answers with the key's text, this once.
func (c *Call) createKey() (*Answer, error) {
	in, err := c.form(apiKeyForm, false)
	if err != nil {
		return nil, err
	}
	k, text := auth.NewAPIKey(c.account().ID, "", nil, c.API.Auth.Now(), time.Time{})
	if err := c.fillKey(k, in); err != nil {
		return nil, err
	}
	_, err = c.API.Auth.Write(c.Context(), c.account().ID, func(tx *store.Tx) error {
		have, err := store.APIKeys(tx.Conn, k.User)
		if err == nil && len(have) >= maxKeys {
			return nonField("You have too many API keys: delete some.", "max_keys")
		}
		if err != nil {
			return err
		}
		return store.InsertAPIKey(tx.Conn, k)
	})
	if err != nil {
		return nil, err
	}
	body := c.appendAPIKey(nil, k)
	body = value.AppendJSONString(append(body[:len(body)-1], `,"key":`...), text)
	return &Answer{Status: 201, Body: append(body, '}')}, nil
}

// fillKey puts what was sent into a key.
func (c *Call) fillKey(k *store.APIKey, in *rest.PlainValues) error {
	errs := &rest.Errors{}
	if in.Has("name") {
		k.Name = in.Text("name")
	}
	if in.Has("scopes") {
		k.Scopes = in.List("scopes")
		for _, s := range k.Scopes {
			if err := auth.CheckScope(s); err != nil {
				errs.Put("scopes", rest.Fail(err.Error(), "invalid_scope"))
			}
		}
	}
	if in.Has("expires") {
		k.Expires = time.Time{}
		if v := in.Value("expires"); !v.IsNull() {
			k.Expires, _ = value.TimeOf(v)
			if !k.Expires.After(c.API.Auth.Now()) {
				errs.Put("expires", rest.Fail("This time is past.", "invalid"))
			}
		}
	}
	if errs.Empty() {
		return nil
	}
	return errs
}

// oneAPIKey shows, changes or ends a key. Somebody else's does not exist, except for superusers, who may end it.
func oneAPIKey(c *Call) (*Answer, error) {
	var k *store.APIKey
	err := c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		k, err = store.APIKeyByID(conn, c.fiber.Params("id"))
		return err
	})
	own := err == nil && k.User == c.account().ID
	if errors.Is(err, store.ErrNotFound) || err == nil && (!k.Revoked.IsZero() || !own && !c.User.Superuser) {
		return nil, rest.NotFound("")
	}
	if err != nil {
		return nil, err
	}
	switch c.Method {
	case "PUT", "PATCH":
		if !own {
			return nil, rest.PermissionDenied("Only its user may change an API key.")
		}
		return c.changeKey(k, c.Method == "PATCH")
	case "DELETE":
		return c.revokeKey(k)
	}
	return &Answer{Status: 200, Body: c.appendAPIKey(nil, k)}, nil
}

func (c *Call) changeKey(k *store.APIKey, partial bool) (*Answer, error) {
	in, err := c.form(apiKeyForm, partial)
	if err != nil {
		return nil, err
	}
	if err := c.fillKey(k, in); err != nil {
		return nil, err
	}
	_, err = c.API.Auth.Write(c.Context(), c.account().ID, func(tx *store.Tx) error { return store.UpdateAPIKey(tx.Conn, k) })
	if err != nil {
		return nil, err
	}
	c.API.Auth.ForgetAPIKey(k.ID)
	return &Answer{Status: 200, Body: c.appendAPIKey(nil, k)}, nil
}

func (c *Call) revokeKey(k *store.APIKey) (*Answer, error) {
	_, err := c.API.Auth.Write(c.Context(), c.account().ID, func(tx *store.Tx) error {
		_, err := store.RevokeAPIKey(tx.Conn, k.ID, c.API.Auth.Now())
		return err
	})
	if err != nil {
		return nil, err
	}
	c.API.Auth.ForgetAPIKey(k.ID)
	return &Answer{Status: 204}, nil
}

func (c *Call) appendAPIKeys(b []byte, list []*store.APIKey) []byte {
	b = append(b, '[')
	for i, k := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.appendAPIKey(b, k)
	}
	return append(b, ']')
}

// appendKey appends a key without its secret.
func (c *Call) appendAPIKey(b []byte, k *store.APIKey) []byte {
	b = value.AppendJSONString(append(b, `{"id":`...), k.ID)
	b = value.AppendJSONString(append(b, `,"prefix":`...), k.Prefix)
	b = value.AppendJSONString(append(b, `,"user":`...), k.User)
	b = value.AppendJSONString(append(b, `,"username":`...), c.usernameOf(k.User))
	b = value.AppendJSONString(append(b, `,"name":`...), k.Name)
	b = append(b, `,"scopes":[`...)
	for i, s := range k.Scopes {
		if i > 0 {
			b = append(b, ',')
		}
		b = value.AppendJSONString(b, s)
	}
	b = appendTime(append(b, `],"created":`...), k.Created)
	b = appendTime(append(b, `,"expires":`...), k.Expires)
	b = appendTime(append(b, `,"last_used":`...), k.Used)
	return append(b, '}')
}

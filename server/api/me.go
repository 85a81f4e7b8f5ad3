package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"sync"

	"github.com/gofiber/fiber/v3"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/browse"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/schema"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// meBody says who is asking and what they may do.
type meBody struct {
	ID          string          `json:"id"`
	Username    string          `json:"username"`
	Staff       bool            `json:"is_staff"`
	Superuser   bool            `json:"is_superuser"`
	Roles       []string        `json:"roles"`
	Collections []permissionRow `json:"collections"`
	Schema      string          `json:"schema"` // hash of the document in force
}

// permissionRow says what the caller may do with a collection: "all", "some" (by a rule) or "none".
type permissionRow struct {
	Collection string `json:"collection"`
	Label      string `json:"label"`
	View       string `json:"view"`
	Add        string `json:"add"`
	Change     string `json:"change"`
	Delete     string `json:"delete"`
}

func (c *Call) me() (any, error) {
	st := c.compiled.state
	out := meBody{
		ID: c.userID(), Username: c.User.Username, Staff: c.User.Staff, Superuser: c.User.Superuser,
		Roles: append([]string{}, c.User.Roles...), Schema: st.Schema.Hash, Collections: []permissionRow{},
	}
	for _, coll := range st.Schema.Collections {
		row := permissionRow{Collection: coll.Name, Label: coll.LabelPlural}
		for a, to := range map[schema.Action]*string{schema.View: &row.View, schema.Add: &row.Add, schema.Change: &row.Change, schema.Delete: &row.Delete} {
			*to = extent(c.Scope.Grant(coll, a))
		}
		if row.View != "none" || row.Add != "none" {
			out.Collections = append(out.Collections, row)
		}
	}
	return out, nil
}

func extent(g access.Grant) string {
	switch {
	case g.None:
		return "none"
	case g.All:
		return "all"
	}
	return "some"
}

// setup holds the token that makes the first account, once.
type setup struct {
	mu    sync.Mutex
	token string
}

type setupState struct {
	Needed bool `json:"needed"`
	Sample bool `json:"sample" doc:"The caller may load the sample: a superuser of a project without collections of its own."`
}

type setupRequest struct {
	Token    string `json:"token"`
	Username string `json:"username"`
	Email    string `json:"email"`
	Password string `json:"password"`
}

// SetupToken returns a token for the first account, or "" where there is a superuser already.
func (a *API) SetupToken(ctx context.Context) (string, error) {
	a.firstAccount.mu.Lock()
	defer a.firstAccount.mu.Unlock()
	a.firstAccount.token = rand.Text()
	return a.pendingSetup(ctx)
}

// pendingSetup returns the token that makes the first account, "" for none. It ends with the first superuser, however
// that one was made. The caller holds firstAccount.
func (a *API) pendingSetup(ctx context.Context) (string, error) {
	if a.firstAccount.token == "" {
		return "", nil
	}
	there := false
	err := a.Store.Read(ctx, access.System(a.Store.State().Policy), func(r *store.Reader) (err error) {
		there, err = hasAccounts(r)
		return err
	})
	if err != nil {
		return "", err
	}
	if there {
		a.firstAccount.token = ""
	}
	return a.firstAccount.token, nil
}

func hasAccounts(r *store.Reader) (bool, error) {
	users := r.Schema.Users()
	found := false
	err := r.Query("SELECT 1 FROM "+sqlb.Quote(users.Table)+" WHERE is_superuser = $1 LIMIT 1",
		[]sqlb.Arg{{Type: users.Field("is_superuser").Type, Value: value.Bool(true)}}, func(db.Row) error {
			found = true
			return nil
		})
	return found, err
}

func (c *Call) setupState() (any, error) {
	c.API.firstAccount.mu.Lock()
	defer c.API.firstAccount.mu.Unlock()
	token, err := c.API.pendingSetup(c.Context())
	super := c.User != nil && c.User.Superuser && !c.Scope.Narrowed()
	return setupState{Needed: token != "", Sample: super && !hasOwn(c.compiled.state.Schema)}, err
}

func (c *Call) setup() (any, error) {
	var in setupRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	s := &c.API.firstAccount
	s.mu.Lock()
	defer s.mu.Unlock()
	token, err := c.API.pendingSetup(c.Context())
	if err != nil {
		return nil, err
	}
	if token == "" || subtle.ConstantTimeCompare([]byte(token), []byte(in.Token)) != 1 {
		return nil, rest.PermissionDenied("The set-up link is not valid, or was used already. Restart the server for a new one.")
	}
	errs := &rest.Errors{}
	if in.Username == "" {
		errs.Put("username", rest.Fail("This field may not be blank.", "blank"))
	}
	if in.Password == "" {
		errs.Put("password", rest.Fail("This field may not be blank.", "blank"))
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	key, err := c.API.Auth.CreateUser(c.Context(), auth.NewUser{
		Username: in.Username, Email: in.Email, Password: in.Password, Superuser: true,
	}, "setup")
	var weak *auth.PasswordError
	if errors.As(err, &weak) {
		for _, p := range weak.Problems {
			errs.Put("password", rest.Fail(p.Message, p.Code))
		}
		return nil, rest.Validation(errs)
	}
	if err != nil {
		return nil, err
	}
	s.token = ""
	if c.User, err = c.API.Store.User(c.Context(), key); err != nil {
		return nil, err
	}
	c.Scope = c.scopeOf(c.User)
	return c.me()
}

// SetupPage is the page behind the link on the console.
func (a *API) SetupPage(c fiber.Ctx) error {
	a.firstAccount.mu.Lock()
	token, err := a.pendingSetup(c.Context())
	a.firstAccount.mu.Unlock()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	err = browse.RenderSetup(&b, &browse.Setup{
		Site: a.current().state.Schema.Settings.Title, Home: prefix, Next: "/api-auth/login/?next=" + prefix, Needed: token != "",
	})
	if err != nil {
		return err
	}
	c.Set("Content-Type", "text/html; charset=utf-8")
	c.Set("Content-Security-Policy", browse.CSP)
	return c.Send(b.Bytes())
}

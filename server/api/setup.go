package api

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"errors"
	"sync"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
	"github.com/couplet/couplet/store/db"
	"github.com/couplet/couplet/store/sqlb"
	"github.com/couplet/couplet/store/value"
)

// setup holds the token that makes the first account, once.
type setup struct {
	mu    sync.Mutex
	token string
}

// setupState is what pages before the log-in need to know.
type setupState struct {
	Needed  bool   `json:"needed" doc:"The first account is still to be made."`
	Sample  bool   `json:"sample" doc:"The caller may load the sample: a superuser of a project without collections of its own."`
	Site    string `json:"site"`
	Mail    bool   `json:"mail" doc:"Forgotten passwords can be reset by mail."`
	Version string `json:"version"`
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
	super := c.superuser()
	version, _ := store.Build()
	return setupState{Needed: token != "", Sample: super && !hasOwn(c.compiled.state.Schema), Site: c.site(), Mail: c.API.Mail.Set(), Version: version}, err
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
	}, "accounts")
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
	if c.Identity.Account, err = c.API.Auth.Users.ByID(c.Context(), c.userID()); err != nil {
		return nil, err
	}
	return c.me()
}

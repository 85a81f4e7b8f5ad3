package api

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/value"
)

// personBody is an account as those see it who look after accounts.
type personBody struct {
	ID          string          `json:"id"`
	Username    string          `json:"username"`
	Email       string          `json:"email"`
	FirstName   string          `json:"first_name"`
	LastName    string          `json:"last_name"`
	Active      bool            `json:"is_active"`
	Staff       bool            `json:"is_staff"`
	Superuser   bool            `json:"is_superuser"`
	Roles       []string        `json:"roles"`
	Permissions []string        `json:"permissions" doc:"Of their own, beside their roles'."`
	LastLogin   *time.Time      `json:"last_login"`
	Joined      *time.Time      `json:"date_joined"`
	State       string          `json:"state" openapi:"enum=active|inactive|invited"`
	Invitation  *invitationBody `json:"invitation"`
	Logins      int64           `json:"logins" doc:"Live ones."`
	Keys        int64           `json:"keys" doc:"API keys."`
	Version     string          `json:"_v" doc:"For If-Match at /api/_/records/users/{key}/."`
}

// invitationBody is an invitation that nobody has taken yet.
type invitationBody struct {
	By      string    `json:"by"`
	ByName  string    `json:"by_name"`
	Sent    time.Time `json:"sent"`
	Expires time.Time `json:"expires"`
	Expired bool      `json:"expired"`
	Mailed  bool      `json:"mailed"`
}

type peopleBody struct {
	Count   int64        `json:"count"`
	Results []personBody `json:"results"`
}

var peopleOrders = []string{"username", "-username", "last_login", "-last_login", "date_joined", "-date_joined", "email", "-email"}

// peopleOperations lists the system API's part about accounts.
func (a *API) peopleOperations() []operation {
	get := func(path, summary string, out any, handle func(*Call) (any, error), errs ...int) operation {
		return super(operation{handle: handle, Operation: openapi.Operation{
			Method: http.MethodGet, Path: systemPrefix + path, Summary: summary, Response: out, Errors: errs,
		}})
	}
	list := get("people/", "Accounts, with what they may and whether they are used", peopleBody{}, (*Call).people, 400)
	list.Parameters = []openapi.Parameter{
		{Name: "q", Description: "Words in the username, the e-mail address and the names."}, {Name: "role", Description: "Who holds it."},
		{Name: "state", Enum: []string{store.PersonActive, store.PersonInactive, store.PersonInvited}},
		{Name: "order", Enum: peopleOrders}, {Name: "limit", Type: "integer", Description: "1 to 500; 50."}, {Name: "offset", Type: "integer"},
	}
	return append(a.invitationOperations(), list, get("people/{id}/", "One account", personBody{}, (*Call).person, 404)) // people/invite/ is no id
}

func (c *Call) people() (any, error) {
	raw, err := url.ParseQuery(c.Query)
	if err != nil {
		return nil, rest.ParseError("The query string is not well formed.")
	}
	errs := &rest.Errors{}
	knownParameters(raw, []string{"q", "role", "state", "order", "limit", "offset"}, errs)
	p := store.People{
		Words: raw.Get("q"), Role: raw.Get("role"), State: raw.Get("state"), Order: raw.Get("order"),
		Limit: number(raw, "limit", usualPage, 1, maxPage, errs), Offset: number(raw, "offset", 0, 0, 1<<30, errs),
	}
	if p.Order == "" {
		p.Order = "username"
	}
	oneOf(errs, "order", p.Order, peopleOrders)
	if p.State != "" {
		oneOf(errs, "state", p.State, []string{store.PersonActive, store.PersonInactive, store.PersonInvited})
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	out := peopleBody{}
	err = c.API.Store.Read(c.Context(), c.Scope, func(r *store.Reader) error {
		keys, count, err := r.People(p)
		if err != nil {
			return err
		}
		out.Count = count
		out.Results, err = c.persons(r, keys)
		return err
	})
	return out, err
}

// oneOf refuses a parameter that is none of a few.
func oneOf(errs *rest.Errors, name, text string, of []string) {
	if !slices.Contains(of, text) {
		errs.Put(name, rest.Fail(strconv.Quote(text)+" is not a valid choice: it is "+strings.Join(of, ", ")+".", "invalid_choice"))
	}
}

func (c *Call) person() (any, error) {
	account, err := c.accountOfPath()
	if err != nil {
		return nil, err
	}
	return c.personOf(account)
}

// accountOfPath is the account that the path names.
func (c *Call) accountOfPath() (*auth.Account, error) {
	account, err := c.API.Auth.Users.ByID(c.Context(), c.Params["id"])
	if errors.Is(err, auth.ErrNoUser) {
		return nil, rest.NotFound("User")
	}
	return account, err
}

func (c *Call) personOf(account *auth.Account) (p personBody, err error) {
	err = c.API.Store.Read(c.Context(), c.Scope, func(r *store.Reader) error {
		list, err := c.persons(r, []value.Value{account.Key})
		if err == nil {
			p = list[0]
		}
		return err
	})
	return p, err
}

// persons are accounts by key, in the order of the keys.
func (c *Call) persons(r *store.Reader, keys []value.Value) ([]personBody, error) {
	users := r.Schema.Users()
	ids := make([]string, len(keys))
	for i, key := range keys {
		ids[i] = users.Key.Type.String(key)
	}
	now := c.API.Auth.Now()
	logins, apiKeys, err := store.UserCounts(r.Conn, ids, now.UnixMicro())
	if err != nil {
		return nil, err
	}
	invitations, err := store.Invitations(r.Conn)
	if err != nil {
		return nil, err
	}
	out := make([]personBody, 0, len(keys))
	for i, key := range keys {
		rec, err := r.Record(users, key)
		if err != nil {
			return nil, err
		}
		p, err := newPerson(r, rec)
		if err != nil {
			return nil, err
		}
		p.Logins, p.Keys = logins[ids[i]], apiKeys[ids[i]]
		if invitation := invitations[ids[i]]; invitation != nil {
			p.Invitation = invitationOf(r, invitation, now)
		}
		p.State = p.state()
		out = append(out, p)
	}
	return out, nil
}

func newPerson(r *store.Reader, rec *store.Record) (p personBody, err error) {
	version, err := r.Version(rec)
	if err != nil {
		return p, err
	}
	user, err := store.UserOf(rec)
	if err != nil {
		return p, err
	}
	moment := func(name string) *time.Time {
		t, ok := value.TimeOf(rec.Get(name))
		if !ok || t.IsZero() {
			return nil
		}
		return &t
	}
	return personBody{
		ID: rec.Collection.Key.Type.String(rec.Key()), Username: user.Username, Email: rec.Get("email").Text(),
		FirstName: rec.Get("first_name").Text(), LastName: rec.Get("last_name").Text(),
		Active: user.Active, Staff: user.Staff, Superuser: user.Superuser,
		Roles: append([]string{}, user.Roles...), Permissions: append([]string{}, user.Permissions...),
		LastLogin: moment("last_login"), Joined: moment("date_joined"), Version: strconv.FormatUint(version, 36),
	}, nil
}

func (p personBody) state() string {
	switch {
	case !p.Active:
		return store.PersonInactive
	case p.Invitation != nil:
		return store.PersonInvited
	}
	return store.PersonActive
}

func invitationOf(r *store.Reader, i *store.Invitation, now time.Time) *invitationBody {
	by, users := "", r.Schema.Users()
	if key, err := users.Key.Type.Parse(i.By); err == nil {
		if rec, err := r.Record(users, key); err == nil { // else the account is gone
			by = rec.Get("username").Text()
		}
	}
	return &invitationBody{By: i.By, ByName: by, Sent: i.Sent, Expires: i.Expires, Expired: !now.Before(i.Expires), Mailed: i.Mailed != ""}
}

// usernameOf is the name of an account by key as text, "" where it is gone.
func (c *Call) usernameOf(id string) string {
	if id == "" {
		return ""
	}
	if id == c.account().ID {
		return c.account().Username
	}
	account, err := c.API.Auth.Users.ByID(c.Context(), id)
	if err != nil {
		return ""
	}
	return account.Username
}

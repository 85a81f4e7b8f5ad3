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

// maxLogins bounds a list of log-ins.
const maxLogins = 500

// sessionPaths list and end log-ins: one's own, and for superusers anybody's.
func (a *API) sessionPaths() []address {
	return []address{
		{prefix + "auth/sessions/", (&View{
			Name: "Session List", Description: "Where the caller is logged in. Superusers may ask for ?user=ID, or ?user=* for everybody.",
			Methods: []string{"GET", "DELETE"}, Handle: sessions,
		}).with(accountClasses, signedIn)},
		{prefix + "auth/sessions/:id/", (&View{
			Name: "Session Instance", Description: "One log-in; DELETE ends it at once.", Methods: []string{"GET", "DELETE"}, Handle: oneSession,
		}).with(accountClasses, signedIn)},
	}
}

// whose returns whose things a list is about: the caller's, or those that a superuser asks for ("" everybody's).
func (c *Call) whose() (string, error) {
	params, err := c.parameters()
	if err != nil {
		return "", err
	}
	user := params.Get("user")
	switch {
	case user == "" || user == c.account().ID:
		return c.account().ID, nil
	case !c.User.Superuser:
		return "", rest.PermissionDenied("")
	case user == "*":
		return "", nil
	}
	return user, nil
}

// sessions lists live log-ins, or ends all of the caller's but the present one.
func sessions(c *Call) (*Answer, error) {
	user, err := c.whose()
	if err != nil {
		return nil, err
	}
	if c.Method == "DELETE" {
		return c.endOthers(user)
	}
	var list []*store.Login
	err = c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		list, err = store.Logins(conn, user, c.API.Auth.Now(), maxLogins)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &Answer{Status: 200, Body: c.appendLogins(nil, list)}, nil
}

func (c *Call) endOthers(user string) (*Answer, error) {
	if user == "" {
		return nil, rest.PermissionDenied("Name one user whose log-ins shall end.")
	}
	var ended []string
	_, err := c.API.Auth.Write(c.Context(), c.account().ID, func(tx *store.Tx) error {
		list, err := store.Logins(tx.Conn, user, c.API.Auth.Now(), maxLogins)
		if err != nil {
			return err
		}
		ended = ended[:0]
		for _, l := range list {
			if isCurrent(l, c.Identity.Login) {
				continue
			}
			if _, err := store.RevokeLogin(tx.Conn, l.ID, "user", c.API.Auth.Now()); err != nil {
				return err
			}
			ended = append(ended, l.ID)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	c.API.Auth.Ended(ended...)
	return &Answer{Status: 204}, nil
}

// oneSession shows or ends a log-in. Somebody else's does not exist, except for superusers.
func oneSession(c *Call) (*Answer, error) {
	var login *store.Login
	err := c.API.Auth.Read(c.Context(), func(conn db.Conn) (err error) {
		login, err = store.LoginByID(conn, c.fiber.Params("id"))
		return err
	})
	if errors.Is(err, store.ErrNotFound) || err == nil && login.User != c.account().ID && !c.User.Superuser {
		return nil, rest.NotFound("")
	}
	if err != nil {
		return nil, err
	}
	if c.Method != "DELETE" {
		return &Answer{Status: 200, Body: c.appendLogin(nil, login)}, nil
	}
	reason := "user"
	if login.User != c.account().ID {
		reason = "admin"
	}
	if err := c.endLogin(login.ID, c.account().ID, reason); err != nil {
		return nil, err
	}
	return &Answer{Status: 204}, nil
}

func (c *Call) appendLogins(b []byte, list []*store.Login) []byte {
	b = append(b, '[')
	for i, l := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.appendLogin(b, l)
	}
	return append(b, ']')
}

func isCurrent(l *store.Login, current string) bool {
	return current != "" && (l.ID == current || l.Kind == store.LoginToken && auth.FamilyOf(l.ID) == current)
}

func (c *Call) appendLogin(b []byte, l *store.Login) []byte {
	b = value.AppendJSONString(append(b, `{"id":`...), l.ID)
	b = value.AppendJSONString(append(b, `,"kind":`...), l.Kind)
	b = value.AppendJSONString(append(b, `,"user":`...), l.User)
	b = value.AppendJSONString(append(b, `,"username":`...), c.usernameOf(l.User))
	b = appendTime(append(b, `,"created":`...), l.Created)
	b = appendTime(append(b, `,"last_used":`...), l.Used)
	b = appendTime(append(b, `,"expires":`...), l.Expires)
	b = value.AppendJSONString(append(b, `,"user_agent":`...), l.UserAgent)
	b = value.AppendJSONString(append(b, `,"ip":`...), l.IP)
	if isCurrent(l, c.Identity.Login) {
		return append(b, `,"current":true}`...)
	}
	return append(b, `,"current":false}`...)
}

// appendTime appends a time as DRF does; the zero time is null.
func appendTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return append(b, "null"...)
	}
	return value.Type{Kind: value.DateTime}.AppendJSON(b, value.FormatDateTime(t))
}

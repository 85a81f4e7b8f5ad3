package auth

import (
	"context"
	"errors"
	"time"

	"github.com/couplet/couplet/store/value"
)

// Request is what authentication reads of a request. Texts must not be recycled buffers of the HTTP server.
type Request struct {
	Method        string
	Authorization string
	HasAuth       bool // an Authorization header was sent, if an empty one
	APIKey        string
	Origin        string
	Referer       string
	Host          string // as Host says, checked against the allowed hosts already
	Secure        bool   // https, at a trusted proxy included
	IP            string
	UserAgent     string
	CSRFToken     string                   // the X-CSRFToken header
	Cookie        func(name string) string // "" where there is none
	FormToken     func() string            // csrfmiddlewaretoken of a form POST; may be nil
}

func (r *Request) scheme() string {
	if r.Secure {
		return "https"
	}
	return "http"
}

func (r *Request) cookie(name string) string {
	if r.Cookie == nil {
		return ""
	}
	return r.Cookie(name)
}

func (r *Request) formToken() string {
	if r.FormToken == nil || r.Method != "POST" {
		return ""
	}
	return r.FormToken()
}

// Account is a user as authentication sees one.
type Account struct {
	Key       value.Value
	ID        string // the key as text, as in the user_id claim
	Username  string
	Email     string
	FirstName string
	LastName  string
	Password  string // hash
	Active    bool
	Staff     bool
	Superuser bool
	LastLogin time.Time // zero: never
	Epoch     int64     // Unix seconds; tokens issued before it are refused
}

// Attributes returns what a password must not resemble, under Django's verbose names and in its order.
func (a *Account) Attributes() []Attribute {
	return []Attribute{{"username", a.Username}, {"first name", a.FirstName}, {"last name", a.LastName}, {"email address", a.Email}}
}

// ErrNoUser says that there is no such user.
var ErrNoUser = errors.New("auth: no such user")

// Users finds accounts; those it returns are shared and must not be changed. Errors are ErrNoUser or failures.
type Users interface {
	ByID(ctx context.Context, id string) (*Account, error)
	ByLogin(ctx context.Context, name string) (*Account, error) // by username, or by e-mail where that is allowed
}

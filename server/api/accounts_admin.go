package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/mail"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
)

// The admin's pages before a log-in: forgotten passwords and invitations. What proves the visitor comes in the body.

type emailRequest struct {
	Email string `json:"email"`
}

type detailBody struct {
	Detail string `json:"detail"`
}

// resetRequest is what a reset link holds.
type resetRequest struct {
	UID   string `json:"uid"`
	Token string `json:"token"`
}

type usernameBody struct {
	Username string `json:"username"`
}

type invitationRequest struct {
	Token string `json:"token"`
}

// invitationAnswer is whom an invitation is for.
type invitationAnswer struct {
	Username  string    `json:"username"`
	Email     string    `json:"email"`
	FirstName string    `json:"first_name"`
	LastName  string    `json:"last_name"`
	Site      string    `json:"site"`
	Expires   time.Time `json:"expires"`
}

type acceptRequest struct {
	Token     string  `json:"token"`
	Password  string  `json:"password"`
	FirstName *string `json:"first_name,omitempty"`
	LastName  *string `json:"last_name,omitempty"`
}

func (a *API) visitorOperations() []operation {
	post := func(path, summary string, in, out any, handle func(*Call) (any, error), errs ...int) operation {
		return open(operation{handle: handle, Operation: openapi.Operation{
			Method: http.MethodPost, Path: systemPrefix + path, Summary: summary, Request: in, Response: out, Errors: append(errs, 400),
		}})
	}
	return []operation{
		post("password/reset/", "Ask for a mail whose link resets the password in the admin", emailRequest{}, detailBody{}, (*Call).askReset, 429),
		post("password/check/", "Whose password a link resets", resetRequest{}, usernameBody{}, (*Call).checkReset),
		post("invitations/check/", "Whom an invitation is for", invitationRequest{}, invitationAnswer{}, (*Call).checkInvitation, 404),
		post("invitations/accept/", "Choose a password, and take an invitation", acceptRequest{}, usernameBody{}, (*Call).acceptInvitation, 404),
	}
}

// askReset is resetPassword with a link into the admin.
func (c *Call) askReset() (any, error) {
	var in emailRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if !mail.IsAddress(in.Email) {
		return nil, rest.Validation(rest.FieldError("email", "Enter a valid email address.", "invalid"))
	}
	return c.resetByMail(in.Email, func(account *auth.Account) string { return "admin/" + c.resetPath(account) })
}

func (c *Call) checkReset() (any, error) {
	var in resetRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	account, err := c.resetAccount(in.UID, in.Token)
	if err != nil {
		return nil, rest.Validation(rest.FieldError("token", "Invalid value", "invalid"))
	}
	return usernameBody{account.Username}, nil
}

func (c *Call) checkInvitation() (any, error) {
	var in invitationRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	account, invitation, err := c.API.Auth.Invited(c.Context(), in.Token)
	if err != nil {
		return nil, invitationError(err)
	}
	return invitationAnswer{
		Username: account.Username, Email: account.Email, FirstName: account.FirstName, LastName: account.LastName,
		Site: c.site(), Expires: invitation.Expires,
	}, nil
}

func (c *Call) acceptInvitation() (any, error) {
	var in acceptRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	errs := &rest.Errors{}
	if in.Password == "" {
		errs.Put("password", rest.Fail("This field may not be blank.", "blank"))
	}
	for name, text := range map[string]*string{"first_name": in.FirstName, "last_name": in.LastName} {
		if text != nil && len([]rune(*text)) > 150 {
			errs.Put(name, rest.Fail("Ensure this field has no more than 150 characters.", "max_length"))
		}
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	account, err := c.API.Auth.Accept(c.Context(), in.Token, in.Password, in.FirstName, in.LastName)
	var weak *auth.PasswordError
	if errors.As(err, &weak) {
		problem := &rest.Errors{}
		for _, p := range weak.Problems {
			problem.Messages = append(problem.Messages, rest.Message{Text: p.Message, Code: p.Code})
		}
		errs.Put("password", problem)
		return nil, rest.Validation(errs)
	}
	if err != nil {
		return nil, invitationError(err)
	}
	return usernameBody{account.Username}, nil
}

func invitationError(err error) error {
	if errors.Is(err, auth.ErrNoInvitation) {
		return &rest.APIError{Status: http.StatusNotFound, Code: "not_found", Detail: "This invitation is not good any more. Ask for a new one."}
	}
	return err
}

package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/couplet/couplet/server/auth"
	"github.com/couplet/couplet/server/mail"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/store"
	"github.com/couplet/couplet/store/access"
)

// inviteRequest makes an account whose person chooses a password by a link.
type inviteRequest struct {
	Username  string   `json:"username"`
	Email     string   `json:"email" openapi:"optional"`
	FirstName string   `json:"first_name" openapi:"optional"`
	LastName  string   `json:"last_name" openapi:"optional"`
	Roles     []string `json:"roles" openapi:"optional"`
	Staff     bool     `json:"is_staff" openapi:"optional"`
	Superuser bool     `json:"is_superuser" openapi:"optional"`
	Mail      *bool    `json:"mail,omitempty" doc:"Send the link by mail; by default where that can be done."`
}

// mailRequest says whether a link goes out by mail.
type mailRequest struct {
	Mail *bool `json:"mail,omitempty"`
}

// invitedBody is an invitation that was sent or, where link is not null, is to be handed over.
type invitedBody struct {
	Person    personBody `json:"person"`
	Link      *string    `json:"link" doc:"Shown this once; null where it went out by mail."`
	Mailed    bool       `json:"mailed"`
	MailError string     `json:"mail_error" words:"say"`
}

// linkBody is a link that sets a new password.
type linkBody struct {
	Link      *string   `json:"link"`
	Mailed    bool      `json:"mailed"`
	MailError string    `json:"mail_error" words:"say"`
	Expires   time.Time `json:"expires"`
}

// invitationOperations invite people and give them links, in person: a key of a program must not reach further than it
// does.
func (a *API) invitationOperations() []operation {
	op := func(method, path, summary string, in, out any, status int, handle func(*Call) (any, error), errs ...int) operation {
		return super(operation{handle: personally(handle), Operation: openapi.Operation{
			Method: method, Path: systemPrefix + path, Summary: summary, Request: in, Response: out, Status: status, Errors: errs,
		}})
	}
	return []operation{
		op(http.MethodPost, "people/invite/", "Make an account and invite its person", inviteRequest{}, invitedBody{}, 201, (*Call).invite, 400),
		op(http.MethodPost, "people/{id}/invite/", "Invite again: the link before ends", mailRequest{}, invitedBody{}, 0, (*Call).inviteAgain, 400, 404, 409),
		op(http.MethodDelete, "people/{id}/invite/", "End an invitation", nil, nil, 0, (*Call).endInvitation, 404),
		op(http.MethodPost, "people/{id}/password/", "A link that sets a new password", mailRequest{}, linkBody{}, 0, (*Call).passwordLink, 400, 404, 409),
	}
}

func (c *Call) invite() (any, error) {
	var in inviteRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	in.Email = normalizeEmail(in.Email)
	if err := c.checkInvite(in); err != nil {
		return nil, err
	}
	account, invitation, token, err := c.API.Auth.Invite(c.Context(), auth.NewUser{
		Username: in.Username, Email: in.Email, FirstName: in.FirstName, LastName: in.LastName, Roles: in.Roles, Staff: in.Staff, Superuser: in.Superuser,
	}, c.userID())
	var taken *store.Invalid
	if errors.As(err, &taken) && taken.Problems[0].Code == store.CodeUnique {
		return nil, rest.Validation(rest.FieldError("username", "A user with that username already exists.", "unique"))
	}
	if err != nil {
		return nil, err
	}
	return c.sendInvitation(account, invitation, token, in.Mail)
}

// checkInvite finds what only shows here; usernames and addresses are looked at where accounts are made.
func (c *Call) checkInvite(in inviteRequest) error {
	errs := &rest.Errors{}
	for _, name := range in.Roles {
		if r := c.compiled.state.Schema.Role(name); r == nil || name == access.Anyone || name == access.SignedIn {
			errs.Put("roles", rest.Fail("There is no role "+strconv.Quote(name)+".", "does_not_exist"))
		}
	}
	taken, err := c.emailTaken(in.Email, "")
	switch {
	case err != nil:
		return err
	case in.Email != "" && taken:
		errs.Put("email", rest.Fail("User is already registered with this e-mail address.", "invalid"))
	case in.Email == "" && in.Mail != nil && *in.Mail:
		errs.Put("email", rest.Fail("There is no address to send the mail to.", "required"))
	}
	if errs.Empty() {
		return nil
	}
	return rest.Validation(errs)
}

func (c *Call) inviteAgain() (any, error) {
	account, wanted, err := c.linkWanted()
	if err != nil {
		return nil, err
	}
	invitation, token, err := c.API.Auth.InviteAgain(c.Context(), account, c.userID())
	if errors.Is(err, auth.ErrHasPassword) {
		return nil, rest.Conflict("This person has a password already. Give them a link that sets a new one.", "has_password")
	}
	if err != nil {
		return nil, err
	}
	return c.sendInvitation(account, invitation, token, wanted)
}

// linkWanted reads a request for a link: for which account, and whether by mail.
func (c *Call) linkWanted() (*auth.Account, *bool, error) {
	var in mailRequest
	if c.fiber.Request().Header.ContentLength() != 0 {
		if err := c.decode(&in); err != nil {
			return nil, nil, err
		}
	}
	account, err := c.accountOfPath()
	if err != nil {
		return nil, nil, err
	}
	if !account.Active {
		return nil, nil, rest.Conflict("This account is not active. Activate it first.", "inactive")
	}
	if in.Mail != nil && *in.Mail && account.Email == "" {
		return nil, nil, rest.Validation(rest.FieldError("mail", "This account has no e-mail address.", "required"))
	}
	return account, in.Mail, nil
}

func (c *Call) sendInvitation(account *auth.Account, invitation *store.Invitation, token string, wanted *bool) (any, error) {
	out := invitedBody{}
	out.Link, out.Mailed, out.MailError = c.handOver("invitation", account, "verify#t="+token, wanted)
	if out.Mailed {
		_, err := c.API.Auth.Write(c.Context(), c.userID(), func(tx *store.Tx) error {
			return store.InvitationMailed(tx.Conn, invitation, account.Email)
		})
		if err != nil {
			return nil, err
		}
	}
	var err error
	out.Person, err = c.personOf(account)
	return out, err
}

// handOver sends a link into the admin by mail, where that is wanted (nil: where it can be done), and waits for what
// the mail server says. Where it is not sent the link is returned, to be handed over.
func (c *Call) handOver(template string, account *auth.Account, path string, wanted *bool) (link *string, mailed bool, problem string) {
	a := c.API
	base := a.PublicURL()
	possible := account.Email != "" && base != "" && a.Mail.Set()
	if wanted == nil && possible || wanted != nil && *wanted {
		if problem = c.sendLink(template, account, base+"/admin/"+path); problem == "" {
			return nil, true, ""
		}
	}
	if base == "" {
		base = c.Base()
	}
	whole := base + "/admin/" + path
	return &whole, false, problem
}

// sendTime is how long an answer waits for the mail server.
const sendTime = 20 * time.Second

// sendLink sends a mail and says why it could not, if it could not.
func (c *Call) sendLink(template string, account *auth.Account, link string) (problem string) {
	switch {
	case !c.API.Mail.Set():
		return "No mail server is set: --mail-server, or the settings."
	case c.API.PublicURL() == "":
		return "The links in mails need the public address of this server: --public-url, or the settings."
	}
	language := c.API.languageOf(c.Context(), account, c.Header("Accept-Language"))
	m, err := mail.Render(template, account.Email, mail.Data{Language: language, Site: c.site(), User: account.Username, By: c.User.Username, Link: link})
	if err == nil {
		ctx, cancel := context.WithTimeout(c.Context(), sendTime)
		defer cancel()
		err = c.API.Mail.Send(ctx, m)
	}
	if err != nil {
		c.API.Log.WarnContext(c.Context(), "mail could not be sent", "template", template, "error", err)
		return err.Error()
	}
	return ""
}

func (c *Call) endInvitation() (any, error) {
	account, err := c.accountOfPath()
	if err != nil {
		return nil, err
	}
	there := false
	_, err = c.API.Auth.Write(c.Context(), c.userID(), func(tx *store.Tx) (err error) {
		there, err = store.EndInvitation(tx.Conn, account.ID)
		return err
	})
	if err == nil && !there {
		err = rest.NotFound("")
	}
	return &Answer{Status: 204}, err
}

func (c *Call) passwordLink() (any, error) {
	account, wanted, err := c.linkWanted()
	if err != nil {
		return nil, err
	}
	out := linkBody{Expires: c.API.Auth.Now().UTC().Add(auth.ResetLifetime).Truncate(time.Second)}
	out.Link, out.Mailed, out.MailError = c.handOver("reset", account, c.resetPath(account), wanted)
	return out, nil
}

// resetPath is where in the admin a new password is chosen. What proves the visitor stands behind #, so that it reaches
// no log.
func (c *Call) resetPath(account *auth.Account) string {
	return "reset#uid=" + auth.UID(account) + "&token=" + c.API.Auth.Links.ResetToken(account)
}

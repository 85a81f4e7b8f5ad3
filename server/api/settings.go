package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/couplet/couplet/server/mail"
	"github.com/couplet/couplet/server/openapi"
	"github.com/couplet/couplet/server/rest"
	"github.com/couplet/couplet/server/settings"
)

// settingsBody lists every setting with where its value comes from.
type settingsBody struct {
	Settings []settings.Setting `json:"settings"`
}

// testMailRequest may bring settings that are not stored yet.
type testMailRequest struct {
	To     string  `json:"to"`
	Server *string `json:"mail_server,omitempty"`
	From   *string `json:"mail_from,omitempty"`
}

// testMailBody is what the mail server made of a mail.
type testMailBody struct {
	Sent   bool   `json:"sent"`
	Server string `json:"server" doc:"Host and port."`
	Answer string `json:"answer"`
	Error  string `json:"error"`
}

// settingsOperations lists the system API's part about settings.
func (a *API) settingsOperations() []operation {
	op := func(method, path, summary string, in, out any, handle func(*Call) (any, error)) operation {
		return super(operation{handle: handle, Operation: openapi.Operation{
			Method: method, Path: systemPrefix + path, Summary: summary, Request: in, Response: out,
		}})
	}
	change := op(http.MethodPatch, "settings/", "Store settings, which count at once; null takes one away",
		map[string]json.RawMessage{}, settingsBody{}, personally((*Call).changeSettings))
	test := op(http.MethodPost, "settings/mail/test/", "Send a mail, and tell what the mail server says",
		testMailRequest{}, testMailBody{}, personally((*Call).testMail))
	change.Errors, test.Errors = append(change.Errors, 400), append(test.Errors, 400)
	return []operation{
		op(http.MethodGet, "settings/", "Every setting, and where its value comes from", nil, settingsBody{}, (*Call).settings), change, test,
	}
}

// personally keeps an operation from API keys, because it would reach further than they do.
func personally(handle func(*Call) (any, error)) func(*Call) (any, error) {
	return func(c *Call) (any, error) {
		if refused := inPerson(c); refused != nil {
			return nil, refused
		}
		return handle(c)
	}
}

func (c *Call) settings() (any, error) { return settingsBody{c.API.Settings.All()}, nil }

func (c *Call) changeSettings() (any, error) {
	in := map[string]json.RawMessage{}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	err := c.API.Settings.Change(c.Context(), in)
	var wrong settings.Invalid
	if errors.As(err, &wrong) {
		errs := &rest.Errors{}
		for name, message := range wrong {
			errs.Put(name, rest.Fail(message, "invalid"))
		}
		return nil, rest.Validation(errs)
	}
	if err != nil {
		return nil, err
	}
	names := make([]string, 0, len(in))
	for name := range in {
		names = append(names, name)
	}
	c.API.Tell(rest.Told{Topic: rest.TopicSettings})
	c.API.Log.InfoContext(c.Context(), "settings were changed", "settings", names, "user", c.User.Username)
	return c.settings()
}

// testMail sends a mail by the settings in force, or by those that the request brings.
func (c *Call) testMail() (any, error) {
	var in testMailRequest
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	config := c.API.Mail.Config()
	errs := &rest.Errors{}
	if in.Server != nil {
		server, err := settings.Unmask(*in.Server, config.Server)
		if err == nil {
			err = mail.Check(mail.Config{Server: server})
		}
		if err != nil {
			errs.Put("mail_server", rest.Fail(err.Error(), "invalid"))
		}
		config.Server = server
	}
	if in.From != nil {
		if err := mail.Check(mail.Config{From: *in.From}); err != nil {
			errs.Put("mail_from", rest.Fail(err.Error(), "invalid"))
		}
		config.From = *in.From
	}
	m, err := mail.Render("test", in.To, mail.Data{Language: c.Language(), Site: c.site(), User: c.User.Username})
	if err != nil {
		return nil, err
	}
	if !mail.IsAddress(in.To) {
		errs.Put("to", rest.Fail("Enter a valid email address.", "invalid"))
	}
	if !errs.Empty() {
		return nil, rest.Validation(errs)
	}
	report := mail.Test(c.Context(), config, m)
	return testMailBody(report), nil
}

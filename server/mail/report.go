package mail

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/textproto"
)

// Report is what became of a mail that was sent to see whether mails can be sent.
type Report struct {
	Sent   bool
	Server string // host and port; "" where none is set
	Answer string // the server's, to the whole mail
	Error  string
}

// Test sends a mail by a configuration and reports what its server said.
func Test(ctx context.Context, c Config, m Message) Report {
	mailer, err := New(c, nil)
	if err != nil {
		return Report{Error: err.Error()}
	}
	s, ok := mailer.(*SMTP)
	if !ok {
		return Report{Error: "No mail server is set: mails are printed on the server's console."}
	}
	r := Report{Server: net.JoinHostPort(s.host, s.port)}
	r.Answer, err = s.send(ctx, m)
	var refused *textproto.Error
	switch {
	case errors.As(err, &refused):
		r.Error = fmt.Sprintf("%03d %s", refused.Code, refused.Msg)
	case err != nil:
		r.Error = err.Error()
	default:
		r.Sent = true
	}
	return r
}

// IsAddress reports whether a text is one bare address.
func IsAddress(text string) bool {
	a, err := mail.ParseAddress(text)
	return err == nil && a.Address == text
}

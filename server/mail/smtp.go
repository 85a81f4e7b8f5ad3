package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/smtp"
	"net/url"
	"strconv"
	"time"
)

// sendTime is how long one mail may take.
const sendTime = 20 * time.Second

// SMTP sends mails through a mail server. A password is only ever sent over TLS, or to this machine.
type SMTP struct {
	from       *mail.Address
	host, port string
	tls        bool // from the first byte; else STARTTLS where the server offers it
	user       *url.Userinfo
}

// Send delivers the mail to the server, or says why not.
func (s *SMTP) Send(ctx context.Context, m Message) error {
	_, err := s.send(ctx, m)
	return err
}

// send also returns the server's answer to the mail.
func (s *SMTP) send(ctx context.Context, m Message) (answer string, err error) {
	to, text, err := encode(m, s.from, time.Now())
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	c, err := s.dial(ctx)
	if err != nil {
		return "", fmt.Errorf("mail: %s: %w", s.host, err)
	}
	if answer, err = s.deliver(c, to, text); err != nil {
		return "", fmt.Errorf("mail: %s: %w", s.host, errors.Join(err, c.Close()))
	}
	return answer, nil
}

// dial connects, with TLS where it can be had, and logs in.
func (s *SMTP) dial(ctx context.Context) (*smtp.Client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(s.host, s.port))
	if err != nil {
		return nil, err
	}
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	secure := &tls.Config{ServerName: s.host, MinVersion: tls.VersionTLS12}
	if s.tls {
		conn = tls.Client(conn, secure)
	}
	c, err := smtp.NewClient(conn, s.host)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := s.login(c, secure); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (s *SMTP) login(c *smtp.Client, secure *tls.Config) error {
	if ok, _ := c.Extension("STARTTLS"); ok && !s.tls {
		if err := c.StartTLS(secure); err != nil {
			return err
		}
	}
	if s.user == nil {
		return nil
	}
	password, _ := s.user.Password()
	return c.Auth(smtp.PlainAuth("", s.user.Username(), password, s.host)) // it refuses without TLS
}

// deliver hands over the mail. What the server says at its end is read here, since smtp.Client.Data drops it.
func (s *SMTP) deliver(c *smtp.Client, to *mail.Address, text []byte) (answer string, err error) {
	if err := c.Mail(s.from.Address); err != nil {
		return "", err
	}
	if err := c.Rcpt(to.Address); err != nil {
		return "", err
	}
	if err := c.Text.PrintfLine("DATA"); err != nil {
		return "", err
	}
	if _, _, err := c.Text.ReadResponse(354); err != nil {
		return "", err
	}
	w := c.Text.DotWriter()
	if _, err := w.Write(text); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	code, said, err := c.Text.ReadResponse(250)
	if err != nil {
		return "", err
	}
	return strconv.Itoa(code) + " " + said, c.Quit()
}

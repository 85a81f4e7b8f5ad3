// Package mail sends the few mails that accounts need: to a mail server, or to the console while none is configured.
// Texts are templates in the folder templates; links in them are made by the caller from the public URL, never from
// a request, and what they say is in the language of the recipient.
package mail

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/couplet/couplet/server/words"
)

// Message is a mail in plain text.
type Message struct {
	To, Subject, Text string
	Language          words.Language
}

// Mailer sends mails.
type Mailer interface {
	Send(ctx context.Context, m Message) error
}

// Config says where mails go.
type Config struct {
	Server string // smtp://user:password@host:587 (STARTTLS), smtps://…:465 (TLS); "": to the console
	From   string // "Magazine <noreply@example.com>"
}

// ErrConfig marks a Config that cannot work.
var ErrConfig = errors.New("mail: configuration")

// Check says what is wrong with a Config, if anything.
func Check(c Config) error {
	_, err := New(c, io.Discard)
	return err
}

// New returns the Mailer of a Config; console receives the mails where no server is set.
func New(c Config, console io.Writer) (Mailer, error) {
	if c.From == "" {
		c.From = noreply.String()
	}
	from, err := mail.ParseAddress(c.From)
	if err != nil {
		return nil, fmt.Errorf("%w: sender %q: %w", ErrConfig, c.From, err)
	}
	if c.Server == "" {
		return &Console{w: console, from: from}, nil
	}
	u, err := url.Parse(c.Server)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, fmt.Errorf("%w: the mail server must be written as smtp://user:password@host:587 or smtps://host:465", ErrConfig)
	}
	s := &SMTP{from: from, host: u.Hostname(), tls: u.Scheme == "smtps", user: u.User, port: u.Port()}
	if s.port == "" {
		s.port = map[bool]string{false: "587", true: "465"}[s.tls]
	}
	return s, nil
}

var noreply = &mail.Address{Name: "Couplet", Address: "noreply@localhost"}

// ToConsole returns the Mailer where nothing is configured.
func ToConsole(w io.Writer) *Console { return &Console{w: w, from: noreply} }

// Console writes mails to a stream, as Django's console backend does.
type Console struct {
	w    io.Writer
	from *mail.Address
}

// Send writes the mail.
func (c *Console) Send(_ context.Context, m Message) error {
	if _, err := mail.ParseAddress(m.To); err != nil {
		return fmt.Errorf("mail: recipient: %w", err)
	}
	line := strings.Repeat("-", 79)
	_, err := fmt.Fprintf(c.w, "%s\nFrom: %s\nTo: %s\nSubject: %s\n\n%s\n%s\n", line, c.from, clean(m.To), clean(m.Subject), m.Text, line)
	return err
}

// clean keeps a header on its line.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}

// encode returns the mail as it goes over the wire.
func encode(m Message, from *mail.Address, now time.Time) (to *mail.Address, text []byte, err error) {
	if to, err = mail.ParseAddress(m.To); err != nil {
		return nil, nil, fmt.Errorf("mail: recipient: %w", err)
	}
	var id [16]byte
	_, _ = rand.Read(id[:])
	domain := from.Address[strings.LastIndexByte(from.Address, '@')+1:]
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", from.String()}, {"To", to.String()}, {"Subject", mime.QEncoding.Encode("utf-8", clean(m.Subject))},
		{"Date", now.Format(time.RFC1123Z)}, {"Message-ID", "<" + hex.EncodeToString(id[:]) + "@" + domain + ">"},
		{"MIME-Version", "1.0"}, {"Content-Language", m.Language.String()}, {"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"}, {"Auto-Submitted", "auto-generated"},
	} {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	w := quotedprintable.NewWriter(&b)
	if _, err := io.WriteString(w, strings.ReplaceAll(m.Text, "\n", "\r\n")); err != nil {
		return nil, nil, err
	}
	return to, b.Bytes(), w.Close()
}

package server_test

import (
	"io"
	"mime"
	"mime/quotedprintable"
	"net/mail"
	"regexp"
	"strings"
	"testing"

	"github.com/couplet/couplet/server"
	"github.com/couplet/couplet/server/words"
)

// TestMailLanguage holds mails to the language of whom they are for: what they chose, or else what the request asks for.
func TestMailLanguage(t *testing.T) {
	a, out := startAccounts(t, `{}`)
	user := bearer(t, a, loginUser)
	for _, c := range []struct {
		chosen, header string
		subject        string
	}{
		{"", "", "Password reset on Reference blog API"},
		{"", inGerman, "Passwort zurücksetzen bei Reference blog API"},
		{`"en"`, inGerman, "Password reset on Reference blog API"},
		{`"fr"`, inGerman, "Passwort zurücksetzen bei Reference blog API"},
		{`"de-CH"`, "en", "Passwort zurücksetzen bei Reference blog API"},
	} {
		if c.chosen != "" {
			user.want("PATCH", "/api/_/preferences/", `{"language":`+c.chosen+`}`, 200, "")
		}
		a.with("Accept-Language", c.header).want("POST", "/api/auth/password/reset/", `{"email":"user@example.com"}`, 200, "")
		if m := out.next(t); m.Subject != c.subject || !resetLink.MatchString(m.Text) {
			t.Errorf("chosen %s, asked %q: %+v", c.chosen, c.header, m)
		}
	}
}

// germanMail waits for the next mail and holds that it has this subject, and is German.
func germanMail(t *testing.T, out *outbox, subject string, parts ...string) string {
	t.Helper()
	m := out.next(t)
	if m.Subject != subject || m.Language != words.German {
		t.Errorf("subject %q in %s, not %q", m.Subject, m.Language, subject)
	}
	contains(t, m.Text, parts...)
	if english := regexp.MustCompile(`\b(the|your|you|this|and|is|mail)\b`).FindString(regexp.MustCompile(`https://\S+`).ReplaceAllString(m.Text, "")); english != "" {
		t.Errorf("%q in\n%s", english, m.Text)
	}
	return m.Text
}

// TestGermanMails sends every mail there is in German: none has a sentence left in English.
func TestGermanMails(t *testing.T) {
	a, out := startAccounts(t, `{"registration":true,"email_verification":"mandatory"}`)
	german := a.with("Accept-Language", inGerman)
	german.want("POST", "/api/auth/registration/", `{"username":"neu","email":"neu@example.com","password1":"Abcdef-1234","password2":"Abcdef-1234"}`,
		201, `{"detail":"Bestätigungs-E-Mail versandt."}`)
	key := regexp.MustCompile(`/account/verify-email/[^/]+/`).FindString(
		germanMail(t, out, "Bitte bestätigen Sie Ihre E-Mail-Adresse", "Guten Tag neu,\n\nbitte bestätigen Sie, dass neu@example.com Ihre Adresse ist", "Er gilt drei Tage."))
	a.want("POST", key, "", 200, "")
	user := bearer(t, a, `{"username":"neu","password":"Abcdef-1234"}`).with("Accept-Language", inGerman)

	user.want("POST", "/api/auth/email/change/", `{"email":"neuer@example.com","password":"Abcdef-1234"}`, 200, "")
	key = regexp.MustCompile(`/account/change-email/[^/]+/`).FindString(
		germanMail(t, out, "Bitte bestätigen Sie Ihre neue E-Mail-Adresse", "dass neuer@example.com die Adresse Ihres Kontos bei Reference blog API werden soll"))
	german.want("POST", key, "", 200, "")
	germanMail(t, out, "Ihr Konto bei Reference blog API hat eine neue E-Mail-Adresse", "ist jetzt neuer@example.com. Diese E-Mail ging an die vorherige.")

	german.want("POST", "/api/_/password/reset/", `{"email":"neuer@example.com"}`, 200, "")
	germanMail(t, out, "Passwort zurücksetzen bei Reference blog API", "Ihr Benutzername, falls Sie ihn vergessen haben: neu\n")

	a, out = startAccounts(t, `{}`)
	admin := bearer(t, a, `{"username":"admin","password":"admin-Pass-123"}`).with("Accept-Language", inGerman)
	admin.want("POST", peoplePath+"invite/", `{"username":"gast","email":"gast@example.com"}`, 201, "")
	germanMail(t, out, "Ihr Konto bei Reference blog API", "Guten Tag,\n\nadmin hat für Sie ein Konto bei Reference blog API angelegt. Ihr Benutzername ist gast.")
}

// TestGermanMailOnTheWire reads a German mail as a mail server gets it.
func TestGermanMailOnTheWire(t *testing.T) {
	office := postOffice(t)
	_, root, _ := startObserved(t, func(c *server.Config) { c.Mail.Server = "smtp://" + office.addr })
	root.with("Accept-Language", inGerman).want("POST", "/api/_/settings/mail/test/", `{"to":"ada@example.com"}`, 200, "")
	m, err := mail.ReadMessage(strings.NewReader(<-office.mails))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || !strings.HasPrefix(subject, "Test-E-Mail von ") || m.Header.Get("Content-Language") != "de" {
		t.Errorf("%q, %v, %v", subject, m.Header, err)
	}
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	contains(t, string(text), "Guten Tag,", "root hat sie auf der Seite der Einstellungen angefordert.")
}

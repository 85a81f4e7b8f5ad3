package mail

import (
	"bufio"
	"context"
	"io"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestConsole(t *testing.T) {
	var out strings.Builder
	m, err := New(Config{From: "Magazine <noreply@example.com>"}, &out)
	if err != nil {
		t.Fatal(err)
	}
	msg, err := Render("reset", "uma@example.com", Data{Site: "Magazine", User: "uma", Link: "https://example.com/r/1/"})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Send(context.Background(), msg); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"To: uma@example.com\n", "Subject: Password reset on Magazine\n", "https://example.com/r/1/", "<noreply@example.com>"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in:\n%s", want, &out)
		}
	}
	if err := m.Send(context.Background(), Message{To: "x\r\nBcc: y@example.com"}); err == nil {
		t.Error("a header was smuggled in")
	}
}

func TestTemplates(t *testing.T) {
	for _, name := range []string{"reset", "verify", "change", "changed"} {
		m, err := Render(name, "uma@example.com", Data{Site: "S", User: "uma", Email: "new@example.com", Link: "L"})
		if err != nil || m.Subject == "" || strings.Contains(m.Subject, "\n") || len(m.Text) < 50 {
			t.Errorf("%s: %+v, %v", name, m, err)
		}
	}
}

func TestBadConfig(t *testing.T) {
	for _, c := range []Config{{From: "nobody"}, {Server: "http://x"}, {Server: "smtp://"}, {Server: "mail.example.com"}} {
		if _, err := New(c, io.Discard); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}

// TestSMTP delivers to a mail server that speaks just enough of the protocol.
func TestSMTP(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ln.Close(); err != nil {
			t.Error(err)
		}
	})
	got := make(chan [2]string, 1)
	go func() {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		got <- converse(conn)
	}()
	m, err := New(Config{Server: "smtp://" + ln.Addr().String(), From: "Müller <noreply@example.com>"}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	msg := Message{To: "uma@example.com", Subject: "Grüße\r\nX-Evil: 1", Text: "Zeile äöü\n.\nEnde " + strings.Repeat("x", 100) + "\n"}
	if err := m.Send(context.Background(), msg); err != nil {
		t.Fatal(err)
	}
	talk := <-got
	if diff := cmp.Diff("EHLO,MAIL FROM:<noreply@example.com>,RCPT TO:<uma@example.com>,DATA,QUIT", talk[0]); diff != "" {
		t.Error(diff)
	}
	parsed, err := mail.ReadMessage(strings.NewReader(talk[1]))
	if err != nil {
		t.Fatal(err)
	}
	if parsed.Header.Get("X-Evil") != "" || parsed.Header.Get("Message-Id") == "" {
		t.Errorf("headers: %v", parsed.Header)
	}
	body, err := io.ReadAll(quotedprintable.NewReader(parsed.Body))
	if err != nil || strings.ReplaceAll(string(body), "\r\n", "\n") != msg.Text {
		t.Errorf("body %q, %v", body, err)
	}
}

// converse plays the server and returns the commands and the mail.
func converse(conn net.Conn) [2]string {
	defer func() { _ = conn.Close() }()
	r := bufio.NewReader(conn)
	say := func(s string) { _, _ = io.WriteString(conn, s+"\r\n") }
	say("220 ready")
	var commands []string
	var data strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return [2]string{strings.Join(commands, ","), data.String()}
		}
		line = strings.TrimSpace(line)
		verb := strings.ToUpper(line)
		switch {
		case strings.HasPrefix(verb, "EHLO"):
			commands = append(commands, "EHLO")
			say("250 localhost")
			continue
		case verb == "DATA":
			commands = append(commands, line)
			say("354 go")
			for {
				l, err := r.ReadString('\n')
				if err != nil || l == ".\r\n" {
					break
				}
				data.WriteString(strings.TrimPrefix(l, "."))
			}
		default:
			commands = append(commands, strings.TrimSuffix(line, " BODY=8BITMIME"))
		}
		if verb == "QUIT" {
			say("221 bye")
			return [2]string{strings.Join(commands, ","), data.String()}
		}
		say("250 ok")
	}
}
